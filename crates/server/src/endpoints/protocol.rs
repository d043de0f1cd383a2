//! The protocol endpoints of a realm.

pub mod authorize;
pub mod backchannel_logout;
mod client_call;
pub mod cors;
pub mod device;
pub mod introspect;
pub mod logout;
pub mod metadata;
pub mod pushed;
pub mod registration;
pub mod revoke;
pub mod token;
pub mod userinfo;
