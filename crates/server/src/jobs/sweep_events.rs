//! Removes events that have been kept for as long as their realm says, in small batches.

use perennial_domain::{RealmId, Timestamp, realm::Realm};
use perennial_flows::{FlowError, FlowResult, Site};
use perennial_storage::{StorageResult, Tx, admin_events, events};
use tokio::sync::watch;

use super::sweep::{BATCH, in_batches};

type DeleteBefore = fn(&mut Tx<'_>, RealmId, Timestamp, i64) -> StorageResult<usize>;

/// The number removed.
pub async fn of_realm(site: &Site, realm: &Realm, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let settings = &realm.settings.events;
    let of_users = expired(site, realm.id, settings.expiration_s, events::delete_before, stopped).await?;
    let of_admins = expired(site, realm.id, settings.admin_expiration_s, admin_events::delete_before, stopped).await?;
    Ok(of_users + of_admins)
}

async fn expired(
    site: &Site,
    realm: RealmId,
    kept_s: i64,
    delete: DeleteBefore,
    stopped: &watch::Receiver<bool>,
) -> FlowResult<usize> {
    if kept_s == 0 {
        return Ok(0);
    }
    in_batches(stopped, async || {
        let unit = move |tx: &mut Tx<'_>| {
            let before = tx.now()?.minus_s(kept_s);
            Ok::<_, FlowError>(delete(tx, realm, before, BATCH)?)
        };
        site.store.write(unit).await
    })
    .await
}
