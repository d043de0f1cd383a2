//! Sign-in sessions as an admin sees them: those of a user, those in which a client has tokens, and how many of both kinds each
//! client has.

use super::{Caller, Permission};
use crate::{FlowError, FlowResult, LoadedRealm, Site, account::Part};
use perennial_domain::{
    ClientId, UserId, UserSessionId,
    client::Client,
    session_filter::SessionFilter,
    session_tally::Tally,
    user_session::{AliveSince, UserSession},
};
use perennial_storage::{Tx, client_sessions, user_sessions, users};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Sessions read by one statement.
const CHUNK: i64 = 500;
/// Larger clients are counted from the node's last survey, if there is one.
const MOST_COUNTED: u64 = 50_000;

pub struct OnlineSession {
    pub session: UserSession,
    pub username: String,
    /// The clients that have tokens in it, by UUID and `clientId`.
    pub clients: BTreeMap<String, String>,
}

/// One page, the oldest first, and where the next one starts.
pub type Page = (Vec<OnlineSession>, Option<UserSessionId>);

pub async fn list_of_user(
    site: &Site,
    realm_name: &str,
    caller: &Caller,
    user: UserId,
    part: Part<UserSessionId>,
) -> FlowResult<Page> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = users::find(tx, realm.model.realm.id, user)?.ok_or(FlowError::NotFound("User not found"))?;
        let (now, policy) = (tx.now()?, &realm.model.realm.settings.token_policy);
        let (mut alive, mut after) = (Vec::new(), part.after);
        let most = part.first.saturating_add(part.max);
        loop {
            let chunk = user_sessions::list_of_user_after(tx, user, after, CHUNK)?;
            after = chunk.last().map(|session| session.id).filter(|_| chunk.len() as i64 == CHUNK);
            alive.extend(chunk.into_iter().filter(|session| session.is_alive(policy, now)));
            if after.is_none() || alive.len() > most {
                break;
            }
        }
        let goes_on = alive.len() > most;
        alive.truncate(most);
        let alive = alive.split_off(part.first.min(alive.len()));
        let ids: Vec<UserSessionId> = alive.iter().map(|session| session.id).collect();
        let next = ids.last().copied().filter(|_| goes_on);
        let mut clients: HashMap<UserSessionId, BTreeMap<String, String>> = HashMap::new();
        for (session, client) in user_sessions::clients_in(tx, &ids)? {
            clients.entry(session).or_default().extend(realm.model.clients.get(&client).map(named));
        }
        let shown = alive.into_iter().map(|session| OnlineSession {
            clients: clients.remove(&session.id).unwrap_or_default(),
            username: found.username.clone(),
            session,
        });
        Ok((shown.collect(), next))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Behind a session, or after Keycloak's offset.
pub async fn list_of_client(
    site: &Site,
    realm_name: &str,
    caller: &Caller,
    client: ClientId,
    part: Part<UserSessionId>,
) -> FlowResult<Page> {
    let Part { after, first, max } = part;
    caller.require(Permission::ViewClients, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = realm.model.clients.get(&client).ok_or(FlowError::NotFound("Client not found"))?;
        let shown = alive(tx, realm, client, after, first.saturating_add(max).saturating_add(1))?;
        let mut rest = shown.into_iter().skip(first);
        let page: Vec<_> = rest.by_ref().take(max).collect();
        let next = page.last().map(|(session, _)| session.id).filter(|_| rest.next().is_some());
        let shown = page.into_iter().map(|(session, username)| OnlineSession {
            session,
            username,
            clients: BTreeMap::from([named(client)]),
        });
        Ok((shown.collect(), next))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn count_of_client(site: &Site, realm_name: &str, caller: &Caller, client: ClientId) -> FlowResult<u64> {
    caller.require(Permission::ViewClients, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = realm.model.clients.get(&client).ok_or(FlowError::NotFound("Client not found"))?;
        let alive = AliveSince::of(&realm.model.realm.settings.token_policy, tx.now()?);
        Ok(u64::try_from(client_sessions::count(tx, client.id, alive)?).unwrap_or_default())
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// A client's sessions of both kinds.
pub struct Stats {
    pub id: ClientId,
    pub client_id: String,
    pub active: u64,
    pub offline: u64,
}

/// Of the clients that have any, by `clientId`; where there are very many, as of the last minute.
pub async fn stats(site: &Site, realm_name: &str, caller: &Caller) -> FlowResult<Vec<Stats>> {
    caller.require(Permission::ViewRealm, realm_name)?;
    let (survey, kept) = (site.survey(), Arc::clone(&site.online_counts));
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let surveyed: HashMap<ClientId, u64> = survey.iter().flat_map(|survey| &survey.clients).map(total_of).collect();
        let (realm_id, now) = (realm.model.realm.id, tx.now()?);
        let online = match kept.find(realm_id, now) {
            Some(online) => online,
            None => kept.keep(realm_id, now, counts(tx, realm)?),
        };
        let mut all = Vec::new();
        for client in realm.model.clients.values() {
            let offline = match surveyed.get(&client.id) {
                Some(total) if *total > MOST_COUNTED => *total,
                _ => super::sessions::count_alive(tx, realm, client, &SessionFilter::default())?,
            };
            let active = online.get(&client.id).copied().unwrap_or_default();
            if active + offline > 0 {
                all.push(Stats { id: client.id, client_id: client.client_id.clone(), active, offline });
            }
        }
        all.sort_by(|a, b| a.client_id.cmp(&b.client_id));
        Ok(all)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Live sign-in sessions by client, counted by the database.
fn counts(tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<HashMap<ClientId, u64>> {
    let alive = AliveSince::of(&realm.model.realm.settings.token_policy, tx.now()?);
    let counted = user_sessions::count_by_client(tx, realm.model.realm.id, alive)?;
    Ok(counted.into_iter().map(|(client, count)| (client, u64::try_from(count).unwrap_or_default())).collect())
}

fn total_of((id, tally): (&ClientId, &Tally)) -> (ClientId, u64) {
    (*id, tally.total)
}

/// The first `most` live ones behind `after`.
fn alive(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    mut after: Option<UserSessionId>,
    most: usize,
) -> FlowResult<Vec<(UserSession, String)>> {
    let now = tx.now()?;
    let policy = &realm.model.realm.settings.token_policy;
    let mut shown = Vec::new();
    loop {
        let (chunk, rest) = client_sessions::list(tx, client.id, after, CHUNK)?;
        after = rest;
        shown.extend(chunk.into_iter().filter(|(session, _)| session.is_alive(policy, now)));
        if rest.is_none() || shown.len() >= most {
            shown.truncate(most);
            return Ok(shown);
        }
    }
}

fn named(client: &Client) -> (String, String) {
    (client.id.to_string(), client.client_id.clone())
}
