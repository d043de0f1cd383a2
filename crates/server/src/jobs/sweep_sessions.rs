//! Ends user sessions that a limit has ended, and their online grants with them. Use moves no index of theirs, so they are walked
//! over in the order of their start, by readers and a bounded number a round; the next round goes on where this one stopped, on
//! whichever node. Only what was found to have ended is written.

use std::collections::HashMap;

use perennial_domain::event::{Event, EventType};
use perennial_domain::realm::Realm;
use perennial_domain::user_session::UserSession;
use perennial_domain::{RealmId, Timestamp, UserSessionId};
use perennial_flows::endings::user_session;
use perennial_flows::events::{BY, raise};
use perennial_flows::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_storage::walks::{self, Walk};
use perennial_storage::{Tx, user_sessions};
use tokio::sync::watch;

use super::sweep::{PAUSE, Turn};

/// Rows read by one look, and looks of one round: a million sessions are walked over in ten rounds.
const LOOK: i64 = 1_000;
const LOOKS: usize = 100;
/// Sessions ended by one unit: each has clients to be told.
const AT_ONCE: usize = 200;
/// Seconds that a round has before another node may begin one, and that the next one waits for.
const MOST_S: i64 = 600;
const REST_S: i64 = 50;

/// `None` where it is not to be made now.
pub async fn take(site: &Site, turn: Turn) -> FlowResult<Option<Walk>> {
    let take = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        let at_once = turn == Turn::Now;
        Ok::<_, FlowError>(walks::take(tx, walks::USER_SESSIONS, at_once, now, now.plus_s(MOST_S))?)
    };
    site.store.write(take).await
}

/// The number of sessions that it has ended.
pub async fn round(site: &Site, realms: &[Realm], walk: Walk, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let realms: HashMap<RealmId, &Realm> = realms.iter().map(|realm| (realm.id, realm)).collect();
    let (mut after, mut ended, mut failed) = (walk.after.map(UserSessionId), 0, None);
    for _ in 0..LOOKS {
        let look = move |tx: &mut Tx<'_>| {
            let seen = user_sessions::list_after(tx, after, LOOK)?;
            Ok::<_, FlowError>((seen, tx.now()?))
        };
        let (seen, now) = site.store.read(look).await?;
        for (realm, dead) in dead_of(&realms, &seen, now) {
            for some in dead.chunks(AT_ONCE) {
                // One realm in trouble holds up no other.
                match end(site, realm, some.to_vec(), walk).await {
                    Ok(some) => ended += some,
                    Err(error) => failed = Some(error),
                }
            }
        }
        after = seen.last().map(|session| session.id).filter(|_| seen.len() as i64 == LOOK);
        if after.is_none() || *stopped.borrow() {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    leave(site, walk, after).await?;
    failed.map_or(Ok(ended), Err)
}

async fn leave(site: &Site, walk: Walk, after: Option<UserSessionId>) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        Ok::<_, FlowError>(walks::go_on(tx, walk, now, REST_S, after.map(|id| id.0))?)
    };
    site.store.write(unit).await.map(drop)
}

/// By the name of their realm.
fn dead_of<'a>(
    realms: &HashMap<RealmId, &'a Realm>,
    seen: &[UserSession],
    now: Timestamp,
) -> HashMap<&'a str, Vec<UserSessionId>> {
    let mut dead: HashMap<&str, Vec<UserSessionId>> = HashMap::new();
    for session in seen {
        if let Some(realm) = realms.get(&session.realm_id)
            && !session.is_alive(&realm.settings.token_policy, now)
        {
            dead.entry(&realm.name).or_default().push(session.id);
        }
    }
    dead
}

async fn end(site: &Site, realm: &str, dead: Vec<UserSessionId>, walk: Walk) -> FlowResult<usize> {
    match site.write(realm, move |tx, realm| end_those(tx, realm, &dead, walk)).await {
        Ok((ended, _)) => Ok(ended),
        // Deleted meanwhile, and its sessions with it.
        Err(FlowError::UnknownRealm) => Ok(0),
        Err(error) => Err(error),
    }
}

/// One that was used since, or that a longer limit lets live, stays: each is held before it is looked at, so that a use which comes
/// later finds it gone.
fn end_those(tx: &mut Tx<'_>, realm: &LoadedRealm, dead: &[UserSessionId], walk: Walk) -> FlowResult<usize> {
    let (now, policy) = (tx.now()?, &realm.model.realm.settings.token_policy);
    if !walk.agrees(now) {
        return Ok(0);
    }
    let mut ended = 0;
    for id in dead {
        user_sessions::hold(tx, *id)?;
        let found = user_sessions::find(tx, *id)?;
        let Some(session) = found.filter(|session| !session.is_alive(policy, now)) else { continue };
        raise(tx, realm, expired(&session))?;
        user_session::end(tx, realm, session.id, session.user_id)?;
        ended += 1;
    }
    Ok(ended)
}

fn expired(session: &UserSession) -> Event {
    let event = Event::new(EventType::UserSessionDeleted).user(session.user_id).session(session.id);
    event.detail("reason", "expired").detail(BY, "server")
}
