//! Endings of several grants at once. Rows are really deleted; where there may be many, in batches of the caller's size, so
//! that refreshes in between are not held up.

use diesel::prelude::*;
use perennial_domain::{ClientId, GrantId, RealmId, UserId, UserSessionId};

use crate::schema::{grants, users};
use crate::sql_types::Id;
use crate::target::AnyConnection;
use crate::{StorageResult, Tx};

/// Ends the least recently used offline sessions of a user with a client until `keep` are left. Sign-ins of one user take
/// turns here, so that two at once cannot exceed the limit.
pub fn evict_least_recently_used(
    tx: &mut Tx<'_>,
    (user, client): (UserId, ClientId),
    keep: u32,
) -> StorageResult<Vec<GrantId>> {
    lock_user(tx, user)?;
    let mut ids: Vec<Id> = grants::table
        .filter(grants::user_id.eq(Id::from(user)))
        .filter(grants::client_id.eq(Id::from(client)))
        .filter(grants::offline.eq(true))
        .order((grants::last_used_at.desc(), grants::id.desc()))
        .select(grants::id)
        .load(tx.connection())?;
    let surplus = ids.split_off(ids.len().min(keep as usize));
    delete_ids(tx, &surplus)?;
    Ok(surplus.into_iter().map(Into::into).collect())
}

/// How many offline sessions a user has with a client.
pub fn count_offline(tx: &mut Tx<'_>, user: UserId, client: ClientId) -> StorageResult<i64> {
    let own = grants::table
        .filter(grants::user_id.eq(Id::from(user)))
        .filter(grants::client_id.eq(Id::from(client)))
        .filter(grants::offline.eq(true));
    Ok(own.count().get_result(tx.connection())?)
}

/// All grants of a user with a client, online and offline.
pub fn delete_of_user_and_client(tx: &mut Tx<'_>, user: UserId, client: ClientId) -> StorageResult<Vec<GrantId>> {
    let ids: Vec<Id> = grants::table
        .filter(grants::user_id.eq(Id::from(user)))
        .filter(grants::client_id.eq(Id::from(client)))
        .select(grants::id)
        .load(tx.connection())?;
    delete_ids(tx, &ids)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

pub fn delete_of_user(tx: &mut Tx<'_>, user: UserId) -> StorageResult<usize> {
    Ok(diesel::delete(grants::table.filter(grants::user_id.eq(Id::from(user)))).execute(tx.connection())?)
}

/// The online grants that live in a user session. Offline sessions that began in it stay.
pub fn delete_online_of_session(tx: &mut Tx<'_>, session: UserSessionId) -> StorageResult<usize> {
    let own = grants::table.filter(grants::online_session_id.eq(Id::from(session)));
    Ok(diesel::delete(own).execute(tx.connection())?)
}

/// At most `max` grants of a client; the number deleted. Call again while it is not 0.
pub fn delete_of_client(tx: &mut Tx<'_>, client: ClientId, max: i64) -> StorageResult<usize> {
    let ids: Vec<Id> = grants::table
        .filter(grants::client_id.eq(Id::from(client)))
        .order(grants::id)
        .select(grants::id)
        .limit(max)
        .load(tx.connection())?;
    delete_ids(tx, &ids)
}

/// At most `max` grants of a realm, as above. Walks the realm's clients first: grants have no index by realm.
pub fn delete_of_realm(tx: &mut Tx<'_>, realm: RealmId, max: i64) -> StorageResult<usize> {
    let ids: Vec<Id> = grants::table
        .filter(grants::realm_id.eq(Id::from(realm)))
        .order(grants::id)
        .select(grants::id)
        .limit(max)
        .load(tx.connection())?;
    delete_ids(tx, &ids)
}

/// These grants, as far as they still are there.
pub fn delete_all(tx: &mut Tx<'_>, ids: &[GrantId]) -> StorageResult<usize> {
    let ids: Vec<Id> = ids.iter().map(|id| Id::from(*id)).collect();
    delete_ids(tx, &ids)
}

fn delete_ids(tx: &mut Tx<'_>, ids: &[Id]) -> StorageResult<usize> {
    let mut deleted = 0;
    for some in ids.chunks(500) {
        deleted += diesel::delete(grants::table.filter(grants::id.eq_any(some.to_vec()))).execute(tx.connection())?;
    }
    Ok(deleted)
}

/// SQLite's units take turns anyway.
fn lock_user(tx: &mut Tx<'_>, user: UserId) -> StorageResult<()> {
    if let AnyConnection::Postgres(connection) = tx.connection() {
        let own = users::table.find(Id::from(user)).select(users::id).for_no_key_update();
        own.first::<Id>(connection).optional()?;
    }
    Ok(())
}
