//! The admin API. A handler reads: authorise, validate, act, map.

pub mod caller;
mod client_attributes;
mod client_representation;
pub mod client_secret;
pub mod clients;
pub mod endings;
pub mod event_query;
pub mod event_representation;
pub mod events;
pub mod preview;
pub mod realm_representation;
pub mod realms;
pub mod resources;
pub mod session_representation;
pub mod sessions;
mod user_representation;
