//! What an admin sees and does: realms, clients, offline sessions, token policies.

pub mod act;
pub mod action_mails;
pub mod admin_consents;
mod approved;
pub mod attack_detection;
mod bulk_guard;
pub mod bulk_revoke;
pub mod client_guard;
pub mod client_scopes;
pub mod client_secret;
pub mod clients;
pub mod credentials;
pub mod endings;
pub mod events;
pub mod export;
pub mod group_members;
pub mod groups;
pub mod import;
pub mod lengthening;
pub mod mappers;
pub mod permission;
pub mod preview;
pub mod realm_life;
pub mod realms;
pub mod resources;
pub mod role_members;
pub mod roles;
pub mod session_search;
pub mod sessions;
pub mod statistics;
pub mod user_consents;
pub mod user_roles;
pub mod user_sessions;
pub mod users;
pub mod webhooks;

pub use permission::{Caller, Permission, tag_of};
