//! Counts of live offline sessions, by the bounds that the domain gives: no session is read into memory.

use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use perennial_domain::lifetime::AliveBounds;
use perennial_domain::realm_model::class_key;
use perennial_domain::session_filter::SessionFilter;
use perennial_domain::{ClientId, Timestamp};
use perennial_protocol::ScopeSet;

use crate::grant_row::parse_scopes;
use crate::policy_classes::PolicyClass;
use crate::schema::{consents, grants, users};
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

diesel::allow_columns_to_appear_in_same_group_by_clause!(grants::scope, consents::scope, users::service_account_of);

/// What decides whether a session lives by an admin's approval, and how many have just that.
#[derive(Clone, Debug)]
pub struct ScopeShare {
    pub scope: ScopeSet,
    /// What its user allowed the client.
    pub consented: Option<ScopeSet>,
    pub service_account_of: Option<ClientId>,
    pub counts: [u64; 3],
}

/// The counts of [`count_alive_within`], apart for each set of scopes, of the sessions that started from one instant on and before
/// another.
pub fn count_by_scope(
    tx: &mut Tx<'_>,
    class: &PolicyClass,
    [all, second, third]: &[AliveBounds; 3],
    from: Timestamp,
    until: Option<Timestamp>,
) -> StorageResult<Vec<ScopeShare>> {
    let is_plain = class.resources.is_empty();
    let of_key = grants::resources.assume_not_null().eq(class_key(&class.resources));
    let of_class = grants::resources.is_null().and(is_plain.into_sql::<Bool>()).or(of_key);
    let consent_of = consents::user_id.eq(grants::user_id).and(consents::client_id.eq(grants::client_id));
    let shares = grants::table
        .inner_join(users::table.on(users::id.eq(grants::user_id)))
        .left_join(consents::table.on(consent_of))
        .group_by((grants::scope, consents::scope, users::service_account_of))
        .select((
            grants::scope,
            consents::scope.nullable(),
            users::service_account_of,
            count_star(),
            count(case_when(within!(second), grants::started_at)),
            count(case_when(within!(third), grants::started_at)),
        ))
        .filter(grants::client_id.eq(Id::from(class.client)))
        .filter(grants::offline.eq(true))
        .filter(grants::last_used_at.ge(users::ended_if_used_before_at))
        .filter(grants::started_at.ge(users::ended_if_started_before_at))
        .filter(grants::started_at.ge(from.as_ms()))
        .filter(grants::started_at.lt(until.map_or(i64::MAX, Timestamp::as_ms)))
        .filter(within!(all))
        .filter(of_class);
    let rows: Vec<ShareRow> = shares.load(tx.connection())?;
    Ok(rows.into_iter().map(to_share).collect())
}

type ShareRow = (String, Option<String>, Option<Id>, i64, i64, i64);

fn to_share((scope, consented, service_account_of, all, second, third): ShareRow) -> ScopeShare {
    ScopeShare {
        scope: parse_scopes(&scope).0,
        consented: consented.as_deref().map(ScopeSet::lenient),
        service_account_of: service_account_of.map(Into::into),
        counts: [all, second, third].map(|count| u64::try_from(count).unwrap_or_default()),
    }
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
