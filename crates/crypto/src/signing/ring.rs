//! A realm's signing keys: which one signs, and all that still verify. Immutable; a change of keys makes a new ring.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::verify::read_header;
use super::{Jwk, Jwks, JwtError, SigningAlgorithm, SigningKey, VerifyingKey};

#[derive(Debug)]
pub struct KeyEntry {
    pub key: SigningKey,
    /// Whether new tokens may be signed with it. The others only verify what they once signed.
    pub active: bool,
}

/// The order of the entries matters twice: the first active key of an algorithm signs, and the key set is published in it.
#[derive(Debug)]
pub struct KeyRing {
    entries: Vec<KeyEntry>,
    verifying: HashMap<String, VerifyingKey>,
}

impl KeyRing {
    pub fn new(entries: Vec<KeyEntry>) -> Self {
        let mut verifying = HashMap::with_capacity(entries.len());
        for entry in &entries {
            if let Some(key) = VerifyingKey::from_jwk(&entry.key.public_jwk()) {
                verifying.entry(entry.key.kid().to_owned()).or_insert(key);
            }
        }
        Self { entries, verifying }
    }

    pub fn signer(&self, algorithm: SigningAlgorithm) -> Option<&SigningKey> {
        let mut active = self.entries.iter().filter(|entry| entry.active).map(|entry| &entry.key);
        active.find(|key| key.algorithm() == algorithm)
    }

    pub fn entries(&self) -> &[KeyEntry] {
        &self.entries
    }

    /// All public keys, the passive ones too: tokens that they signed may still be around.
    pub fn jwks(&self) -> Jwks {
        let keys: Vec<Jwk> = self.entries.iter().map(|entry| entry.key.public_jwk()).collect();
        Jwks { keys }
    }

    /// The claims of a JWT that a key of this ring signed, found by the header's `kid`. Claims such as `exp` are not judged.
    /// `expected_typ` is compared without regard to case.
    pub fn verify_jwt<T: DeserializeOwned>(&self, token: &str, expected_typ: &[&str]) -> Result<T, JwtError> {
        let header = read_header(token, expected_typ)?;
        let kid = header.kid.as_deref().ok_or(JwtError::UnknownKey)?;
        let key = self.verifying.get(kid).ok_or(JwtError::UnknownKey)?;
        key.verify_signed(token, &header)
    }
}
