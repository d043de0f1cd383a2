//! Counts of live offline sessions, by the bounds that the domain gives: no row is read into memory.

use diesel::prelude::*;
use perennial_domain::lifetime::AliveBounds;
use perennial_domain::realm_model::class_key;

use crate::policy_classes::PolicyClass;
use crate::schema::{grants, users};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

/// A class' offline sessions within the bounds and above their users' floors.
pub fn count_alive_offline(tx: &mut Tx<'_>, class: &PolicyClass, bounds: &AliveBounds) -> StorageResult<u64> {
    let ends_later = grants::chosen_end_at.is_null().or(grants::chosen_end_at.gt(bounds.chosen_end_after.as_ms()));
    let alive = grants::table
        .inner_join(users::table.on(users::id.eq(grants::user_id)))
        .filter(grants::client_id.eq(Id::from(class.client)))
        .filter(grants::offline.eq(true))
        .filter(grants::last_used_at.gt(bounds.used_after.as_ms()))
        .filter(grants::started_at.gt(bounds.started_after.as_ms()))
        .filter(grants::last_used_at.ge(users::ended_if_used_before_at))
        .filter(grants::started_at.ge(users::ended_if_started_before_at))
        .filter(ends_later);
    let connection = tx.connection();
    let count: i64 = match class.resources.as_slice() {
        [] => alive.filter(grants::resources.is_null()).count().get_result(connection)?,
        some => alive.filter(grants::resources.eq(class_key(some))).count().get_result(connection)?,
    };
    Ok(u64::try_from(count).unwrap_or_default())
}
