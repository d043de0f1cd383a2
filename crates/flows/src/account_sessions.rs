//! The places where a user is signed in, as they see and end them: user sessions with the apps in them.

use crate::{FlowError, FlowResult, LoadedRealm, Site, endings::user_session, events};
use perennial_domain::{
    ClientId, Timestamp, UserId, UserSessionId,
    audit::{Action, Actor},
    client::Client,
    event::{Event, EventType},
    lifetime::Floors,
    user_session::UserSession,
};
use perennial_storage::{Tx, grants, user_sessions, users};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub struct SignedInPlace {
    pub session: UserSession,
    pub ends_at: Timestamp,
    /// Those that took part, by name.
    pub clients: Vec<Client>,
}

/// Live ones only, the newest first.
pub async fn list(site: &Site, realm_name: &str, user: UserId) -> FlowResult<Vec<SignedInPlace>> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let live = live_sessions(tx, realm, user)?;
        let mut of_session: BTreeMap<UserSessionId, BTreeSet<ClientId>> = BTreeMap::new();
        for held in grants::list_of_user(tx, realm.model.realm.id, user)? {
            if let Some(session) = held.grant.user_session() {
                of_session.entry(session).or_default().insert(held.grant.client_id);
            }
        }
        let policy = &realm.model.realm.settings.token_policy;
        let place = |session: UserSession| {
            let ids = of_session.remove(&session.id).unwrap_or_default();
            let mut clients: Vec<Client> = ids.iter().filter_map(|id| realm.model.clients.get(id)).cloned().collect();
            clients.sort_by_key(|client| client.display_name().to_lowercase());
            SignedInPlace { ends_at: session.ends_at(policy), session, clients }
        };
        Ok(live.into_iter().rev().map(place).collect())
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Ends one of the user's own.
pub async fn end(site: &Site, realm_name: &str, (user, id): (UserId, UserSessionId)) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let own = live_sessions(tx, realm, user)?.into_iter().any(|session| session.id == id);
        if own && user_session::end(tx, realm, (id, user))? {
            raise(tx, realm, (user, id))?;
            Ok(tx.now()?)
        } else {
            Err(FlowError::NotFound("Session not found"))
        }
    };
    let (at, _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, Actor::User { user }, Action::UserSessionEnded { session: id });
    Ok(())
}

/// Ends all of them but the one to keep.
pub async fn end_others(
    site: &Site,
    realm_name: &str,
    (user, keep): (UserId, Option<UserSessionId>),
) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok((end_all_but(tx, realm, (user, keep))?, tx.now()?));
    let ((ended, at), _) = site.write(realm_name, unit).await?;
    for session in ended {
        site.record(at, realm_name, Actor::User { user }, Action::UserSessionEnded { session });
    }
    Ok(())
}

/// Inside of a caller's unit: those that ended.
pub fn end_all_but(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (user, keep): (UserId, Option<UserSessionId>),
) -> FlowResult<Vec<UserSessionId>> {
    let mut ended = Vec::new();
    for session in user_sessions::list_of_user(tx, user)? {
        if Some(session.id) != keep && user_session::end(tx, realm, (session.id, user))? {
            raise(tx, realm, (user, session.id))?;
            ended.push(session.id);
        }
    }
    Ok(ended)
}

fn raise(tx: &mut Tx<'_>, realm: &LoadedRealm, (user, session): (UserId, UserSessionId)) -> FlowResult<()> {
    let event = Event::new(EventType::UserSessionDeleted).user(user).session(session);
    events::raise(tx, realm, event.detail(events::BY, "user"))
}

fn live_sessions(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId) -> FlowResult<Vec<UserSession>> {
    let now = tx.now()?;
    let Some(user) = users::find(tx, realm.model.realm.id, user)? else { return Ok(Vec::new()) };
    let floors: Floors = realm.model.realm.floors.max(user.floors);
    let policy = &realm.model.realm.settings.token_policy;
    let mut sessions = user_sessions::list_of_user(tx, user.id)?;
    sessions.retain(|session| session.is_alive(policy, now) && session.started_at >= floors.online_ended_before_at);
    Ok(sessions)
}
