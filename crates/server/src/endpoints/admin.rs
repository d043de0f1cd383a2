//! The admin API. A handler reads: authorise, validate, act, map.

pub mod bulk_revoke;
pub mod caller;
mod client_attributes;
mod client_representation;
pub mod client_secret;
pub mod clients;
pub mod endings;
pub mod event_query;
pub mod event_representation;
pub mod events;
pub mod explain;
pub mod initial_access;
pub mod keys;
pub mod preview;
pub mod realm_representation;
pub mod realms;
pub mod resources;
mod session_filter;
pub mod session_representation;
pub mod session_search;
pub mod sessions;
mod smtp_representation;
mod user_representation;
pub mod user_sessions;
mod webhook_representation;
pub mod webhooks;
