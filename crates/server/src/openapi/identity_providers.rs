//! Upstream providers, and who users are there.

use super::operation::{Access, Operation, Part};
use perennial_api::{FederatedIdentityRepresentation, IdentityProviderRepresentation, LinkedUserCount, paths};

pub fn operations() -> Vec<Operation> {
    let providers = Part { access: Access::Admin, tag: "Identity providers" };
    vec![
        providers
            .get(paths::ADMIN_IDENTITY_PROVIDERS, "Upstream providers, by alias")
            .gives::<Vec<IdentityProviderRepresentation>>(),
        providers
            .post(
                paths::ADMIN_IDENTITY_PROVIDERS,
                "Adds an upstream provider, whose logout tokens are taken from then on",
            )
            .takes::<IdentityProviderRepresentation>()
            .creates(),
        providers.get(paths::ADMIN_IDENTITY_PROVIDER, "An upstream provider").shows::<IdentityProviderRepresentation>(),
        providers
            .put(paths::ADMIN_IDENTITY_PROVIDER, "Changes an upstream provider")
            .takes::<IdentityProviderRepresentation>()
            .overwrites(),
        providers
            .delete(paths::ADMIN_IDENTITY_PROVIDER, "Deletes an upstream provider and all links with it")
            .changes(),
        providers
            .get(paths::ADMIN_IDENTITY_PROVIDER_LINKED_COUNT, "How many users are linked with an upstream provider")
            .gives::<LinkedUserCount>(),
        providers
            .get(paths::ADMIN_USER_IDENTITIES, "Who a user is at upstream providers")
            .gives::<Vec<FederatedIdentityRepresentation>>(),
        providers
            .post(paths::ADMIN_USER_IDENTITY, "Links a user with an identity at an upstream provider")
            .takes::<FederatedIdentityRepresentation>()
            .changes(),
        providers.delete(paths::ADMIN_USER_IDENTITY, "Takes the link away").done(),
    ]
}
