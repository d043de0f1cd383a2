//! Totals of the sessions that a filter admits: counted exactly where one request may look at all of them, else from the node's
//! last survey, else of as many as one request may look at. The answer says which.

use super::{MOST_GLANCES, Surveyed, Walk, known, views};
use crate::{
    FlowResult, LoadedRealm, Site,
    admin::{Caller, Permission},
    present_ends::ends_of,
};
use perennial_domain::{
    ClientId, GrantId, Timestamp,
    session_filter::{Glance, SessionFilter},
    session_tally::Tally,
};
use perennial_storage::Tx;
use std::collections::HashMap;

#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub all: Tally,
    /// By `clientId`, the largest first.
    pub clients: Vec<(String, u64)>,
    pub as_of: Timestamp,
    /// Every session that the filter admits is in it.
    pub complete: bool,
}

pub async fn summarise(site: &Site, realm_name: &str, caller: &Caller, filter: SessionFilter) -> FlowResult<Summary> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let survey = site.survey();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        known(tx, realm, &filter)?;
        summary(tx, realm, &filter, survey.as_deref())
    };
    Ok(site.read(realm_name, unit).await?.0)
}

fn summary(tx: &mut Tx<'_>, realm: &LoadedRealm, filter: &SessionFilter, survey: Surveyed<'_>) -> FlowResult<Summary> {
    let now = tx.now()?;
    let mut walk = Walk::open(tx, realm, filter, None)?;
    let mut tallies: HashMap<ClientId, Tally> = HashMap::new();
    while let Some(chunk) = walk.next(tx, MOST_GLANCES)? {
        for (seen, ends_at) in alive(tx, realm, filter, &chunk)? {
            tallies.entry(seen.client_id).or_default().add(seen, ends_at, now);
        }
    }
    let complete = walk.rest.is_none();
    let by_client_only = SessionFilter { client: filter.client, ..SessionFilter::default() };
    if let Some(survey) = survey.filter(|_| !complete && *filter == by_client_only) {
        let own = survey.clients.iter().filter(|(id, _)| realm.model.clients.contains_key(id));
        let own = own.filter(|(id, _)| filter.client.is_none_or(|client| client == **id));
        let tallies = own.map(|(id, tally)| (*id, *tally)).collect();
        return Ok(of_tallies(realm, tallies, survey.taken_at, true));
    }
    Ok(of_tallies(realm, tallies, now, complete))
}

/// Those that live and fit, with their ends.
fn alive<'c>(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    filter: &SessionFilter,
    chunk: &'c [Glance],
) -> FlowResult<Vec<(&'c Glance, Timestamp)>> {
    let fits = |seen: &&Glance| filter.admits(realm.model.realm.id, seen);
    if filter.blocked.is_some() {
        let ids: Vec<GrantId> = chunk.iter().filter(fits).map(|seen| seen.id).collect();
        let shown = views(tx, realm, filter, &ids)?;
        let ends: HashMap<GrantId, Timestamp> = shown.iter().map(|view| (view.grant.id, view.end.at)).collect();
        return Ok(chunk.iter().filter_map(|seen| Some((seen, *ends.get(&seen.id)?))).collect());
    }
    let ends = ends_of(tx, realm, chunk.iter().filter(fits))?;
    let with_end = |seen: &'c Glance| {
        let ends_at = *ends.get(&seen.id)?;
        filter.admits_state(ends_at, false).then_some((seen, ends_at))
    };
    Ok(chunk.iter().filter_map(with_end).collect())
}

fn of_tallies(realm: &LoadedRealm, tallies: HashMap<ClientId, Tally>, as_of: Timestamp, complete: bool) -> Summary {
    let mut all = Tally::default();
    let mut clients = Vec::new();
    for (id, tally) in &tallies {
        all.merge(tally);
        if let Some(client) = realm.model.clients.get(id) {
            clients.push((client.client_id.clone(), tally.total));
        }
    }
    clients.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    Summary { all, clients, as_of, complete }
}
