//! The HTTP side of the use cases: one file an endpoint.

pub mod account;
pub mod admin;
pub mod console;
pub mod fallback;
pub mod pages;
pub mod protocol;
pub mod revoke_leaked;
pub mod test_clock;
pub mod test_jobs;
pub mod test_patience;
