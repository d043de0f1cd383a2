//! Pages in the order of last use or of end, which no index holds: sorted here where one request may look at all that match,
//! else taken from the node's last survey.

use super::{Cursor, Found, MOST_GLANCES, Order, Search, Surveyed, Walk, views};
use crate::{FlowResult, LoadedRealm, survey::Run};
use perennial_domain::{GrantId, Timestamp, session_filter::Glance};
use perennial_storage::{
    Tx,
    grants::{self, Position},
};

/// Sessions of a survey that one page is made from.
const MOST_CHECKED: usize = 1_000;
const PART: usize = 100;

type Keyed = (Timestamp, GrantId);

pub(super) fn page(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, survey: Surveyed<'_>) -> FlowResult<Found> {
    let now = tx.now()?;
    let mut walk = Walk::along(&search.filter, Position { after: None, newest_first: true });
    let mut keyed = Vec::new();
    while let Some(chunk) = walk.next(tx, MOST_GLANCES)? {
        keyed.extend(keys(realm, search, &chunk, now));
    }
    if walk.rest.is_none() {
        return cut(tx, realm, search, keyed);
    }
    let runs: Vec<&Run> = survey.iter().flat_map(|survey| runs_of(realm, search, survey)).collect();
    let as_they_stand = checked(tx, realm, search, &runs)?;
    let mut found = cut(tx, realm, search, as_they_stand)?;
    found.surveyed_at = Some(survey.map_or(Timestamp::default(), |survey| survey.taken_at));
    Ok(found)
}

/// Those that match and live, with the key of the order.
fn keys(realm: &LoadedRealm, search: &Search, seen: &[Glance], now: Timestamp) -> Vec<Keyed> {
    let matching = seen.iter().filter(|seen| search.filter.admits(realm.model.realm.id, seen));
    let key = |seen: &Glance| {
        let ends_at = seen.alive_until(&realm.model, now)?;
        Some(match search.order {
            Order::Start => seen.started_at,
            Order::LastUse => seen.last_used_at,
            Order::End => ends_at,
        })
    };
    matching.filter_map(|seen| Some((key(seen)?, seen.id))).collect()
}

/// The page after the cursor, of all that there are.
fn cut(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, mut keyed: Vec<Keyed>) -> FlowResult<Found> {
    keyed.sort_unstable();
    if search.descending {
        keyed.reverse();
    }
    let passed = |at: &Keyed| match search.after {
        None => false,
        Some(Cursor { key, id }) if search.descending => *at >= (key, id),
        Some(Cursor { key, id }) => *at <= (key, id),
    };
    let rest: Vec<Keyed> = keyed.into_iter().skip_while(passed).collect();
    let mut found = Found::default();
    let mut skip = search.first;
    for part in rest.chunks(PART) {
        let ids: Vec<GrantId> = part.iter().map(|(_, id)| *id).collect();
        for view in views(tx, realm, &search.filter, &ids)? {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let key = part.iter().find(|(_, id)| *id == view.grant.id).map(|(key, _)| *key);
            let last = Cursor { key: key.unwrap_or_default(), id: view.grant.id };
            found.sessions.push(view);
            if found.sessions.len() == search.max {
                let is_last = rest.last().is_none_or(|(_, id)| *id == last.id);
                found.next = (!is_last).then_some(last);
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn runs_of<'s>(
    realm: &'s LoadedRealm,
    search: &'s Search,
    survey: &'s crate::survey::Survey,
) -> impl Iterator<Item = &'s Run> {
    let own = realm.model.clients.keys().filter(|id| search.filter.client.is_none_or(|client| client == **id));
    own.filter_map(|id| survey.clients.get(id)).map(|client| match (search.order, search.descending) {
        (Order::End, false) => &client.ending,
        (Order::End, true) => &client.lasting,
        (_, false) => &client.unused,
        (_, true) => &client.used,
    })
}

/// The sessions of the runs that come next, as they stand now. What lies behind the end of a run is not known, so nothing beyond
/// the first such end is told.
fn checked(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, runs: &[&Run]) -> FlowResult<Vec<Keyed>> {
    let beyond = |at: Timestamp, edge: Timestamp| if search.descending { at < edge } else { at > edge };
    let edges = runs.iter().filter(|run| run.goes_on).filter_map(|run| run.first.last()).map(|(at, _)| *at);
    let mut edge = if search.descending { edges.max() } else { edges.min() };
    let mut next: Vec<Keyed> = runs.iter().flat_map(|run| &run.first).copied().collect();
    next.sort_unstable();
    if search.descending {
        next.reverse();
    }
    // A session that was used since may stand later by now, so the look starts at the cursor's key, not behind it.
    next.retain(|(at, _)| search.after.is_none_or(|after| !beyond(after.key, *at)));
    if let Some((at, _)) = next.get(MOST_CHECKED).copied() {
        next.truncate(MOST_CHECKED);
        edge = Some(edge.map_or(at, |edge| if beyond(edge, at) { at } else { edge }));
    }
    let ids: Vec<GrantId> = next.into_iter().map(|(_, id)| id).collect();
    let (now, mut keyed) = (tx.now()?, Vec::new());
    for part in ids.chunks(PART * 5) {
        keyed.extend(keys(realm, search, &grants::glance_at(tx, part)?, now));
    }
    keyed.retain(|(at, _)| edge.is_none_or(|edge| !beyond(*at, edge)));
    Ok(keyed)
}
