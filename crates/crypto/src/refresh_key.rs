//! The keys that refresh tokens are derived with, one active and the older ones of a realm. It proves that a token is ours and
//! says which generation of which grant it is; whether that generation is good is decided elsewhere.

use std::fmt;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::refresh_token::BelievedClaims;
use crate::{Entropy, RefreshClaims, RefreshTokenType, b64};

/// A token of ours has well under 1 KiB; nothing longer is worth hashing.
const TOKEN_CAP: usize = 4 * 1024;
const ALG: &str = "HS256";

/// One symmetric key, named by the `kid` that a grant's row and the token's header hold.
pub struct RefreshKey {
    kid: String,
    secret: Zeroizing<[u8; 32]>,
    mac_key: hmac::Key,
    /// Equal for every token of this key, so it is encoded once.
    encoded_header: String,
}

/// A realm's keys: tokens are derived with the active one and believed under any.
#[derive(Debug)]
pub struct RefreshKeys {
    active: RefreshKey,
    older: Vec<RefreshKey>,
}

/// A token that one of the realm's keys made: all that the server believes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedToken {
    pub kid: String,
    pub iss: String,
    pub azp: String,
    pub grant_id: Uuid,
    pub generation: u64,
    /// The stamp of its generation, in seconds since the epoch.
    pub iat_s: i64,
    pub typ: RefreshTokenType,
}

/// The private reason; a client only ever learns "Invalid refresh token".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRefreshToken {
    #[error("longer than 4 KiB")]
    TooLong,
    #[error("not a compact JWS")]
    Malformed,
    #[error("an algorithm other than HS256")]
    WrongAlgorithm,
    #[error("made with a key that this realm does not have")]
    UnknownKey,
    #[error("not made by this server: wrong MAC")]
    WrongMac,
    #[error("right MAC over claims that cannot be read")]
    UnreadableClaims,
}

#[derive(Serialize, Deserialize)]
struct Header<'a> {
    alg: std::borrow::Cow<'a, str>,
    typ: std::borrow::Cow<'a, str>,
    kid: std::borrow::Cow<'a, str>,
}

impl RefreshKey {
    pub fn generate(entropy: &Entropy) -> Self {
        Self::from_secret(b64::encode(entropy.bytes::<12>()), entropy.bytes())
    }

    pub fn from_secret(kid: impl Into<String>, secret: [u8; 32]) -> Self {
        let kid = kid.into();
        let header = Header { alg: ALG.into(), typ: "JWT".into(), kid: kid.as_str().into() };
        let header = serde_json::to_vec(&header).expect("three strings are always JSON");
        Self {
            encoded_header: b64::encode(header),
            mac_key: hmac::Key::new(hmac::HMAC_SHA256, &secret),
            secret: Zeroizing::new(secret),
            kid,
        }
    }

    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// For sealing, and for nothing else.
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    pub(crate) fn mac_key(&self) -> &hmac::Key {
        &self.mac_key
    }

    /// The token for these claims: equal claims under an equal key give equal bytes, on every node, at any time.
    pub fn derive(&self, claims: &RefreshClaims<'_>) -> String {
        let payload = serde_json::to_vec(claims).expect("strings and integers are always JSON");
        let mut token = String::with_capacity(self.encoded_header.len() + payload.len() * 4 / 3 + 50);
        token.push_str(&self.encoded_header);
        token.push('.');
        b64::encode_to(payload, &mut token);
        let mac = hmac::sign(&self.mac_key, token.as_bytes());
        token.push('.');
        b64::encode_to(mac, &mut token);
        token
    }
}

impl fmt::Debug for RefreshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl RefreshKeys {
    /// `older` are the keys that live rows still name.
    pub fn new(active: RefreshKey, older: Vec<RefreshKey>) -> Self {
        Self { active, older }
    }

    pub fn active(&self) -> &RefreshKey {
        &self.active
    }

    pub fn find(&self, kid: &str) -> Option<&RefreshKey> {
        self.all().find(|key| key.kid == kid)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &RefreshKey> {
        std::iter::once(&self.active).chain(&self.older)
    }

    /// Reads a presented token. Beyond its header nothing is parsed before the MAC, compared in constant time, has proved it ours.
    pub fn verify(&self, token: &str) -> Result<PresentedToken, InvalidRefreshToken> {
        if token.len() > TOKEN_CAP {
            return Err(InvalidRefreshToken::TooLong);
        }
        let (message, mac) = token.rsplit_once('.').ok_or(InvalidRefreshToken::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(InvalidRefreshToken::Malformed)?;
        let key = self.key_of(header)?;
        let mac = b64::decode(mac).ok_or(InvalidRefreshToken::Malformed)?;
        hmac::verify(&key.mac_key, message.as_bytes(), &mac).map_err(|_| InvalidRefreshToken::WrongMac)?;
        let claims = read_claims(payload).ok_or(InvalidRefreshToken::UnreadableClaims)?;
        Ok(PresentedToken {
            kid: key.kid.clone(),
            iss: claims.iss,
            azp: claims.azp,
            grant_id: claims.jti.grant_id,
            generation: claims.jti.generation,
            iat_s: claims.iat,
            typ: claims.typ,
        })
    }

    fn key_of(&self, encoded_header: &str) -> Result<&RefreshKey, InvalidRefreshToken> {
        let header = b64::decode(encoded_header).ok_or(InvalidRefreshToken::Malformed)?;
        let header: Header<'_> = serde_json::from_slice(&header).map_err(|_| InvalidRefreshToken::Malformed)?;
        // RFC 8725 §3.1: the algorithm is the key's, never the token's choice.
        if header.alg != ALG {
            return Err(InvalidRefreshToken::WrongAlgorithm);
        }
        self.find(&header.kid).ok_or(InvalidRefreshToken::UnknownKey)
    }
}

fn read_claims(payload: &str) -> Option<BelievedClaims> {
    serde_json::from_slice(&b64::decode(payload)?).ok()
}
