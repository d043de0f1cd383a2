//! Verification of JWT access tokens against the issuer's keys: signature, issuer, audience, time, and that it is an
//! access token at all (RFC 9068 §4). It decides on the token's face only; whether the session behind it still
//! stands is what introspection answers.

use crate::error::Error;
use crate::keys::KeyCache;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use std::sync::Arc;

/// How far two machines' clocks may differ.
const LEEWAY_S: i64 = 30;

/// Whom an access token must be meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// `aud` contains this: what a protected resource asks for (RFC 9068 §4).
    Resource(String),
    /// It was issued to this client (`client_id`, else `azp`): what a client can say of its own token.
    IssuedTo(String),
}

/// The claims of a verified access token.
#[derive(Debug, Clone, Deserialize)]
pub struct AccessClaims {
    /// The issuer.
    pub iss: String,
    /// The user, or the service account.
    pub sub: String,
    /// The resources that it is for.
    #[serde(default, deserialize_with = "one_or_many")]
    pub aud: Vec<String>,
    /// Expiry, seconds since epoch.
    pub exp: i64,
    /// Issue time, seconds since epoch.
    pub iat: Option<i64>,
    /// Not valid before, seconds since epoch.
    pub nbf: Option<i64>,
    /// The client that it was issued to.
    pub client_id: Option<String>,
    /// The client that it was issued to, as OpenID Connect names it.
    pub azp: Option<String>,
    /// The user session, or the grant where there is none.
    pub sid: Option<String>,
    /// The token's own id.
    pub jti: Option<String>,
    scope: Option<String>,
    typ: Option<String>,
    cnf: Option<serde_json::Value>,
    /// Everything else, such as roles.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl AccessClaims {
    /// The scopes granted to this token.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split_ascii_whitespace()
    }

    /// Whether this scope was granted.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|it| it == scope)
    }

    /// How long it is still valid, in seconds.
    pub fn valid_for_s(&self) -> i64 {
        (self.exp - now_s()).max(0)
    }
}

/// Why an access token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenRejected {
    /// Not a signed JWT, or one with headers that are not understood.
    #[error("it is malformed")]
    Malformed,
    /// Signed with an algorithm that anyone could have used, or that is unknown.
    #[error("its signature algorithm is not accepted")]
    Algorithm,
    /// The issuer has no key of that id.
    #[error("its key is unknown")]
    UnknownKey,
    /// The signature is not by that key.
    #[error("its signature is wrong")]
    Signature,
    /// Another issuer's.
    #[error("it is another issuer's")]
    Issuer,
    /// For another resource, or issued to another client.
    #[error("it is meant for someone else")]
    Audience,
    /// Expired.
    #[error("it has expired")]
    Expired,
    /// From the future.
    #[error("it is not valid yet")]
    NotYet,
    /// An ID token, a logout token or another kind of JWT.
    #[error("it is not an access token")]
    Kind,
    /// Bound to a key that a bearer does not prove (RFC 9449 §7.1).
    #[error("it is bound to a key and was presented without it")]
    Bound,
}

/// Verifies access tokens of one issuer for one audience. Cheap to share.
#[derive(Debug, Clone)]
pub struct AccessTokenVerifier {
    keys: Arc<KeyCache>,
    expected: Expected,
}

#[derive(Debug, Clone)]
struct Expected {
    issuer: String,
    audience: Audience,
}

impl AccessTokenVerifier {
    pub(crate) fn new(keys: Arc<KeyCache>, issuer: String, audience: Audience) -> Self {
        Self { keys, expected: Expected { issuer, audience } }
    }

    /// The claims, if everything holds. A key that is unknown is asked for once (within the key cache's limit).
    ///
    /// Fails with [`Error::AccessToken`], or with a network error if the keys could not be fetched.
    pub async fn verify(&self, token: &str) -> Result<AccessClaims, Error> {
        let parsed = Parsed::read(token)?;
        let keys = self.keys.current().await;
        let claims = match parsed.claims(&keys) {
            Err(TokenRejected::UnknownKey) => {
                let newer = self.keys.newer_than(&keys).await?.ok_or(TokenRejected::UnknownKey)?;
                parsed.claims(&newer)?
            }
            decided => decided?,
        };
        check(&claims, &parsed.header, &self.expected, now_s())?;
        Ok(claims)
    }
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
}

struct Parsed<'t> {
    header: Header,
    signed: &'t str,
    payload: &'t str,
    signature: Vec<u8>,
}

impl<'t> Parsed<'t> {
    fn read(token: &'t str) -> Result<Self, TokenRejected> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenRejected::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenRejected::Malformed)?;
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| TokenRejected::Malformed)?;
        // RFC 7515 §4.1.11: what must be understood and is not, refuses the token.
        if header.crit.is_some() {
            return Err(TokenRejected::Malformed);
        }
        if !is_asymmetric(&header.alg) {
            return Err(TokenRejected::Algorithm);
        }
        Ok(Self { header, signed, payload, signature: decode(signature)? })
    }

    /// The claims, once one of the keys has signed them.
    fn claims(&self, keys: &CoreJsonWebKeySet) -> Result<AccessClaims, TokenRejected> {
        let kid = self.header.kid.as_deref();
        let mut candidates =
            keys.keys().iter().filter(|key| kid.is_none() || key.key_id().map(|it| it.as_str()) == kid).peekable();
        candidates.peek().ok_or(TokenRejected::UnknownKey)?;
        let message = self.signed.as_bytes();
        if !candidates.any(|key| key.verify_signature(&self.header.alg, message, &self.signature).is_ok()) {
            return Err(TokenRejected::Signature);
        }
        serde_json::from_slice(&decode(self.payload)?).map_err(|_| TokenRejected::Malformed)
    }
}

fn check(claims: &AccessClaims, header: &Header, expected: &Expected, now_s: i64) -> Result<(), TokenRejected> {
    // RFC 9068 §4 names the header; others mark the claims. Both keep an ID token from being taken for access.
    let by_header = header.typ.as_deref().map(|it| it.to_ascii_lowercase());
    let is_access = matches!(by_header.as_deref(), Some("at+jwt" | "application/at+jwt"))
        || claims.typ.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("bearer"));
    if !is_access {
        return Err(TokenRejected::Kind);
    }
    if claims.iss != expected.issuer {
        return Err(TokenRejected::Issuer);
    }
    let meant_for_us = match &expected.audience {
        Audience::Resource(resource) => claims.aud.contains(resource),
        Audience::IssuedTo(client) => claims.client_id.as_ref().or(claims.azp.as_ref()) == Some(client),
    };
    if !meant_for_us {
        return Err(TokenRejected::Audience);
    }
    if claims.cnf.is_some() {
        return Err(TokenRejected::Bound);
    }
    if claims.exp.saturating_add(LEEWAY_S) <= now_s {
        return Err(TokenRejected::Expired);
    }
    if claims.nbf.is_some_and(|it| it > now_s.saturating_add(LEEWAY_S)) {
        return Err(TokenRejected::NotYet);
    }
    Ok(())
}

/// Only signatures that the issuer alone can make; `none` and shared secrets are not among them.
pub(crate) fn is_asymmetric(alg: &CoreJwsSigningAlgorithm) -> bool {
    use CoreJwsSigningAlgorithm::*;
    !matches!(alg, HmacSha256 | HmacSha384 | HmacSha512 | None)
}

fn decode(part: &str) -> Result<Vec<u8>, TokenRejected> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenRejected::Malformed)
}

fn now_s() -> i64 {
    crate::wire::now_ms() / 1000
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(from)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "actix"))]
pub(crate) use tests::samples as test_tokens;
