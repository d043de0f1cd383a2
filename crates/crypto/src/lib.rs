//! Signing keys and JWS, derived refresh tokens, password and secret hashing, sealing at rest.
//!
//! Everything here is synchronous and free of I/O, but for the master key's file. Time never comes from a clock:
//! callers pass instants in and judge `exp`, `nbf` and the like themselves. Randomness that ends up in a stored
//! value comes from an [`Entropy`], so that whole flows can be repeated under a seed.

mod b64;
mod client_secret;
mod dpop;
mod entropy;
mod keycloak_password;
mod master_key;
mod nonce;
mod password;
mod refresh_key;
mod refresh_token;
mod signing;
mod webhook_secret;

pub use client_secret::{pkce_s256_matches, secrets_match, token_hash};
pub use dpop::{DpopError, DpopProof, dpop_ath, dpop_use, thumbprint_text};
pub use entropy::Entropy;
pub use keycloak_password::{phc_from_keycloak, phc_to_keycloak};
pub use master_key::{MasterKey, MasterKeyError, SealError};
pub use password::{PasswordCheck, PasswordCost, PasswordError, Passwords};
pub use refresh_key::{InvalidRefreshToken, PresentedToken, RefreshKey, RefreshKeys};
pub use refresh_token::{InvalidRefreshTokenId, RefreshClaims, RefreshTokenId, RefreshTokenType};
pub use signing::{
    ForeignKeys, Jwk, Jwks, JwtError, KeyEntry, KeyRing, SignatureRate, SigningAlgorithm, SigningError, SigningKey,
    UnknownAlgorithm, VerifyingKey, claimed, half_hash,
};
pub use webhook_secret::WebhookSecret;
