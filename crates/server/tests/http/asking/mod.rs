//! Asking for offline access (behaviour §2): grants, gates and consent.

mod approval;
mod consent;
mod device;
mod every_grant;
mod exchange;
mod exchange_meanwhile;
mod gates;
mod grants;
mod limit;
mod remembered;
mod resources;
mod silent;
mod temporary_passwords;
mod verify_email;
