//! When sessions end that were only glanced at. Where an admin's approval of their client ends first, it takes what the user allowed
//! to know which of them live by it: those few are read whole.

use crate::{FlowResult, LoadedRealm, holder::Holder};
use perennial_domain::{
    GrantId, Timestamp,
    lifetime::{self, SessionEnd},
    session_filter::Glance,
};
use perennial_storage::{Tx, grants};
use std::collections::HashMap;

/// Sessions that are read whole at once.
const PART: usize = 100;

/// The ends of those that live, in no order.
pub fn ends_of<'s>(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    seen: impl Iterator<Item = &'s Glance>,
) -> FlowResult<HashMap<GrantId, Timestamp>> {
    let now = tx.now()?;
    let (mut ends, mut unsure) = (HashMap::new(), Vec::new());
    for seen in seen {
        if let Some(ends_at) = seen.alive_until(&realm.model, now) {
            ends.insert(seen.id, ends_at);
            if approval_ends_before(realm, seen, ends_at) {
                unsure.push(seen.id);
            }
        }
    }
    for part in unsure.chunks(PART) {
        for held in grants::list_held(tx, part)? {
            let (grant, holder) = Holder::of_held(realm, held);
            let Some(client) = realm.model.clients.get(&grant.client_id) else { continue };
            let end: SessionEnd = realm.model.end_of(client, &grant, holder.owner());
            if lifetime::has_ended(end, now) {
                ends.remove(&grant.id);
            } else {
                ends.insert(grant.id, end.at);
            }
        }
    }
    Ok(ends)
}

fn approval_ends_before(realm: &LoadedRealm, seen: &Glance, ends_at: Timestamp) -> bool {
    let client = realm.model.clients.get(&seen.client_id);
    let approval = client.and_then(|client| client.settings.admin_consent.as_ref());
    approval.and_then(|approval| approval.ends_at).is_some_and(|end| end < ends_at)
}
