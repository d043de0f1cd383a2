//! Sessions that end with an admin's approval of their client, counted by the database without reading one: those are apart for
//! each set of scopes, and of the scopes it is known whether they need the approval.

use crate::{FlowResult, LoadedRealm};
use perennial_domain::{Timestamp, client::Client, lifetime::AliveBounds};
use perennial_storage::{
    Tx,
    grants::{self, ScopeShare},
    policy_classes::PolicyClass,
};
use std::collections::BTreeSet;

/// How many of a class' sessions are within each of three bounds and end with the approval; none where that stays beyond `until`.
pub fn count_ending(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (client, class): (&Client, &PolicyClass),
    (bounds, until): (&[AliveBounds; 3], Timestamp),
) -> FlowResult<[u64; 3]> {
    let mut sums = [0; 3];
    let Some(approval) = &client.settings.admin_consent else { return Ok(sums) };
    if approval.stands(until) {
        return Ok(sums);
    }
    // What an approval carries depends on whether the session began before or after each scope's approval.
    let steps: BTreeSet<Timestamp> = approval.scopes.values().copied().collect();
    for (from, step) in steps.iter().enumerate() {
        let span = (*step, steps.iter().nth(from + 1).copied());
        for share in grants::count_by_scope(tx, class, bounds, span)? {
            if ends_with_it(realm, client, (&share, *step)) {
                sums.iter_mut().zip(share.counts).for_each(|(sum, count)| *sum += count);
            }
        }
    }
    Ok(sums)
}

fn ends_with_it(realm: &LoadedRealm, client: &Client, (share, started_at): (&ScopeShare, Timestamp)) -> bool {
    let own_service = share.service_account_of == Some(client.id);
    let gave = |name: &str| own_service || share.consented.as_ref().is_some_and(|scope| scope.contains(name));
    realm.model.lives_by_approval(client, (&share.scope, started_at), gave)
}
