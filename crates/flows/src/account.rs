//! What a user sees and does about the apps that act for them.

use crate::{
    FlowResult, LoadedRealm, Site,
    console::{ConsoleKind, client_id_of},
    session_view::{self, SessionView},
};
use perennial_domain::{
    ClientId, EventId, GrantId, UserId, client::Client, consent::Consent, event::StoredEvent, user::User,
};
use perennial_storage::{
    Tx, consents,
    events::{EventFilter, EventPage},
    grants::{self, GrantFilter},
    users,
};
use std::{
    cmp::Reverse,
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
    sync::Arc,
};

/// Sessions that are shown with their app; the list of sessions has all.
const WITH_APP: usize = 100;
/// Grants read by one statement.
const CHUNK: i64 = 200;

/// Which part of a list: behind a cursor or after so many, and how many at most.
#[derive(Clone, Copy, Debug)]
pub struct Part<Id> {
    pub after: Option<Id>,
    pub first: usize,
    pub max: usize,
}

/// An app with what it holds.
#[derive(Clone, Debug)]
pub struct Application {
    pub client: Client,
    pub consent: Option<Consent>,
    /// A live online grant.
    pub in_use: bool,
    /// Those that began last, the most recently used first.
    pub sessions: Vec<SessionView>,
}

/// The apps that can act for the user, or have been allowed to: the next ones in the order in which their clients were made, by name;
/// and where more may follow.
pub async fn applications(
    site: &Site,
    realm_name: &str,
    user: UserId,
    part: Part<ClientId>,
) -> FlowResult<(Vec<Application>, Option<ClientId>)> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let given = consents::list_of_user(tx, user)?.into_iter();
        let mut given: BTreeMap<ClientId, Consent> = given.map(|consent| (consent.client_id, consent)).collect();
        let (mut apps, mut last) = (Vec::new(), part.after);
        let goes_on = loop {
            let Some(next) = next_client(tx, &given, user, last)? else { break false };
            if apps.len() == part.first.saturating_add(part.max) {
                break true;
            }
            last = Some(next);
            if let Some(client) = realm.model.clients.get(&next) {
                apps.extend(application(tx, realm, user, client, given.remove(&next))?);
            }
        };
        apps.drain(..part.first.min(apps.len()));
        apps.sort_by_key(|app| app.client.display_name().to_lowercase());
        Ok((apps, last.filter(|_| goes_on)))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// The user's offline sessions, the newest first, and where more may follow.
pub async fn offline_sessions(
    site: &Site,
    realm_name: &str,
    user: UserId,
    part: Part<GrantId>,
) -> FlowResult<(Vec<SessionView>, Option<GrantId>)> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let filter = GrantFilter { user: Some(user), ..GrantFilter::offline_of(realm.model.realm.id) };
        let most = part.first.saturating_add(part.max);
        let (mut sessions, next) = live(tx, realm, &filter, part.after, most)?;
        sessions.drain(..part.first.min(sessions.len()));
        Ok((sessions, next))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// A page of what happened to the user's access, and where the next one starts.
pub async fn activity(
    site: &Site,
    realm_name: &str,
    user: UserId,
    page: EventPage,
) -> FlowResult<(Arc<LoadedRealm>, (Vec<StoredEvent>, Option<EventId>))> {
    site.settle_events().await;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let filter = EventFilter { user: Some(user), ..EventFilter::default() };
        crate::events::list_kept(tx, realm, &filter, page)
    };
    let (found, realm) = site.read(realm_name, unit).await?;
    Ok((realm, found))
}

/// The user's own name and language, for the portal's frame.
pub async fn profile(site: &Site, realm_name: &str, user: UserId) -> FlowResult<Option<User>> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(users::find(tx, realm.model.realm.id, user)?);
    Ok(site.read(realm_name, unit).await?.0)
}

/// The next client that has a grant or a consent of the user.
fn next_client(
    tx: &mut Tx<'_>,
    given: &BTreeMap<ClientId, Consent>,
    user: UserId,
    after: Option<ClientId>,
) -> FlowResult<Option<ClientId>> {
    let holding = grants::next_client_of_user(tx, user, after)?;
    let allowed = given.range((after.map_or(Unbounded, Excluded), Unbounded)).next().map(|(client, _)| *client);
    Ok(holding.into_iter().chain(allowed).min())
}

/// `None` where nothing is left of the app, every session ended and no consent stored, and for the consoles: they are part of the
/// provider, not apps that act for someone.
fn application(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    user: UserId,
    client: &Client,
    consent: Option<Consent>,
) -> FlowResult<Option<Application>> {
    if [ConsoleKind::Admin, ConsoleKind::Account].map(client_id_of).contains(&client.client_id.as_str()) {
        return Ok(None);
    }
    let offline =
        GrantFilter { user: Some(user), client: Some(client.id), ..GrantFilter::offline_of(realm.model.realm.id) };
    let online = GrantFilter { offline: Some(false), ..offline.clone() };
    let (mut sessions, _) = live(tx, realm, &offline, None, WITH_APP)?;
    sessions.sort_by_key(|session| Reverse(session.grant.last_used_at));
    let in_use = live(tx, realm, &online, None, WITH_APP)?.0.iter().any(|view| view.blocked.is_none());
    let is_left = in_use || consent.is_some() || !sessions.is_empty();
    Ok(is_left.then(|| Application { client: client.clone(), consent, in_use, sessions }))
}

/// The next live ones, the newest first, and the last one looked at where more may follow.
fn live(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    filter: &GrantFilter,
    mut after: Option<GrantId>,
    most: usize,
) -> FlowResult<(Vec<SessionView>, Option<GrantId>)> {
    let (now, mut found) = (tx.now()?, Vec::new());
    loop {
        let (held, next) = grants::list(tx, filter, after, CHUNK)?;
        for held in held {
            if found.len() == most {
                return Ok((found, after));
            }
            after = Some(held.grant.id);
            found.extend(session_view::view(realm, held, now));
        }
        if next.is_none() {
            return Ok((found, None));
        }
    }
}
