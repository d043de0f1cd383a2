//! Signatures that others verify: realm keys, their JWK form, and JWTs made and read with them. Keys are parsed
//! once and kept parsed, because parsing an RSA key costs more than signing with it.

mod algorithm;
mod foreign;
mod half_hash;
mod jwk;
mod key;
mod rate;
mod ring;
mod verify;

pub use algorithm::{SigningAlgorithm, UnknownAlgorithm};
pub use foreign::{ForeignKeys, claimed};
pub use half_hash::half_hash;
pub use jwk::{Jwk, Jwks};
pub use key::{SigningError, SigningKey};
pub use rate::SignatureRate;
pub use ring::{KeyEntry, KeyRing};
pub use verify::{JwtError, VerifyingKey};
