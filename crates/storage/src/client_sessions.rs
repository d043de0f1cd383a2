//! The user sessions in which a client has online grants. Its grants say which those are, along an index that has nothing else,
//! so that it costs nothing how many offline sessions it has; the sessions themselves are then read by their ids.

use diesel::prelude::*;
use perennial_domain::user_session::{AliveSince, UserSession};
use perennial_domain::{ClientId, Timestamp, UserId, UserSessionId};

use crate::along_client::OnlineOfClient;
use crate::schema::{grants, user_sessions, users};
use crate::sql_types::Id;
use crate::user_sessions::SessionRow;
use crate::{StorageResult, Tx};

/// User sessions read by one statement where all of them are looked at.
const PAGE: i64 = 500;

/// Sessions, each with its user's name, and behind which to go on where there may be more.
pub type Part = (Vec<(UserSession, String)>, Option<UserSessionId>);

/// Those of the next `max` online grants, oldest first.
pub fn list(tx: &mut Tx<'_>, client: ClientId, after: Option<UserSessionId>, max: i64) -> StorageResult<Part> {
    let (ids, next) = named(tx, client, after, max)?;
    if ids.is_empty() {
        return Ok((Vec::new(), None));
    }
    let rows: Vec<(SessionRow, String)> = user_sessions::table
        .inner_join(users::table.on(users::id.eq(user_sessions::user_id)))
        .filter(user_sessions::id.eq_any(ids))
        .order(user_sessions::id)
        .select((SessionRow::as_select(), users::username))
        .load(tx.connection())?;
    Ok((rows.into_iter().map(|(row, username)| (row.into(), username)).collect(), next))
}

/// How many of them are alive.
pub fn count(tx: &mut Tx<'_>, client: ClientId, alive: AliveSince) -> StorageResult<i64> {
    let (mut sum, mut after) = (0, None);
    loop {
        let (ids, next) = named(tx, client, after, PAGE)?;
        if ids.is_empty() {
            return Ok(sum);
        }
        let own = user_sessions::table
            .filter(user_sessions::id.eq_any(ids))
            .filter(user_sessions::last_used_at.ge(alive.used_from.as_ms()))
            .filter(user_sessions::started_at.ge(alive.started_from.as_ms()));
        sum += own.count().get_result::<i64>(tx.connection())?;
        if next.is_none() {
            return Ok(sum);
        }
        after = next;
    }
}

/// At most `max` of those in which the client took part before this instant, each with its user. Also where the session itself
/// is gone already.
pub fn list_entered_before(
    tx: &mut Tx<'_>,
    client: ClientId,
    before: Timestamp,
    max: i64,
) -> StorageResult<Vec<(UserSessionId, UserId)>> {
    let (mut found, mut after) = (Vec::<(Id, Id)>::new(), None);
    loop {
        let (ids, next) = named(tx, client, after, max)?;
        if ids.is_empty() {
            break;
        }
        let rows: Vec<(Id, Id, Id)> = grants::table
            .filter(grants::online_session_id.assume_not_null().eq_any(ids))
            .filter(grants::started_at.lt(before.as_ms()))
            .select((grants::online_session_id.assume_not_null(), grants::user_id, grants::client_id))
            .load(tx.connection())?;
        // Asked in the statement, the client would lead SQLite to all that it has.
        let own = rows.into_iter().filter(|(_, _, of)| *of == Id::from(client));
        let mut page: Vec<(Id, Id)> = own.map(|(session, user, _)| (session, user)).collect();
        page.sort_unstable_by_key(|(session, _)| session.0);
        // A client may have several grants in one session, all of its user.
        page.dedup();
        found.extend(page);
        if next.is_none() || found.len() as i64 >= max {
            break;
        }
        after = next;
    }
    found.truncate(usize::try_from(max).unwrap_or_default());
    Ok(found.into_iter().map(|(session, user)| (session.into(), user.into())).collect())
}

/// The user sessions that the next `max` online grants of a client name, and behind which to go on where there may be more.
fn named(
    tx: &mut Tx<'_>,
    client: ClientId,
    after: Option<UserSessionId>,
    max: i64,
) -> StorageResult<(Vec<Id>, Option<UserSessionId>)> {
    let mut ids: Vec<Id> = grants::table
        .filter(OnlineOfClient::behind(client, after))
        .order((grants::client_id, grants::online_session_id))
        // Nothing more: PostgreSQL reads that from the index alone, and prefers it for that.
        .select(grants::online_session_id.assume_not_null())
        .limit(max)
        .load(tx.connection())?;
    let next = ids.last().copied().filter(|_| ids.len() as i64 == max);
    ids.dedup();
    Ok((ids, next.map(Into::into)))
}
