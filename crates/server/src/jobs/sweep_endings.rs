//! Removes the rows of sessions that ended all at once. They are refused already; this only makes room, in small batches with
//! pauses between them, so that refreshes hardly notice.

use perennial_flows::{Site, endings::bulk};
use tokio::sync::watch;

use super::sweep::{BATCH, PAUSE};

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) {
    while !*stopped.borrow() {
        match bulk::work(site, BATCH).await {
            Ok(true) => tokio::time::sleep(PAUSE).await,
            Ok(false) => return,
            Err(error) => return tracing::warn!(%error, "removing ended sessions failed; it is tried again"),
        }
    }
}
