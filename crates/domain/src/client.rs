//! Clients: who may ask for tokens, how they authenticate and where answers may go.

use crate::{
    admin_consent::AdminConsent,
    ids::{ClientId, ClientScopeId, RoleId},
    lapse::Lapses,
    lifetime::Floors,
    mapper::ProtocolMapper,
    time::Timestamp,
    token_policy::ClientTokenPolicy,
};
use perennial_protocol::redirect;
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

pub const BACKCHANNEL_LOGOUT_URL: &str = "backchannel.logout.url";
const BACKCHANNEL_SESSION_REQUIRED: &str = "backchannel.logout.session.required";
const BACKCHANNEL_REVOKE_OFFLINE: &str = "backchannel.logout.revoke.offline.tokens";

/// Client types of RFC 6749 §2.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    Public,
    #[default]
    Confidential,
}

/// How a confidential client authenticates; a public one does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuthenticator {
    #[default]
    Secret,
    /// By a JWT signed with one of its own keys (RFC 7523).
    Jwt,
}

/// When `offline_access` needs `prompt=consent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfflineConsent {
    /// A stored consent is enough.
    #[default]
    Stored,
    /// Without `prompt=consent` the scope is ignored (OIDC Core §11).
    Strict,
}

/// What an admin sets on a client; stored as one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientSettings {
    pub name: Option<String>,
    pub description: Option<String>,
    pub enabled: bool,
    pub kind: ClientKind,
    pub authenticator: ClientAuthenticator,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    /// CORS origins; `+` means those of the redirect URIs.
    pub web_origins: Vec<String>,
    pub root_url: Option<String>,
    pub base_url: Option<String>,
    pub logo_uri: Option<String>,
    pub policy_uri: Option<String>,
    pub tos_uri: Option<String>,
    pub contacts: Vec<String>,
    pub consent_required: bool,
    pub offline_consent: OfflineConsent,
    pub standard_flow: bool,
    pub direct_access_grants: bool,
    pub service_accounts: bool,
    /// `None`: required for public clients only.
    pub pkce_required: Option<bool>,
    pub use_refresh_tokens: bool,
    pub client_credentials_refresh_token: bool,
    /// Every token request must prove a key (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// Every role of the user counts; otherwise only those in the client's scope mappings.
    pub full_scope_allowed: bool,
    /// An admin's approval in the name of every user.
    pub admin_consent: Option<AdminConsent>,
    /// What earlier approvals have left behind.
    #[serde(skip_serializing_if = "Lapses::is_empty")]
    pub lapses: Lapses,
    /// Registered by itself, not by an admin: consent is always needed.
    pub registered_dynamically: bool,
    /// RS256 unless set: `RS256`, `ES256` or `EdDSA`.
    pub access_token_algorithm: Option<String>,
    pub id_token_algorithm: Option<String>,
    /// `typ: at+jwt` (RFC 9068 §2.1).
    pub access_token_rfc9068: bool,
    pub token_policy: ClientTokenPolicy,
    /// What its tokens say besides what its client scopes make them say.
    pub mappers: Vec<ProtocolMapper>,
    /// Attributes of Keycloak's clients that have no field here; kept for its tools.
    pub attributes: BTreeMap<String, String>,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            name: None,
            description: None,
            enabled: true,
            kind: ClientKind::Confidential,
            authenticator: ClientAuthenticator::Secret,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            web_origins: Vec::new(),
            root_url: None,
            base_url: None,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            contacts: Vec::new(),
            consent_required: false,
            offline_consent: OfflineConsent::Stored,
            standard_flow: true,
            direct_access_grants: true,
            service_accounts: false,
            pkce_required: None,
            use_refresh_tokens: true,
            client_credentials_refresh_token: false,
            dpop_bound_access_tokens: false,
            full_scope_allowed: true,
            admin_consent: None,
            lapses: Lapses::default(),
            registered_dynamically: false,
            access_token_algorithm: None,
            id_token_algorithm: None,
            access_token_rfc9068: false,
            token_policy: ClientTokenPolicy::default(),
            mappers: Vec::new(),
            attributes: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Client {
    pub id: ClientId,
    /// The OAuth `client_id`.
    pub client_id: String,
    pub settings: ClientSettings,
    /// Sealed with the master key; absent for public clients.
    pub sealed_secret: Option<Vec<u8>>,
    pub default_scopes: BTreeSet<ClientScopeId>,
    pub optional_scopes: BTreeSet<ClientScopeId>,
    /// Roles in the client's scope where full scope is not allowed.
    pub scope_mappings: BTreeSet<RoleId>,
    /// Tokens issued before are refused (revocation policy).
    pub not_before_at: Timestamp,
    pub floors: Floors,
}

impl Client {
    pub fn is_public(&self) -> bool {
        self.settings.kind == ClientKind::Public
    }

    /// Then a secret, if one is stored, is worth nothing.
    pub fn signs_assertions(&self) -> bool {
        !self.is_public() && self.settings.authenticator == ClientAuthenticator::Jwt
    }

    /// The client's public keys as an admin stored them (a JWKS), by Keycloak's names. An address (`jwks.url`) is not fetched.
    pub fn stored_jwks(&self) -> Option<&str> {
        self.attribute("jwks.string").filter(|_| self.has_attribute_set("use.jwks.string"))
    }

    /// PKCE is required for public clients unless an admin says otherwise (RFC 9700 §2.1.1).
    pub fn requires_pkce(&self) -> bool {
        self.settings.pkce_required.unwrap_or_else(|| self.is_public())
    }

    pub fn allows_redirect(&self, uri: &str) -> bool {
        redirect::matches_registered(&self.settings.redirect_uris, uri, self.is_public())
    }

    /// Falls back to the redirect URIs where no own list is set.
    pub fn allows_post_logout_redirect(&self, uri: &str) -> bool {
        let own = &self.settings.post_logout_redirect_uris;
        let registered = if own.is_empty() { &self.settings.redirect_uris } else { own };
        redirect::matches_registered(registered, uri, self.is_public())
    }

    /// Exact origins only: no patterns, no `*` together with credentials.
    pub fn allows_origin(&self, origin: &str) -> bool {
        let of_redirect = |uri: &String| redirect::csp_source(uri).as_deref() == Some(origin);
        self.settings.web_origins.iter().any(|allowed| match allowed.as_str() {
            "+" => self.settings.redirect_uris.iter().any(of_redirect),
            exact => exact == origin,
        })
    }

    /// The origins themselves, with those of the redirect URIs for `+`.
    pub fn origins(&self) -> BTreeSet<Cow<'_, str>> {
        let mut all = BTreeSet::new();
        for origin in &self.settings.web_origins {
            if origin == "+" {
                let of_redirects = self.settings.redirect_uris.iter().filter_map(|uri| redirect::csp_source(uri));
                all.extend(of_redirects.filter(|origin| origin.contains("://")).map(Cow::Owned));
            } else {
                all.insert(Cow::Borrowed(origin.as_str()));
            }
        }
        all
    }

    /// A stored consent must not silently give offline access where another program could claim the redirect
    /// (RFC 6749 §10.2), nor to a client that registered itself.
    pub fn needs_consent_each_time(&self, redirect_uri: &str) -> bool {
        self.is_public() && redirect::is_claimable_by_other_apps(redirect_uri)
    }

    pub fn needs_consent(&self) -> bool {
        self.settings.consent_required || self.settings.registered_dynamically
    }

    /// A set attribute of Keycloak's that has no field of its own.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.settings.attributes.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A switch among the attributes; off unless it says `true`.
    pub fn has_attribute_set(&self, name: &str) -> bool {
        self.attribute(name) == Some("true")
    }

    /// Where logout tokens go (OIDC Back-Channel Logout §2.2), if anywhere. Kept among the attributes, under Keycloak's name.
    pub fn backchannel_logout_url(&self) -> Option<&str> {
        self.attribute(BACKCHANNEL_LOGOUT_URL)
    }

    /// Whether a logout token names the session (`sid`); on unless an admin switches it off.
    pub fn backchannel_session_required(&self) -> bool {
        self.attribute(BACKCHANNEL_SESSION_REQUIRED) != Some("false")
    }

    /// Whether a logout token asks the client to give up its offline tokens, too.
    pub fn backchannel_revokes_offline_tokens(&self) -> bool {
        self.attribute(BACKCHANNEL_REVOKE_OFFLINE) == Some("true")
    }

    /// Whether an admin has approved the scope for a grant that began at `started_at`.
    pub fn approves(&self, scope: &str, started_at: Timestamp, now: Timestamp) -> bool {
        self.settings.admin_consent.as_ref().is_some_and(|consent| consent.covers(scope, started_at, now))
    }

    /// What people read.
    pub fn display_name(&self) -> &str {
        self.settings.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.client_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn client(settings: ClientSettings) -> Client {
        Client {
            id: ClientId(Uuid::nil()),
            client_id: "app".into(),
            settings,
            sealed_secret: None,
            default_scopes: BTreeSet::new(),
            optional_scopes: BTreeSet::new(),
            scope_mappings: BTreeSet::new(),
            not_before_at: Timestamp::default(),
            floors: Floors::default(),
        }
    }

    #[test]
    fn plus_allows_the_origins_of_the_redirect_uris_and_nothing_else() {
        let own = client(ClientSettings {
            redirect_uris: vec!["https://app.example/cb".into()],
            web_origins: vec!["+".into()],
            ..Default::default()
        });
        assert!(own.allows_origin("https://app.example"));
        assert!(!own.allows_origin("https://app.example.evil"));
        assert!(!own.allows_origin("null"));
    }

    #[test]
    fn public_clients_must_use_pkce_unless_an_admin_says_otherwise() {
        assert!(client(ClientSettings { kind: ClientKind::Public, ..Default::default() }).requires_pkce());
        assert!(!client(ClientSettings::default()).requires_pkce());
        let waived = ClientSettings { kind: ClientKind::Public, pkce_required: Some(false), ..Default::default() };
        assert!(!client(waived).requires_pkce());
    }

    #[test]
    fn settings_of_an_older_version_are_read_with_defaults() {
        let read: ClientSettings = serde_json::from_str(r#"{"name":"x","gone":1}"#).expect("readable");
        assert_eq!(read, ClientSettings { name: Some("x".into()), ..Default::default() });
    }
}
