//! A client's assertion about itself (RFC 7523 §3): its claims, and whether they are good now. Its signature and that it is used once
//! are others' to see.

use crate::{claims::Audience, time::Timestamp};
use serde::Deserialize;

/// Seconds that an assertion may have left: each is remembered until its end.
const LONGEST_S: i64 = 900;
/// Seconds by which a client's clock may be ahead of ours.
const LEEWAY_S: i64 = 60;
const LONGEST_ID: usize = 255;

/// Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AssertionClaims {
    pub iss: String,
    pub sub: String,
    pub aud: Audience,
    pub exp: i64,
    pub jti: String,
    #[serde(default)]
    pub nbf: Option<i64>,
    #[serde(default)]
    pub iat: Option<i64>,
}

impl AssertionClaims {
    /// The private reason why this does not authenticate the client here and now. `audiences` are our own names.
    pub fn check(&self, client_id: &str, audiences: &[&str], now: Timestamp) -> Result<(), &'static str> {
        if self.iss != client_id || self.sub != client_id {
            return Err("iss and sub must be the client");
        }
        if !audiences.iter().any(|own| self.aud.contains(own)) {
            return Err("assertion for another audience");
        }
        let now_s = now.as_s();
        if self.exp <= now_s || self.exp > now_s.saturating_add(LONGEST_S) {
            return Err("assertion has expired, or lasts too long");
        }
        let ahead = |at: Option<i64>| at.is_some_and(|at| at > now_s.saturating_add(LEEWAY_S));
        if ahead(self.nbf) || ahead(self.iat) {
            return Err("assertion from the future");
        }
        if self.jti.is_empty() || self.jti.len() > LONGEST_ID {
            return Err("jti missing or too long");
        }
        Ok(())
    }
}
