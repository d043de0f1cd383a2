//! Sends what is queued in the outbox, each attempt by one node, with growing pauses until it is given up.
//!
//! Another kind of parcel needs: a variant of [`perennial_domain::outbox::Kind`] with its patience; a
//! [`perennial_domain::outbox::Parcel`] queued by `perennial_storage::outbox::insert` in the unit that causes it (its `lane`
//! names what shares a fate, its `payload` is any JSON); and here a sender, an arm in [`Couriers::send`], which turns a parcel
//! into an [`Outcome`]. Requests over HTTP go through [`Couriers::http`].

mod logout_token;
pub mod mail;
pub mod webhook;

use std::collections::HashMap;
use std::time::Duration;

use actix_web::web;
use perennial_domain::RealmId;
use perennial_domain::outbox::{Answer, Delivery, Kind, Outcome};
use perennial_flows::{
    FlowResult, Site,
    outbox::{self, Attempt, Besides},
};
use tokio::{
    sync::watch,
    task::{self, JoinSet},
};
use uuid::Uuid;

use self::mail::Mailer;
use crate::metrics::job_done;
use crate::outbound::Outbound;
use crate::state::AppState;

/// Parcels looked at in one go.
const AT_ONCE: i64 = 64;
/// Lanes under way at once, and of one realm: many slow targets of one leave room for those of others.
const MOST_LANES: usize = 64;
const MOST_LANES_OF_REALM: usize = 16;
/// Parcels of a lane, before what has waited longer goes first; as many as are looked at where no other lane waits.
const IN_A_ROW: usize = 16;
/// How long something new may lie there while slow lanes are under way.
const LOOK_PERIOD: Duration = Duration::from_secs(1);

/// The ways out.
pub struct Couriers {
    pub http: Outbound,
    pub mailer: Mailer,
}

impl Couriers {
    async fn send(&self, site: &Site, attempt: &Attempt) -> Outcome {
        let sent = match attempt.delivery.parcel.kind {
            Kind::Mail => mail::send(&self.mailer, &self.http, site, attempt).await,
            Kind::Webhook => webhook::send(self, site, attempt).await,
            Kind::LogoutToken => logout_token::send(self, site, attempt).await,
        };
        // Our own trouble, such as a database that is away: nothing is known of the other side.
        sent.unwrap_or_else(|error| Outcome::Refused(Answer::new(None, &error.to_string())))
    }
}

/// Sends all of one kind that is due now, and what comes to be due while a slow lane holds it up. An error is our own trouble, such as
/// a database that is away, after which what is under way was waited for.
pub async fn run(state: &web::Data<AppState>, kind: Kind, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let mut traffic = Traffic::default();
    let mut done = Ok(());
    while done.is_ok() && !*stopped.borrow() {
        done = traffic.fill(state, kind, stopped).await;
        if done.is_ok() {
            // It may go on for long, and goes well.
            job_done(kind.as_str());
            if traffic.lanes.is_empty() {
                return Ok(());
            }
            // What waits in other lanes need not wait for a slow one.
            done = tokio::time::timeout(LOOK_PERIOD, traffic.next_done()).await.unwrap_or(Ok(()));
        }
    }
    while !traffic.lanes.is_empty() {
        done = done.and(traffic.next_done().await);
    }
    done
}

/// Lanes go out side by side, the parcels of one lane one after another, and few of them before others get their turn.
#[derive(Default)]
struct Traffic {
    senders: JoinSet<FlowResult<()>>,
    /// What each sender is at, and whose it is.
    lanes: HashMap<task::Id, (Uuid, RealmId)>,
}

impl Traffic {
    /// Begins with each lane that has something due, as far as there is room.
    async fn fill(
        &mut self,
        state: &web::Data<AppState>,
        kind: Kind,
        stopped: &watch::Receiver<bool>,
    ) -> FlowResult<()> {
        while self.lanes.len() < MOST_LANES {
            let due = outbox::list_due(&state.site, kind, self.taken(), AT_ONCE).await?;
            if due.is_empty() {
                return Ok(());
            }
            let lanes = by_lane(due);
            let most = if self.lanes.is_empty() && lanes.len() == 1 { lanes[0].len() } else { IN_A_ROW };
            for mut lane in lanes {
                lane.truncate(most);
                let taken = self.taken();
                let is_free = lane.first().is_some_and(|first| !taken.realms.contains(&first.parcel.realm_id));
                if is_free && self.lanes.len() < MOST_LANES {
                    self.begin(state, lane, stopped);
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, state: &web::Data<AppState>, lane: Vec<Delivery>, stopped: &watch::Receiver<bool>) {
        let Some(whose) = lane.first().map(|first| (first.parcel.lane, first.parcel.realm_id)) else { return };
        let (state, stopped) = (state.clone(), stopped.clone());
        let sender = self.senders.spawn_local(async move { send_lane(&state, lane, &stopped).await });
        self.lanes.insert(sender.id(), whose);
    }

    /// Which lanes are under way, and which realms have as many of them as one may have.
    fn taken(&self) -> Besides {
        let mut by_realm: HashMap<RealmId, usize> = HashMap::new();
        for (_, realm) in self.lanes.values() {
            *by_realm.entry(*realm).or_default() += 1;
        }
        let full = by_realm.into_iter().filter(|(_, lanes)| *lanes >= MOST_LANES_OF_REALM);
        Besides {
            lanes: self.lanes.values().map(|(lane, _)| *lane).collect(),
            realms: full.map(|(realm, _)| realm).collect(),
        }
    }

    /// When a lane is through for now.
    async fn next_done(&mut self) -> FlowResult<()> {
        let Some(done) = self.senders.join_next_with_id().await else {
            self.lanes.clear();
            return Ok(());
        };
        let (id, sent) = match done {
            Ok((id, sent)) => (id, sent),
            Err(error) => {
                tracing::error!(%error, "a sender ended in a panic");
                (error.id(), Ok(()))
            }
        };
        self.lanes.remove(&id);
        sent
    }
}

/// In the order in which they have waited.
fn by_lane(due: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut lanes: Vec<Vec<Delivery>> = Vec::new();
    for delivery in due {
        let own =
            lanes.iter_mut().find(|lane| lane.first().is_some_and(|first| first.parcel.lane == delivery.parcel.lane));
        match own {
            Some(lane) => lane.push(delivery),
            None => lanes.push(vec![delivery]),
        }
    }
    lanes
}

async fn send_lane(state: &AppState, lane: Vec<Delivery>, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    for delivery in lane {
        if *stopped.borrow() {
            return Ok(());
        }
        let (kind, topic) = (delivery.parcel.kind, delivery.parcel.topic.clone());
        let Some(attempt) = outbox::take(&state.site, delivery).await? else { continue };
        let id = attempt.delivery.id;
        let outcome = state.couriers.send(&state.site, &attempt).await;
        let word = word(&outcome);
        metrics::counter!("perennial_outbox_total", "kind" => kind.as_str(), "outcome" => word).increment(1);
        tracing::debug!(%id, kind = kind.as_str(), topic, outcome = word, "sent");
        if !outbox::settle(&state.site, attempt, outcome).await? {
            return Ok(());
        }
    }
    Ok(())
}

const fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Delivered(_) => "delivered",
        Outcome::Refused(_) => "refused",
        Outcome::Unreachable(_) => "unreachable",
        Outcome::Hopeless(_) => "hopeless",
    }
}
