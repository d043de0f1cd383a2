//! Events beside a unit: refusals, whose unit is undone, and what only reads. They wait in a bounded queue and are written
//! together, off the request's path; an answer never fails or waits because of them.

use super::{USERNAME, budget::Budget, count, is_heard, store};
use crate::{FlowError, FlowResult, LoadedRealm, Site, figures};
use perennial_domain::{
    Timestamp,
    event::{Event, EventType},
};
use perennial_storage::{Store, Tx, grants, users};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// Events that may wait; beyond it they are only counted.
const QUEUE_LENGTH: usize = 1_024;
/// Events written by one unit.
const BATCH: usize = 64;

struct Waiting {
    realm: Arc<LoadedRealm>,
    event: Event,
    /// Stored only as far as the budget goes.
    is_refusal: bool,
}

/// The queue, and what of it may still be stored.
#[derive(Default)]
pub(crate) struct LaterEvents {
    queue: Mutex<VecDeque<Waiting>>,
    /// Held by whoever writes.
    turn: tokio::sync::Mutex<()>,
    budget: Mutex<Budget>,
}

impl Site {
    /// Notes a refusal. Stored only where a client or user that exists is concerned, and no more than a budget of them.
    pub fn raise_refusal(&self, realm_name: &str, event: Event) {
        count(event.event_type);
        let Some(realm) = self.peek(realm_name) else { return };
        figures::note_type(&realm, event.event_type);
        let is_known = |client_id: &String| realm.model.find_client(client_id).is_some();
        let event = Event { client: event.client.filter(is_known), ..event };
        if event.client.is_none() && event.user.is_none() {
            return unstored("unknown");
        }
        self.enqueue(Waiting { realm, event, is_refusal: true });
    }

    /// Notes what happens in a unit that only reads, where the realm stores it.
    pub(crate) fn raise_later(&self, realm: &Arc<LoadedRealm>, event_type: EventType, build: impl FnOnce() -> Event) {
        count(event_type);
        if is_heard(realm, event_type) {
            self.enqueue(Waiting { realm: Arc::clone(realm), event: build(), is_refusal: false });
        }
    }

    /// Waits until every event that this node has noted so far is stored, or given up.
    pub async fn settle_events(&self) {
        drain(&self.later, &self.store).await;
    }

    fn enqueue(&self, waiting: Waiting) {
        let mut queue = self.later.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.len() >= QUEUE_LENGTH {
            return unstored("queue");
        }
        queue.push_back(waiting);
        // Whoever finds the queue empty writes what comes until then.
        if queue.len() == 1 {
            let (later, store) = (Arc::clone(&self.later), self.store.clone());
            tokio::spawn(async move { drain(&later, &store).await });
        }
    }
}

async fn drain(later: &Arc<LaterEvents>, to: &Store) {
    let _turn = later.turn.lock().await;
    loop {
        let batch = later.next_batch();
        let Some(first) = batch.first() else { return };
        let (realm, later) = (Arc::clone(&first.realm), Arc::clone(later));
        let size = batch.len();
        let unit = move |tx: &mut Tx<'_>| batch.into_iter().try_for_each(|waiting| later.write(tx, &realm, waiting));
        if let Err(error) = to.write_relaxed::<_, FlowError, _>(unit).await {
            tracing::warn!(%error, events = size, "events could not be stored");
            metrics::counter!("perennial_events_unstored_total", "why" => "database").increment(size as u64);
        }
    }
}

impl LaterEvents {
    /// The next ones, all of one realm.
    fn next_batch(&self) -> Vec<Waiting> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(first) = queue.front() else { return Vec::new() };
        let realm = first.realm.model.realm.id;
        let like_first = queue.iter().take(BATCH).take_while(|waiting| waiting.realm.model.realm.id == realm).count();
        queue.drain(..like_first).collect()
    }

    fn write(&self, tx: &mut Tx<'_>, realm: &LoadedRealm, waiting: Waiting) -> FlowResult<()> {
        if !is_heard(realm, waiting.event.event_type) {
            return Ok(());
        }
        let (now, event) = (tx.now()?, with_user(tx, realm, waiting.event)?);
        if waiting.is_refusal && !self.admits(realm, &event, now) {
            unstored("budget");
            return Ok(());
        }
        store(tx, realm, event)
    }

    fn admits(&self, realm: &LoadedRealm, event: &Event, now: Timestamp) -> bool {
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        budget.admits(realm.model.realm.id, event, now)
    }
}

/// Looks up who is concerned. A refused token names its grant only, and the grant knows its user. A typed name that nobody
/// has is forgotten: it may be a password in the wrong field.
fn with_user(tx: &mut Tx<'_>, realm: &LoadedRealm, mut event: Event) -> FlowResult<Event> {
    let own = realm.model.realm.id;
    if event.user.is_some() {
        return Ok(event);
    }
    if let Some(id) = event.grant {
        let found = grants::find(tx, id)?.filter(|grant| grant.realm_id == own);
        return Ok(match found {
            Some(grant) => event.grant(&grant),
            None => event,
        });
    }
    let Some(name) = event.details.remove(USERNAME) else { return Ok(event) };
    Ok(match users::find_by_username(tx, own, name.trim())? {
        Some(user) => event.user(user.id).detail(USERNAME, user.username),
        None => event,
    })
}

fn unstored(why: &'static str) {
    metrics::counter!("perennial_events_unstored_total", "why" => why).increment(1);
}
