//! A client as the admin API shows and accepts it, with the names of the attributes that override the realm's policy.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `ClientRepresentation` as far as it applies. The secret is never part of it: `/client-secret` has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientRepresentation {
    /// The client's UUID; paths carry this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_client: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_flow_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_access_grants_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_accounts_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_scope_allowed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_origins: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_client_scopes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional_client_scopes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<BTreeMap<String, String>>,
    /// Ours: the owner's addresses for notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<String>>,
}

impl ClientRepresentation {
    /// A client attribute that is present and not empty.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let value = self.attributes.as_ref()?.get(name)?;
        (!value.is_empty()).then_some(value.as_str())
    }
}

/// Names of client attributes. Durations are decimal seconds.
pub mod attributes {
    pub const ACCESS_TOKEN_LIFESPAN: &str = "access.token.lifespan";
    pub const OFFLINE_SESSION_IDLE_TIMEOUT: &str = "client.offline.session.idle.timeout";
    pub const OFFLINE_SESSION_MAX_LIFESPAN: &str = "client.offline.session.max.lifespan";
    pub const USE_REFRESH_TOKENS: &str = "use.refresh.tokens";
    /// Ours, from here on; the values are those of the realm's fields of the like name.
    pub const ROTATION: &str = "refresh.token.rotation";
    pub const REPLAY_WINDOW: &str = "refresh.token.replay.window";
    pub const OFFLINE_SESSION_LIMIT: &str = "offline.session.limit";
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_a_keycloak_client_and_ignores_what_it_does_not_know() {
        let client: ClientRepresentation = serde_json::from_value(json!({
            "id": "c1ea1c2b-9b6a-4a53-93c3-1b6c6a3f0d11",
            "clientId": "nightly-backup",
            "name": "Nightly backup",
            "surrogateAuthRequired": false,
            "enabled": true,
            "alwaysDisplayInConsole": false,
            "clientAuthenticatorType": "client-secret",
            "redirectUris": ["http://localhost:9999/callback"],
            "webOrigins": [],
            "consentRequired": true,
            "standardFlowEnabled": true,
            "implicitFlowEnabled": false,
            "directAccessGrantsEnabled": true,
            "serviceAccountsEnabled": false,
            "publicClient": false,
            "protocol": "openid-connect",
            "attributes": {"client.offline.session.idle.timeout": "604800", "access.token.lifespan": ""},
            "fullScopeAllowed": true,
            "defaultClientScopes": ["profile", "email"],
            "optionalClientScopes": ["offline_access"],
            "access": {"view": true, "configure": true, "manage": true}
        }))
        .unwrap();
        assert_eq!(client.client_id.as_deref(), Some("nightly-backup"));
        assert_eq!(client.consent_required, Some(true));
        assert_eq!(client.optional_client_scopes.as_deref(), Some(&["offline_access".to_owned()][..]));
        assert_eq!(client.attribute(attributes::OFFLINE_SESSION_IDLE_TIMEOUT), Some("604800"));
        assert_eq!(client.attribute(attributes::ACCESS_TOKEN_LIFESPAN), None);
    }

    #[test]
    fn absent_fields_stay_absent() {
        let client = ClientRepresentation { client_id: Some("x".into()), ..Default::default() };
        assert_eq!(serde_json::to_value(&client).unwrap(), json!({"clientId": "x"}));
    }
}
