//! The keys of another issuer, as its JWKS has them (RFC 7517 §5). Unlike our own, such a key may be for any of the asymmetric
//! algorithms of its kind (RFC 7518 §3.1, RFC 8037 §3.1): a token chooses among those, and never one with a shared secret.

use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::JwtError;
use super::verify::read_header;

/// More keys than any issuer has; each may cost a look at a signature.
const MOST: usize = 50;

#[derive(Debug, Clone)]
pub struct ForeignKeys(Vec<ForeignKey>);

#[derive(Debug, Clone)]
struct ForeignKey {
    kid: Option<String>,
    key: DecodingKey,
    algorithms: Vec<Algorithm>,
}

/// What a token says of itself before anything is proved, and the id of the key that it names: enough to find out whose keys could
/// have signed it, and no more.
pub fn claimed<T: DeserializeOwned>(token: &str, expected_typ: &[&str]) -> Result<(Option<String>, T), JwtError> {
    let header = read_header(token, expected_typ)?;
    let claims = insecure_decode_claims(token).map_err(|_| JwtError::UnreadableClaims)?;
    Ok((header.kid, claims))
}

impl ForeignKeys {
    /// The keys that verify signatures here; others, such as those for encryption, are passed over. `None` where none is left.
    pub fn parse(jwks: &str) -> Option<Self> {
        Self::read(jwks).filter(|keys| !keys.is_empty())
    }

    /// The same, also where none is left; `None` where it is no key set.
    pub fn read(jwks: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_str(jwks).ok()?;
        let keys: Vec<ForeignKey> = set.keys.into_iter().take(MOST).filter_map(ForeignKey::read).collect();
        Some(Self(keys))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them could be meant by this id; a token without one may be of any.
    pub fn knows(&self, kid: Option<&str>) -> bool {
        kid.is_none() || self.0.iter().any(|key| key.is_meant(kid))
    }

    /// The claims of `token` if one of the keys signed it; `expected_typ` as with [`super::VerifyingKey::verify_jwt`].
    pub fn verify_jwt<T: DeserializeOwned>(&self, token: &str, expected_typ: &[&str]) -> Result<T, JwtError> {
        let header = read_header(token, expected_typ)?;
        let mut refused = JwtError::UnknownKey;
        for own in self.0.iter().filter(|own| own.is_meant(header.kid.as_deref())) {
            if !own.algorithms.contains(&header.alg) {
                refused = JwtError::WrongAlgorithm;
                continue;
            }
            match decode::<Value>(token, &own.key, &validation(header.alg)) {
                Ok(data) => return serde_json::from_value(data.claims).map_err(|_| JwtError::UnreadableClaims),
                Err(_) => refused = JwtError::WrongSignature,
            }
        }
        Err(refused)
    }
}

impl ForeignKey {
    fn read(jwk: Value) -> Option<Self> {
        let text = |name: &str| jwk[name].as_str().map(str::to_owned);
        let (kid, alg, used_for) = (text("kid"), text("alg"), text("use"));
        if used_for.is_some_and(|used_for| used_for != "sig") {
            return None;
        }
        let key = DecodingKey::from_jwk(&serde_json::from_value(jwk).ok()?).ok()?;
        let family = key.family();
        if family == AlgorithmFamily::Hmac {
            return None;
        }
        let mut algorithms = family.algorithms().to_vec();
        if let Some(alg) = alg {
            // The key is for this one alone (RFC 7517 §4.4).
            let named: Algorithm = alg.parse().ok()?;
            algorithms.retain(|own| *own == named);
        }
        (!algorithms.is_empty()).then_some(Self { kid, key, algorithms })
    }

    fn is_meant(&self, kid: Option<&str>) -> bool {
        kid.is_none() || self.kid.is_none() || self.kid.as_deref() == kid
    }
}

/// Instants and audience are the caller's to judge.
fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SigningAlgorithm, SigningKey, b64};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{RSA_PKCS1_SHA384, RSA_PSS_SHA256, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    const TYPES: [&str; 2] = ["", "JWT"];

    fn set(keys: &[Value]) -> String {
        json!({"keys": keys}).to_string()
    }

    fn jwk(key: &SigningKey) -> Value {
        serde_json::to_value(key.public_jwk()).unwrap()
    }

    #[test]
    fn keys_of_each_kind_verify_and_no_other_key_does() {
        for algorithm in SigningAlgorithm::ALL {
            let (own, other) = (SigningKey::generate(algorithm).unwrap(), SigningKey::generate(algorithm).unwrap());
            let keys = ForeignKeys::parse(&set(&[jwk(&other), jwk(&own)])).unwrap();
            let token = own.sign_jwt("JWT", &json!({"sub": "a"})).unwrap();
            let read: Value = keys.verify_jwt(&token, &TYPES).unwrap();
            assert_eq!(read["sub"], "a");
            let (kid, unproved) = claimed::<Value>(&token, &TYPES).unwrap();
            assert_eq!(unproved, read);
            assert!(keys.knows(kid.as_deref()) && keys.knows(None) && !keys.knows(Some("another")));
            let foreign = ForeignKeys::parse(&set(&[jwk(&other)])).unwrap();
            assert_eq!(foreign.verify_jwt::<Value>(&token, &TYPES), Err(JwtError::UnknownKey));
            // Without ids each key is tried.
            let mut nameless = jwk(&other);
            nameless.as_object_mut().unwrap().remove("kid");
            let foreign = ForeignKeys::parse(&set(&[nameless])).unwrap();
            assert_eq!(foreign.verify_jwt::<Value>(&token, &TYPES), Err(JwtError::WrongSignature));
        }
    }

    #[test]
    fn the_other_algorithms_of_an_rsa_key_verify_unless_it_is_for_one_alone() {
        let own = SigningKey::generate(SigningAlgorithm::RS256).unwrap();
        let mut open = jwk(&own);
        open.as_object_mut().unwrap().remove("alg");
        let (open, bound) =
            (ForeignKeys::parse(&set(&[open])).unwrap(), ForeignKeys::parse(&set(&[jwk(&own)])).unwrap());
        let pair = RsaKeyPair::from_pkcs8(&own.to_pkcs8().unwrap()).unwrap();
        let encodings: [(&str, &'static dyn RsaEncoding); 3] =
            [("RS384", &RSA_PKCS1_SHA384), ("PS256", &RSA_PSS_SHA256), ("PS512", &RSA_PSS_SHA512)];
        for (alg, encoding) in encodings {
            let header = b64::encode(json!({"alg": alg}).to_string());
            let unsigned = format!("{header}.{}", b64::encode(br#"{"sub":"a"}"#));
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(encoding, &SystemRandom::new(), unsigned.as_bytes(), &mut signature).unwrap();
            let token = format!("{unsigned}.{}", b64::encode(signature));
            assert!(open.verify_jwt::<Value>(&token, &TYPES).is_ok(), "{alg}");
            assert_eq!(bound.verify_jwt::<Value>(&token, &TYPES), Err(JwtError::WrongAlgorithm), "{alg}");
        }
    }

    #[test]
    fn a_public_key_is_never_a_shared_secret_and_no_shared_secret_is_a_key() {
        let own = SigningKey::generate(SigningAlgorithm::RS256).unwrap();
        let jwks = set(&[jwk(&own)]);
        let keys = ForeignKeys::parse(&jwks).unwrap();
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(own.kid().to_owned());
        let token = encode(&header, &json!({"sub": "a"}), &EncodingKey::from_secret(jwks.as_bytes())).unwrap();
        assert_eq!(keys.verify_jwt::<Value>(&token, &TYPES), Err(JwtError::WrongAlgorithm));
        let none = format!("{}.{}.", b64::encode(br#"{"alg":"none"}"#), b64::encode(b"{}"));
        assert_eq!(keys.verify_jwt::<Value>(&none, &TYPES), Err(JwtError::Malformed));
        let oct = json!({"kty": "oct", "k": b64::encode([7_u8; 32])});
        let encrypting = json!({"kty": "RSA", "use": "enc", "alg": "RSA-OAEP", "n": "AQAB", "e": "AQAB"});
        for useless in ["", "[]", "{}", "-----BEGIN PUBLIC KEY-----", &set(&[]), &set(&[oct, encrypting])] {
            assert!(ForeignKeys::parse(useless).is_none(), "{useless}");
        }
    }
}
