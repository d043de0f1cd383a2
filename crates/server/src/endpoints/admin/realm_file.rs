//! Realm files, in the form of Keycloak's exports: read into a package for an import, and written from a realm. Sessions are in
//! no such file, nor are keys: tokens of one server are worth nothing at another.

mod entry;
pub mod reading;
mod reading_clients;
mod reading_extras;
mod reading_groups;
mod reading_identities;
mod reading_mappers;
mod reading_roles;
mod reading_users;
pub mod writing;

/// Clients that every realm has; their settings stay as they are here.
const BUILT_IN: [&str; 6] =
    ["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"];
