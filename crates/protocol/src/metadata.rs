//! Provider metadata (OIDC Discovery §3, RFC 8414 §2), derived from the issuer and what the server can do.

use crate::endpoints;
use serde::{Deserialize, Serialize};

/// Of DPoP proofs (RFC 9449 §5.1): asymmetric ones only.
pub const DPOP_ALGORITHMS: &str = "RS256 ES256 EdDSA";

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProviderMetadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    pub end_session_endpoint: String,
    pub registration_endpoint: String,
    /// RFC 8628 §4.
    pub device_authorization_endpoint: String,
    /// RFC 9126 §5.
    pub pushed_authorization_request_endpoint: String,
    pub require_pushed_authorization_requests: bool,
    pub scopes_supported: Vec<String>,
    pub response_types_supported: Vec<String>,
    pub response_modes_supported: Vec<String>,
    pub grant_types_supported: Vec<String>,
    pub subject_types_supported: Vec<String>,
    pub id_token_signing_alg_values_supported: Vec<String>,
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Of client assertions (RFC 8414 §2): never `none`, never a MAC.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    pub introspection_endpoint_auth_methods_supported: Vec<String>,
    pub revocation_endpoint_auth_methods_supported: Vec<String>,
    pub code_challenge_methods_supported: Vec<String>,
    pub dpop_signing_alg_values_supported: Vec<String>,
    pub prompt_values_supported: Vec<String>,
    pub claims_supported: Vec<String>,
    pub ui_locales_supported: Vec<String>,
    pub backchannel_logout_supported: bool,
    pub backchannel_logout_session_supported: bool,
    pub authorization_response_iss_parameter_supported: bool,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
}

impl ProviderMetadata {
    /// `scopes` and `algorithms` are those of the realm.
    pub fn of_issuer(issuer: &str, scopes: Vec<String>, algorithms: Vec<String>) -> Self {
        let at = |path: &str| format!("{issuer}{path}");
        let client_authentication = || words("client_secret_basic client_secret_post private_key_jwt none");
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at(endpoints::AUTHORIZE),
            token_endpoint: at(endpoints::TOKEN),
            userinfo_endpoint: at(endpoints::USERINFO),
            jwks_uri: at(endpoints::CERTS),
            introspection_endpoint: at(endpoints::INTROSPECT),
            revocation_endpoint: at(endpoints::REVOKE),
            end_session_endpoint: at(endpoints::LOGOUT),
            registration_endpoint: at(endpoints::REGISTRATION),
            device_authorization_endpoint: at(endpoints::DEVICE_AUTHORIZATION),
            pushed_authorization_request_endpoint: at(endpoints::PUSHED_AUTHORIZATION),
            require_pushed_authorization_requests: false,
            scopes_supported: scopes,
            response_types_supported: words("code"),
            response_modes_supported: words("query form_post"),
            grant_types_supported: words(
                "authorization_code refresh_token password client_credentials urn:ietf:params:oauth:grant-type:device_code urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            subject_types_supported: words("public"),
            id_token_signing_alg_values_supported: algorithms,
            token_endpoint_auth_methods_supported: client_authentication(),
            token_endpoint_auth_signing_alg_values_supported: words("RS256 ES256 EdDSA"),
            introspection_endpoint_auth_methods_supported: words(
                "client_secret_basic client_secret_post private_key_jwt",
            ),
            revocation_endpoint_auth_methods_supported: client_authentication(),
            code_challenge_methods_supported: words("S256"),
            dpop_signing_alg_values_supported: words(DPOP_ALGORITHMS),
            prompt_values_supported: words("none login consent select_account"),
            claims_supported: words(
                "iss sub aud exp iat auth_time nonce acr azp sid name given_name family_name preferred_username email email_verified locale",
            ),
            ui_locales_supported: words("en es"),
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            authorization_response_iss_parameter_supported: true,
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}
