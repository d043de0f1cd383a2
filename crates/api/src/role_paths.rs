//! Paths of lists of the roles that tokens carry, beside the lists that are changed: what could still be added, and what is included.

pub const ADMIN_CLIENT_REALM_SCOPE_MAPPINGS_AVAILABLE: &str =
    "/admin/realms/{realm}/clients/{client}/scope-mappings/realm/available";
pub const ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS_AVAILABLE: &str =
    "/admin/realms/{realm}/clients/{client}/scope-mappings/clients/{container}/available";
pub const ADMIN_SCOPE_REALM_MAPPINGS_AVAILABLE: &str =
    "/admin/realms/{realm}/client-scopes/{scope}/scope-mappings/realm/available";
pub const ADMIN_SCOPE_CLIENT_MAPPINGS_AVAILABLE: &str =
    "/admin/realms/{realm}/client-scopes/{scope}/scope-mappings/clients/{container}/available";
pub const ADMIN_CLIENT_REALM_SCOPE_MAPPINGS_COMPOSITE: &str =
    "/admin/realms/{realm}/clients/{client}/scope-mappings/realm/composite";
pub const ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS_COMPOSITE: &str =
    "/admin/realms/{realm}/clients/{client}/scope-mappings/clients/{container}/composite";
pub const ADMIN_SCOPE_REALM_MAPPINGS_COMPOSITE: &str =
    "/admin/realms/{realm}/client-scopes/{scope}/scope-mappings/realm/composite";
pub const ADMIN_SCOPE_CLIENT_MAPPINGS_COMPOSITE: &str =
    "/admin/realms/{realm}/client-scopes/{scope}/scope-mappings/clients/{container}/composite";
