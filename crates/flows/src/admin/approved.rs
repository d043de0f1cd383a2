//! Sessions that end with an admin's approval of their client, counted by the database without reading one: those are apart for
//! each set of scopes, and of the scopes it is known whether they need the approval.

use crate::{FlowResult, LoadedRealm, endings::lapsed::lapsing};
use perennial_domain::{Timestamp, client::Client, client_scope::PermissionType, lifetime::AliveBounds};
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
    let Some(approval) = &client.settings.admin_consent else { return Ok([0; 3]) };
    if approval.stands(until) {
        return Ok([0; 3]);
    }
    // What an approval carries depends on whether the session began before or after each scope's approval.
    let mut steps: BTreeSet<Timestamp> = approval.scopes.values().copied().collect();
    let is_lapsing = lapsing(tx, realm)?.contains(&client.id);
    if is_lapsing {
        steps.extend(client.settings.lapses.marks());
    }
    sum_of(tx, class, bounds, &steps, |share, step| {
        ends_with_it(realm, client, share, step) && !(is_lapsing && has_lapsed(client, share, step))
    })
}

/// The same of those that have ended with an approval which was taken away, as far as they are still there.
pub fn count_lapsed(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    class: &PolicyClass,
    bounds: &[AliveBounds; 3],
) -> FlowResult<[u64; 3]> {
    if !lapsing(tx, realm)?.contains(&client.id) {
        return Ok([0; 3]);
    }
    let marks = client.settings.lapses.marks();
    let steps: BTreeSet<Timestamp> = marks.chain([Timestamp::default()]).collect();
    sum_of(tx, class, bounds, &steps, |share, step| has_lapsed(client, share, step))
}

/// Of the sessions that began from the first step on, between which nothing changes.
fn sum_of(
    tx: &mut Tx<'_>,
    class: &PolicyClass,
    bounds: &[AliveBounds; 3],
    steps: &BTreeSet<Timestamp>,
    counts: impl Fn(&ScopeShare, Timestamp) -> bool,
) -> FlowResult<[u64; 3]> {
    let mut sums = [0; 3];
    for (from, step) in steps.iter().enumerate() {
        let until = steps.iter().nth(from + 1).copied();
        for share in grants::count_by_scope(tx, class, bounds, *step, until)? {
            if counts(&share, *step) {
                sums.iter_mut().zip(share.counts).for_each(|(sum, count)| *sum += count);
            }
        }
    }
    Ok(sums)
}

fn has_lapsed(client: &Client, share: &ScopeShare, started_at: Timestamp) -> bool {
    let used = PermissionType::of(share.service_account_of, client);
    client.settings.lapses.reach(used, &share.scope, started_at, |name| gave(share, name))
}

fn ends_with_it(realm: &LoadedRealm, client: &Client, share: &ScopeShare, started_at: Timestamp) -> bool {
    let used = PermissionType::of(share.service_account_of, client);
    realm.model.lives_by_approval((client, used), (&share.scope, started_at), |name| gave(share, name))
}

/// Whether its user allowed it.
fn gave(share: &ScopeShare, name: &str) -> bool {
    share.consented.as_ref().is_some_and(|scope| scope.contains(name))
}
