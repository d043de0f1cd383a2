//! What a client does with its tokens besides refreshing them: ending them (RFC 7009), asking whether they stand
//! (RFC 7662), asking who the user is, and verifying access tokens by itself.

use crate::access_token::{AccessTokenVerifier, Audience};
use crate::client::OfflineClient;
use crate::error::{Error, with_causes};
use crate::store::StoredToken;
use crate::wire::{self, ErrorBody};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use openidconnect::core::CoreUserInfoClaims;
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use openidconnect::http::{Request, StatusCode};
use openidconnect::{AccessToken, SubjectIdentifier, UserInfoError};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

/// What the provider says about a token (RFC 7662 §2.2).
#[derive(Debug, Clone, Deserialize)]
pub struct Introspection {
    /// Whether it stands now. Nothing else is told of one that does not.
    pub active: bool,
    /// Its scopes, separated by spaces.
    pub scope: Option<String>,
    /// Its user.
    pub sub: Option<String>,
    /// The client that it was issued to.
    pub client_id: Option<String>,
    /// Expiry, seconds since epoch.
    pub exp: Option<i64>,
    /// Everything else.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl OfflineClient {
    /// Ends the offline access at the provider (RFC 7009). Succeeds also if it had ended already. Clear the store
    /// afterwards, not before: a token that is forgotten cannot be revoked.
    pub async fn revoke(&self, stored: &StoredToken) -> Result<(), Error> {
        if stored.issuer != self.config.issuer {
            let StoredToken { issuer, client_id, .. } = stored.clone();
            return Err(Error::StoredElsewhere { issuer, client_id });
        }
        let endpoint = self.more.revocation_endpoint.as_ref().ok_or(Error::NoEndpoint("revocation"))?;
        let form = [("token", stored.refresh_token.secret().as_str()), ("token_type_hint", "refresh_token")];
        self.post(endpoint, &form).await.map(drop)
    }

    /// Asks the provider whether an access token stands (RFC 7662). For confidential clients.
    pub async fn introspect(&self, token: &AccessToken) -> Result<Introspection, Error> {
        let endpoint = self.more.introspection_endpoint.as_ref().ok_or(Error::NoEndpoint("introspection"))?;
        let form = [("token", token.secret().as_str()), ("token_type_hint", "access_token")];
        let body = self.post(endpoint, &form).await?;
        serde_json::from_slice(&body).map_err(|error| Error::Protocol(format!("introspection: {error}")))
    }

    /// Asks who the user is, and that it is the expected one (OpenID Connect Core §5.3.2).
    pub async fn user_info(&self, token: &AccessToken, subject: &str) -> Result<CoreUserInfoClaims, Error> {
        let expected = SubjectIdentifier::new(subject.to_owned());
        let request = self.oidc.user_info(token.clone(), Some(expected)).map_err(|_| Error::NoEndpoint("userinfo"))?;
        request.request_async(&self.http).await.map_err(|error| match error {
            UserInfoError::Request(error) => error.into(),
            UserInfoError::Response(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _, _) => {
                Error::Refused { error: "invalid_token".into(), description: None }
            }
            UserInfoError::Response(status, _, why) => Error::Protocol(format!("userinfo {status}: {why}")),
            other => Error::Protocol(with_causes(&other)),
        })
    }

    /// A verifier of this provider's access tokens, for this client or for a resource.
    pub fn access_token_verifier(&self, audience: Audience) -> AccessTokenVerifier {
        AccessTokenVerifier::new(Arc::clone(&self.keys), self.config.issuer.clone(), audience)
    }

    /// An authenticated form POST. (`openidconnect` refuses to revoke over loopback http, hence our own.)
    async fn post(&self, endpoint: &Url, form: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
        let mut body = Serializer::new(String::new());
        body.extend_pairs(form);
        let mut request = Request::post(endpoint.as_str())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        match &self.config.secret {
            Some(secret) => request = request.header(AUTHORIZATION, basic(&self.config.client_id, secret.secret())),
            None => drop(body.append_pair("client_id", &self.config.client_id)),
        }
        let request = request.body(body.finish().into_bytes()).map_err(|error| Error::Config(error.to_string()))?;
        let answer = self.http.send(request).await?;
        if answer.status().is_success() {
            return Ok(answer.into_body());
        }
        Err(match serde_json::from_slice::<ErrorBody>(answer.body()) {
            Ok(body) => wire::refused(&body),
            Err(_) => Error::Protocol(format!("HTTP {} from {endpoint}", answer.status())),
        })
    }
}

/// `client_secret_basic`: both parts are form-encoded first (RFC 6749 §2.3.1).
fn basic(client_id: &str, secret: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_form_encoded_before_they_are_base64() {
        let decoded = |header: String| {
            String::from_utf8(BASE64_STANDARD.decode(header.strip_prefix("Basic ").unwrap()).unwrap()).unwrap()
        };
        assert_eq!(decoded(basic("nightly-backup", "a:b c%")), "nightly-backup:a%3Ab+c%25");
    }

    #[test]
    fn an_inactive_token_tells_nothing_else() {
        let answer: Introspection = serde_json::from_str(r#"{"active":false}"#).unwrap();
        assert!(!answer.active);
        assert!(answer.sub.is_none() && answer.other.is_empty());
    }
}
