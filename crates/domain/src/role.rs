//! Realm roles and client roles, with composites.

use crate::ids::{ClientId, RoleId};
use serde::Serialize;
use std::collections::BTreeSet;

/// The realm role that offline access needs.
pub const OFFLINE_ACCESS_ROLE: &str = "offline_access";
/// The realm role of `master` that may do everything.
pub const ADMIN_ROLE: &str = "admin";
/// The client whose roles let a realm's own admins in.
pub const REALM_MANAGEMENT_CLIENT: &str = "realm-management";
pub const ACCOUNT_CLIENT: &str = "account";

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    /// `None` for a realm role.
    pub client_id: Option<ClientId>,
    pub description: Option<String>,
    /// Roles that this one includes.
    pub composites: BTreeSet<RoleId>,
}

/// The composite that every new user of a realm gets.
pub fn default_roles_name(realm: &str) -> String {
    format!("default-roles-{realm}")
}
