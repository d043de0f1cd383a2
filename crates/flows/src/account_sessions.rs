//! The places where a user is signed in, as they see and end them: user sessions with the apps in them.

use crate::{FlowError, FlowResult, LoadedRealm, Site, account::Part, endings::user_session, events};
use perennial_domain::{
    ClientId, Timestamp, UserId, UserSessionId,
    audit::{Action, Actor},
    client::Client,
    event::{Event, EventType},
    user_session::UserSession,
};
use perennial_storage::{Tx, user_sessions, users};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one statement, and those that one page may look at: what has ended may wait to be removed.
const STEP: i64 = 200;
const MOST_LOOKED_AT: usize = 2_000;

#[derive(Clone, Debug)]
pub struct SignedInPlace {
    pub session: UserSession,
    pub ends_at: Timestamp,
    /// Those that took part, by name.
    pub clients: Vec<Client>,
}

/// Live ones only, the newest first, and where more may follow: a page may be short where many have ended.
pub async fn list(
    site: &Site,
    realm_name: &str,
    user: UserId,
    part: Part<UserSessionId>,
) -> FlowResult<(Vec<SignedInPlace>, Option<UserSessionId>)> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (mut live, next) = newest(tx, realm, user, part.after, part.first.saturating_add(part.max))?;
        live.drain(..part.first.min(live.len()));
        let ids: Vec<UserSessionId> = live.iter().map(|session| session.id).collect();
        let mut of_session: BTreeMap<UserSessionId, BTreeSet<ClientId>> = BTreeMap::new();
        for (session, client) in user_sessions::clients_in(tx, &ids)? {
            of_session.entry(session).or_default().insert(client);
        }
        let policy = &realm.model.realm.settings.token_policy;
        let place = |session: UserSession| {
            let ids = of_session.remove(&session.id).unwrap_or_default();
            let mut clients: Vec<Client> = ids.iter().filter_map(|id| realm.model.clients.get(id)).cloned().collect();
            clients.sort_by_key(|client| client.display_name().to_lowercase());
            SignedInPlace { ends_at: session.ends_at(policy), session, clients }
        };
        Ok((live.into_iter().map(place).collect(), next))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Ends one of the user's own.
pub async fn end(site: &Site, realm_name: &str, user: UserId, id: UserSessionId) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let own = user_sessions::find(tx, id)?.filter(|session| session.user_id == user);
        let bounds = bounds(tx, realm, user)?;
        let lives = own.zip(bounds).is_some_and(|(session, bounds)| bounds.admit(realm, &session));
        if lives && user_session::end(tx, realm, id, user)? {
            raise(tx, realm, user, id)?;
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
pub async fn end_others(site: &Site, realm_name: &str, user: UserId, keep: Option<UserSessionId>) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok((end_all_but(tx, realm, user, keep)?, tx.now()?));
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
    user: UserId,
    keep: Option<UserSessionId>,
) -> FlowResult<Vec<UserSessionId>> {
    let mut ended = Vec::new();
    for session in user_sessions::list_of_user(tx, user)? {
        if Some(session.id) != keep && user_session::end(tx, realm, session.id, user)? {
            raise(tx, realm, user, session.id)?;
            ended.push(session.id);
        }
    }
    Ok(ended)
}

fn raise(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId, session: UserSessionId) -> FlowResult<()> {
    let event = Event::new(EventType::UserSessionDeleted).user(user).session(session);
    events::raise(tx, realm, event.detail(events::BY, "user"))
}

/// What a session of the user must lie within to live.
#[derive(Clone, Copy)]
struct Bounds {
    now: Timestamp,
    ended_before_at: Timestamp,
}

impl Bounds {
    fn admit(self, realm: &LoadedRealm, session: &UserSession) -> bool {
        let policy = &realm.model.realm.settings.token_policy;
        session.is_alive(policy, self.now) && session.started_at >= self.ended_before_at
    }
}

/// `None` where the user is gone.
fn bounds(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId) -> FlowResult<Option<Bounds>> {
    let now = tx.now()?;
    let user = users::find(tx, realm.model.realm.id, user)?;
    let floors = user.map(|user| realm.model.realm.floors.max(user.floors));
    Ok(floors.map(|floors| Bounds { now, ended_before_at: floors.online_ended_before_at }))
}

/// At most so many live ones behind `after`, and where to go on.
fn newest(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    user: UserId,
    mut after: Option<UserSessionId>,
    most: usize,
) -> FlowResult<(Vec<UserSession>, Option<UserSessionId>)> {
    let mut found = Vec::new();
    let Some(bounds) = bounds(tx, realm, user)? else { return Ok((found, None)) };
    let mut looked = 0;
    loop {
        let rows = user_sessions::list_newest_of_user(tx, user, after, STEP)?;
        let is_last = (rows.len() as i64) < STEP;
        looked += rows.len();
        let mut rows = rows.into_iter().peekable();
        while let Some(session) = rows.next() {
            after = Some(session.id);
            if bounds.admit(realm, &session) {
                found.push(session);
            }
            if found.len() >= most {
                let goes_on = rows.peek().is_some() || !is_last;
                return Ok((found, after.filter(|_| goes_on)));
            }
        }
        if is_last || looked >= MOST_LOOKED_AT {
            return Ok((found, after.filter(|_| !is_last)));
        }
    }
}
