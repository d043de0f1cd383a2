//! A realm's keys as they are stored: sealed, with their purpose and state. Cryptography is in the crypto crate.

use crate::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// Signs access and ID tokens.
    Sign,
    /// Derives refresh tokens.
    Refresh,
}

impl KeyPurpose {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Refresh => "refresh",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Sign, Self::Refresh].into_iter().find(|own| own.as_str() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Signs or derives.
    Active,
    /// Verifies what it once signed.
    Passive,
}

impl KeyState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Passive => "passive",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Passive].into_iter().find(|own| own.as_str() == text)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    pub kid: String,
    pub purpose: KeyPurpose,
    /// `RS256`, `ES256`, `EdDSA` or `HS256`.
    pub algorithm: String,
    pub state: KeyState,
    pub sealed: Vec<u8>,
    pub created_at: Timestamp,
    /// A passive key is removed no earlier than this.
    pub retires_at: Option<Timestamp>,
}
