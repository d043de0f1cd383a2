//! Upstream providers and who users are there, as the admin API shows and accepts them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `IdentityProviderRepresentation` as far as it applies.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IdentityProviderRepresentation {
    /// Names it in paths; never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Always `oidc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `issuer`, `clientId` (who we are there), `useJwksUrl` with `jwksUrl`, or `publicKeySignatureVerifier` (a JWKS as JSON), and
    /// `backchannelSupported`. Texts, as with Keycloak; further ones are ignored. On input, one that is
    /// not named stays.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::client::null_is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<BTreeMap<String, Option<String>>>"))]
    pub config: Option<BTreeMap<String, String>>,
}

/// Keycloak's `FederatedIdentityRepresentation`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FederatedIdentityRepresentation {
    /// The provider's alias; on input it is in the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<String>,
    /// `sub` there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
}

/// `GET …/linked-users/count` of a provider.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedUserCount {
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_keycloaks_tools_send() {
        let sent = json!({
            "alias": "up", "displayName": "Upstream", "providerId": "oidc", "enabled": true, "trustEmail": false,
            "config": {"issuer": "https://up.example", "clientId": "app", "useJwksUrl": "true"}
        });
        let read: IdentityProviderRepresentation = serde_json::from_value(sent).unwrap();
        assert_eq!(read.config.unwrap()["useJwksUrl"], "true");
        let link: FederatedIdentityRepresentation =
            serde_json::from_value(json!({"identityProvider": "up", "userId": "u1", "userName": "alice"})).unwrap();
        assert_eq!(link.user_name.as_deref(), Some("alice"));
    }
}
