//! What an admin sees and does: realms, clients, offline sessions, token policies.

pub mod act;
pub mod bulk_revoke;
pub mod client_secret;
pub mod clients;
pub mod events;
pub mod lengthening;
pub mod permission;
pub mod preview;
pub mod realms;
pub mod resources;
pub mod session_search;
pub mod sessions;
pub mod user_sessions;
pub mod webhooks;

pub use permission::{Caller, Permission};
