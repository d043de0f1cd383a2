//! What a node knows of all offline sessions from its last walk over them: counts, and for each client the sessions at both ends
//! of the orders that no index holds. An index on the last use would have to change at every refresh; this costs refreshes
//! nothing, and a few kilobytes a client. Whoever reads it says as of when it is, and checks it against the rows.

use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{ClientId, GrantId, RealmId, Timestamp, session_filter::Glance, session_tally::Tally};
use perennial_storage::{
    grants::{self, Position, Scan},
    realms,
};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
    time::Duration,
};

/// Sessions kept at each end of an order.
pub const REACH: usize = 500;
/// Rows of one look.
const BATCH: i64 = 1_000;
/// Between two looks of a few milliseconds each, so that a walk leaves most of a core to others.
const REST: Duration = Duration::from_millis(20);

/// The first sessions of an order.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// In order.
    pub first: Vec<(Timestamp, GrantId)>,
    /// There are more behind them.
    pub goes_on: bool,
}

#[derive(Clone, Debug, Default)]
pub struct ClientSurvey {
    pub tally: Tally,
    /// Least recently used first.
    pub unused: Run,
    /// Most recently used first.
    pub used: Run,
    /// Soonest end first.
    pub ending: Run,
    /// Latest end first.
    pub lasting: Run,
}

/// Sessions between two marks.
const STRIDE: usize = 1_000;

/// The places of some sessions in the order of start, so that a page anywhere in a realm is found without a walk to it.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    pub total: usize,
    /// Every [`STRIDE`]-th session, the oldest first.
    ids: Vec<GrantId>,
}

impl Marks {
    fn add(&mut self, id: GrantId) {
        self.total += 1;
        if self.total.is_multiple_of(STRIDE) {
            self.ids.push(id);
        }
    }

    /// The last mark before the session that `first` others come before, and how many lie between; `None` where there is no
    /// mark before it.
    pub fn before(&self, first: usize, newest_first: bool) -> Option<(GrantId, usize)> {
        // Places from 1, the oldest first. The page begins at `wanted`, and goes up or down from there.
        if newest_first {
            let wanted = self.total.saturating_sub(first);
            let mark = wanted / STRIDE + 1;
            Some((*self.ids.get(mark - 1)?, mark * STRIDE - 1 - wanted))
        } else {
            let mark = (first / STRIDE).min(self.ids.len()).checked_sub(1)?;
            Some((self.ids[mark], first - (mark + 1) * STRIDE))
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// When the walk began: what it says was so then or later.
    pub taken_at: Timestamp,
    pub marks: HashMap<RealmId, Marks>,
    pub clients: HashMap<ClientId, ClientSurvey>,
}

/// Keeps the first [`REACH`] of what it is given.
struct Picker<K: Ord> {
    heap: BinaryHeap<(K, GrantId)>,
    all: usize,
}

impl<K: Ord> Default for Picker<K> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), all: 0 }
    }
}

impl<K: Ord> Picker<K> {
    fn add(&mut self, key: K, id: GrantId) {
        self.all += 1;
        self.heap.push((key, id));
        if self.heap.len() > REACH {
            self.heap.pop();
        }
    }

    fn into_run(self, at: impl Fn(K) -> Timestamp) -> Run {
        let goes_on = self.all > REACH;
        let first = self.heap.into_sorted_vec().into_iter().map(|(key, id)| (at(key), id)).collect();
        Run { first, goes_on }
    }
}

#[derive(Default)]
struct Picked {
    tally: Tally,
    unused: Picker<Timestamp>,
    used: Picker<Reverse<Timestamp>>,
    ending: Picker<Timestamp>,
    lasting: Picker<Reverse<Timestamp>>,
}

impl Picked {
    fn add(&mut self, seen: &Glance, ends_at: Timestamp, now: Timestamp) {
        self.tally.add(seen, ends_at, now);
        self.unused.add(seen.last_used_at, seen.id);
        self.used.add(Reverse(seen.last_used_at), seen.id);
        self.ending.add(ends_at, seen.id);
        self.lasting.add(Reverse(ends_at), seen.id);
    }

    fn finish(self) -> ClientSurvey {
        ClientSurvey {
            tally: self.tally,
            unused: self.unused.into_run(|at| at),
            used: self.used.into_run(|Reverse(at)| at),
            ending: self.ending.into_run(|at| at),
            lasting: self.lasting.into_run(|Reverse(at)| at),
        }
    }
}

/// Walks over everything and publishes what it saw; `None` where `stopped` said so before the end.
pub async fn take(site: &Site, stopped: impl Fn() -> bool) -> FlowResult<Option<Arc<Survey>>> {
    let read = |tx: &mut perennial_storage::Tx<'_>| Ok::<_, FlowError>((realms::list(tx)?, tx.now()?));
    let (all, taken_at) = site.store.read(read).await?;
    let names: HashMap<RealmId, String> = all.into_iter().map(|realm| (realm.id, realm.name)).collect();
    let mut realms: HashMap<RealmId, Arc<LoadedRealm>> = HashMap::new();
    for (id, name) in &names {
        match site.realm(name).await {
            Ok(realm) => drop(realms.insert(*id, realm)),
            Err(FlowError::UnknownRealm) => {}
            Err(error) => return Err(error),
        }
    }
    let mut picked: HashMap<ClientId, Picked> = HashMap::new();
    let mut marks: HashMap<RealmId, Marks> = HashMap::new();
    let mut position = Position::default();
    loop {
        if stopped() {
            return Ok(None);
        }
        let look = move |tx: &mut perennial_storage::Tx<'_>| {
            Ok::<_, FlowError>(grants::glance(tx, Scan::All, position, BATCH)?)
        };
        let batch = site.store.read(look).await?;
        let Some(last) = batch.last() else { break };
        position.after = Some(last.id);
        for seen in batch.iter().filter(|seen| seen.offline) {
            if let Some(realm) = realms.get(&seen.realm_id)
                && note(realm, seen, taken_at, &mut picked)
            {
                marks.entry(seen.realm_id).or_default().add(seen.id);
            }
        }
        if batch.len() as i64 == BATCH {
            tokio::time::sleep(REST).await;
        }
    }
    let clients = picked.into_iter().map(|(client, picked)| (client, picked.finish())).collect();
    let survey = Arc::new(Survey { taken_at, marks, clients });
    site.publish_survey(Arc::clone(&survey));
    Ok(Some(survey))
}

/// Whether it lives.
fn note(realm: &LoadedRealm, seen: &Glance, now: Timestamp, picked: &mut HashMap<ClientId, Picked>) -> bool {
    let ends_at = seen.alive_until(&realm.model, now);
    if let Some(ends_at) = ends_at {
        picked.entry(seen.client_id).or_default().add(seen, ends_at, now);
    }
    ends_at.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_leads_to_any_place_from_either_end() {
        let id = |n: usize| GrantId(uuid::Uuid::from_u128(n as u128));
        let mut marks = Marks::default();
        (1..=3_500).for_each(|n| marks.add(id(n)));
        // After the 2,000th and 500 more comes the 2,501st.
        assert_eq!(marks.before(2_500, false), Some((id(2_000), 500)));
        assert_eq!(marks.before(3_499, false), Some((id(3_000), 499)));
        assert_eq!(marks.before(999, false), None);
        // 2,500 newer ones come before the 1,000th: it is the 1,000th below the 2,000th.
        assert_eq!(marks.before(2_500, true), Some((id(2_000), 999)));
        assert_eq!(marks.before(3_499, true), Some((id(1_000), 998)));
        assert_eq!(marks.before(100, true), None);
    }

    #[test]
    fn a_run_keeps_the_first_of_its_order_and_knows_whether_it_goes_on() {
        let id = |n: usize| GrantId(uuid::Uuid::from_u128(n as u128));
        let at = |n: usize| Timestamp::from_ms(n as i64);
        let mut picker = Picker::default();
        (0..REACH + 10).rev().for_each(|n| picker.add(Reverse(at(n)), id(n)));
        let run = picker.into_run(|Reverse(at)| at);
        assert_eq!(run.first.first(), Some(&(at(REACH + 9), id(REACH + 9))));
        assert_eq!((run.first.len(), run.goes_on), (REACH, true));
        let mut few = Picker::default();
        few.add(at(1), id(1));
        assert!(!few.into_run(|at| at).goes_on);
    }
}
