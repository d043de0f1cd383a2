//! Client metadata of dynamic registration (RFC 7591 §2, OIDC Registration §2): its words, its rules, and the answer (§3.2.1).

use crate::device::is_bidi_control;
use perennial_protocol::{ErrorCode, OAuthError, device, redirect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const MOST_URIS: usize = 20;
const LONGEST_TEXT: usize = 255;
/// Characters of a key set: as long as a client attribute.
const LONGEST_JWKS: usize = 4_000;
/// Grants that a client may choose for itself. The rest gives access that no user has seen, or is an admin's to allow.
pub const GRANT_TYPES: [&str; 3] = ["authorization_code", "refresh_token", device::GRANT_TYPE];
pub const BASIC: &str = "client_secret_basic";
pub const POST: &str = "client_secret_post";
pub const NONE: &str = "none";
pub const PRIVATE_KEY_JWT: &str = "private_key_jwt";

/// What a client says about itself. Members that are not known are ignored (RFC 7591 §2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    pub redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
}

/// RFC 7591 §3.2.1 and RFC 7592 §3.
#[derive(Clone, Debug, Serialize)]
pub struct ClientInformation {
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Unix seconds.
    pub client_id_issued_at: i64,
    /// 0: never.
    pub client_secret_expires_at: i64,
    pub registration_access_token: String,
    pub registration_client_uri: String,
    #[serde(flatten)]
    pub metadata: ClientMetadata,
}

impl ClientMetadata {
    pub fn auth_method(&self) -> &str {
        self.token_endpoint_auth_method.as_deref().unwrap_or(BASIC)
    }

    /// Who says nothing about grants gets the code flow with refresh tokens.
    pub fn has_grant(&self, name: &str) -> bool {
        match &self.grant_types {
            None => name == "authorization_code" || name == "refresh_token",
            Some(names) => names.iter().any(|own| own == name),
        }
    }

    /// What is wrong with it by itself (RFC 7591 §3.2.2).
    pub fn check(&self) -> Result<(), OAuthError> {
        self.check_methods()?;
        self.check_redirects()?;
        self.check_texts()?;
        self.check_keys()
    }

    fn check_methods(&self) -> Result<(), OAuthError> {
        if ![BASIC, POST, NONE, PRIVATE_KEY_JWT].contains(&self.auth_method()) {
            return Err(invalid("token_endpoint_auth_method is not supported"));
        }
        if self.grant_types.iter().flatten().any(|name| !GRANT_TYPES.contains(&name.as_str())) {
            return Err(invalid("grant_types has one that clients cannot choose for themselves"));
        }
        let codes = self.has_grant("authorization_code");
        let fits = |types: &Vec<String>| types.iter().all(|name| name == "code") && types.is_empty() != codes;
        if !self.response_types.as_ref().is_none_or(fits) {
            return Err(invalid("response_types must be code, together with the grant type authorization_code"));
        }
        if self.subject_type.as_deref().is_some_and(|name| name != "public") {
            return Err(invalid("subject_type must be public"));
        }
        Ok(())
    }

    fn check_redirects(&self) -> Result<(), OAuthError> {
        let wrong = |text: &str| OAuthError::new(ErrorCode::InvalidRedirectUri, text);
        let all = [&self.redirect_uris, &self.post_logout_redirect_uris];
        if all.iter().any(|uris| uris.len() > MOST_URIS) {
            return Err(wrong("Too many redirect URIs"));
        }
        let native = self.auth_method() == NONE;
        if all.into_iter().flatten().any(|uri| !is_registrable(uri, native)) {
            return Err(wrong(
                "A redirect URI must be https, http on the loopback interface, or for public clients a private scheme such as com.example.app:/",
            ));
        }
        if self.redirect_uris.is_empty() && self.has_grant("authorization_code") {
            return Err(wrong("redirect_uris is missing"));
        }
        Ok(())
    }

    fn check_texts(&self) -> Result<(), OAuthError> {
        let name = self.client_name.as_deref().unwrap_or_default();
        let clean = name.chars().count() <= LONGEST_TEXT && !name.chars().any(|c| c.is_control() || is_bidi_control(c));
        if !clean {
            return Err(invalid("client_name is too long, or has characters that names do not have"));
        }
        let addresses = [&self.client_uri, &self.logo_uri, &self.policy_uri, &self.tos_uri];
        let web = |uri: &&String| uri.starts_with("https://") && redirect::is_acceptable(uri);
        if addresses.into_iter().flatten().any(|uri| !web(&uri)) {
            return Err(invalid("client_uri, logo_uri, policy_uri and tos_uri must be https addresses"));
        }
        let contact = |text: &String| {
            let parts = text.split_once('@');
            text.len() <= LONGEST_TEXT
                && !text.chars().any(|c| c.is_whitespace() || c.is_control())
                && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        };
        if self.contacts.len() > MOST_URIS || !self.contacts.iter().all(contact) {
            return Err(invalid("contacts must be e-mail addresses"));
        }
        Ok(())
    }

    fn check_keys(&self) -> Result<(), OAuthError> {
        if self.jwks_uri.is_some() {
            return Err(invalid("jwks_uri is not fetched: send the keys as jwks"));
        }
        if self.auth_method() == PRIVATE_KEY_JWT && self.jwks.is_none() {
            return Err(invalid("private_key_jwt needs jwks"));
        }
        if self.jwks.as_ref().is_some_and(|keys| keys.to_string().len() > LONGEST_JWKS) {
            return Err(invalid("jwks is too long"));
        }
        Ok(())
    }
}

/// Stricter than what an admin may register: plain http only on the loopback interface, and private schemes only where they follow
/// RFC 8252 §7.1 and no secret pretends to protect them.
fn is_registrable(uri: &str, native: bool) -> bool {
    if !redirect::is_acceptable(uri) {
        return false;
    }
    match uri.split_once(':') {
        Some(("https", _)) => true,
        Some(("http", _)) => redirect::is_claimable_by_other_apps(uri),
        Some((scheme, _)) => native && scheme.contains('.'),
        None => false,
    }
}

pub fn invalid(text: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(metadata: &ClientMetadata) -> Option<ErrorCode> {
        metadata.check().err().map(|error| error.code)
    }

    fn with(uri: &str, method: &str) -> ClientMetadata {
        ClientMetadata {
            redirect_uris: vec![uri.into()],
            token_endpoint_auth_method: Some(method.into()),
            ..ClientMetadata::default()
        }
    }

    #[test]
    fn redirects_are_https_loopback_or_a_private_scheme_of_a_public_client() {
        for uri in ["https://app.example/cb", "http://127.0.0.1/cb", "http://localhost:3000/cb", "http://[::1]:1/cb"] {
            assert_eq!(code(&with(uri, BASIC)), None, "{uri}");
        }
        assert_eq!(code(&with("com.example.app:/cb", NONE)), None);
        for (uri, method) in [
            ("com.example.app:/cb", BASIC),
            ("myapp:/cb", NONE),
            ("http://app.example/cb", NONE),
            ("http://127.0.0.1.evil.example/cb", NONE),
            ("https://a@evil.example/cb", NONE),
            ("https://app.example/*", NONE),
            ("https://app.example/#x", NONE),
            ("javascript:alert(1)", NONE),
        ] {
            assert_eq!(code(&with(uri, method)), Some(ErrorCode::InvalidRedirectUri), "{uri}");
        }
        assert_eq!(code(&ClientMetadata::default()), Some(ErrorCode::InvalidRedirectUri), "none at all");
    }

    #[test]
    fn grants_without_a_user_cannot_be_chosen() {
        for grant in ["client_credentials", "password", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange"] {
            let metadata = ClientMetadata {
                grant_types: Some(vec!["authorization_code".into(), grant.into()]),
                ..with("https://app.example/cb", BASIC)
            };
            assert_eq!(code(&metadata), Some(ErrorCode::InvalidClientMetadata), "{grant}");
        }
    }

    #[test]
    fn a_device_needs_no_redirect() {
        let frame = ClientMetadata {
            grant_types: Some(vec![device::GRANT_TYPE.into()]),
            token_endpoint_auth_method: Some(NONE.into()),
            ..ClientMetadata::default()
        };
        assert_eq!(code(&frame), None);
        let hybrid = ClientMetadata { response_types: Some(vec!["code".into()]), ..frame };
        assert_eq!(code(&hybrid), Some(ErrorCode::InvalidClientMetadata));
    }
}
