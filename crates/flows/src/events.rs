//! Raising events: inside the unit that does what they tell of, or beside it where that unit is undone or never writes.

mod budget;
mod later;
mod refused;

pub(crate) use later::LaterEvents;
pub use refused::{USERNAME, is_refusal, refusal, token_refusal};

use crate::{FlowResult, LoadedRealm, figures, webhooks};
use perennial_domain::{
    EventId, Timestamp,
    event::{Event, EventType, StoredEvent},
    event_settings::LOG_LISTENER,
};
use perennial_storage::{
    Tx,
    events::{self, EventFilter, EventPage},
};

/// A detail: who did it, where that is not whom the type suggests: `user`, `admin`, `client` or `server`.
pub const BY: &str = "by";

/// Counts the event, stores it where the realm stores its type, and queues it for the webhooks that want it.
pub fn raise(tx: &mut Tx<'_>, realm: &LoadedRealm, event: Event) -> FlowResult<()> {
    count(event.event_type);
    figures::note_event(realm, &event);
    store(tx, realm, event)
}

/// The same for many of one kind, as cheaply as may be: where nobody hears of their type, none is built.
pub(crate) fn raise_all<T>(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    event_type: EventType,
    all: &[T],
    build: impl Fn(&T) -> Event,
) -> FlowResult<()> {
    metrics::counter!("perennial_events_total", "type" => event_type.as_str()).increment(all.len() as u64);
    if !is_heard(realm, event_type) {
        return Ok(());
    }
    let built: Vec<Event> = all.iter().map(build).collect();
    for event in &built {
        webhooks::queue_event(tx, realm, event)?;
    }
    if stores(realm, event_type) {
        built.iter().for_each(|event| log(realm, event));
        events::insert_all(tx, realm.model.realm.id, &built)?;
    }
    Ok(())
}

/// For what happens at every use: the event is only built where somebody hears of its type.
pub fn raise_with(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    event_type: EventType,
    build: impl FnOnce() -> Event,
) -> FlowResult<()> {
    count_use(realm, event_type);
    if is_heard(realm, event_type) { store(tx, realm, build()) } else { Ok(()) }
}

/// For what is only counted.
pub(crate) fn count_use(realm: &LoadedRealm, event_type: EventType) {
    count(event_type);
    figures::note_type(realm, event_type);
}

pub(crate) fn stores(realm: &LoadedRealm, event_type: EventType) -> bool {
    realm.model.realm.settings.events.stores(event_type)
}

/// Somebody wants it: the store, or a webhook.
pub(crate) fn is_heard(realm: &LoadedRealm, event_type: EventType) -> bool {
    stores(realm, event_type) || webhooks::are_waiting_for(realm, event_type)
}

/// The events that the realm still keeps. Whether older ones have been removed already makes no difference.
pub(crate) fn list_kept(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    filter: &EventFilter,
    page: EventPage,
) -> FlowResult<(Vec<StoredEvent>, Option<EventId>)> {
    let from = kept_from(tx, realm.model.realm.settings.events.expiration_s, filter.from)?;
    Ok(events::list(tx, realm.model.realm.id, &EventFilter { from, ..filter.clone() }, page)?)
}

/// The later of what is asked for and what is kept; 0 seconds: without end.
pub(crate) fn kept_from(tx: &mut Tx<'_>, kept_s: i64, asked: Option<Timestamp>) -> FlowResult<Option<Timestamp>> {
    let kept = if kept_s == 0 { None } else { Some(tx.now()?.minus_s(kept_s)) };
    Ok(kept.max(asked))
}

/// Everything that hears of events stands here, so that it happens in the same unit.
fn store(tx: &mut Tx<'_>, realm: &LoadedRealm, event: Event) -> FlowResult<()> {
    webhooks::queue_event(tx, realm, &event)?;
    if !stores(realm, event.event_type) {
        return Ok(());
    }
    log(realm, &event);
    events::insert(tx, realm.model.realm.id, &event)?;
    Ok(())
}

/// Events in units that are not kept in the end are counted, too: a commit fails rarely, and is then in the log.
fn count(event_type: EventType) {
    metrics::counter!("perennial_events_total", "type" => event_type.as_str()).increment(1);
}

fn log(realm: &LoadedRealm, event: &Event) {
    if !realm.model.realm.settings.events.listeners.contains(LOG_LISTENER) {
        return;
    }
    let Event { event_type, client, user, error, .. } = event;
    let (realm, client, error) = (realm.name(), client.as_deref(), error.as_deref());
    let user = user.map(tracing::field::display);
    tracing::debug!(realm, %event_type, client, user, error, "event");
}
