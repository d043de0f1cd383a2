//! Single sessions, as an admin sees and ends them, and how many offline sessions a client has.

use super::{Caller, Permission, approved, users::manageable};
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
    session_filter::SessionFilter,
};
use perennial_storage::{Tx, grants, user_sessions};

/// How many offline sessions of the client are alive, by the limits as they stand.
pub async fn count_of_client(site: &Site, realm_name: &str, caller: &Caller, client: ClientId) -> FlowResult<u64> {
    caller.require(Permission::ViewClients, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        count_alive(tx, realm, known(realm, client)?, &SessionFilter::default())
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// As far as a filter of bounds admits them.
pub(super) fn count_alive(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    filter: &SessionFilter,
) -> FlowResult<u64> {
    let now = tx.now()?;
    let approval_is_over = client.settings.admin_consent.as_ref().is_some_and(|approval| !approval.stands(now));
    let by_client_only = SessionFilter { client: filter.client, ..SessionFilter::default() };
    let mut sum = 0;
    for class in super::preview::classes_of(tx, client)? {
        let alive = super::preview::alive_rule(&realm.model, client, &class.resources, now);
        sum += grants::count_admitted(tx, &class, &alive, filter)?;
        if *filter != by_client_only {
            continue;
        }
        // What an approval ended until just now is still there, until a job takes it away.
        let within = approved::Within { client, class: &class, bounds: [alive; 3] };
        let [lapsed, ..] = within.count_lapsed(tx, realm)?;
        sum -= lapsed;
        if approval_is_over {
            let [gone, ..] = within.count_ending(tx, realm, now)?;
            sum -= gone;
        }
    }
    Ok(sum)
}

pub async fn find(site: &Site, realm_name: &str, caller: &Caller, id: GrantId) -> FlowResult<SessionView> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let held = grants::find_held(tx, realm.model.realm.id, id)?.filter(|(held, _)| held.grant.is_offline());
        let now = tx.now()?;
        let view = held.and_then(|(held, _)| session_view::view(realm, held, now));
        view.ok_or(FlowError::NotFound("Session not found"))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn end(site: &Site, realm_name: &str, caller: &Caller, id: GrantId) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let (by, actor) = (caller.clone(), Actor::Admin { user: caller.user });
    let done_by = actor.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = endings::grant_of(tx, realm, id)?;
        manageable(tx, realm, &by, found.user_id)?;
        endings::end_found(tx, realm, &found, &done_by)
    };
    let (at, _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, actor, Action::GrantEnded { grant: id, why: "revoked".into() });
    Ok(())
}

/// An admin may lift a pause, but gives nobody access for longer than the user did.
pub async fn steer(site: &Site, realm_name: &str, caller: &Caller, id: GrantId, steering: Steering) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    caller.require_untagged()?;
    let actor = Actor::Admin { user: caller.user };
    let driver = Driver { actor: actor.clone(), owner: None, may_resume: true, may_extend: false };
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = endings::grant_of(tx, realm, id)?;
        manageable(tx, realm, &by, found.user_id)?;
        Ok((steering::steer_in(tx, realm, id, &driver, &steering)?, tx.now()?))
    };
    let ((done, at), _) = site.write(realm_name, unit).await?;
    for action in done {
        site.record(at, realm_name, actor.clone(), action);
    }
    Ok(())
}

/// Ends a user session with its online grants; its offline sessions stay.
pub async fn end_user_session(site: &Site, realm_name: &str, caller: &Caller, id: UserSessionId) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = user_sessions::find(tx, id)?.filter(|session| session.realm_id == realm.model.realm.id);
        let found = found.ok_or(FlowError::NotFound("Session not found"))?;
        manageable(tx, realm, &by, found.user_id)?;
        user_session::end(tx, realm, id, found.user_id)?;
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
