//! Offline sessions found by a filter: pages in the order of start, last use or end, totals, and what a bulk ending would end.
//!
//! No request reads more than a known number of rows. Pages by start go on where the last look ended, so they are complete at any
//! size. Other orders are exact where no more sessions match than one request may look at; beyond that they are those of the
//! node's last [`crate::survey`].

mod by_key;
mod in_order;
mod summary;
mod walk;

pub(super) use in_order::InOrder;
pub use summary::{Summary, summarise};
pub(super) use walk::{Stand, Walk};

use super::{Caller, Permission};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    session_view::{self, SessionView},
};
use perennial_domain::{
    GrantId, Timestamp,
    access::Blocked,
    session_filter::{Glance, SessionFilter},
};
use perennial_storage::{
    Tx,
    grants::{self, Position},
};
use std::collections::HashMap;

/// Rows that one request may glance at: well under 50 ms.
pub const MOST_GLANCES: usize = 4_000;
/// Skipping reads all that is skipped; a cursor does not.
const MOST_SKIPPED: usize = 10_000;
/// Sessions that are read whole at once.
const PART: usize = 100;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Start,
    LastUse,
    End,
}

/// Where the page before ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Of the order, in Unix milliseconds.
    pub key: Timestamp,
    pub id: GrantId,
}

#[derive(Clone, Debug)]
pub struct Search {
    pub filter: SessionFilter,
    pub order: Order,
    pub descending: bool,
    pub after: Option<Cursor>,
    /// Keycloak's offset, for its tools: prefer `after`.
    pub first: usize,
    pub max: usize,
}

#[derive(Default)]
pub struct Found {
    pub sessions: Vec<SessionView>,
    /// Set where more may follow; a page may be short, or empty, and go on.
    pub next: Option<Cursor>,
    /// The order is that of the last survey.
    pub surveyed_at: Option<Timestamp>,
}

pub async fn list(
    site: &Site,
    realm_name: &str,
    caller: &Caller,
    permission: Permission,
    search: Search,
) -> FlowResult<Found> {
    caller.require(permission, realm_name)?;
    find(site, realm_name, search).await
}

/// The same for who runs the server.
pub async fn find(site: &Site, realm_name: &str, search: Search) -> FlowResult<Found> {
    let survey = site.survey();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        known(tx, realm, &search.filter)?;
        match search.order {
            Order::Start => by_start(tx, realm, &search, survey.as_deref()),
            Order::LastUse | Order::End => by_key::page(tx, realm, &search, survey.as_deref()),
        }
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// A client or user that is not of this realm is not there.
pub(super) fn known(tx: &mut Tx<'_>, realm: &LoadedRealm, filter: &SessionFilter) -> FlowResult<()> {
    if filter.client.is_some_and(|client| !realm.model.clients.contains_key(&client)) {
        return Err(FlowError::NotFound("Client not found"));
    }
    if let Some(user) = filter.user {
        let found = perennial_storage::users::find(tx, realm.model.realm.id, user)?;
        found.ok_or(FlowError::NotFound("User not found"))?;
    }
    Ok(())
}

fn by_start(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    search: &Search,
    survey: Option<&crate::survey::Survey>,
) -> FlowResult<Found> {
    let mut after = search.after.map(|cursor| cursor.id);
    let mut found = Found::default();
    let mut skip = search.first;
    // Deep in the realm's whole list the last survey knows the way.
    if search.after.is_none() && search.filter.is_empty() && search.first > MOST_GLANCES {
        let orders = survey.and_then(|survey| survey.orders.get(&realm.model.realm.id));
        let before = orders.map(|orders| orders.before(search.first, search.descending)).transpose()?.flatten();
        if let Some(before) = before {
            after = Some(before);
            skip = 0;
            found.surveyed_at = survey.map(|survey| survey.taken_at);
        }
    }
    if skip > MOST_SKIPPED {
        return Err(too_far());
    }
    let most = MOST_GLANCES + skip;
    let mut rows = InOrder::open(tx, realm, &search.filter, Position { after, newest_first: search.descending })?;
    while let Some(part) = rows.next(tx, most)? {
        let matching = matching(realm, &search.filter, &part);
        for view in views(tx, realm, &search.filter, &matching)? {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            found.next = Some(Cursor { key: view.grant.started_at, id: view.grant.id });
            found.sessions.push(view);
            if found.sessions.len() == search.max {
                return Ok(found);
            }
        }
    }
    found.next = rows.rest.map(|id| Cursor { key: Timestamp::default(), id });
    Ok(found)
}

fn too_far() -> FlowError {
    FlowError::Invalid("first must be from 0 to 10000 here; further on goes after, which a Link header gives".into())
}

fn matching(realm: &LoadedRealm, filter: &SessionFilter, part: &[Glance]) -> Vec<GrantId> {
    part.iter().filter(|seen| filter.admits(realm.model.realm.id, seen)).map(|seen| seen.id).collect()
}

/// Those that are alive and fit the rest of the filter, in the order of `ids`.
pub(super) fn views(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    filter: &SessionFilter,
    ids: &[GrantId],
) -> FlowResult<Vec<SessionView>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now()?;
    let held = grants::list_held(tx, ids)?.into_iter().map(|held| (held.grant.id, held));
    let mut held: HashMap<GrantId, _> = held.collect();
    let shown = ids.iter().filter_map(|id| session_view::view(realm, held.remove(id)?, now));
    Ok(shown.filter(|view| filter.admits_state(view.end.at, is_blocked(view))).collect())
}

/// A pause has a filter of its own.
fn is_blocked(view: &SessionView) -> bool {
    view.blocked.is_some_and(|blocked| blocked != Blocked::Paused)
}

/// For whoever asks for the node's last survey.
pub(super) type Surveyed<'a> = Option<&'a crate::survey::Survey>;
