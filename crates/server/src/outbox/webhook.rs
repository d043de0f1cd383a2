//! Sends one webhook delivery, signed as the Standard Webhooks convention has it. Address and secret are those of now, not of
//! when it was queued.

use perennial_domain::{
    WebhookId,
    outbox::{Answer, Delivery, Outcome},
};
use perennial_flows::{FlowError, FlowResult, Site, outbox::Attempt, webhooks};
use perennial_storage::{Tx, webhooks as rows};
use perennial_ui::format::rfc3339;
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};

use super::Couriers;
use crate::outbound::{Post, header};

/// What is sent, the same at every attempt.
pub fn body(delivery: &Delivery) -> serde_json::Result<String> {
    let data: Value = serde_json::from_str(&delivery.parcel.payload)?;
    let at = rfc3339(delivery.created_at.as_ms());
    Ok(json!({"type": delivery.parcel.topic, "timestamp": at, "data": data}).to_string())
}

pub async fn send(couriers: &Couriers, site: &Site, attempt: &Attempt) -> FlowResult<Outcome> {
    let delivery = &attempt.delivery;
    let (realm, id) = (delivery.parcel.realm_id, WebhookId(delivery.parcel.lane));
    let found = site.store.read(move |tx: &mut Tx<'_>| Ok::<_, FlowError>(rows::find(tx, realm, id)?)).await?;
    let Some(webhook) = found.filter(|webhook| webhook.settings.enabled) else {
        return Ok(Outcome::Hopeless(Answer::new(None, "the webhook is disabled or gone")));
    };
    let body = body(delivery).map_err(FlowError::internal)?;
    let (id, sent_at_s) = (delivery.id.to_string(), attempt.started_at.as_s());
    let signature = webhooks::open_secret(&site.master, &webhook)?.sign(&id, sent_at_s, &body);
    let mut headers = HeaderMap::new();
    let named = [("webhook-id", id), ("webhook-timestamp", sent_at_s.to_string()), ("webhook-signature", signature)];
    for (name, value) in named {
        headers.insert(HeaderName::from_static(name), header(&value).ok_or_else(|| FlowError::internal(name))?);
    }
    Ok(couriers.http.post(Post { url: &webhook.settings.url, content_type: "application/json", headers, body }).await)
}
