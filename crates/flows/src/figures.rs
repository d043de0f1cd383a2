//! What happens how often: counted in memory where it happens, so that it costs a refresh no statement, and written by every node
//! in rows of a minute and of a day. What was counted since the last writing is lost with the process; nothing depends on it.

use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    RealmId, Timestamp,
    event::{Event, EventType},
    figure::Figure,
};
use perennial_storage::{
    Tx,
    figures::{self, Counted},
    realms,
};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

pub const MINUTE_S: i64 = 60;
pub const DAY_S: i64 = 86_400;
/// Rows of a minute are kept for two hours.
const MINUTES_KEPT_S: i64 = 7_200;
/// Rows of a day for somewhat more than a year.
const DAYS_KEPT_S: i64 = 400 * DAY_S;

/// Not written yet. One for the process, as other figures are: units know the realm, and not the site.
static COUNTED: LazyLock<Mutex<HashMap<(RealmId, Figure), u64>>> = LazyLock::new(Mutex::default);

/// A unit that is undone afterwards has counted all the same; that is rare, and an overview can bear it.
pub fn note(realm: &LoadedRealm, figure: Figure, count: u64) {
    if count > 0 {
        let mut counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
        *counted.entry((realm.model.realm.id, figure)).or_default() += count;
    }
}

pub(crate) fn note_event(realm: &LoadedRealm, event: &Event) {
    if let Some((figure, count)) = Figure::of_event(event) {
        note(realm, figure, count);
    }
}

pub(crate) fn note_type(realm: &LoadedRealm, event_type: EventType) {
    if let Some(figure) = Figure::of_type(event_type) {
        note(realm, figure, 1);
    }
}

/// The beginning of the span that an instant is in.
pub fn begin_of(at: Timestamp, span_s: i64) -> Timestamp {
    Timestamp::from_ms(at.as_ms().div_euclid(span_s * 1_000) * span_s * 1_000)
}

/// Adds what this node has counted to the rows, and removes those that are too old.
pub async fn write(site: &Site) -> FlowResult<()> {
    let counted: Vec<((RealmId, Figure), u64)> = {
        let mut all = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
        all.drain().collect()
    };
    if counted.is_empty() {
        return Ok(());
    }
    let unit = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        for own in realms::list_readable(tx)? {
            let mut is_new = false;
            for ((realm, figure), count) in counted.iter().filter(|((realm, _), _)| *realm == own.id) {
                let count = i64::try_from(*count).unwrap_or(i64::MAX);
                for span_s in [MINUTE_S, DAY_S] {
                    let row = Counted { from: begin_of(now, span_s), figure: *figure, count };
                    figures::add(tx, *realm, span_s, row)?;
                }
                is_new = true;
            }
            if is_new {
                figures::delete_before(tx, own.id, MINUTE_S, now.minus_s(MINUTES_KEPT_S))?;
                figures::delete_before(tx, own.id, DAY_S, now.minus_s(DAYS_KEPT_S))?;
            }
        }
        Ok::<_, FlowError>(())
    };
    site.store.write(unit).await
}
