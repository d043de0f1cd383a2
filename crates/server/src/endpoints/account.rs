//! The account API: a user's own apps and sessions.

pub mod activity;
pub mod applications;
pub mod credentials;
pub mod notices;
mod pages;
pub mod patch;
pub mod person;
pub mod sessions;
pub mod signed_in;
