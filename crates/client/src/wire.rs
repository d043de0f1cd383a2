//! The shapes on the wire: which of `openidconnect`'s generic types this client speaks, the fields beyond the
//! standards, and what the library's errors mean here.

use crate::client::Access;
use crate::error::{Error, with_causes};
use crate::http::{HttpClient, HttpError};
use crate::keys::discovery_error;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreGrantType, CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalProviderMetadata, Client, EmptyAdditionalClaims, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    ExtraTokenFields, IdTokenFields, IssuerUrl, OAuth2TokenResponse, ProviderMetadata, RequestTokenError,
    StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};
use url::Url;

/// Metadata beyond OpenID Connect Discovery: RFC 8414 §2 and RFC 9207 §3.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub(crate) struct MoreMetadata {
    pub(crate) revocation_endpoint: Option<Url>,
    pub(crate) introspection_endpoint: Option<Url>,
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(crate) iss_announced: bool,
}

impl AdditionalProviderMetadata for MoreMetadata {}

/// Token response fields beyond RFC 6749.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub(crate) struct LifetimeFields {
    #[serde(default, deserialize_with = "lenient_seconds")]
    pub(crate) refresh_expires_in: Option<i64>,
}

impl ExtraTokenFields for LifetimeFields {}

pub(crate) type TokenResponse = StandardTokenResponse<
    IdTokenFields<
        EmptyAdditionalClaims,
        LifetimeFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

pub(crate) type Oidc = Client<
    EmptyAdditionalClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenResponse,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointMaybeSet,
>;

pub(crate) type Metadata = ProviderMetadata<
    MoreMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

pub(crate) type ErrorBody = StandardErrorResponse<CoreErrorResponseType>;

pub(crate) async fn discover(issuer: &str, http: &HttpClient) -> Result<Metadata, Error> {
    Metadata::discover_async(issuer_url(issuer)?, http).await.map_err(discovery_error)
}

pub(crate) fn issuer_url(issuer: &str) -> Result<IssuerUrl, Error> {
    IssuerUrl::new(issuer.to_owned()).map_err(|error| Error::Config(format!("issuer {issuer}: {error}")))
}

/// A failure of the token endpoint. Whether `invalid_grant` means the end of the access is for the refresh to say: a
/// code that does not work is no more than that.
pub(crate) fn token_error(error: RequestTokenError<HttpError, ErrorBody>) -> Error {
    match error {
        RequestTokenError::ServerResponse(body) => refused(&body),
        RequestTokenError::Request(error) => error.into(),
        // The body may hold a token: only the parser's complaint is passed on.
        RequestTokenError::Parse(error, _) => Error::Protocol(format!("{} at {}", reason(&error), error.path())),
        other => Error::Protocol(with_causes(&other)),
    }
}

pub(crate) fn refused(body: &ErrorBody) -> Error {
    Error::Refused { error: body.error().to_string(), description: body.error_description().cloned() }
}

fn reason(error: &serde_path_to_error::Error<serde_json::Error>) -> &'static str {
    match error.inner().classify() {
        serde_json::error::Category::Data => "a value of the wrong type",
        _ => "no JSON",
    }
}

/// The access in a response whose ID token has been verified. Where `scope` is left out, it is what was asked for
/// (RFC 6749 §5.1).
pub(crate) fn access(response: &TokenResponse, asked: &[String], claims: Option<CoreIdTokenClaims>) -> Access {
    let scopes = response.scopes().map(|given| given.iter().map(|it| it.to_string()).collect());
    Access {
        token: response.access_token().clone(),
        expires_in_s: response.expires_in().map(|it| it.as_secs() as i64),
        scopes: scopes.unwrap_or_else(|| asked.to_vec()),
        claims,
        refresh_expires_in_s: response.extra_fields().extra_fields().refresh_expires_in,
    }
}

/// When the standing access ends if it is not used, ms since epoch. 0 on the wire means that nothing limits it.
pub(crate) fn ends_at(response: &TokenResponse) -> Option<i64> {
    let seconds = response.extra_fields().extra_fields().refresh_expires_in.filter(|it| *it > 0)?;
    Some(now_ms().saturating_add(seconds.saturating_mul(1000)))
}

pub(crate) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_millis() as i64)
}

/// Some providers send numbers as strings. A field that is only for information must not cost a token.
fn lenient_seconds<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::Number(number) => number.as_i64(),
        serde_json::Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(extra: &str) -> TokenResponse {
        let json = format!(r#"{{"access_token":"a","token_type":"Bearer","expires_in":300{extra}}}"#);
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn refresh_expires_in_is_read_and_zero_means_no_end() {
        let limited = response(r#","refresh_expires_in":2592000,"not-before-policy":0"#);
        assert_eq!(access(&limited, &[], None).refresh_expires_in_s, Some(2_592_000));
        assert!(ends_at(&limited).is_some());
        assert_eq!(ends_at(&response(r#","refresh_expires_in":0"#)), None);
        assert_eq!(ends_at(&response("")), None);
    }

    #[test]
    fn an_informative_field_of_another_type_does_not_cost_the_token() {
        let text = response(r#","refresh_expires_in":"60""#);
        assert_eq!(access(&text, &[], None).refresh_expires_in_s, Some(60));
        assert_eq!(access(&response(r#","refresh_expires_in":{}"#), &[], None).refresh_expires_in_s, None);
    }

    #[test]
    fn scopes_left_out_are_those_asked_for() {
        let asked = ["openid".to_owned(), "offline_access".to_owned()];
        assert_eq!(access(&response(""), &asked, None).scopes, asked);
        assert_eq!(access(&response(r#","scope":"openid""#), &asked, None).scopes, ["openid"]);
    }

    #[test]
    fn a_garbled_answer_is_reported_without_its_content() {
        let body = br#"{"access_token":"s3cret","token_type":7}"#.to_vec();
        let error =
            serde_path_to_error::deserialize::<_, TokenResponse>(&mut serde_json::Deserializer::from_slice(&body))
                .unwrap_err();
        let told = token_error(RequestTokenError::Parse(error, body)).to_string();
        assert!(!told.contains("s3cret"), "{told}");
    }
}
