//! Words of pushed authorization requests (RFC 9126).

use serde::{Deserialize, Serialize};

/// What every reference starts with (§2.2).
pub const REFERENCE_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// A minute: the browser is sent on at once.
pub const LIFESPAN_S: i64 = 60;

/// The answer to a request that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedAuthorization {
    pub request_uri: String,
    /// Seconds.
    pub expires_in: i64,
    /// For the `DPoP-Nonce` header (RFC 9449 §8.2); no part of the body.
    #[serde(skip)]
    pub dpop_nonce: Option<String>,
}
