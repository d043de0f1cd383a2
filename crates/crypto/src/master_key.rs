//! The master key: seals what the database must not give away (signing keys, client secrets, refresh keys).
//! It lives in a file of its own; the database only learns its fingerprint. The file's handling is in `file`.

mod file;

use std::fmt;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

pub use file::MasterKeyError;

/// First byte of everything sealed, so that the format can change while older values stay readable.
const FORMAT_AES_256_GCM: u8 = 1;
const HEADER_LEN: usize = 1 + NONCE_LEN;

/// Made from 32 random bytes. Sealing, marks and the fingerprint each use a key derived from them, so that none tells about
/// the others; the bytes themselves are wiped once that is done.
pub struct MasterKey {
    fingerprint: String,
    sealing: LessSafeKey,
    marking: hmac::Key,
}

/// Why a sealed value did not open. Says nothing about its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the sealed value is cut short")]
    Truncated,
    #[error("the sealed value has format {0}, which this version does not know")]
    UnknownFormat(u8),
    #[error("the sealed value was changed, or sealed with another master key or for another purpose")]
    Rejected,
}

impl MasterKey {
    pub const LEN: usize = 32;

    /// Reads the key from `path`; where nothing is there, creates it (with missing folders), readable by its owner only.
    pub fn load_or_create(path: &Path) -> Result<Self, MasterKeyError> {
        file::load_or_create(path)
    }

    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let sealing = derive(&bytes, "perennial: sealing, AES-256-GCM");
        let marking = derive(&bytes, "perennial: marks, HMAC-SHA256");
        let fingerprint = derive(&bytes, "perennial: fingerprint of the master key");
        let key = UnboundKey::new(&AES_256_GCM, sealing.as_ref()).expect("an HMAC-SHA256 tag has 32 bytes");
        Self {
            fingerprint: crate::b64::encode(&fingerprint.as_ref()[..16]),
            sealing: LessSafeKey::new(key),
            marking: hmac::Key::new(hmac::HMAC_SHA256, marking.as_ref()),
        }
    }

    /// Names the key without telling it (22 characters). Stored in the database, it shows a node that has the wrong key.
    pub fn fingerprint(&self) -> String {
        self.fingerprint.clone()
    }

    /// Encrypts and authenticates `plain`. `purpose` is authenticated too: what was sealed for one purpose opens for no other.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        // Random nonces: with 96 bits, 2^32 sealed values are safe (NIST SP 800-38D §8.3); keys and secrets are far fewer.
        let nonce: [u8; NONCE_LEN] = crate::Entropy::system().bytes();
        let mut body = plain.to_vec();
        self.sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut body)
            .expect("AES-GCM refuses only texts above 64 GiB");
        let mut sealed = Vec::with_capacity(HEADER_LEN + body.len());
        sealed.push(FORMAT_AES_256_GCM);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut body);
        sealed
    }

    /// Tells a secret from others without telling it: always the same for the same text and purpose (22 characters).
    pub fn mark(&self, purpose: &str, text: &str) -> String {
        let mut context = hmac::Context::with_key(&self.marking);
        // No purpose holds the separator.
        for part in [purpose, "\0", text] {
            context.update(part.as_bytes());
        }
        crate::b64::encode(&context.sign().as_ref()[..16])
    }

    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (format, rest) = sealed.split_first().ok_or(SealError::Truncated)?;
        if *format != FORMAT_AES_256_GCM {
            return Err(SealError::UnknownFormat(*format));
        }
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Truncated)?;
        if body.len() < AES_256_GCM.tag_len() {
            return Err(SealError::Truncated);
        }
        let mut text = Zeroizing::new(body.to_vec());
        let plain_len = self
            .sealing
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(purpose), &mut text)
            .map_err(|_| SealError::Rejected)?
            .len();
        text.truncate(plain_len);
        Ok(text)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

/// One key per label (HMAC-SHA256 as a pseudorandom function, as in HKDF-Expand, RFC 5869 §2.3).
fn derive(bytes: &[u8; MasterKey::LEN], label: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), label.as_bytes())
}
