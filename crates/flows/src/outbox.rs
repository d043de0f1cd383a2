//! The outbox seen by whoever sends: what is due, taking one attempt up, and writing down how it ended. Queueing is one call
//! of `storage::outbox::insert` in the unit that causes it; the ways out are the server's.

use crate::{FlowError, FlowResult, Site};
use perennial_domain::{
    Timestamp,
    outbox::{self, Answer, Delivery, Kind, Outcome},
};
use perennial_storage::{
    Tx,
    outbox::{self as rows, AttemptAt, Lane},
};

pub use perennial_storage::outbox::Besides;

/// An attempt that is ours alone until its lease ends.
pub struct Attempt {
    pub delivery: Delivery,
    /// From 1.
    number: u32,
    pub started_at: Timestamp,
}

impl Attempt {
    const fn at(&self) -> AttemptAt {
        AttemptAt { id: self.delivery.id, number: self.number }
    }
}

/// At most `max` parcels that are due, the longest waiting first.
pub async fn list_due(site: &Site, kind: Kind, besides: Besides, max: i64) -> FlowResult<Vec<Delivery>> {
    let unit = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        Ok::<_, FlowError>(rows::list_due(tx, kind, now, &besides, max)?)
    };
    site.store.read(unit).await
}

/// `None` where another node was faster.
pub async fn take(site: &Site, delivery: Delivery) -> FlowResult<Option<Attempt>> {
    let (id, seen) = (delivery.id, delivery.attempts);
    let unit = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        let taken = rows::lease(tx, id, seen, now, now.plus_s(outbox::LEASE_S))?;
        Ok::<_, FlowError>(taken.then_some(now))
    };
    let started_at = site.store.write(unit).await?;
    Ok(started_at.map(|started_at| Attempt { delivery, number: seen + 1, started_at }))
}

/// `true` where the lane's other side can be reached, so that the next parcel may follow.
pub async fn settle(site: &Site, attempt: Attempt, outcome: Outcome) -> FlowResult<bool> {
    let reachable = !matches!(outcome, Outcome::Unreachable(_));
    let [jitter] = site.entropy.bytes();
    let unit = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        match &outcome {
            Outcome::Delivered(answer) => close(tx, &attempt, true, answer, now),
            Outcome::Hopeless(answer) => close(tx, &attempt, false, answer, now),
            Outcome::Refused(answer) => wait(tx, &attempt, answer, jitter, now),
            Outcome::Unreachable(answer) => {
                wait(tx, &attempt, answer, jitter, now)?;
                rest(tx, &attempt.delivery, answer, now)
            }
        }
    };
    site.store.write(unit).await?;
    Ok(reachable)
}

fn close(tx: &mut Tx<'_>, attempt: &Attempt, delivered: bool, answer: &Answer, now: Timestamp) -> FlowResult<()> {
    rows::finish(tx, attempt.at(), delivered, answer, now)?;
    Ok(())
}

fn wait(tx: &mut Tx<'_>, attempt: &Attempt, answer: &Answer, jitter: u8, now: Timestamp) -> FlowResult<()> {
    match outbox::pause_after(&attempt.delivery, attempt.number, now, jitter) {
        Some(pause_s) => {
            rows::postpone(tx, attempt.at(), answer, now.plus_s(pause_s))?;
            Ok(())
        }
        None => close(tx, attempt, false, answer, now),
    }
}

/// What else waits for the same other side waits with it, and ends with it.
fn rest(tx: &mut Tx<'_>, delivery: &Delivery, answer: &Answer, now: Timestamp) -> FlowResult<()> {
    let parcel = &delivery.parcel;
    let lane = Lane { kind: parcel.kind, id: parcel.lane };
    rows::give_up_lane(tx, lane, now.minus_s(parcel.kind.patience_s()), answer, now)?;
    rows::rest_lane(tx, lane, now.plus_s(outbox::LANE_REST_S))?;
    Ok(())
}
