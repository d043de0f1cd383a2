//! Events of users and admins, and which of them a realm stores. Instants are Unix milliseconds, as in Keycloak.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every type of event of users and clients, in the order in which they are best read.
pub const EVENT_TYPES: &[&str] = &[
    "LOGIN",
    "LOGIN_ERROR",
    "LOGOUT",
    "LOGOUT_ERROR",
    "USER_SESSION_DELETED",
    "CODE_TO_TOKEN",
    "CODE_TO_TOKEN_ERROR",
    "CLIENT_LOGIN",
    "CLIENT_LOGIN_ERROR",
    "REFRESH_TOKEN",
    "REFRESH_TOKEN_ERROR",
    "REFRESH_TOKEN_REPLAYED",
    "REFRESH_TOKEN_REUSED",
    "REFRESH_TOKEN_RECOVERED",
    "REFRESH_KEY_SUSPECTED",
    "INTROSPECT_TOKEN",
    "INTROSPECT_TOKEN_ERROR",
    "REVOKE_GRANT",
    "REVOKE_GRANT_ERROR",
    "TOKEN_LEAKED",
    "GRANT_CONSENT",
    "UPDATE_CONSENT",
    "UPDATE_PASSWORD",
    "UPDATE_PASSWORD_ERROR",
    "RESET_PASSWORD",
    "UPDATE_PROFILE",
    "UPDATE_EMAIL",
    "SEND_VERIFY_EMAIL",
    "VERIFY_EMAIL",
    "PUSHED_AUTHORIZATION_REQUEST_ERROR",
    "OAUTH2_DEVICE_AUTH",
    "OAUTH2_DEVICE_AUTH_ERROR",
    "OAUTH2_DEVICE_VERIFY_USER_CODE",
    "OAUTH2_DEVICE_VERIFY_USER_CODE_ERROR",
    "OAUTH2_DEVICE_CODE_TO_TOKEN",
    "OAUTH2_DEVICE_CODE_TO_TOKEN_ERROR",
    "TOKEN_EXCHANGE",
    "TOKEN_EXCHANGE_ERROR",
    "CLIENT_REGISTER",
    "CLIENT_REGISTER_ERROR",
    "CLIENT_UPDATE",
    "CLIENT_UPDATE_ERROR",
    "CLIENT_DELETE",
    "CLIENT_DELETE_ERROR",
    "OFFLINE_SESSION_EVICTED",
    "OFFLINE_SESSION_PAUSED",
    "OFFLINE_SESSION_RESUMED",
    "OFFLINE_SESSION_NARROWED",
    "OFFLINE_SESSION_UPDATED",
    "OFFLINE_SESSION_EXPIRING",
    "OFFLINE_SESSION_DORMANT",
];

/// Keycloak's `EventRepresentation`, and our own fields from `grant_id` on.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EventRepresentation {
    pub id: String,
    pub time: i64,
    #[serde(rename = "type")]
    pub event_type: String,
    pub realm_id: String,
    /// The OAuth `client_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The user session, or the grant where there is none: the `sid` of tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,

    /// The online grant or offline session that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
}

/// One line of a user's own activity.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ActivityRepresentation {
    pub id: String,
    pub time: i64,
    #[serde(rename = "type")]
    pub event_type: String,
    /// `user`, `admin`, `client` or `server`.
    pub by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// As people read it; absent where the client is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// The offline session that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

/// Keycloak's `AdminEventRepresentation`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AdminEventRepresentation {
    pub id: String,
    pub time: i64,
    pub realm_id: String,
    pub auth_details: AuthDetailsRepresentation,
    pub operation_type: String,
    pub resource_type: String,
    /// Below the realm.
    pub resource_path: String,
    /// JSON as text, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representation: Option<String>,
}

/// Who changed something.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuthDetailsRepresentation {
    /// The name of the realm that the admin signed in to.
    pub realm_id: String,
    pub client_id: String,
    pub user_id: String,
    pub ip_address: String,
}

/// Keycloak's `RealmEventsConfigRepresentation`, and `admin_events_expiration`. An absent field is left alone.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RealmEventsConfigRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_enabled: Option<bool>,
    /// Seconds; 0: kept without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_expiration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_listeners: Option<Vec<String>>,
    /// Empty: those that are stored by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_event_types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_events_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_events_details_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_events_expiration: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_reads_as_keycloaks() {
        let event = EventRepresentation {
            id: "e".into(),
            time: 1,
            event_type: "LOGIN".into(),
            realm_id: "r".into(),
            client_id: Some("app".into()),
            ..Default::default()
        };
        let expected = json!({"id": "e", "time": 1, "type": "LOGIN", "realmId": "r", "clientId": "app"});
        assert_eq!(serde_json::to_value(&event).unwrap(), expected);
    }

    #[test]
    fn a_partial_configuration_carries_only_the_changed_fields() {
        let config = RealmEventsConfigRepresentation { events_expiration: Some(60), ..Default::default() };
        assert_eq!(serde_json::to_value(&config).unwrap(), json!({"eventsExpiration": 60}));
    }
}
