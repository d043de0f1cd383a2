//! Claims that the server itself says in access and ID tokens (RFC 9068 §2.2, OIDC Core §2); what they say of the user is for
//! [`crate::mapper`].

use crate::mapper::ClaimTree;
use perennial_protocol::introspection::Confirmation;
use serde::{Deserialize, Serialize};

/// Authentication context of a password sign-in (`acr`).
pub const ACR_PASSWORD: &str = "1";

/// `aud` as one string or several (RFC 7519 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub fn of(mut names: Vec<String>) -> Option<Self> {
        match names.len() {
            0 => None,
            1 => names.pop().map(Self::One),
            _ => Some(Self::Many(names)),
        }
    }

    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::One(own) => own == name,
            Self::Many(own) => own.iter().any(|other| other == name),
        }
    }

    pub fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(own) => vec![own],
            Self::Many(own) => own,
        }
    }
}

/// An access token's claims. Times are Unix seconds.
#[derive(Debug, Serialize)]
pub struct AccessClaims<'a> {
    pub iss: &'a str,
    pub sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    pub exp: i64,
    pub iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    pub jti: String,
    pub typ: &'static str,
    pub azp: &'a str,
    pub client_id: &'a str,
    pub sid: &'a str,
    /// The grant, which introspection and userinfo look up.
    pub gid: String,
    /// The grant's access epoch when the token was issued.
    pub gep: u32,
    /// The client that exchanged a token for this one, by its id, where it is not the grant's own (RFC 8693). Names change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xcl: Option<String>,
    pub acr: &'static str,
    pub scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// What mappers say; none of them can name a claim of those above.
    #[serde(flatten)]
    pub mapped: ClaimTree<'a>,
}

/// What the server reads back from an access token of its own.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessFacts {
    pub iss: String,
    pub sub: String,
    #[serde(default)]
    pub aud: Option<Audience>,
    pub exp: i64,
    pub iat: i64,
    pub jti: String,
    pub typ: String,
    pub azp: String,
    pub gid: String,
    pub gep: u32,
    /// The client that exchanged a token for this one; else it is the grant's.
    #[serde(default)]
    pub xcl: Option<String>,
    pub sid: String,
    pub scope: String,
    #[serde(default)]
    pub cnf: Option<Confirmation>,
}

/// An ID token's claims. Times are Unix seconds.
#[derive(Debug, Serialize)]
pub struct IdClaims<'a> {
    pub iss: &'a str,
    pub sub: String,
    /// Always a single string: the client.
    pub aud: &'a str,
    pub exp: i64,
    pub iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    pub jti: String,
    pub typ: &'static str,
    pub azp: &'a str,
    pub sid: &'a str,
    pub acr: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    pub at_hash: String,
    #[serde(flatten)]
    pub mapped: ClaimTree<'a>,
}

/// The part of an ID token that a hint is read for.
#[derive(Clone, Debug, Deserialize)]
pub struct IdTokenHint {
    pub iss: String,
    pub sub: String,
    pub azp: String,
    pub sid: String,
    pub typ: String,
}
