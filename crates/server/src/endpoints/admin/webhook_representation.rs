//! Webhooks and deliveries between the domain and the admin API's representations.

use crate::{http::url_origin, outbound::Outbound, outbox::webhook::body};
use perennial_api::{ApiError, DeliveryRepresentation, WebhookRepresentation, webhook::DeliveryStatus};
use perennial_crypto::WebhookSecret;
use perennial_domain::{
    event::EventType,
    outbox::{Delivery, Fate},
    webhook::{EVERY_TYPE, Webhook, WebhookSettings},
};
use perennial_flows::admin::{Caller, Permission, webhooks::WebhookDraft};

const LONGEST_URL: usize = 2_000;

/// Never with its secret.
pub fn of_webhook(webhook: &Webhook) -> WebhookRepresentation {
    WebhookRepresentation {
        id: Some(webhook.id.to_string()),
        url: Some(webhook.settings.url.clone()),
        secret: None,
        event_types: Some(webhook.settings.event_types.iter().cloned().collect()),
        enabled: Some(webhook.settings.enabled),
        created_date: Some(webhook.created_at.as_ms()),
    }
}

/// Many an address is a secret by itself: beyond its host it is for those who may change it.
pub fn seen_by(caller: &Caller, realm: &str, webhook: &Webhook) -> WebhookRepresentation {
    let shown = of_webhook(webhook);
    if caller.may(Permission::ManageRealm, realm) {
        return shown;
    }
    WebhookRepresentation { url: shown.url.as_deref().map(url_origin::shown), ..shown }
}

pub fn of_delivery(delivery: &Delivery) -> DeliveryRepresentation {
    let (status, waits) = match delivery.fate {
        Fate::Waiting => (DeliveryStatus::Waiting, true),
        Fate::Delivered(_) => (DeliveryStatus::Delivered, false),
        Fate::GivenUp(_) => (DeliveryStatus::Failed, false),
    };
    let answer = delivery.answer.as_ref();
    DeliveryRepresentation {
        id: delivery.id.to_string(),
        event_type: delivery.parcel.topic.clone(),
        status,
        attempts: delivery.attempts,
        created_date: delivery.created_at.as_ms(),
        last_attempt: delivery.attempted_at.map(|at| at.as_ms()),
        next_attempt: waits.then_some(delivery.due_at.as_ms()),
        response_status: answer.and_then(|answer| answer.code),
        response: answer.map(|answer| answer.text.clone()),
        payload: body(delivery).ok(),
    }
}

/// A new webhook needs an address and at least one type of event.
pub fn check_new(sent: &WebhookRepresentation, outbound: &Outbound) -> Result<(), ApiError> {
    let missing = [("url", sent.url.is_none()), ("eventTypes", sent.event_types.is_none())];
    let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing);
    let wrong: Vec<_> = missing.map(|(name, _)| ApiError::at_field(name, "must be given")).collect();
    if wrong.is_empty() { check(sent, outbound) } else { Err(ApiError::at_fields(wrong)) }
}

/// What is wrong with the values that were sent, field by field.
pub fn check(sent: &WebhookRepresentation, outbound: &Outbound) -> Result<(), ApiError> {
    let url = sent.url.as_deref().and_then(|url| match outbound.check(url) {
        _ if url.len() > LONGEST_URL => Some(ApiError::at_field("url", "is too long")),
        _ if url.chars().any(char::is_control) => Some(ApiError::at_field("url", "must not hold control characters")),
        Ok(_) => None,
        Err(reason) => Some(ApiError::at_field("url", reason)),
    });
    let no_secret = sent.secret.as_deref().is_some_and(|secret| WebhookSecret::parse(secret).is_none());
    let secret = no_secret.then(|| ApiError::at_field("secret", "must be `whsec_` and the base64 of 24 to 64 bytes"));
    let wrong: Vec<ApiError> = [url, secret, wrong_types(sent)].into_iter().flatten().collect();
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::at_fields(wrong)) }
}

fn wrong_types(sent: &WebhookRepresentation) -> Option<ApiError> {
    let types = sent.event_types.as_ref()?;
    if types.is_empty() {
        return Some(ApiError::at_field("eventTypes", "must name a type of event, or be [\"*\"]"));
    }
    let unknown = types.iter().find(|name| *name != EVERY_TYPE && EventType::parse(name).is_none())?;
    let shown: String = unknown.chars().take(60).collect();
    Some(ApiError::at_field("eventTypes", format!("{shown} is no type of event")))
}

/// The settings with the sent fields put in. The values have been checked.
pub fn apply(settings: &WebhookSettings, sent: &WebhookRepresentation) -> WebhookDraft {
    let mut next = settings.clone();
    if let Some(url) = &sent.url {
        next.url.clone_from(url);
    }
    if let Some(types) = &sent.event_types {
        next.event_types = types.iter().cloned().collect();
    }
    if let Some(enabled) = sent.enabled {
        next.enabled = enabled;
    }
    WebhookDraft { settings: next, secret: sent.secret.as_deref().and_then(WebhookSecret::parse) }
}
