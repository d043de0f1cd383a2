//! DPoP proofs (RFC 9449 §4): the parts that need no clock, no nonce and no memory. What a proof says is for the caller to judge.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::signing::{Jwk, JwtError, SigningAlgorithm, VerifyingKey};
use crate::{b64, token_hash};

/// Twice what a proof with a 4096-bit RSA key needs, in bytes.
const PROOF_CAP: usize = 6 * 1024;
/// Longest `jti`, in bytes.
const JTI_CAP: usize = 256;
const TYP: &str = "dpop+jwt";
/// Members of a JWK that hold secrets (RFC 7518 §6.2.2, §6.3.2 and §6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A proof whose signature is right, by the key that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DpopProof {
    /// The key's SHA-256 thumbprint (RFC 7638).
    pub key: [u8; 32],
    pub jti: String,
    pub htm: String,
    pub htu: String,
    /// Unix seconds, rounded down.
    pub iat_s: i64,
    pub ath: Option<String>,
    pub nonce: Option<String>,
}

/// Said to the client, too: none of it shows a part of the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    #[error("DPoP proof is too long")]
    TooLong,
    #[error("DPoP proof is malformed")]
    Malformed,
    #[error("DPoP proof has another typ than dpop+jwt")]
    WrongType,
    #[error("DPoP proof has an algorithm that is not supported")]
    UnsupportedAlgorithm,
    #[error("DPoP proof has a key that cannot be used")]
    UnusableKey,
    #[error("DPoP proof shows a private key")]
    PrivateKey,
    #[error("DPoP proof has a wrong signature")]
    WrongSignature,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    jwk: Map<String, Value>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    /// A NumericDate, which may have a fraction (RFC 7519 §2).
    iat: f64,
    ath: Option<String>,
    nonce: Option<String>,
}

impl DpopProof {
    /// Steps 2 to 7 of RFC 9449 §4.3.
    pub fn read(proof: &str) -> Result<Self, DpopError> {
        if proof.len() > PROOF_CAP {
            return Err(DpopError::TooLong);
        }
        let header = proof.split('.').next().and_then(b64::decode).ok_or(DpopError::Malformed)?;
        let header: Header = serde_json::from_slice(&header).map_err(|_| DpopError::Malformed)?;
        header.alg.parse::<SigningAlgorithm>().map_err(|_| DpopError::UnsupportedAlgorithm)?;
        if PRIVATE.iter().any(|name| header.jwk.contains_key(*name)) {
            return Err(DpopError::PrivateKey);
        }
        let jwk: Jwk = serde_json::from_value(Value::Object(header.jwk)).map_err(|_| DpopError::UnusableKey)?;
        let key = VerifyingKey::from_jwk(&jwk).ok_or(DpopError::UnusableKey)?;
        let thumbprint = jwk.thumbprint().and_then(|text| parse_thumbprint(&text)).ok_or(DpopError::UnusableKey)?;
        let claims: Claims = key.verify_jwt(proof, &[TYP]).map_err(|error| match error {
            JwtError::WrongType => DpopError::WrongType,
            JwtError::WrongSignature => DpopError::WrongSignature,
            JwtError::WrongAlgorithm => DpopError::UnsupportedAlgorithm,
            _ => DpopError::Malformed,
        })?;
        if claims.jti.is_empty() || claims.jti.len() > JTI_CAP {
            return Err(DpopError::Malformed);
        }
        Ok(Self {
            key: thumbprint,
            jti: claims.jti,
            htm: claims.htm,
            htu: claims.htu,
            iat_s: claims.iat.floor() as i64,
            ath: claims.ath,
            nonce: claims.nonce,
        })
    }
}

/// A thumbprint as JSON writes it (`jkt`).
pub fn thumbprint_text(key: &[u8; 32]) -> String {
    b64::encode(key)
}

fn parse_thumbprint(text: &str) -> Option<[u8; 32]> {
    b64::decode(text)?.try_into().ok()
}

/// What a proof's `ath` must be for this access token (RFC 9449 §4.2).
pub fn dpop_ath(access_token: &str) -> String {
    b64::encode(token_hash(access_token))
}

/// One value for one use of one key in one realm: what a server must remember to know a proof again.
pub fn dpop_use(realm: &str, proof: &DpopProof) -> [u8; 32] {
    let named = format!("{realm}\n{}\n{}", thumbprint_text(&proof.key), proof.jti);
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, named.as_bytes()).as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9449 §4.1.
    const EXAMPLE: &str = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMi",
        "LCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.",
        "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.",
        "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
    );

    #[test]
    fn the_proof_of_rfc_9449_is_read() {
        let proof = DpopProof::read(EXAMPLE).expect("a right proof");
        assert_eq!(thumbprint_text(&proof.key), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        assert_eq!((proof.htm.as_str(), proof.htu.as_str()), ("POST", "https://server.example.com/token"));
        assert_eq!((proof.jti.as_str(), proof.iat_s), ("-BwC3ESc6acc2lTc", 1_562_262_616));
        assert_eq!((proof.ath, proof.nonce), (None, None));
    }

    #[test]
    fn a_damaged_proof_is_refused() {
        let parts: Vec<&str> = EXAMPLE.split('.').collect();
        assert_eq!(DpopProof::read(&format!("{}.{}.", parts[0], parts[1])), Err(DpopError::WrongSignature));
        assert_eq!(DpopProof::read(&format!("{EXAMPLE}, {EXAMPLE}")), Err(DpopError::Malformed));
        assert_eq!(DpopProof::read(&"a".repeat(PROOF_CAP + 1)), Err(DpopError::TooLong));
        assert_eq!(DpopProof::read(""), Err(DpopError::Malformed));
    }
}
