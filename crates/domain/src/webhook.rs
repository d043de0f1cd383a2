//! Webhooks: where a realm's events are sent, and which.

use crate::{ids::WebhookId, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Stands for every type but those that happen at each use of a token.
pub const EVERY_TYPE: &str = "*";

/// What an admin sets; stored as one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebhookSettings {
    pub url: String,
    /// Names of event types, or [`EVERY_TYPE`].
    pub event_types: BTreeSet<String>,
    pub enabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Webhook {
    pub id: WebhookId,
    pub settings: WebhookSettings,
    /// What deliveries are signed with.
    pub sealed_secret: Vec<u8>,
    pub created_at: Timestamp,
}

impl Webhook {
    /// `is_frequent`: the type happens at each use of a token, so only whoever names it gets it.
    pub fn wants(&self, event_type: &str, is_frequent: bool) -> bool {
        let types = &self.settings.event_types;
        self.settings.enabled && (types.contains(event_type) || (!is_frequent && types.contains(EVERY_TYPE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn webhook(types: &[&str], enabled: bool) -> Webhook {
        let event_types = types.iter().map(|name| (*name).to_owned()).collect();
        Webhook {
            id: WebhookId(Uuid::nil()),
            settings: WebhookSettings { url: "https://a.example/".into(), event_types, enabled },
            sealed_secret: Vec::new(),
            created_at: Timestamp::default(),
        }
    }

    #[test]
    fn a_webhook_gets_the_types_it_names_and_frequent_ones_only_by_name() {
        assert!(webhook(&["LOGIN"], true).wants("LOGIN", false));
        assert!(!webhook(&["LOGIN"], true).wants("LOGOUT", false));
        assert!(webhook(&["*"], true).wants("LOGIN", false));
        assert!(!webhook(&["*"], true).wants("REFRESH_TOKEN", true));
        assert!(webhook(&["*", "REFRESH_TOKEN"], true).wants("REFRESH_TOKEN", true));
        assert!(!webhook(&["*"], false).wants("LOGIN", false));
    }
}
