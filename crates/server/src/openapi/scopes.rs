//! Client scopes, the roles that scopes and clients carry, and admins' consents.

use super::{
    operation::{Access, Operation, Part},
    users::role_list,
};
use perennial_api::{
    AdminConsentRepresentation, ClientScopeRepresentation, MappingsRepresentation, PermissionRepresentation, paths,
};

const SCOPES: Part = Part { access: Access::Admin, tag: "Client scopes" };

pub fn operations() -> Vec<Operation> {
    let mut all = vec![
        SCOPES.get(paths::ADMIN_CLIENT_SCOPES, "Client scopes, by name").gives::<Vec<ClientScopeRepresentation>>(),
        SCOPES
            .post(paths::ADMIN_CLIENT_SCOPES, "Creates a client scope")
            .takes::<ClientScopeRepresentation>()
            .creates(),
        SCOPES.get(paths::ADMIN_CLIENT_SCOPE, "A client scope").shows::<ClientScopeRepresentation>(),
        SCOPES
            .put(paths::ADMIN_CLIENT_SCOPE, "Changes a client scope")
            .takes::<ClientScopeRepresentation>()
            .overwrites(),
        SCOPES.delete(paths::ADMIN_CLIENT_SCOPE, "Deletes a client scope").changes(),
        SCOPES.get(paths::ADMIN_PERMISSIONS, "Client scopes as permissions").gives::<Vec<PermissionRepresentation>>(),
        SCOPES.get(paths::ADMIN_PERMISSION, "A client scope as a permission").shows::<PermissionRepresentation>(),
        SCOPES
            .put(paths::ADMIN_PERMISSION, "Changes what a permission says, and whether it takes an admin's consent")
            .takes::<PermissionRepresentation>()
            .overwrites(),
    ];
    let of_new_clients = [
        (paths::ADMIN_DEFAULT_DEFAULT_SCOPES, paths::ADMIN_DEFAULT_DEFAULT_SCOPE),
        (paths::ADMIN_DEFAULT_OPTIONAL_SCOPES, paths::ADMIN_DEFAULT_OPTIONAL_SCOPE),
    ];
    for (list, one) in of_new_clients {
        all.push(SCOPES.get(list, "Client scopes that new clients get").gives::<Vec<ClientScopeRepresentation>>());
        all.push(SCOPES.put(one, "Gives new clients a client scope").changes());
        all.push(SCOPES.delete(one, "Keeps a client scope from new clients").changes());
    }
    for path in [paths::ADMIN_CLIENT_SCOPE_MAPPINGS, paths::ADMIN_SCOPE_MAPPINGS] {
        all.push(SCOPES.get(path, "Roles that are carried, by where they belong").gives::<MappingsRepresentation>());
    }
    let mapped = [
        paths::ADMIN_CLIENT_REALM_SCOPE_MAPPINGS,
        paths::ADMIN_SCOPE_REALM_MAPPINGS,
        paths::ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS,
        paths::ADMIN_SCOPE_CLIENT_MAPPINGS,
    ];
    all.extend(mapped.into_iter().flat_map(|path| role_list(SCOPES, path, "scope")));
    all.extend(admin_consents());
    all
}

fn admin_consents() -> Vec<Operation> {
    let consents = Part { access: Access::Admin, tag: "Admin consents" };
    vec![
        consents
            .get(paths::ADMIN_CONSENTS, "What admins have allowed clients on behalf of every user, by clientId")
            .search()
            .pages()
            .goes_on()
            .lists::<AdminConsentRepresentation>(),
        consents
            .get(paths::ADMIN_CONSENT, "What an admin has allowed a client on behalf of every user")
            .shows::<AdminConsentRepresentation>(),
        consents
            .put(paths::ADMIN_CONSENT, "Allows a client scopes on behalf of every user")
            .takes::<AdminConsentRepresentation>()
            .overwrites(),
        consents.delete(paths::ADMIN_CONSENT, "Takes an admin's consent away").done(),
    ]
}
