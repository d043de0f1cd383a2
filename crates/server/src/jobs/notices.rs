//! Finds offline sessions that end soon or sleep and gives the notices that are due, client by client, in small steps with
//! pauses between them, so that requests hardly notice.

use perennial_domain::ClientId;
use perennial_flows::{FlowError, FlowResult, Site, notices};
use perennial_storage::{Tx, realms, session_notices, walks};
use tokio::sync::watch;

use super::sweep::{BATCH, PAUSE, Turn};

/// Notices given in one unit.
const AT_ONCE: usize = 50;

/// Seconds that a walk keeps the other nodes from one of their own, and that the next one waits for.
const MOST_S: i64 = 1_800;
const REST_S: i64 = 1_700;

/// One node does it for all of them.
pub async fn run(site: &Site, turn: Turn, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let take = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        Ok::<_, FlowError>(walks::take(tx, walks::NOTICES, turn == Turn::Now, now, now.plus_s(MOST_S))?)
    };
    let Some(taken) = site.store.write(take).await? else { return Ok(()) };
    let walked = walk(site, stopped).await;
    let forgotten = forget(site, stopped).await;
    let rest_s = if *stopped.borrow() { 0 } else { REST_S };
    let leave = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        Ok::<_, FlowError>(walks::go_on(tx, taken, now, rest_s, None)?)
    };
    site.store.write(leave).await?;
    let given = walked?;
    if given > 0 {
        tracing::info!(given, "gave notices about offline sessions");
    }
    forgotten
}

async fn walk(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let realms = site.store.read(|tx: &mut Tx<'_>| Ok::<_, FlowError>(realms::list_readable(tx)?)).await?;
    let (mut given, mut failed) = (0, None);
    for realm in realms.iter().filter(|realm| realm.settings.enabled && realm.settings.notices.enabled) {
        match of_realm(site, &realm.name, stopped).await {
            Ok(more) => given += more,
            // Deleted meanwhile.
            Err(FlowError::UnknownRealm) => {}
            // One realm in trouble holds up no other.
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(given), Err)
}

async fn of_realm(site: &Site, realm: &str, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let loaded = site.realm(realm).await?;
    let mut given = 0;
    for client in loaded.model.clients.keys() {
        given += of_client(site, realm, *client, stopped).await?;
    }
    Ok(given)
}

async fn of_client(site: &Site, realm: &str, client: ClientId, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let (mut after, mut given) = (None, 0);
    while !*stopped.borrow() {
        let look = match notices::look(site, realm, client, after).await {
            Err(FlowError::UnknownRealm) => break,
            look => look?,
        };
        for some in look.due.chunks(AT_ONCE) {
            given += notices::give(site, realm, some.to_vec()).await?;
        }
        if look.next.is_none() {
            break;
        }
        after = look.next;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(given)
}

/// What is remembered of sessions that are gone.
async fn forget(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let mut after = None;
    while !*stopped.borrow() {
        let unit = move |tx: &mut Tx<'_>| Ok::<_, FlowError>(session_notices::sweep(tx, after, BATCH)?);
        let (last, _) = site.store.write(unit).await?;
        if last.is_none() {
            return Ok(());
        }
        after = last;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
