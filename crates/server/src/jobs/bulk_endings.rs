//! Takes up the bulk endings that a node left unfinished.

use perennial_flows::{FlowResult, Site, admin::bulk_revoke};
use tokio::sync::watch;

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let is_stopped = || *stopped.borrow();
    while !is_stopped() && bulk_revoke::go_on(site, is_stopped).await? {}
    Ok(())
}
