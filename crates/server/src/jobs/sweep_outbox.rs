//! Removes what the outbox keeps of finished deliveries once its time is over.

use perennial_domain::outbox::KEPT_S;
use perennial_flows::{FlowError, Site};
use perennial_storage::{Tx, outbox};
use tokio::sync::watch;

use super::sweep::{BATCH, in_batches};

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) {
    let swept = in_batches(stopped, async || {
        let unit = |tx: &mut Tx<'_>| {
            let finished_before = tx.now()?.minus_s(KEPT_S);
            Ok::<_, FlowError>(outbox::sweep(tx, finished_before, BATCH)?)
        };
        site.store.write(unit).await
    });
    match swept.await {
        Ok(0) => {}
        Ok(removed) => tracing::debug!(removed, "removed old deliveries"),
        Err(error) => tracing::warn!(%error, "removing old deliveries failed; it is tried again"),
    }
}
