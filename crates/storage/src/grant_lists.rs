//! Pages of grants, by realm, client and user, in the order of their start.

use diesel::prelude::*;
use perennial_domain::grant::Grant;
use perennial_domain::{ClientId, GrantId, RealmId, UserId};

use crate::consents::ConsentRow;
use crate::fragments::RolesOfUser;
use crate::grant_row::{GrantRow, parse_key_ids};
pub use crate::held_grant::{HeldGrant, find_held};
use crate::held_grant::{HeldRow, held_columns, held_grants};
use crate::schema::{consents, grants, user_sessions, users};
use crate::sql_types::Id;
use crate::user_sessions::SessionRow;
use crate::users::UserRow;
use crate::{StorageResult, Tx};

/// Which grants; every field that is set must hold.
#[derive(Clone, Debug)]
pub struct GrantFilter {
    pub realm: RealmId,
    pub client: Option<ClientId>,
    pub user: Option<UserId>,
    /// `Some(true)`: offline sessions only; `Some(false)`: online grants only.
    pub offline: Option<bool>,
}

impl GrantFilter {
    pub fn offline_of(realm: RealmId) -> Self {
        Self { realm, client: None, user: None, offline: Some(true) }
    }
}

/// The next `max` behind `after`, the newest first, and behind which to go on where there may be more.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &GrantFilter,
    after: Option<GrantId>,
    max: i64,
) -> StorageResult<(Vec<HeldGrant>, Option<GrantId>)> {
    let mut query = held_grants!().select(held_columns!()).into_boxed();
    query = query.filter(grants::realm_id.eq(Id::from(filter.realm)));
    if let Some(client) = filter.client {
        query = query.filter(grants::client_id.eq(Id::from(client)));
    }
    if let Some(user) = filter.user {
        query = query.filter(grants::user_id.eq(Id::from(user)));
    }
    if let Some(offline) = filter.offline {
        query = query.filter(grants::offline.eq(offline));
    }
    if let Some(after) = after {
        query = query.filter(grants::id.lt(Id::from(after)));
    }
    // The ids are in the order of their start.
    let rows: Vec<HeldRow> = query.order(grants::id.desc()).limit(max).load(tx.connection())?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == max);
    let held = rows.into_iter().map(HeldGrant::from_row).collect::<StorageResult<Vec<_>>>()?;
    let next = held.last().filter(|_| is_full).map(|held| held.grant.id);
    Ok((held, next))
}

/// The next client that has grants of the user, in the order of ids: the index is asked once for each.
pub fn next_client_of_user(tx: &mut Tx<'_>, user: UserId, after: Option<ClientId>) -> StorageResult<Option<ClientId>> {
    let after = after.map_or(Id(uuid::Uuid::nil()), Id::from);
    let next: Option<Id> = grants::table
        .filter(grants::user_id.eq(Id::from(user)))
        .filter(grants::client_id.gt(after))
        .order(grants::client_id)
        .select(grants::client_id)
        .first(tx.connection())
        .optional()?;
    Ok(next.map(Into::into))
}

/// The next client that any grant names, in the order of ids: the index is asked once for each.
pub fn next_client(tx: &mut Tx<'_>, after: Option<ClientId>) -> StorageResult<Option<ClientId>> {
    let after = after.map_or(Id(uuid::Uuid::nil()), Id::from);
    let next: Option<Id> = grants::table
        .filter(grants::client_id.gt(after))
        .order(grants::client_id)
        .select(grants::client_id)
        .first(tx.connection())
        .optional()?;
    Ok(next.map(Into::into))
}

/// All grants of a user with a client, online and offline.
pub fn list_of_user_and_client(tx: &mut Tx<'_>, user: UserId, client: ClientId) -> StorageResult<Vec<Grant>> {
    let rows: Vec<GrantRow> = grants::table
        .filter(grants::user_id.eq(Id::from(user)))
        .filter(grants::client_id.eq(Id::from(client)))
        .select(GrantRow::as_select())
        .load(tx.connection())?;
    rows.into_iter().map(GrantRow::into_grant).collect()
}

/// The next `max` grants of the whole database with the refresh keys that they name, for a walk over all of them.
pub fn list_key_ids_after(
    tx: &mut Tx<'_>,
    after: Option<GrantId>,
    max: i64,
) -> StorageResult<Vec<(GrantId, Vec<String>)>> {
    let mut query = grants::table.select((grants::id, grants::key_id)).into_boxed();
    if let Some(after) = after {
        query = query.filter(grants::id.gt(Id::from(after)));
    }
    let rows: Vec<(Id, String)> = query.order(grants::id).limit(max).load(tx.connection())?;
    let named = |stored: &str| {
        let (key, held) = parse_key_ids(stored);
        std::iter::once(key).chain(held).map(str::to_owned).collect()
    };
    Ok(rows.into_iter().map(|(id, stored)| (id.into(), named(&stored))).collect())
}

/// The next `max` grants of the whole database in the order of their start, for jobs that walk over all of them.
pub fn list_after(tx: &mut Tx<'_>, after: Option<GrantId>, max: i64) -> StorageResult<Vec<HeldGrant>> {
    let mut query = held_grants!().select(held_columns!()).into_boxed();
    if let Some(after) = after {
        query = query.filter(grants::id.gt(Id::from(after)));
    }
    let rows: Vec<HeldRow> = query.order(grants::id).limit(max).load(tx.connection())?;
    rows.into_iter().map(HeldGrant::from_row).collect()
}
