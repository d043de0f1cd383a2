//! Webhooks and what became of their deliveries, as the admin API shows and accepts them.

use serde::{Deserialize, Serialize};

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WebhookRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `whsec_` and base64. Accepted always, shown only in the answer that created it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Names of event types; `*`: every type but those of each use of a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_date: Option<i64>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    #[default]
    Waiting,
    Delivered,
    /// Given up.
    Failed,
}

/// Instants are Unix milliseconds.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeliveryRepresentation {
    /// The `webhook-id` header: the same at every attempt.
    pub id: String,
    pub event_type: String,
    pub status: DeliveryStatus,
    pub attempts: u32,
    pub created_date: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempt: Option<i64>,
    /// While it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt: Option<i64>,
    /// HTTP status of the last answer; absent where nobody answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_status: Option<i32>,
    /// The start of the last answer, or why there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// What is sent, the same at every attempt: JSON as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_webhook_is_written_without_what_it_does_not_tell() {
        let webhook = WebhookRepresentation { url: Some("https://a.example/".into()), ..Default::default() };
        assert_eq!(serde_json::to_value(&webhook).unwrap(), json!({"url": "https://a.example/"}));
    }

    #[test]
    fn an_event_type_that_is_no_text_is_refused() {
        assert!(serde_json::from_value::<WebhookRepresentation>(json!({"eventTypes": [1]})).is_err());
    }
}
