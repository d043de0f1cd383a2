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

use actix_web::web;
use perennial_domain::outbox::{Answer, Delivery, Kind, Outcome};
use perennial_flows::{
    FlowResult, Site,
    outbox::{self, Attempt},
};
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use self::mail::Mailer;
use crate::outbound::Outbound;
use crate::state::AppState;

/// Parcels looked at in one go, and so the most that are under way at once.
const AT_ONCE: i64 = 32;

/// The ways out.
pub struct Couriers {
    pub http: Outbound,
    pub mailer: Mailer,
}

impl Couriers {
    async fn send(&self, site: &Site, attempt: &Attempt) -> Outcome {
        let sent = match attempt.delivery.parcel.kind {
            Kind::Mail => mail::send((&self.mailer, &self.http), site, attempt).await,
            Kind::Webhook => webhook::send(self, site, attempt).await,
            Kind::LogoutToken => logout_token::send(self, site, attempt).await,
        };
        // Our own trouble, such as a database that is away: nothing is known of the other side.
        sent.unwrap_or_else(|error| Outcome::Refused(Answer::new(None, &error.to_string())))
    }
}

/// Sends all of one kind that is due now.
pub async fn run(state: &web::Data<AppState>, kind: Kind, stopped: &watch::Receiver<bool>) {
    while !*stopped.borrow() {
        match round(state, kind, stopped).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => return tracing::warn!(%error, kind = kind.as_str(), "sending failed; it is tried again"),
        }
    }
}

/// Lanes go out side by side, the parcels of one lane one after another. The number looked at.
async fn round(state: &web::Data<AppState>, kind: Kind, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let due = outbox::list_due(&state.site, kind, AT_ONCE).await?;
    let count = due.len();
    let mut lanes: HashMap<Uuid, Vec<Delivery>> = HashMap::new();
    for delivery in due {
        lanes.entry(delivery.parcel.lane).or_default().push(delivery);
    }
    let mut under_way = JoinSet::new();
    for lane in lanes.into_values() {
        let (state, stopped) = (state.clone(), stopped.clone());
        under_way.spawn_local(async move { send_lane(&state, lane, &stopped).await });
    }
    while let Some(done) = under_way.join_next().await {
        match done {
            Ok(done) => done?,
            Err(error) => tracing::error!(%error, "a sender ended in a panic"),
        }
    }
    Ok(count)
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
