//! Queues an event's deliveries, in the unit that raises the event. Which webhooks want it is in the realm's model, so it
//! costs a statement only where somebody listens.

use crate::{FlowError, FlowResult, LoadedRealm};
use perennial_crypto::{MasterKey, WebhookSecret};
use perennial_domain::{
    OutboxId, WebhookId,
    outbox::{Kind, Parcel},
    webhook::Webhook,
};
use perennial_storage::{Tx, outbox};
use serde_json::Value;

const WEBHOOK_SECRET_PURPOSE: &str = "webhook-secret";

/// An event as its listeners get it.
pub struct Occurrence<'a> {
    pub event_type: &'a str,
    /// It happens at each use of a token: only whoever names the type gets it.
    pub is_frequent: bool,
    pub data: &'a Value,
}

/// Queues one delivery for each webhook that wants the event; the number queued.
pub fn queue(tx: &mut Tx<'_>, realm: &LoadedRealm, occurrence: &Occurrence<'_>) -> FlowResult<usize> {
    let listeners = realm.model.webhooks.iter();
    let mut queued = 0;
    for webhook in listeners.filter(|own| own.wants(occurrence.event_type, occurrence.is_frequent)) {
        queue_one(tx, realm, webhook.id, occurrence)?;
        queued += 1;
    }
    Ok(queued)
}

/// Queues the delivery, whoever wants it.
pub fn queue_one(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    webhook: WebhookId,
    occurrence: &Occurrence<'_>,
) -> FlowResult<OutboxId> {
    let parcel = Parcel {
        realm_id: realm.model.realm.id,
        kind: Kind::Webhook,
        lane: webhook.0,
        topic: occurrence.event_type.to_owned(),
        payload: occurrence.data.to_string(),
    };
    Ok(outbox::insert(tx, &parcel)?)
}

pub fn seal_secret(master: &MasterKey, secret: &WebhookSecret) -> Vec<u8> {
    master.seal(WEBHOOK_SECRET_PURPOSE, secret.reveal().as_bytes())
}

pub fn open_secret(master: &MasterKey, webhook: &Webhook) -> FlowResult<WebhookSecret> {
    let plain = master.open(WEBHOOK_SECRET_PURPOSE, &webhook.sealed_secret).map_err(FlowError::internal)?;
    let text = std::str::from_utf8(&plain).ok();
    text.and_then(WebhookSecret::parse).ok_or_else(|| FlowError::internal("a webhook's secret is not readable"))
}
