//! The token endpoint's answer (RFC 6749 §5.1, OIDC Core §3.1.3.3, with Keycloak's further fields).

use serde::{Deserialize, Serialize};

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenResponse {
    pub access_token: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    /// Seconds until the session behind the refresh token ends, by whichever limit comes first; 0 where nothing limits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires_in: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    pub token_type: String,
    /// RFC 8693 §2.2.1: answers to an exchange only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// Unix seconds; 0 where no revocation policy is set.
    #[serde(rename = "not-before-policy")]
    pub not_before_policy: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_state: Option<String>,
    pub scope: String,
    /// For the `DPoP-Nonce` header (RFC 9449 §8.2); no part of the body.
    #[serde(skip)]
    pub dpop_nonce: Option<String>,
}
