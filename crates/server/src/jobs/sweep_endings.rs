//! Removes the rows of sessions that ended all at once. They are refused already; this only makes room, in small batches with
//! pauses between them, so that refreshes hardly notice.

use perennial_flows::{FlowResult, Site, endings::bulk};
use tokio::sync::watch;

use super::sweep::{BATCH, PAUSE};

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    while !*stopped.borrow() && bulk::work(site, BATCH).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
