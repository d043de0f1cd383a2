//! The Store: units of work over SQLite and PostgreSQL. The only crate that knows diesel.
//!
//! [`Store::write`] and [`Store::read`] run one closure in one transaction; queries are functions over a [`Tx`], a file a
//! table. Rows stay in here, the domain's values go in and out.

mod along_client;
#[cfg(test)]
mod client_session_plans;
mod columns;
mod error;
mod event_id;
mod fragments;
mod grant_consents;
mod grant_counts;
mod grant_endings;
mod grant_glances;
mod grant_lists;
#[cfg(test)]
mod grant_plans;
mod grant_row;
mod held_grant;
mod migrations;
mod name_search;
mod pool;
#[cfg(test)]
#[allow(dead_code, reason = "shared with tests that use more of it")]
#[path = "../../testkit/src/postgres.rs"]
mod postgres;
mod prepared;
mod schema;
mod sql_types;
mod store;
mod target;
mod tx;
mod unit;
mod writer;

pub mod action_links;
pub mod admin_events;
pub mod allowances;
pub mod bulk;
pub mod bulk_endings;
pub mod client_sessions;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod console_sessions;
pub mod denied_tokens;
pub mod devices;
pub mod dpop_proofs;
pub mod ending_jobs;
pub mod events;
pub mod figures;
pub mod grants;
pub mod groups;
pub mod identity_links;
pub mod keys;
pub mod latest;
pub mod login_failures;
pub mod meta;
pub mod outbox;
pub mod policy_classes;
pub mod pushed_requests;
pub mod realm_model;
pub mod realms;
pub mod registrations;
pub mod requests;
pub mod resources;
pub mod roles;
pub mod scopes;
pub mod session_notices;
pub mod sign_in_names;
pub mod sweep;
pub mod taken_ids;
pub mod used_assertions;
mod user_lists;
mod user_match;
#[cfg(test)]
mod user_plans;
mod user_search;
pub mod user_sessions;
pub mod users;
pub mod walks;
pub mod webhooks;

pub use error::{OpenError, StorageError, StorageResult};
pub use migrations::migrate;
pub use store::{Store, StoreOptions};
pub use tx::{Tx, advance_test_clock, freeze_test_clock};
