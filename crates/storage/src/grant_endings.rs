//! Endings of several grants at once. Rows are really deleted; where there may be many, in batches of the caller's size, so
//! that refreshes in between are not held up.

use diesel::prelude::*;
use perennial_domain::ending::Extent;
use perennial_domain::{ClientId, GrantId, Timestamp, UserId, UserSessionId};

use crate::schema::grants;
use crate::sql_types::Id;
use crate::target::AnyConnection;
use crate::{StorageResult, Tx, users};

/// Ends the least recently used offline sessions of a user with a client until `keep` are left. Sign-ins of one user take
/// turns here, so that two at once cannot exceed the limit.
pub fn evict_least_recently_used(
    tx: &mut Tx<'_>,
    user: UserId,
    client: ClientId,
    keep: u32,
) -> StorageResult<Vec<GrantId>> {
    users::hold(tx, user)?;
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

/// Whose grants a bulk ending is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantsOf {
    Client(ClientId),
    User(UserId),
}

/// A grant that is gone, as far as anybody is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedGrant {
    pub id: GrantId,
    pub user: UserId,
    pub client: ClientId,
    pub offline: bool,
}

/// Deletes at most `max` of those that started before this instant and are of the extent's kinds.
pub fn delete_started_before(
    tx: &mut Tx<'_>,
    of: GrantsOf,
    before: Timestamp,
    extent: Extent,
    max: i64,
) -> StorageResult<Vec<EndedGrant>> {
    let kinds = [(extent.online, false), (extent.offline, true)];
    let kinds: Vec<bool> = kinds.into_iter().filter_map(|(wanted, offline)| wanted.then_some(offline)).collect();
    let mut query = grants::table
        .filter(grants::started_at.lt(before.as_ms()))
        .filter(grants::offline.eq_any(kinds))
        .select((grants::id, grants::user_id, grants::client_id, grants::offline))
        .into_boxed();
    query = match of {
        GrantsOf::Client(client) => query.filter(grants::client_id.eq(Id::from(client))).order(grants::id),
        GrantsOf::User(user) => query.filter(grants::user_id.eq(Id::from(user))),
    };
    let rows: Vec<(Id, Id, Id, bool)> = query.limit(max).load(tx.connection())?;
    delete_ids(tx, &rows.iter().map(|row| row.0).collect::<Vec<_>>())?;
    let ended = |(id, user, client, offline): (Id, Id, Id, bool)| EndedGrant {
        id: id.into(),
        user: user.into(),
        client: client.into(),
        offline,
    };
    Ok(rows.into_iter().map(ended).collect())
}

/// The clients that took part in a user session: with an online grant, or with an offline session that began in it.
pub fn list_clients_of_session(tx: &mut Tx<'_>, user: UserId, session: UserSessionId) -> StorageResult<Vec<ClientId>> {
    let session = Id::from(session);
    let clients: Vec<Id> = grants::table
        .filter(grants::user_id.eq(Id::from(user)))
        .filter(grants::online_session_id.eq(session).or(grants::began_in_session_id.eq(session)))
        .select(grants::client_id)
        .distinct()
        .load(tx.connection())?;
    Ok(clients.into_iter().map(Into::into).collect())
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

/// Keeps these grants as they are until the unit ends: no use of theirs comes between a look at them and what it leads to.
pub fn hold_all(tx: &mut Tx<'_>, ids: &[GrantId]) -> StorageResult<()> {
    // SQLite's units take turns anyway.
    if let AnyConnection::Postgres(connection) = tx.connection() {
        for some in ids.chunks(500) {
            let own: Vec<Id> = some.iter().map(|id| Id::from(*id)).collect();
            // In one order, so that none waits for another in a circle.
            let held = grants::table.filter(grants::id.eq_any(own)).order(grants::id).select(grants::id).for_update();
            held.load::<Id>(connection)?;
        }
    }
    Ok(())
}

/// These grants, as far as they still are there.
pub fn delete_all(tx: &mut Tx<'_>, ids: &[GrantId]) -> StorageResult<usize> {
    let ids: Vec<Id> = ids.iter().map(|id| Id::from(*id)).collect();
    delete_ids(tx, &ids)
}

/// Those of these grants that still name exactly these refresh keys, as `list_key_ids_after` gives them.
pub fn delete_naming(tx: &mut Tx<'_>, ids: &[GrantId], named: &[String]) -> StorageResult<usize> {
    let (ids, named) = (ids.iter().map(|id| Id::from(*id)).collect::<Vec<_>>(), named.join(" "));
    let still = grants::table.filter(grants::id.eq_any(ids)).filter(grants::key_id.eq(named));
    Ok(diesel::delete(still).execute(tx.connection())?)
}

fn delete_ids(tx: &mut Tx<'_>, ids: &[Id]) -> StorageResult<usize> {
    let mut deleted = 0;
    for some in ids.chunks(500) {
        deleted += diesel::delete(grants::table.filter(grants::id.eq_any(some.to_vec()))).execute(tx.connection())?;
    }
    Ok(deleted)
}
