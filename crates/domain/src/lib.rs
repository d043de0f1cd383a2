//! Realms, clients, users, sessions, consents and policies as states and decisions.
//!
//! No I/O, no async, no database, no system clock: everything here is a value or a pure function over values, so that every
//! rule of offline access can be read and tested on its own.

pub mod access;
pub mod action_link;
pub mod admin_consent;
pub mod admin_event;
pub mod audit;
pub mod authorization;
pub mod brute_force;
pub mod check;
pub mod claims;
pub mod client;
pub mod client_assertion;
pub mod client_metadata;
pub mod client_scope;
pub mod consent;
pub mod device;
pub mod ending;
pub mod event;
pub mod event_settings;
pub mod figure;
pub mod grant;
pub mod group;
pub mod ids;
pub mod keys;
pub mod lapse;
pub mod lifetime;
pub mod limits;
pub mod login_requests;
pub mod mail;
pub mod mapper;
pub mod notice;
pub mod outbox;
pub mod realm;
pub mod realm_model;
pub mod registration;
pub mod resource;
pub mod role;
pub mod rotation;
pub mod session_filter;
pub mod session_tally;
pub mod time;
pub mod token_policy;
pub mod upstream;
pub mod user;
pub mod user_session;
pub mod webhook;

pub use ids::{
    ClientId, ClientScopeId, ConsoleSessionId, DeviceId, EventId, GrantId, GroupId, InitialAccessId, MapperId,
    OutboxId, RealmId, RequestId, ResourceId, RoleId, UserId, UserSessionId, WebhookId,
};
pub use time::Timestamp;
