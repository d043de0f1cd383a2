//! Paths of upstream providers, and of who users are there; Keycloak's, but for the count of linked users, which is ours.

use crate::paths::{builders, fill};

pub const ADMIN_IDENTITY_PROVIDERS: &str = "/admin/realms/{realm}/identity-provider/instances";
pub const ADMIN_IDENTITY_PROVIDER: &str = "/admin/realms/{realm}/identity-provider/instances/{alias}";
pub const ADMIN_IDENTITY_PROVIDER_LINKED_COUNT: &str =
    "/admin/realms/{realm}/identity-provider/instances/{alias}/linked-users/count";
pub const ADMIN_USER_IDENTITIES: &str = "/admin/realms/{realm}/users/{user}/federated-identity";
pub const ADMIN_USER_IDENTITY: &str = "/admin/realms/{realm}/users/{user}/federated-identity/{alias}";

builders! {
    admin_identity_providers(realm) = ADMIN_IDENTITY_PROVIDERS;
    admin_identity_provider(realm, alias) = ADMIN_IDENTITY_PROVIDER;
    admin_identity_provider_linked_count(realm, alias) = ADMIN_IDENTITY_PROVIDER_LINKED_COUNT;
    admin_user_identities(realm, user) = ADMIN_USER_IDENTITIES;
    admin_user_identity(realm, user, alias) = ADMIN_USER_IDENTITY;
}
