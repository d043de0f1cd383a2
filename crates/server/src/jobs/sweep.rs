//! Removes what has expired: codes, requests, denied tokens, console sessions, events, and by a walk user sessions. In small batches
//! with pauses between them, so that requests hardly notice. One node does it for all, and only by a clock that did not just leap.

use std::time::Duration;

use perennial_domain::RealmId;
use perennial_domain::login_requests::LoginRequestLimits;
use perennial_domain::realm::Realm;
use perennial_flows::{FlowError, FlowResult, Site};
use perennial_storage::walks::Walk;
use perennial_storage::{StorageResult, Tx, devices, pushed_requests, realms, requests, sweep};
use tokio::sync::watch;

use super::{sweep_events, sweep_sessions};

/// Rows removed by one unit of work.
pub const BATCH: i64 = 500;
/// Between two units.
pub const PAUSE: Duration = Duration::from_millis(50);
/// Console sessions are kept at least this long after their start, whatever the realms say.
const LEAST_CONSOLE_LIFE_S: i64 = 86_400;

/// When a walk that one node makes for all begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// When it is due and nobody is at it.
    Due,
    /// Now, whatever others do.
    Now,
}

pub async fn run(site: &Site, turn: Turn, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let realms = site.store.read(|tx| Ok::<_, FlowError>(realms::list_readable(tx)?)).await?;
    let surplus = surplus_requests(site, &realms, stopped).await;
    // What follows goes by the clock. What fails holds up nothing else.
    let Some(walk) = sweep_sessions::take(site, turn).await? else { return surplus };
    let expired = expired(site, walk, stopped).await;
    let consoles = console_sessions(site, longest_session_s(&realms), walk, stopped).await;
    let events = events(site, &realms, walk, stopped).await;
    let sessions = sweep_sessions::round(site, &realms, walk, stopped).await;
    let (expired, consoles, events, sessions) = (expired?, consoles?, events?, sessions?);
    if expired + consoles + events + sessions > 0 {
        tracing::debug!(expired, consoles, events, sessions, "swept");
    }
    surplus
}

async fn events(site: &Site, realms: &[Realm], walk: Walk, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let mut removed = Ok(0);
    for realm in realms {
        let more = sweep_events::of_realm(site, realm, walk, stopped).await;
        removed = removed.and_then(|before| Ok(before + more?));
    }
    removed
}

async fn expired(site: &Site, walk: Walk, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    in_batches(stopped, async || {
        let unit = move |tx: &mut Tx<'_>| {
            let now = tx.now()?;
            Ok::<_, FlowError>(if walk.agrees(now) { sweep::expired(tx, now, BATCH)? } else { 0 })
        };
        site.store.write(unit).await
    })
    .await
}

/// A console session cannot outlive its user session; its row stays until no realm allows such a session any more.
async fn console_sessions(site: &Site, life_s: i64, walk: Walk, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    in_batches(stopped, async || {
        let unit = move |tx: &mut Tx<'_>| {
            let now = tx.now()?;
            let used_before = now.minus_s(life_s);
            Ok::<_, FlowError>(if walk.agrees(now) { sweep::console_sessions(tx, used_before, BATCH)? } else { 0 })
        };
        site.store.write(unit).await
    })
    .await
}

fn longest_session_s(realms: &[Realm]) -> i64 {
    let lives = realms.iter().map(|realm| realm.settings.token_policy.sso_session_max_s);
    lives.max().unwrap_or(0).max(LEAST_CONSOLE_LIFE_S)
}

/// How a kind of request that anybody can make is looked at, and how its surplus is removed.
#[derive(Clone, Copy)]
struct Surplus {
    has: fn(&mut Tx<'_>, RealmId, i64) -> StorageResult<bool>,
    delete: fn(&mut Tx<'_>, RealmId, i64, i64) -> StorageResult<usize>,
}

/// What waits for somebody to sign in.
const WAITING: [Surplus; 3] = [
    Surplus { has: requests::has_surplus, delete: requests::delete_surplus },
    Surplus { has: pushed_requests::has_surplus, delete: pushed_requests::delete_surplus },
    Surplus { has: devices::has_surplus, delete: devices::delete_surplus },
];

async fn surplus_requests(site: &Site, realms: &[Realm], stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let mut done = Ok(());
    for realm in realms {
        for kind in WAITING {
            done = done.and(surplus_requests_of(site, realm, kind, stopped).await.map(drop));
        }
    }
    done
}

/// A flood of requests for which nobody signs in pushes out its own oldest ones.
async fn surplus_requests_of(
    site: &Site,
    realm: &Realm,
    surplus: Surplus,
    stopped: &watch::Receiver<bool>,
) -> FlowResult<usize> {
    let (id, keep) = (realm.id, LoginRequestLimits::of(&realm.settings).of_realm);
    let look = move |tx: &mut Tx<'_>| Ok::<_, FlowError>((surplus.has)(tx, id, keep)?);
    if !site.store.read(look).await? {
        return Ok(0);
    }
    in_batches(stopped, async || {
        let unit = move |tx: &mut Tx<'_>| Ok::<_, FlowError>((surplus.delete)(tx, id, keep, BATCH)?);
        site.store.write(unit).await
    })
    .await
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
