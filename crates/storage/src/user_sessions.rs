//! User sessions: the single sign-on sessions of browsers. A session's cookie secret is stored as its hash; sessions
//! without one (password grant) have no browser.

use diesel::prelude::*;
use perennial_domain::grant::Place;
use perennial_domain::user_session::{AliveSince, UserSession};
use perennial_domain::{ClientId, RealmId, Timestamp, UserId, UserSessionId};

use crate::columns::to_hash;
use crate::schema::{grants, user_sessions, users};
use crate::sql_types::Id;
use crate::target::AnyConnection;
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = user_sessions)]
pub(crate) struct SessionRow {
    id: Id,
    realm_id: Id,
    user_id: Id,
    auth_at: i64,
    started_at: i64,
    last_used_at: i64,
    ip: String,
    user_agent: String,
}

impl From<SessionRow> for UserSession {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id.into(),
            realm_id: row.realm_id.into(),
            user_id: row.user_id.into(),
            auth_at: Timestamp::from_ms(row.auth_at),
            started_at: Timestamp::from_ms(row.started_at),
            last_used_at: Timestamp::from_ms(row.last_used_at),
            place: Place { ip: row.ip, user_agent: row.user_agent },
        }
    }
}

pub fn insert(tx: &mut Tx<'_>, session: &UserSession, secret_hash: Option<&[u8; 32]>) -> StorageResult<()> {
    diesel::insert_into(user_sessions::table)
        .values((
            user_sessions::id.eq(Id::from(session.id)),
            user_sessions::realm_id.eq(Id::from(session.realm_id)),
            user_sessions::user_id.eq(Id::from(session.user_id)),
            user_sessions::secret_hash.eq(secret_hash.map(<[u8; 32]>::as_slice)),
            user_sessions::auth_at.eq(session.auth_at.as_ms()),
            user_sessions::started_at.eq(session.started_at.as_ms()),
            user_sessions::last_used_at.eq(session.last_used_at.as_ms()),
            user_sessions::ip.eq(&session.place.ip),
            user_sessions::user_agent.eq(&session.place.user_agent),
        ))
        .execute(tx.connection())?;
    Ok(())
}

pub fn find(tx: &mut Tx<'_>, id: UserSessionId) -> StorageResult<Option<UserSession>> {
    let own = user_sessions::table.find(Id::from(id)).select(SessionRow::as_select());
    Ok(own.first(tx.connection()).optional()?.map(Into::into))
}

/// Keeps the session until the unit ends: whoever uses it, or begins something in it, has come first, or finds it gone. For whoever
/// ends it, after its user's row and before its grants.
pub fn hold(tx: &mut Tx<'_>, id: UserSessionId) -> StorageResult<()> {
    // SQLite has one writer.
    if let AnyConnection::Postgres(connection) = tx.connection() {
        let own = user_sessions::table.find(Id::from(id)).select(user_sessions::id).for_update();
        own.first::<Id>(connection).optional()?;
    }
    Ok(())
}

/// The session, which does not end until the unit does. For whoever begins a grant in it; uses of it need not wait.
pub fn find_kept(tx: &mut Tx<'_>, id: UserSessionId) -> StorageResult<Option<UserSession>> {
    if let AnyConnection::Postgres(connection) = tx.connection() {
        let own = user_sessions::table.find(Id::from(id)).select(user_sessions::id).for_key_share();
        own.first::<Id>(connection).optional()?;
    }
    find(tx, id)
}

/// With the hash that the browser's secret must have. One that its user's floor has ended is gone, whenever its row is removed.
pub fn find_with_secret(tx: &mut Tx<'_>, id: UserSessionId) -> StorageResult<Option<(UserSession, Option<[u8; 32]>)>> {
    let own = user_sessions::table
        .inner_join(users::table.on(users::id.eq(user_sessions::user_id)))
        .filter(user_sessions::id.eq(Id::from(id)))
        .filter(user_sessions::started_at.ge(users::online_ended_before_at))
        .select((SessionRow::as_select(), user_sessions::secret_hash));
    let found: Option<(SessionRow, Option<Vec<u8>>)> = own.first(tx.connection()).optional()?;
    let Some((row, hash)) = found else { return Ok(None) };
    Ok(Some((row.into(), hash.map(to_hash).transpose()?)))
}

/// Oldest first.
pub fn list_of_user(tx: &mut Tx<'_>, user: UserId) -> StorageResult<Vec<UserSession>> {
    let rows: Vec<SessionRow> = user_sessions::table
        .filter(user_sessions::user_id.eq(Id::from(user)))
        .order(user_sessions::id)
        .select(SessionRow::as_select())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The same in pages: at most `max` behind `after`.
pub fn list_of_user_after(
    tx: &mut Tx<'_>,
    user: UserId,
    after: Option<UserSessionId>,
    max: i64,
) -> StorageResult<Vec<UserSession>> {
    let after = after.map_or(Id(uuid::Uuid::nil()), Id::from);
    let rows: Vec<SessionRow> = user_sessions::table
        .filter(user_sessions::user_id.eq(Id::from(user)))
        .filter(user_sessions::id.gt(after))
        .order(user_sessions::id)
        .limit(max)
        .select(SessionRow::as_select())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The newest first: at most `max` behind `after`.
pub fn list_newest_of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    after: Option<UserSessionId>,
    max: i64,
) -> StorageResult<Vec<UserSession>> {
    let after = after.map_or(Id(uuid::Uuid::max()), Id::from);
    let rows: Vec<SessionRow> = user_sessions::table
        .filter(user_sessions::user_id.eq(Id::from(user)))
        .filter(user_sessions::id.lt(after))
        .order(user_sessions::id.desc())
        .limit(max)
        .select(SessionRow::as_select())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Which clients have online grants in which of these sessions.
pub fn clients_in(tx: &mut Tx<'_>, sessions: &[UserSessionId]) -> StorageResult<Vec<(UserSessionId, ClientId)>> {
    let ids: Vec<Id> = sessions.iter().map(|id| Id::from(*id)).collect();
    let pairs: Vec<(Id, Id)> = grants::table
        .filter(grants::online_session_id.assume_not_null().eq_any(ids))
        .select((grants::online_session_id.assume_not_null(), grants::client_id))
        .distinct()
        .load(tx.connection())?;
    Ok(pairs.into_iter().map(|(session, client)| (session.into(), client.into())).collect())
}

/// In how many live sessions of a realm each client has an online grant. Those without any are left out.
pub fn count_by_client(tx: &mut Tx<'_>, realm: RealmId, alive: AliveSince) -> StorageResult<Vec<(ClientId, i64)>> {
    let counts: Vec<(Id, i64)> = user_sessions::table
        .inner_join(grants::table.on(grants::online_session_id.eq(user_sessions::id.nullable())))
        .filter(user_sessions::realm_id.eq(Id::from(realm)))
        .filter(user_sessions::last_used_at.ge(alive.used_from.as_ms()))
        .filter(user_sessions::started_at.ge(alive.started_from.as_ms()))
        .group_by(grants::client_id)
        .select((grants::client_id, diesel::dsl::count(user_sessions::id).aggregate_distinct()))
        .load(tx.connection())?;
    Ok(counts.into_iter().map(|(client, count)| (client.into(), count)).collect())
}

/// Records a use. The mark never goes back; `false` where the session is gone.
pub fn touch(tx: &mut Tx<'_>, id: UserSessionId, now: Timestamp) -> StorageResult<bool> {
    let own = user_sessions::table
        .filter(user_sessions::id.eq(Id::from(id)))
        .filter(user_sessions::last_used_at.le(now.as_ms()));
    Ok(diesel::update(own).set(user_sessions::last_used_at.eq(now.as_ms())).execute(tx.connection())? == 1)
}

/// The user proved who they are once more: the session goes on under a new secret.
pub fn reauthenticate(
    tx: &mut Tx<'_>,
    id: UserSessionId,
    now: Timestamp,
    secret_hash: &[u8; 32],
) -> StorageResult<bool> {
    let changed = diesel::update(user_sessions::table.find(Id::from(id)))
        .set((user_sessions::secret_hash.eq(Some(secret_hash.as_slice())), user_sessions::auth_at.eq(now.as_ms())))
        .execute(tx.connection())?;
    touch(tx, id, now)?;
    Ok(changed == 1)
}

/// `false` where it had ended already.
pub fn delete(tx: &mut Tx<'_>, id: UserSessionId) -> StorageResult<bool> {
    Ok(diesel::delete(user_sessions::table.find(Id::from(id))).execute(tx.connection())? == 1)
}

/// Whose, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionsOf {
    Realm(RealmId),
    User(UserId),
}

/// At most `max` of those that started before this instant, each with its user.
pub fn list_started_before(
    tx: &mut Tx<'_>,
    of: SessionsOf,
    before: Timestamp,
    max: i64,
) -> StorageResult<Vec<(UserSessionId, UserId)>> {
    let mut query = user_sessions::table.filter(user_sessions::started_at.lt(before.as_ms())).into_boxed();
    query = match of {
        SessionsOf::Realm(realm) => query.filter(user_sessions::realm_id.eq(Id::from(realm))),
        SessionsOf::User(user) => query.filter(user_sessions::user_id.eq(Id::from(user))),
    };
    let found: Vec<(Id, Id)> =
        query.select((user_sessions::id, user_sessions::user_id)).limit(max).load(tx.connection())?;
    Ok(found.into_iter().map(|(id, user)| (id.into(), user.into())).collect())
}

/// The next `max` of the whole database in the order of their start, for a walk over all of them.
pub fn list_after(tx: &mut Tx<'_>, after: Option<UserSessionId>, max: i64) -> StorageResult<Vec<UserSession>> {
    let after = after.map_or(Id(uuid::Uuid::nil()), Id::from);
    let rows: Vec<SessionRow> = user_sessions::table
        .filter(user_sessions::id.gt(after))
        .order(user_sessions::id)
        .limit(max)
        .select(SessionRow::as_select())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(Into::into).collect())
}
