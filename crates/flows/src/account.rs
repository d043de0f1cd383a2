//! What a user sees and does about the apps that act for them.

use crate::{
    FlowResult, LoadedRealm, Site,
    session_view::{self, SessionView},
};
use perennial_domain::{
    ClientId, EventId, Timestamp, UserId, client::Client, consent::Consent, event::StoredEvent, user::User,
};
use perennial_storage::{
    Tx, consents,
    events::{EventFilter, EventPage},
    grants,
    grants::HeldGrant,
    users,
};
use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

/// An app with what it holds.
#[derive(Clone, Debug)]
pub struct Application {
    pub client: Client,
    pub consent: Option<Consent>,
    /// A live online grant.
    pub in_use: bool,
    /// The most recently used first.
    pub sessions: Vec<SessionView>,
}

/// The apps that can act for the user, or have been allowed to, by name.
pub async fn applications(site: &Site, realm_name: &str, user: UserId) -> FlowResult<Vec<Application>> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut held: BTreeMap<ClientId, Held> = BTreeMap::new();
        for grant in grants::list_of_user(tx, realm.model.realm.id, user)? {
            held.entry(grant.grant.client_id).or_default().grants.push(grant);
        }
        for consent in consents::list_of_user(tx, user)? {
            let client = consent.client_id;
            held.entry(client).or_default().consent = Some(consent);
        }
        let now = tx.now()?;
        let app = |(id, held)| application(realm, realm.model.clients.get(&id)?, held, now);
        let mut apps: Vec<Application> = held.into_iter().filter_map(app).collect();
        apps.sort_by_key(|app| app.client.display_name().to_lowercase());
        Ok(apps)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// The user's offline sessions, the most recently used first.
pub async fn offline_sessions(site: &Site, realm_name: &str, user: UserId) -> FlowResult<Vec<SessionView>> {
    let apps = applications(site, realm_name, user).await?;
    let mut sessions: Vec<SessionView> = apps.into_iter().flat_map(|app| app.sessions).collect();
    sessions.sort_by_key(|session| Reverse(session.grant.last_used_at));
    Ok(sessions)
}

/// A page of what happened to the user's access, and where the next one starts.
pub async fn activity(
    site: &Site,
    realm_name: &str,
    (user, page): (UserId, EventPage),
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

/// What one app holds of the user.
#[derive(Default)]
struct Held {
    grants: Vec<HeldGrant>,
    consent: Option<Consent>,
}

/// `None` where nothing is left of the app: every session ended and no consent stored.
fn application(realm: &LoadedRealm, client: &Client, held: Held, now: Timestamp) -> Option<Application> {
    let views = held.grants.into_iter().filter_map(|grant| session_view::view(realm, grant, now));
    let (mut sessions, online): (Vec<_>, Vec<_>) = views.partition(|view| view.grant.is_offline());
    let in_use = online.iter().any(|view| view.blocked.is_none());
    sessions.sort_by_key(|session| Reverse(session.grant.last_used_at));
    if sessions.is_empty() && held.consent.is_none() && !in_use {
        return None;
    }
    Some(Application { client: client.clone(), consent: held.consent, in_use, sessions })
}
