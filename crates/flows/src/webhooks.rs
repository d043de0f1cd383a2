//! Queues an event's deliveries, in the unit that raises the event. Which webhooks want it is in the realm's model, so it
//! costs a statement only where somebody listens.

use crate::{FlowError, FlowResult, LoadedRealm};
use perennial_crypto::{MasterKey, WebhookSecret};
use perennial_domain::{
    OutboxId, WebhookId,
    event::{Event, EventType},
    outbox::{Kind, Parcel},
    webhook::Webhook,
};
use perennial_storage::{Tx, outbox};
use serde_json::{Value, json};

const WEBHOOK_SECRET_PURPOSE: &str = "webhook-secret";

/// An event as its listeners get it.
pub struct Occurrence<'a> {
    pub event_type: &'a str,
    pub data: &'a Value,
}

/// Whether any webhook wants events of this type.
pub(crate) fn are_waiting_for(realm: &LoadedRealm, event_type: EventType) -> bool {
    realm.model.webhooks.iter().any(|webhook| wants(webhook, event_type))
}

/// Queues one delivery for each webhook that wants the event.
pub(crate) fn queue_event(tx: &mut Tx<'_>, realm: &LoadedRealm, event: &Event) -> FlowResult<()> {
    if !are_waiting_for(realm, event.event_type) {
        return Ok(());
    }
    let event_type = event.event_type.as_str();
    let session = event.session.map(|id| id.to_string()).or_else(|| event.grant.map(|id| id.to_string()));
    let mut data = json!({
        "time": tx.now()?.as_ms(),
        "type": event_type,
        "realmId": realm.model.realm.id.to_string(),
        "clientId": event.client,
        "userId": event.user.map(|id| id.to_string()),
        "sessionId": session,
        "grantId": event.grant.map(|id| id.to_string()),
        "ipAddress": event.ip,
        "error": event.error,
        "details": event.details,
    });
    if let Value::Object(members) = &mut data {
        members.retain(|_, value| !value.is_null());
    }
    for webhook in realm.model.webhooks.iter().filter(|webhook| wants(webhook, event.event_type)) {
        queue_one(tx, realm, webhook.id, &Occurrence { event_type, data: &data })?;
    }
    Ok(())
}

fn wants(webhook: &Webhook, event_type: EventType) -> bool {
    webhook.wants(event_type.as_str(), !event_type.is_stored_by_default())
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
