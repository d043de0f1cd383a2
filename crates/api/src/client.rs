//! A client as the admin API shows and accepts it, with the names of the attributes that override the realm's policy.

use crate::{
    mapper::ProtocolMapperRepresentation,
    policy::{ReplayWindow, Rotation},
};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `ClientRepresentation` as far as it applies.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// What its tokens say besides its client scopes'. On input, all of them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::objects::optional_list")]
    pub protocol_mappers: Option<Vec<ProtocolMapperRepresentation>>,
    /// On input, an empty value or null takes the attribute away; one that is not named stays.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "null_is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<BTreeMap<String, Option<String>>>"))]
    pub attributes: Option<BTreeMap<String, String>>,
    /// Of a client that authenticates by one. Told of a single client, to who may change it; lists and exports have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// `client-secret`, or `client-jwt` with the keys in the attribute `jwks.string`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_authenticator_type: Option<String>,
    /// Always `openid-connect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Seconds since 1970; tokens issued before are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    /// Ours, from here on: the owner's addresses for notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<Rotation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_window: Option<ReplayWindow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_access_consent: Option<OfflineAccessConsent>,
}

/// Whether a stored consent is enough for offline access.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfflineAccessConsent {
    #[default]
    Stored,
    /// Without `prompt=consent` the scope is ignored (OIDC Core §11).
    Strict,
}

/// `GET …/client-secret`, in Keycloak's shape.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecretRepresentation {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
}

pub(crate) fn null_is_empty<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, String>>, D::Error> {
    let read: Option<BTreeMap<String, Option<String>>> = Option::deserialize(deserializer)?;
    Ok(read.map(|all| all.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect()))
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
    pub const CLIENT_CREDENTIALS_REFRESH_TOKEN: &str = "client_credentials.use_refresh_token";
    pub const DPOP_BOUND_ACCESS_TOKENS: &str = "dpop.bound.access.tokens";
    pub const ACCESS_TOKEN_RFC9068: &str = "access.token.header.type.rfc9068";
    pub const ACCESS_TOKEN_ALGORITHM: &str = "access.token.signed.response.alg";
    pub const ID_TOKEN_ALGORITHM: &str = "id.token.signed.response.alg";
    /// `S256`; ours: `none` waives it for a public client.
    pub const PKCE_METHOD: &str = "pkce.code.challenge.method";
    /// Joined by `##`; `+` means the redirect URIs.
    pub const POST_LOGOUT_REDIRECT_URIS: &str = "post.logout.redirect.uris";
    pub const LOGO_URI: &str = "logoUri";
    pub const POLICY_URI: &str = "policyUri";
    pub const TOS_URI: &str = "tosUri";
    /// Ours, from here on; the values are those of the realm's fields of the like name.
    pub const ROTATION: &str = "refresh.token.rotation";
    pub const REPLAY_WINDOW: &str = "refresh.token.replay.window";
    pub const OFFLINE_SESSION_LIMIT: &str = "offline.session.limit";
    pub const OFFLINE_ACCESS_CONSENT: &str = "offline.access.consent";
    /// Shown beside a secret, and never stored. Whoever writes back both as they were read changes no secret, not even where
    /// it was renewed meanwhile.
    pub const SECRET_AS_READ: &str = "client.secret.as.read";
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
    fn an_attribute_that_is_null_is_one_taken_away() {
        let client: ClientRepresentation = serde_json::from_value(json!({"attributes": {"a": null}})).unwrap();
        assert_eq!(client.attributes, Some(BTreeMap::from([("a".to_owned(), String::new())])));
    }

    #[test]
    fn absent_fields_stay_absent() {
        let client = ClientRepresentation { client_id: Some("x".into()), ..Default::default() };
        assert_eq!(serde_json::to_value(&client).unwrap(), json!({"clientId": "x"}));
    }
}
