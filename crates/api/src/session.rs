//! An online or offline session as both APIs show it. Instants are Unix milliseconds, as in Keycloak.

use crate::event::EventRepresentation;
use crate::policy::EndsBy;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Keycloak's `UserSessionRepresentation`, and our own fields from `offline` on.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserSessionRepresentation {
    /// Of an offline session: the grant's id.
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Where the session began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    pub start: i64,
    pub last_access: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remember_me: Option<bool>,
    /// Client UUID to `clientId`.
    pub clients: BTreeMap<String, String>,

    pub offline: bool,
    /// `authorization_code`, `password`, `client_credentials`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<String>,
    pub scopes: Vec<String>,
    pub resources: Vec<String>,
    /// Where it was last used from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Refresh-token generation, from 0.
    pub generation: u64,
    /// How often a predecessor was presented again and got the same successor.
    pub replays: u64,
    pub paused: bool,
    /// `user`, `admin` or `both`, where it is paused: the user lifts no admin's pause, and an admin who lifts theirs leaves the user's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_by: Option<String>,
    /// The earliest end of all limits; absent where nothing limits the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// Seconds from the answer until `expires`, so that a page needs no clock in step with the server's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_by: Option<EndsBy>,
    /// Who set an idle timeout or maximum: `realm`, `realm-client`, `client` or `resource`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_by_source: Option<String>,
    /// Why a refresh would be refused at the moment although the session has not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<BlockedBy>,
    /// Its timeline, the newest first; only where one session is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventRepresentation>,
}

/// `PATCH …/offline-sessions/{id}`: fields that are absent stay as they are. Names and units are those of
/// [`UserSessionRepresentation`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct OfflineSessionPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
    /// The scopes that stay; without `offline_access` the session ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The session's own end; `null`: until revoked. Other limits may end it earlier.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub expires: Option<Option<i64>>,
    /// `null` or empty: none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub device_label: Option<Option<String>>,
}

/// A field that is there, though it may be `null`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// What blocks a session for now. A cause that this build does not know is kept as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockedBy {
    ClientDisabled,
    UserDisabled,
    /// The user lost the realm role `offline_access`.
    Role,
    /// The client lost the client scope `offline_access`, or the role in its scope.
    Scope,
    Consent,
    Other(String),
}

impl BlockedBy {
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            BlockedBy::ClientDisabled => "client-disabled",
            BlockedBy::UserDisabled => "user-disabled",
            BlockedBy::Role => "role",
            BlockedBy::Scope => "scope",
            BlockedBy::Consent => "consent",
            BlockedBy::Other(text) => text,
        }
    }
}

impl From<&str> for BlockedBy {
    fn from(text: &str) -> Self {
        match text {
            "client-disabled" => BlockedBy::ClientDisabled,
            "user-disabled" => BlockedBy::UserDisabled,
            "role" => BlockedBy::Role,
            "scope" => BlockedBy::Scope,
            "consent" => BlockedBy::Consent,
            other => BlockedBy::Other(other.to_owned()),
        }
    }
}

impl Serialize for BlockedBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for BlockedBy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| BlockedBy::from(text.as_str()))
    }
}

/// Answer of `…/offline-session-count` and `…/session-count`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCount {
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_a_plain_keycloak_session() {
        let session: UserSessionRepresentation = serde_json::from_value(json!({
            "id": "8f4a6a52-1f5d-4fd0-9fa2-1c1c7f3d5f31",
            "username": "alice",
            "userId": "f5f0c5a1-0f6e-4a05-8ed9-5e7b3a7d1b5d",
            "ipAddress": "192.0.2.7",
            "start": 1763680000000_i64,
            "lastAccess": 1763690000000_i64,
            "rememberMe": false,
            "clients": {"c1ea1c2b-9b6a-4a53-93c3-1b6c6a3f0d11": "nightly-backup"},
            "transientUser": false
        }))
        .unwrap();
        assert_eq!(session.start, 1_763_680_000_000);
        assert_eq!(session.clients["c1ea1c2b-9b6a-4a53-93c3-1b6c6a3f0d11"], "nightly-backup");
        assert!(!session.offline);
        assert_eq!(session.ends_by, None);
    }

    #[test]
    fn an_offline_session_says_when_it_ends_and_why() {
        let value = json!({
            "id": "0199f0c0-0000-7000-8000-000000000001",
            "username": "alice", "userId": "u", "ipAddress": "192.0.2.7", "start": 1, "lastAccess": 2,
            "rememberMe": false, "clients": {"c": "nightly-backup"},
            "offline": true, "grantType": "authorization_code", "scopes": ["openid", "offline_access"],
            "resources": [], "lastIpAddress": "192.0.2.8", "userAgent": "curl/8", "deviceLabel": "Linux",
            "clientId": "nightly-backup", "clientName": "Nightly backup", "generation": 3, "replays": 1,
            "paused": false, "expires": 2592000002_i64, "expiresIn": 2592000, "endsBy": "idle", "blockedBy": "role"
        });
        let session: UserSessionRepresentation = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(session.ends_by, Some(EndsBy::Idle));
        assert_eq!(session.blocked_by, Some(BlockedBy::Role));
        assert_eq!(serde_json::to_value(&session).unwrap(), value);
    }

    #[test]
    fn a_patch_tells_null_from_absent() {
        let patch: OfflineSessionPatch = serde_json::from_value(json!({"expires": null, "paused": true})).unwrap();
        assert_eq!((patch.expires, patch.device_label.as_ref(), patch.paused), (Some(None), None, Some(true)));
        assert_eq!(serde_json::to_value(&patch).unwrap(), json!({"expires": null, "paused": true}));
    }

    #[test]
    fn a_count_is_an_object() {
        assert_eq!(serde_json::to_value(SessionCount { count: 8913 }).unwrap(), json!({"count": 8913}));
    }
}
