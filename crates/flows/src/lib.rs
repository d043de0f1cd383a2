//! Use cases over a unit of work, without HTTP: one grant a file, one authorization check a file, account, admin.
//!
//! Each use case reads: load what it needs inside a unit, let the domain decide, write with a guard; then sign, log and answer
//! outside of the unit. The server turns requests into their arguments and results into responses, nothing more.

pub mod account;
pub mod account_password;
pub mod account_sessions;
pub mod action_links;
pub mod admin;
pub mod authorize;
pub mod backchannel;
pub mod bearer;
pub mod bootstrap;
pub mod chosen_password;
pub mod client_assertion;
pub mod client_auth;
pub mod console;
pub mod device;
pub mod dpop;
pub mod endings;
pub mod error;
pub mod events;
pub mod explain;
pub mod figures;
mod genuine;
pub mod grants;
mod guesser;
pub mod guessing;
pub mod holder;
mod id_token_hint;
pub mod introspection;
mod key_looks;
pub mod keys;
pub mod leaked;
pub mod loaded_realm;
pub mod logout;
pub mod mails;
pub mod notices;
pub mod outbox;
pub mod passwords;
mod present_ends;
pub mod recovery;
pub mod registration;
pub mod resources;
pub mod revocation;
pub mod session_view;
pub mod sign_in;
pub mod site;
pub mod survey;
pub mod tokens;
pub mod upstream;
pub mod userinfo;
pub mod webhooks;
mod witness;

pub use error::{FlowError, FlowResult};
pub use loaded_realm::LoadedRealm;
pub use site::Site;
