//! Removes what has expired: codes, requests, denied tokens, console sessions, user sessions with their online grants, events. In
//! small batches with pauses between them, so that requests hardly notice.

use std::time::Duration;

use perennial_domain::Timestamp;
use perennial_domain::event::{Event, EventType};
use perennial_domain::login_requests::LoginRequestLimits;
use perennial_domain::realm::Realm;
use perennial_domain::user_session::UserSession;
use perennial_flows::endings::user_session;
use perennial_flows::events::{BY, raise};
use perennial_flows::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_storage::{Tx, realms, requests, sweep, user_sessions};
use tokio::sync::watch;

use super::sweep_events;

/// Rows removed by one unit of work.
pub const BATCH: i64 = 500;
/// Between two units.
pub const PAUSE: Duration = Duration::from_millis(50);
/// Console sessions are kept at least this long after their start, whatever the realms say.
const LEAST_CONSOLE_LIFE_S: i64 = 86_400;

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) {
    let swept = async {
        let realms = site.store.read(|tx| Ok::<_, FlowError>(realms::list(tx)?)).await?;
        let expired = expired(site, stopped).await?;
        let consoles = console_sessions(site, longest_session_s(&realms), stopped).await?;
        let (mut sessions, mut events) = (0, 0);
        for realm in &realms {
            surplus_requests_of(site, realm, stopped).await?;
            sessions += user_sessions_of(site, &realm.name, stopped).await?;
            events += sweep_events::of_realm(site, realm, stopped).await?;
        }
        FlowResult::Ok((expired, consoles, sessions, events))
    };
    match swept.await {
        Ok((0, 0, 0, 0)) => {}
        Ok((expired, consoles, sessions, events)) => {
            tracing::debug!(expired, consoles, sessions, events, "swept");
        }
        Err(error) => tracing::warn!(%error, "sweeping failed; it is tried again"),
    }
}

async fn expired(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    in_batches(stopped, async || {
        let unit = |tx: &mut Tx<'_>| {
            let now = tx.now()?;
            Ok::<_, FlowError>(sweep::expired(tx, now, BATCH)?)
        };
        site.store.write(unit).await
    })
    .await
}

/// A console session cannot outlive its user session; its row stays until no realm allows such a session any more.
async fn console_sessions(site: &Site, life_s: i64, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    in_batches(stopped, async || {
        let unit = move |tx: &mut Tx<'_>| {
            let used_before = tx.now()?.minus_s(life_s);
            Ok::<_, FlowError>(sweep::console_sessions(tx, used_before, BATCH)?)
        };
        site.store.write(unit).await
    })
    .await
}

fn longest_session_s(realms: &[Realm]) -> i64 {
    let lives = realms.iter().map(|realm| realm.settings.token_policy.sso_session_max_s);
    lives.max().unwrap_or(0).max(LEAST_CONSOLE_LIFE_S)
}

/// A flood of requests for which nobody signs in pushes out its own oldest ones.
async fn surplus_requests_of(site: &Site, realm: &Realm, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let (id, keep) = (realm.id, LoginRequestLimits::of(&realm.settings).of_realm);
    let look = move |tx: &mut Tx<'_>| Ok::<_, FlowError>(requests::has_surplus(tx, id, keep)?);
    if !site.store.read(look).await? {
        return Ok(0);
    }
    in_batches(stopped, async || {
        let unit = move |tx: &mut Tx<'_>| Ok::<_, FlowError>(requests::delete_surplus(tx, id, (keep, BATCH))?);
        site.store.write(unit).await
    })
    .await
}

async fn user_sessions_of(site: &Site, realm: &str, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    in_batches(stopped, async || match site.write(realm, end_user_sessions).await {
        Ok((ended, _)) => Ok(ended),
        // Deleted meanwhile, and its sessions with it.
        Err(FlowError::UnknownRealm) => Ok(0),
        Err(error) => Err(error),
    })
    .await
}

fn end_user_sessions(tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<usize> {
    let (now, policy) = (tx.now()?, &realm.model.realm.settings.token_policy);
    let just_before = |mark: Timestamp| Timestamp::from_ms(mark.as_ms() - 1);
    let floors = policy.ended_sessions;
    let bounds = (
        now.minus_s(policy.sso_session_idle_s).max(just_before(floors.used_before_at)),
        now.minus_s(policy.sso_session_max_s).max(just_before(floors.started_before_at)),
    );
    let dead = user_sessions::list_dead(tx, realm.model.realm.id, bounds, BATCH)?;
    for session in &dead {
        if let Some(found) = user_sessions::find(tx, session.0)? {
            raise(tx, realm, user_session_expired(&found))?;
        }
        user_session::end(tx, realm, *session)?;
    }
    Ok(dead.len())
}

fn user_session_expired(session: &UserSession) -> Event {
    let event = Event::new(EventType::UserSessionDeleted).user(session.user_id).session(session.id);
    event.detail("reason", "expired").detail(BY, "server")
}

/// Repeats a unit until it finds nothing more or the server stops; the sum of what it removed.
pub async fn in_batches(
    stopped: &watch::Receiver<bool>,
    unit: impl AsyncFn() -> FlowResult<usize>,
) -> FlowResult<usize> {
    let mut sum = 0;
    loop {
        let removed = unit().await?;
        sum += removed;
        if removed == 0 || *stopped.borrow() {
            return Ok(sum);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
