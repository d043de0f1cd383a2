//! A private signing key, parsed once. `jsonwebtoken`'s own RS256 path parses the key at each signature, so JWTs are
//! composed here and signed with the parsed pair; what is paid per token is the signature.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use jsonwebtoken::Header;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Jwk, SigningAlgorithm};
use crate::b64;

/// Header types whose encoded header is kept ready: ID tokens and Keycloak's access tokens, RFC 9068, back-channel logout.
const USUAL_TYPES: [&str; 3] = ["JWT", "at+jwt", "logout+jwt"];

pub struct SigningKey {
    kid: String,
    algorithm: SigningAlgorithm,
    pair: Pair,
    /// Encoded headers in the order of [`USUAL_TYPES`].
    usual_headers: [String; USUAL_TYPES.len()],
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    P256(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    #[error("a key for {0} could not be generated")]
    Generate(SigningAlgorithm),
    #[error("not a usable PKCS#8 key for {algorithm}: {reason}")]
    Rejected { algorithm: SigningAlgorithm, reason: String },
    #[error("the key could not be written as DER")]
    Encode,
    #[error("the claims cannot be written as JSON: {0}")]
    Claims(serde_json::Error),
    #[error("signing failed")]
    Sign,
}

impl SigningKey {
    /// A new key, named by its RFC 7638 thumbprint. RSA keys have 2048 bits.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, SigningError> {
        let failed = |_| SigningError::Generate(algorithm);
        let pair = match algorithm {
            SigningAlgorithm::RS256 => Pair::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?)),
            SigningAlgorithm::ES256 => {
                Pair::P256(Box::new(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?))
            }
            SigningAlgorithm::EdDSA => Pair::Ed25519(Box::new(Ed25519KeyPair::generate().map_err(failed)?)),
        };
        let kid = pair.public_jwk().thumbprint().ok_or(SigningError::Generate(algorithm))?;
        Ok(Self::assemble(kid, algorithm, pair))
    }

    /// Parses a stored or imported key. It keeps the name that it was published under.
    pub fn from_pkcs8(kid: impl Into<String>, algorithm: SigningAlgorithm, der: &[u8]) -> Result<Self, SigningError> {
        let parsed = match algorithm {
            SigningAlgorithm::RS256 => RsaKeyPair::from_pkcs8(der).map(|pair| Pair::Rsa(Box::new(pair))),
            SigningAlgorithm::ES256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map(|pair| Pair::P256(Box::new(pair)))
            }
            SigningAlgorithm::EdDSA => Ed25519KeyPair::from_pkcs8(der).map(|pair| Pair::Ed25519(Box::new(pair))),
        };
        let pair = parsed.map_err(|reason| SigningError::Rejected { algorithm, reason: reason.to_string() })?;
        Ok(Self::assemble(kid.into(), algorithm, pair))
    }

    /// The private key, for sealing. It overwrites itself when dropped.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningError> {
        let der = match &self.pair {
            Pair::Rsa(pair) => pair.as_der().map(|der| der.as_ref().to_vec()),
            Pair::P256(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
        };
        der.map(Zeroizing::new).map_err(|_| SigningError::Encode)
    }

    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// A signed JWT (compact JWS, RFC 7515 §3.1) with `typ`, `alg` and `kid` in its header.
    pub fn sign_jwt(&self, typ: &str, claims: &impl Serialize) -> Result<String, SigningError> {
        let payload = serde_json::to_vec(claims).map_err(SigningError::Claims)?;
        // 512 bytes hold the header, the dots and the signature of a 2048-bit key; base64 adds a third.
        let mut token = String::with_capacity(payload.len() * 4 / 3 + 512);
        match USUAL_TYPES.iter().position(|usual| *usual == typ) {
            Some(at) => token.push_str(&self.usual_headers[at]),
            None => token.push_str(&encoded_header(self.algorithm, &self.kid, typ)),
        }
        token.push('.');
        b64::encode_to(payload, &mut token);
        self.pair.sign_onto(&mut token)?;
        Ok(token)
    }

    pub fn public_jwk(&self) -> Jwk {
        Jwk {
            use_: Some("sig".to_owned()),
            alg: Some(self.algorithm.as_str().to_owned()),
            kid: Some(self.kid.clone()),
            ..self.pair.public_jwk()
        }
    }

    /// The public key as X.509 `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), in DER.
    pub fn public_der(&self) -> Result<Vec<u8>, SigningError> {
        let der: Result<PublicKeyX509Der<'_>, _> = match &self.pair {
            Pair::Rsa(pair) => pair.public_key().as_der(),
            Pair::P256(pair) => pair.public_key().as_der(),
            Pair::Ed25519(pair) => pair.public_key().as_der(),
        };
        der.map(|der| der.as_ref().to_vec()).map_err(|_| SigningError::Encode)
    }

    fn assemble(kid: String, algorithm: SigningAlgorithm, pair: Pair) -> Self {
        let usual_headers = USUAL_TYPES.map(|typ| encoded_header(algorithm, &kid, typ));
        Self { kid, algorithm, pair, usual_headers }
    }
}

impl Pair {
    /// Appends a dot and the signature over what stands in `token`.
    fn sign_onto(&self, token: &mut String) -> Result<(), SigningError> {
        // The library ignores the generator that it is given and uses its own.
        let rng = SystemRandom::new();
        let message = token.as_bytes();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, message, &mut signature).map_err(|_| SigningError::Sign)?;
                append(&signature, token);
            }
            Self::P256(pair) => append(&pair.sign(&rng, message).map_err(|_| SigningError::Sign)?, token),
            Self::Ed25519(pair) => append(&pair.try_sign(message).map_err(|_| SigningError::Sign)?, token),
        }
        Ok(())
    }

    fn public_jwk(&self) -> Jwk {
        match self {
            Self::Rsa(pair) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                Jwk::rsa(&public.n, &public.e)
            }
            Self::P256(pair) => {
                // An uncompressed point: the byte 4, then both coordinates (SEC 1 §2.3.3).
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                Jwk::p256(x, y)
            }
            Self::Ed25519(pair) => Jwk::ed25519(pair.public_key().as_ref()),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

fn append(signature: &impl AsRef<[u8]>, token: &mut String) {
    token.push('.');
    b64::encode_to(signature, token);
}

fn encoded_header(algorithm: SigningAlgorithm, kid: &str, typ: &str) -> String {
    let mut header = Header::new(algorithm.jose());
    header.typ = Some(typ.to_owned());
    header.kid = Some(kid.to_owned());
    b64::encode(serde_json::to_vec(&header).expect("a header of strings is always JSON"))
}
