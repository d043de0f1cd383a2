//! Removes what the outbox keeps of finished deliveries once its time is over.

use perennial_domain::outbox::KEPT_S;
use perennial_flows::{FlowError, FlowResult, Site};
use perennial_storage::{Tx, outbox};
use tokio::sync::watch;

use super::sweep::{BATCH, in_batches};

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let removed = in_batches(stopped, async || {
        let unit = |tx: &mut Tx<'_>| {
            let finished_before = tx.now()?.minus_s(KEPT_S);
            Ok::<_, FlowError>(outbox::sweep(tx, finished_before, BATCH)?)
        };
        site.store.write(unit).await
    })
    .await?;
    if removed > 0 {
        tracing::debug!(removed, "removed old deliveries");
    }
    Ok(())
}
