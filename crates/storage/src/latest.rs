//! The latest instants that something of a user, a client or a realm counts from. They may lie ahead of the clock: it may have
//! been put back, and what begins after an ending counts from after that.

use diesel::dsl::max;
use diesel::prelude::*;
use perennial_domain::{ClientId, RealmId, Timestamp, UserId};

use crate::event_id::lowest_at;
use crate::schema::{grants, user_sessions};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

/// The start of a user's youngest grant or user session.
pub fn start_of_user(tx: &mut Tx<'_>, user: UserId) -> StorageResult<Option<Timestamp>> {
    let user = Id::from(user);
    let own = grants::table.filter(grants::user_id.eq(user)).select(max(grants::started_at));
    let grant: Option<i64> = own.get_result(tx.connection())?;
    let own = user_sessions::table.filter(user_sessions::user_id.eq(user)).select(max(user_sessions::started_at));
    let session: Option<i64> = own.get_result(tx.connection())?;
    Ok(grant.max(session).map(Timestamp::from_ms))
}

/// The start of a realm's youngest grant or user session, its grants of one client only where that is named. Looks at what was
/// made since an instant: ids carry theirs, so that it is a short walk.
pub fn start_in_realm(
    tx: &mut Tx<'_>,
    realm: RealmId,
    client: Option<ClientId>,
    since: Timestamp,
) -> StorageResult<Option<Timestamp>> {
    let (realm, since) = (Id::from(realm), Id::from(lowest_at(since)));
    let mut young = grants::table.filter(grants::id.ge(since)).filter(grants::realm_id.eq(realm)).into_boxed();
    if let Some(client) = client {
        young = young.filter(grants::client_id.eq(Id::from(client)));
    }
    let grant: Option<i64> = young.select(max(grants::started_at)).get_result(tx.connection())?;
    let young = user_sessions::table.filter(user_sessions::id.ge(since)).filter(user_sessions::realm_id.eq(realm));
    let session: Option<i64> = young.select(max(user_sessions::started_at)).get_result(tx.connection())?;
    Ok(grant.max(session).map(Timestamp::from_ms))
}
