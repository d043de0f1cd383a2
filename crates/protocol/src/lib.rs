//! OAuth 2.0 and OpenID Connect vocabulary: requests, error codes, scopes, redirect rules, metadata.
//!
//! Pure data and syntax rules, shared by the server, the consoles and tests; it builds to wasm. What needs a key, a clock or
//! a database is not here.

pub mod authorize;
pub mod device;
pub mod endpoints;
pub mod error;
pub mod introspection;
pub mod metadata;
pub mod params;
pub mod pushed;
pub mod redirect;
pub mod resource;
pub mod scope;
pub mod token;
pub mod token_exchange;

pub use error::{ErrorCode, OAuthError};
pub use params::Params;
pub use scope::ScopeSet;
