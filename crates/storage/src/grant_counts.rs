//! Counts of live offline sessions, by the bounds that the domain gives: no row is read into memory.

use diesel::prelude::*;
use perennial_domain::ClientId;
use perennial_domain::lifetime::AliveBounds;

use crate::schema::{grants, users};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

/// A client's offline sessions within the bounds and above their users' floors.
pub fn count_alive_offline(tx: &mut Tx<'_>, client: ClientId, bounds: &AliveBounds) -> StorageResult<u64> {
    let ends_later = grants::chosen_end_at.is_null().or(grants::chosen_end_at.gt(bounds.chosen_end_after.as_ms()));
    let alive = grants::table
        .inner_join(users::table.on(users::id.eq(grants::user_id)))
        .filter(grants::client_id.eq(Id::from(client)))
        .filter(grants::offline.eq(true))
        .filter(grants::last_used_at.gt(bounds.used_after.as_ms()))
        .filter(grants::started_at.gt(bounds.started_after.as_ms()))
        .filter(grants::last_used_at.ge(users::ended_if_used_before_at))
        .filter(grants::started_at.ge(users::ended_if_started_before_at))
        .filter(ends_later);
    let count: i64 = alive.count().get_result(tx.connection())?;
    Ok(u64::try_from(count).unwrap_or_default())
}
