//! Public keys in JSON (RFC 7517), of the kinds this server signs and verifies with. There is no field for a private
//! part, so none can be published by accident.

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::SigningAlgorithm;
use crate::b64;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Jwk {
    pub kty: String,
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub use_: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// RSA modulus and exponent (RFC 7518 §6.3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Curve and coordinates (RFC 7518 §6.2.1; RFC 8037 §2 has no `y`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Jwks {
    pub keys: Vec<Jwk>,
}

/// The required members of a key, borrowed from it.
pub(super) enum Material<'a> {
    Rsa { n: &'a str, e: &'a str },
    P256 { x: &'a str, y: &'a str },
    Ed25519 { x: &'a str },
}

impl Jwk {
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Self {
        Self { kty: "RSA".to_owned(), n: Some(b64::encode(n)), e: Some(b64::encode(e)), ..Self::default() }
    }

    pub(super) fn p256(x: &[u8], y: &[u8]) -> Self {
        let crv = Some("P-256".to_owned());
        Self { kty: "EC".to_owned(), crv, x: Some(b64::encode(x)), y: Some(b64::encode(y)), ..Self::default() }
    }

    pub(super) fn ed25519(x: &[u8]) -> Self {
        let crv = Some("Ed25519".to_owned());
        Self { kty: "OKP".to_owned(), crv, x: Some(b64::encode(x)), ..Self::default() }
    }

    /// The SHA-256 thumbprint (RFC 7638 §3): the same for one key whatever else its JWK says.
    /// `None` for a kind of key that this server does not use.
    pub fn thumbprint(&self) -> Option<String> {
        // Required members only, in lexicographic order, without spaces (RFC 7638 §3.2, RFC 8037 §2).
        let canonical = match self.material()? {
            Material::Rsa { n, e } => serde_json::json!({ "e": e, "kty": "RSA", "n": n }),
            Material::P256 { x, y } => serde_json::json!({ "crv": "P-256", "kty": "EC", "x": x, "y": y }),
            Material::Ed25519 { x } => serde_json::json!({ "crv": "Ed25519", "kty": "OKP", "x": x }),
        };
        Some(b64::encode(digest(&SHA256, canonical.to_string().as_bytes())))
    }

    /// The algorithm that this key is for; where the key does not say, the one that fits its kind. `None` where the two
    /// disagree or the key is not for signatures.
    pub fn signing_algorithm(&self) -> Option<SigningAlgorithm> {
        let fitting = match self.material()? {
            Material::Rsa { .. } => SigningAlgorithm::RS256,
            Material::P256 { .. } => SigningAlgorithm::ES256,
            Material::Ed25519 { .. } => SigningAlgorithm::EdDSA,
        };
        let agrees = self.alg.as_deref().is_none_or(|alg| alg == fitting.as_str());
        let signs = self.use_.as_deref().is_none_or(|used_for| used_for == "sig");
        (agrees && signs).then_some(fitting)
    }

    pub(super) fn material(&self) -> Option<Material<'_>> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => Some(Material::Rsa { n: self.n.as_deref()?, e: self.e.as_deref()? }),
            ("EC", Some("P-256")) => Some(Material::P256 { x: self.x.as_deref()?, y: self.y.as_deref()? }),
            ("OKP", Some("Ed25519")) => Some(Material::Ed25519 { x: self.x.as_deref()? }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_of_rfc_7638_is_reproduced() {
        let jwk: Jwk = serde_json::from_str(concat!(
            r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCi"#,
            r#"FV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI"#,
            r#"SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#
        ))
        .unwrap();
        assert_eq!(jwk.thumbprint().as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
        assert_eq!(jwk.signing_algorithm(), Some(SigningAlgorithm::RS256));
    }

    #[test]
    fn the_thumbprint_of_rfc_8037_is_reproduced() {
        let jwk: Jwk =
            serde_json::from_str(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)
                .unwrap();
        assert_eq!(jwk.thumbprint().as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    }

    #[test]
    fn a_key_for_something_else_has_no_signing_algorithm() {
        let key = Jwk::ed25519(&[1; 32]);
        assert_eq!(key.signing_algorithm(), Some(SigningAlgorithm::EdDSA));
        let encrypting = Jwk { use_: Some("enc".to_owned()), ..key.clone() };
        assert_eq!(encrypting.signing_algorithm(), None);
        let mislabelled = Jwk { alg: Some("RS256".to_owned()), ..key.clone() };
        assert_eq!(mislabelled.signing_algorithm(), None);
        let unknown = Jwk { crv: Some("Ed448".to_owned()), ..key };
        assert_eq!((unknown.signing_algorithm(), unknown.thumbprint()), (None, None));
    }
}
