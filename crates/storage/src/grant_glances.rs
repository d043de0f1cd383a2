//! Glances at grants in the order of their start, for lists, summaries and bulk endings: narrow rows from an index or from the
//! table itself, never more than asked for, so that each call has a known cost whatever is stored and whatever is looked for.

use diesel::prelude::*;
use perennial_domain::session_filter::{Glance, SessionFilter};
use perennial_domain::{ClientId, GrantId, RealmId, Timestamp, UserId};

use crate::along_client::{NextOfClient, OfClient};
use crate::columns::to_floors;
use crate::consents::ConsentRow;
use crate::fragments::RolesOfUser;
use crate::grant_row::{GrantRow, held_scopes};
use crate::held_grant::{HeldGrant, HeldRow, held_columns, held_grants};
use crate::schema::{clients, consents, grants, user_sessions, users};
use crate::sql_types::Id;
use crate::user_sessions::SessionRow;
use crate::users::UserRow;
use crate::{StorageResult, Tx};

/// Along which index to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// Every grant there is, of all realms: the table is clustered by start. What one realm's admins ask for goes by [`Self::of`].
    All,
    Client(ClientId),
    User(UserId),
}

impl Scan {
    /// The narrowest one that holds all that a filter may admit; `None` where that is a whole realm, which goes client by client.
    pub fn of(filter: &SessionFilter) -> Option<Self> {
        filter.user.map(Self::User).or(filter.client.map(Self::Client))
    }
}

/// From where, and in which direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub after: Option<GrantId>,
    pub newest_first: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
struct GlanceRow {
    id: Id,
    realm_id: Id,
    client_id: Id,
    user_id: Id,
    offline: bool,
    paused_at: Option<i64>,
    started_at: i64,
    last_used_at: i64,
    chosen_end_at: Option<i64>,
    scope: String,
    resources: Option<String>,
    began_ip: String,
    last_ip: Option<String>,
}

/// With the user's floors.
type FlooredRow = (GlanceRow, i64, i64);

macro_rules! glances {
    () => {
        grants::table.inner_join(users::table.on(users::id.eq(grants::user_id))).select((
            GlanceRow::as_select(),
            users::ended_if_used_before_at,
            users::ended_if_started_before_at,
        ))
    };
}

fn seen((row, used_floor, started_floor): FlooredRow) -> Glance {
    Glance {
        id: row.id.into(),
        realm_id: row.realm_id.into(),
        client_id: row.client_id.into(),
        user_id: row.user_id.into(),
        offline: row.offline,
        paused: row.paused_at.is_some(),
        started_at: Timestamp::from_ms(row.started_at),
        last_used_at: Timestamp::from_ms(row.last_used_at),
        chosen_end_at: row.chosen_end_at.map(Timestamp::from_ms),
        scope: held_scopes(row.scope),
        resources: row.resources,
        began_ip: row.began_ip,
        last_ip: row.last_ip,
        // Glances judge offline sessions only.
        user_floors: to_floors(used_floor, started_floor, 0),
    }
}

/// The next `max` grants, online ones among them.
pub fn glance(tx: &mut Tx<'_>, scan: Scan, position: Position, max: i64) -> StorageResult<Vec<Glance>> {
    let mut query = glances!().into_boxed();
    if let Scan::Client(client) = scan {
        query = query.filter(OfClient::behind(client, position));
        query = match position.newest_first {
            true => query.order((grants::client_id.desc(), grants::id.desc())),
            false => query.order((grants::client_id.asc(), grants::id.asc())),
        };
        let rows: Vec<FlooredRow> = query.limit(max).load(tx.connection())?;
        return Ok(rows.into_iter().map(seen).collect());
    }
    if let Scan::User(user) = scan {
        query = query.filter(grants::user_id.eq(Id::from(user)));
    }
    if let Some(after) = position.after {
        let after = Id::from(after);
        query = match position.newest_first {
            true => query.filter(grants::id.lt(after)),
            false => query.filter(grants::id.gt(after)),
        };
    }
    query = match position.newest_first {
        true => query.order(grants::id.desc()),
        false => query.order(grants::id.asc()),
    };
    let rows: Vec<FlooredRow> = query.limit(max).load(tx.connection())?;
    Ok(rows.into_iter().map(seen).collect())
}

/// Of each client of a realm the grant that comes next; clients that have none are left out.
pub fn heads(tx: &mut Tx<'_>, realm: RealmId, position: Position) -> StorageResult<Vec<(ClientId, GrantId)>> {
    let rows: Vec<(Id, Option<Id>)> = clients::table
        .filter(clients::realm_id.eq(Id::from(realm)))
        .select((clients::id, NextOfClient::behind(position)))
        .load(tx.connection())?;
    Ok(rows.into_iter().filter_map(|(client, head)| Some((client.into(), head?.into()))).collect())
}

/// These grants, as far as they still are there, in no order.
pub fn glance_at(tx: &mut Tx<'_>, ids: &[GrantId]) -> StorageResult<Vec<Glance>> {
    let ids: Vec<Id> = ids.iter().map(|id| Id::from(*id)).collect();
    let rows: Vec<FlooredRow> = glances!().filter(grants::id.eq_any(ids)).load(tx.connection())?;
    Ok(rows.into_iter().map(seen).collect())
}

/// The same with everything that decides whether they may be used.
pub fn list_held(tx: &mut Tx<'_>, ids: &[GrantId]) -> StorageResult<Vec<HeldGrant>> {
    let ids: Vec<Id> = ids.iter().map(|id| Id::from(*id)).collect();
    let rows: Vec<HeldRow> =
        held_grants!().filter(grants::id.eq_any(ids)).select(held_columns!()).load(tx.connection())?;
    rows.into_iter().map(HeldGrant::from_row).collect()
}
