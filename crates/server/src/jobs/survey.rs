//! Walks over all offline sessions now and then, so that lists and summaries of millions are answered at once.

use perennial_flows::{Site, survey};
use tokio::sync::watch;

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) {
    match survey::take(site, || *stopped.borrow()).await {
        Ok(Some(taken)) => tracing::debug!(clients = taken.clients.len(), "surveyed the offline sessions"),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the survey of offline sessions failed; it is tried again"),
    }
}
