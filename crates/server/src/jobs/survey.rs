//! Walks over all offline sessions now and then, so that lists and summaries of millions are answered at once.

use perennial_flows::{FlowResult, Site, survey};
use tokio::sync::watch;

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    if let Some(taken) = survey::take(site, || *stopped.borrow()).await? {
        tracing::debug!(clients = taken.clients.len(), "surveyed the offline sessions");
    }
    Ok(())
}
