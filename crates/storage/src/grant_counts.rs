//! Counts of live offline sessions, by the bounds that the domain gives: no row is read into memory.

use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;
use perennial_domain::lifetime::AliveBounds;
use perennial_domain::realm_model::class_key;
use perennial_domain::session_filter::SessionFilter;

use crate::policy_classes::PolicyClass;
use crate::schema::{grants, users};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

/// What a session's row says within bounds.
macro_rules! within {
    ($bounds:expr) => {
        grants::last_used_at
            .gt($bounds.used_after.as_ms())
            .and(grants::started_at.gt($bounds.started_after.as_ms()))
            .and(grants::chosen_end_at.is_null().or(grants::chosen_end_at.gt($bounds.chosen_end_after.as_ms())))
    };
}

/// A class' offline sessions within bounds and above their users' floors.
macro_rules! alive_of {
    ($class:expr, $bounds:expr) => {{
        let alive = grants::table
            .inner_join(users::table.on(users::id.eq(grants::user_id)))
            .filter(grants::client_id.eq(Id::from($class.client)))
            .filter(grants::offline.eq(true))
            .filter(grants::last_used_at.ge(users::ended_if_used_before_at))
            .filter(grants::started_at.ge(users::ended_if_started_before_at))
            .filter(within!($bounds))
            .into_boxed();
        match $class.resources.as_slice() {
            [] => alive.filter(grants::resources.is_null()),
            some => alive.filter(grants::resources.eq(class_key(some))),
        }
    }};
}

/// Within the first bounds, and how many of these are within the second and the third, by one walk.
pub fn count_alive_within(
    tx: &mut Tx<'_>,
    class: &PolicyClass,
    [all, second, third]: &[AliveBounds; 3],
) -> StorageResult<[u64; 3]> {
    let counts = alive_of!(class, all).select((
        count_star(),
        count(case_when(within!(second), grants::started_at)),
        count(case_when(within!(third), grants::started_at)),
    ));
    let (all, second, third): (i64, i64, i64) = counts.get_result(tx.connection())?;
    Ok([all, second, third].map(|count| u64::try_from(count).unwrap_or_default()))
}

/// Within the bounds, as far as the filter's bounds of times admit them. Whatever else it says must be looked at row by row, see
/// [`SessionFilter::is_of_bounds`].
pub fn count_admitted(
    tx: &mut Tx<'_>,
    class: &PolicyClass,
    bounds: &AliveBounds,
    filter: &SessionFilter,
) -> StorageResult<u64> {
    let mut admitted = alive_of!(class, bounds);
    if let Some(at) = filter.used_before {
        admitted = admitted.filter(grants::last_used_at.lt(at.as_ms()));
    }
    if let Some(at) = filter.used_after {
        admitted = admitted.filter(grants::last_used_at.gt(at.as_ms()));
    }
    if let Some(at) = filter.started_before {
        admitted = admitted.filter(grants::started_at.lt(at.as_ms()));
    }
    if let Some(at) = filter.started_after {
        admitted = admitted.filter(grants::started_at.gt(at.as_ms()));
    }
    admitted = match filter.paused {
        None => admitted,
        Some(true) => admitted.filter(grants::paused_at.is_not_null()),
        Some(false) => admitted.filter(grants::paused_at.is_null()),
    };
    let count: i64 = admitted.count().get_result(tx.connection())?;
    Ok(u64::try_from(count).unwrap_or_default())
}
