//! The admin API. A handler reads: authorise, validate, act, map.

pub mod caller;
pub mod client_representation;
pub mod clients;
pub mod preview;
pub mod realm_representation;
pub mod realms;
pub mod session_representation;
pub mod sessions;
