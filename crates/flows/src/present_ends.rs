//! When sessions end that were only glanced at. Where an admin's approval of their client ends first or was just taken away, it takes
//! what their users allowed to know which of them live or lived by it: that is asked for those alone where it makes a difference.

use crate::{FlowResult, LoadedRealm, endings::lapsed::lapsing};
use perennial_domain::{
    ClientId, GrantId, Timestamp, admin_consent::Carried, client::Client, client_scope::PermissionType,
    session_filter::Glance,
};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, grants};
use std::collections::HashMap;

/// Sessions whose consents are read at once.
const PART: usize = 500;

/// The ends of those that live, in no order.
pub fn ends_of<'s>(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    seen: impl Iterator<Item = &'s Glance>,
) -> FlowResult<HashMap<GrantId, Timestamp>> {
    let (now, lapsing) = (tx.now()?, lapsing(tx, realm)?);
    let (mut ends, mut unsure) = (HashMap::new(), HashMap::new());
    for seen in seen {
        let Some(ends_at) = seen.alive_until(&realm.model, now) else { continue };
        let Some(shaken) = Shaken::of(realm, seen, ends_at, &lapsing) else {
            ends.insert(seen.id, ends_at);
            continue;
        };
        match shaken.sure_end(realm, now) {
            Some(end) => ends.extend(end.map(|ends_at| (seen.id, ends_at))),
            None => drop(unsure.insert(seen.id, shaken)),
        }
    }
    let asked: Vec<GrantId> = unsure.keys().copied().collect();
    for part in asked.chunks(PART) {
        for allowed in grants::list_allowed(tx, part)? {
            let Some(shaken) = unsure.get(&allowed.grant) else { continue };
            let used = PermissionType::of(allowed.service_account_of, shaken.client);
            let end = shaken.end(realm, now, used, |name| allowed.gave(name));
            ends.extend(end.map(|ends_at| (allowed.grant, ends_at)));
        }
    }
    Ok(ends)
}

/// A session that may end by what became of its client's approval.
struct Shaken<'r> {
    client: &'r Client,
    scope: ScopeSet,
    started_at: Timestamp,
    /// By its limits.
    ends_at: Timestamp,
    is_lapsing: bool,
}

impl<'r> Shaken<'r> {
    /// `None` where no approval changes the end that its limits set.
    fn of(realm: &'r LoadedRealm, seen: &Glance, ends_at: Timestamp, lapsing: &[ClientId]) -> Option<Self> {
        let client = realm.model.clients.get(&seen.client_id)?;
        let approval = client.settings.admin_consent.as_ref().and_then(|approval| approval.ends_at);
        let is_lapsing = lapsing.contains(&client.id);
        let is_shaken = is_lapsing || approval.is_some_and(|end| end < ends_at);
        let started_at = seen.started_at;
        is_shaken.then(|| Self { client, scope: ScopeSet::lenient(&seen.scope), started_at, ends_at, is_lapsing })
    }

    /// Its end, or that it has ended, where that is the same whatever its user allowed and whoever that is. What lies between all and
    /// nothing makes no difference either: the more is allowed, the less needs the approval.
    fn sure_end(&self, realm: &LoadedRealm, now: Timestamp) -> Option<Option<Timestamp>> {
        let [first, others @ ..] = PermissionType::ALL.map(|used| {
            let [with_all, with_nothing] = [true, false].map(|gave| self.end(realm, now, used, |_| gave));
            (with_all == with_nothing).then_some(with_all)
        });
        first.filter(|end| others.iter().all(|other| *other == Some(*end)))
    }

    /// `None` where it has ended.
    fn end(
        &self,
        realm: &LoadedRealm,
        now: Timestamp,
        used: PermissionType,
        gave: impl Fn(&str) -> bool,
    ) -> Option<Timestamp> {
        let carried = Carried { used, scope: &self.scope, started_at: self.started_at };
        if self.is_lapsing && self.client.settings.lapses.reach(carried, &gave) {
            return None;
        }
        let approval = self.client.settings.admin_consent.as_ref().and_then(|approval| approval.ends_at);
        let capped = approval.filter(|_| realm.model.lives_by_approval(self.client, carried, &gave));
        let end = capped.map_or(self.ends_at, |end| end.min(self.ends_at));
        (now < end).then_some(end)
    }
}
