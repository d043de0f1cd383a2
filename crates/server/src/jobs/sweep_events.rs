//! Removes events that have been kept for as long as their realm says, in small batches.

use perennial_domain::{RealmId, Timestamp, realm::Realm};
use perennial_flows::{FlowError, FlowResult, Site};
use perennial_storage::walks::Walk;
use perennial_storage::{StorageResult, Tx, admin_events, events};
use tokio::sync::watch;

use super::sweep::{BATCH, in_batches};

type DeleteBefore = fn(&mut Tx<'_>, RealmId, Timestamp, i64) -> StorageResult<usize>;

/// The number removed.
pub async fn of_realm(site: &Site, realm: &Realm, walk: Walk, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let settings = &realm.settings.events;
    let users = Old { realm: realm.id, kept_s: settings.expiration_s, delete: events::delete_before };
    let admins = Old { realm: realm.id, kept_s: settings.admin_expiration_s, delete: admin_events::delete_before };
    let of_users = expired(site, walk, users, stopped).await?;
    let of_admins = expired(site, walk, admins, stopped).await?;
    Ok(of_users + of_admins)
}

/// What is too old of one kind of events.
#[derive(Clone, Copy)]
struct Old {
    realm: RealmId,
    /// In seconds; 0: for ever.
    kept_s: i64,
    delete: DeleteBefore,
}

async fn expired(site: &Site, walk: Walk, old: Old, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let Old { realm, kept_s, delete } = old;
    if kept_s == 0 {
        return Ok(0);
    }
    in_batches(stopped, async || {
        let unit = move |tx: &mut Tx<'_>| {
            let now = tx.now()?;
            Ok::<_, FlowError>(if walk.agrees(now) { delete(tx, realm, now.minus_s(kept_s), BATCH)? } else { 0 })
        };
        site.store.write(unit).await
    })
    .await
}
