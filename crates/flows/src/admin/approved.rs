//! Sessions that end with an admin's approval of their client, counted by the database without reading one: those are apart for
//! each set of scopes, and of the scopes it is known whether they need the approval.

use crate::{FlowResult, LoadedRealm, endings::lapsed::lapsing};
use perennial_domain::{
    Timestamp, admin_consent::Carried, client::Client, client_scope::PermissionType, lifetime::AliveBounds,
};
use perennial_storage::{
    Tx,
    grants::{self, ScopeShare},
    policy_classes::PolicyClass,
};
use std::collections::BTreeSet;

/// A class' sessions within each of three bounds; the second and third are within the first.
pub struct Within<'a> {
    pub client: &'a Client,
    pub class: &'a PolicyClass,
    pub bounds: [AliveBounds; 3],
}

impl Within<'_> {
    /// How many of them end with the approval; none where that stays beyond `until`.
    pub fn count_ending(&self, tx: &mut Tx<'_>, realm: &LoadedRealm, until: Timestamp) -> FlowResult<[u64; 3]> {
        let client = self.client;
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
        self.sum_of(tx, &steps, |share, step| {
            ends_with_it(realm, client, share, step) && !(is_lapsing && has_lapsed(client, share, step))
        })
    }

    /// How many of them have ended with an approval which was taken away, as far as they are still there.
    pub fn count_lapsed(&self, tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<[u64; 3]> {
        let client = self.client;
        if !lapsing(tx, realm)?.contains(&client.id) {
            return Ok([0; 3]);
        }
        let marks = client.settings.lapses.marks();
        let steps: BTreeSet<Timestamp> = marks.chain([Timestamp::default()]).collect();
        self.sum_of(tx, &steps, |share, step| has_lapsed(client, share, step))
    }

    /// Of the sessions that began from the first step on, between which nothing changes.
    fn sum_of(
        &self,
        tx: &mut Tx<'_>,
        steps: &BTreeSet<Timestamp>,
        counts: impl Fn(&ScopeShare, Timestamp) -> bool,
    ) -> FlowResult<[u64; 3]> {
        let mut sums = [0; 3];
        for (from, step) in steps.iter().enumerate() {
            let until = steps.iter().nth(from + 1).copied();
            for share in grants::count_by_scope(tx, self.class, &self.bounds, *step, until)? {
                if counts(&share, *step) {
                    sums.iter_mut().zip(share.counts).for_each(|(sum, count)| *sum += count);
                }
            }
        }
        Ok(sums)
    }
}

fn has_lapsed(client: &Client, share: &ScopeShare, started_at: Timestamp) -> bool {
    client.settings.lapses.reach(carried(client, share, started_at), |name| gave(share, name))
}

fn ends_with_it(realm: &LoadedRealm, client: &Client, share: &ScopeShare, started_at: Timestamp) -> bool {
    realm.model.lives_by_approval(client, carried(client, share, started_at), |name| gave(share, name))
}

fn carried<'s>(client: &Client, share: &'s ScopeShare, started_at: Timestamp) -> Carried<'s> {
    Carried { used: PermissionType::of(share.service_account_of, client), scope: &share.scope, started_at }
}

/// Whether its user allowed it.
fn gave(share: &ScopeShare, name: &str) -> bool {
    share.consented.as_ref().is_some_and(|scope| scope.contains(name))
}
