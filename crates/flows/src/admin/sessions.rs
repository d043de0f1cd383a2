//! A client's offline sessions, as an admin sees and ends them.

use super::{Caller, Permission};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    endings::{
        self,
        steering::{self, Driver, Steering},
        user_session,
    },
    events,
    session_view::{self, SessionView},
};
use perennial_domain::{
    ClientId, GrantId, UserSessionId,
    audit::{Action, Actor},
    client::Client,
    event::{Event, EventType},
};
pub use perennial_storage::grants::GrantCursor;
use perennial_storage::{
    Tx,
    grants::{self, GrantFilter, GrantOrder, GrantPage},
    user_sessions,
};

/// Batches that one page may read through.
const MOST_LOOKS: usize = 20;

/// A page of sessions, the newest first, and where the next one starts.
pub struct SessionPage {
    pub sessions: Vec<SessionView>,
    pub next: Option<GrantCursor>,
}

/// Where a page starts and how long it is.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest {
    /// Where the page before ended.
    pub after: Option<GrantCursor>,
    /// Keycloak's offset, for its tools: prefer `after`.
    pub first: i64,
    pub max: i64,
}

pub async fn list_of_client(
    site: &Site,
    realm_name: &str,
    (caller, client): (&Caller, ClientId),
    page: PageRequest,
) -> FlowResult<SessionPage> {
    caller.require(Permission::ViewClients, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        known(realm, client)?;
        let filter = GrantFilter { client: Some(client), ..GrantFilter::offline_of(realm.model.realm.id) };
        let mut asked = GrantPage { order: GrantOrder::Started, after: page.after, first: page.first, max: page.max };
        let mut sessions = Vec::new();
        // What has ended but is not swept yet is not shown, so a page may take several looks; it is short rather than slow.
        for look in 1.. {
            let (held, next) = grants::list(tx, &filter, asked)?;
            let now = tx.now()?;
            sessions.extend(held.into_iter().filter_map(|held| session_view::view(realm, held, now)));
            let missing = page.max - i64::try_from(sessions.len()).unwrap_or(page.max);
            if next.is_none() || missing <= 0 || look == MOST_LOOKS {
                return Ok(SessionPage { sessions, next });
            }
            asked = GrantPage { after: next, first: 0, ..asked };
        }
        Err(FlowError::internal("a page without an end"))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// How many offline sessions of the client are alive, by the limits as they stand.
pub async fn count_of_client(site: &Site, realm_name: &str, (caller, client): (&Caller, ClientId)) -> FlowResult<u64> {
    caller.require(Permission::ViewClients, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = known(realm, client)?;
        let now = tx.now()?;
        let mut sum = 0;
        for class in super::preview::classes_of(tx, client)? {
            let alive = super::preview::alive_rule(&realm.model, client, (&class.resources, now));
            sum += grants::count_alive_offline(tx, &class, &alive)?;
        }
        Ok(sum)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn find(site: &Site, realm_name: &str, (caller, id): (&Caller, GrantId)) -> FlowResult<SessionView> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let held = grants::find_held(tx, realm.model.realm.id, id)?.filter(|(held, _)| held.grant.is_offline());
        let now = tx.now()?;
        let view = held.and_then(|(held, _)| session_view::view(realm, held, now));
        view.ok_or(FlowError::NotFound("Session not found"))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn end(site: &Site, realm_name: &str, (caller, id): (&Caller, GrantId)) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    endings::end_grant(site, realm_name, (id, None), Actor::Admin { user: caller.user }).await
}

/// An admin may lift a pause, but gives nobody access for longer than the user did.
pub async fn steer(
    site: &Site,
    realm_name: &str,
    (caller, id): (&Caller, GrantId),
    steering: Steering,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let actor = Actor::Admin { user: caller.user };
    let driver = Driver { actor, owner: None, may_resume: true, may_extend: false };
    steering::steer(site, realm_name, (id, driver), steering).await
}

/// Ends a user session with its online grants; its offline sessions stay.
pub async fn end_user_session(site: &Site, realm_name: &str, (caller, id): (&Caller, UserSessionId)) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = user_sessions::find(tx, id)?.filter(|session| session.realm_id == realm.model.realm.id);
        let found = found.ok_or(FlowError::NotFound("Session not found"))?;
        user_session::end(tx, realm, (id, found.user_id))?;
        let event = Event::new(EventType::UserSessionDeleted).user(found.user_id).session(id);
        events::raise(tx, realm, event.detail(events::BY, "admin"))?;
        Ok(tx.now()?)
    };
    let (at, _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, Actor::Admin { user: caller.user }, Action::UserSessionEnded { session: id });
    Ok(())
}

fn known(realm: &LoadedRealm, client: ClientId) -> FlowResult<&Client> {
    realm.model.clients.get(&client).ok_or(FlowError::NotFound("Client not found"))
}
