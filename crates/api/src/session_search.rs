//! Offline sessions of a realm: the filter of lists, summaries and bulk endings, and their answers. Instants are Unix milliseconds.

use crate::{paths::encode, session::UserSessionRepresentation};
use serde::{Deserialize, Serialize};

/// Every field that is set must hold. The same names in a query string and in JSON.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SessionFilterRepresentation {
    /// UUID or `clientId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// UUID or user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Where it began or was last used from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_before: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_after: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_before: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_after: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_before: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
    /// Refused for now by something other than a pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
}

impl SessionFilterRepresentation {
    /// As name and value, in the order of the fields.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let text = |name, value: &Option<String>| value.clone().map(|value| (name, value));
        let number = |name, value: Option<i64>| value.map(|value| (name, value.to_string()));
        let flag = |name, value: Option<bool>| value.map(|value| (name, value.to_string()));
        let all = [
            text("client", &self.client),
            text("user", &self.user),
            text("scope", &self.scope),
            text("resource", &self.resource),
            text("ipAddress", &self.ip_address),
            number("usedBefore", self.used_before),
            number("usedAfter", self.used_after),
            number("startedBefore", self.started_before),
            number("startedAfter", self.started_after),
            number("endsBefore", self.ends_before),
            flag("paused", self.paused),
            flag("blocked", self.blocked),
        ];
        all.into_iter().flatten().collect()
    }

    /// As a query string with its `?`, empty where nothing is asked for.
    #[must_use]
    pub fn to_query(&self) -> String {
        let pairs = self.to_pairs().into_iter().map(|(name, value)| format!("{name}={}", encode(&value)));
        let joined = pairs.collect::<Vec<_>>().join("&");
        if joined.is_empty() { joined } else { format!("?{joined}") }
    }
}

/// One class of a histogram.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionClass {
    /// Less than so many days; absent: the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within_days: Option<i64>,
    pub count: u64,
}

/// `GET …/offline-sessions/summary`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionSummary {
    pub total: u64,
    pub paused: u64,
    /// By the time until the end.
    pub by_end: Vec<SessionClass>,
    /// By the time since the last use.
    pub by_last_use: Vec<SessionClass>,
    pub clients: Vec<ClientSessions>,
    /// When it was so.
    pub as_of: i64,
    /// Whether every session that the filter admits is in it.
    pub complete: bool,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientSessions {
    pub client_id: String,
    pub count: u64,
}

/// `POST …/offline-sessions/revoke`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RevokeRequest {
    #[serde(deserialize_with = "crate::objects::one")]
    pub filter: SessionFilterRepresentation,
    /// Ids: only these sessions, as far as the filter admits them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<String>,
    /// Ends nothing, and says what would end.
    pub dry_run: bool,
    /// Needed where the filter says nothing: every session of the realm.
    pub all: bool,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RevokeAnswer {
    pub dry_run: bool,
    /// With 202 it is not: so much has ended so far, and the rest follows; of a dry run, so much was counted so far.
    pub complete: bool,
    /// Ended, or to be ended.
    pub count: u64,
    pub clients: Vec<ClientSessions>,
    /// Of a dry run: some of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sample: Vec<UserSessionRepresentation>,
}

/// Keycloak's `client-session-stats`: numbers as text.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientSessionStats {
    pub id: String,
    pub client_id: String,
    pub active: String,
    pub offline: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_filter_is_the_same_in_json_and_in_a_query() {
        let value = json!({"client": "a b", "usedBefore": 5, "blocked": false});
        let filter: SessionFilterRepresentation = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&filter).unwrap(), value);
        assert_eq!(filter.to_query(), "?client=a%20b&usedBefore=5&blocked=false");
        assert_eq!(SessionFilterRepresentation::default().to_query(), "");
    }

    #[test]
    fn a_misspelt_filter_is_not_an_empty_one() {
        let read = serde_json::from_value::<RevokeRequest>(json!({"filter": {"clinet": "x"}}));
        assert!(read.unwrap_err().to_string().contains("clinet"));
    }
}
