//! Asking for offline access (behaviour §2): grants, gates and consent.

mod consent;
mod device;
mod every_grant;
mod exchange;
mod grants;
mod resources;
