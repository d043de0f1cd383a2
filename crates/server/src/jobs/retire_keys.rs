//! Removes old keys that nothing needs any more.

use perennial_flows::{FlowError, FlowResult, Site, keys};
use perennial_storage::realms;
use tokio::sync::watch;

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let mut failed = None;
    for realm in site.store.read(|tx| Ok::<_, FlowError>(realms::list_readable(tx)?)).await? {
        if *stopped.borrow() {
            break;
        }
        match keys::retire(site, &realm.name).await {
            Ok(removed) => removed.iter().for_each(|kid| tracing::info!(realm = realm.name, kid, "removed an old key")),
            // Deleted meanwhile.
            Err(FlowError::UnknownRealm) => {}
            // One realm in trouble holds up no other.
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(()), Err)
}
