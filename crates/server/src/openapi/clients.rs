//! Clients, how they sign in, what they carry, protected resources, and tokens for registration.

use super::operation::{Access, Operation, Part};
use crate::endpoints::admin::clients::ClientQuery;
use perennial_api::{
    ClientRepresentation, ClientScopeRepresentation, ClientSecretRepresentation, InitialAccessDraft,
    InitialAccessRepresentation, ResourceRepresentation, UserRepresentation, paths,
};

const CLIENTS: Part = Part { access: Access::Admin, tag: "Clients" };

pub fn operations() -> Vec<Operation> {
    let mut all = vec![
        CLIENTS
            .get(paths::ADMIN_CLIENTS, "Clients, by clientId")
            .query::<ClientQuery>()
            .lists::<ClientRepresentation>(),
        CLIENTS.post(paths::ADMIN_CLIENTS, "Creates a client").takes::<ClientRepresentation>().creates(),
        CLIENTS.get(paths::ADMIN_CLIENT, "A client").shows::<ClientRepresentation>(),
        CLIENTS.put(paths::ADMIN_CLIENT, "Changes a client").takes::<ClientRepresentation>().overwrites(),
        CLIENTS.delete(paths::ADMIN_CLIENT, "Deletes a client and ends its sessions").changes(),
        CLIENTS.get(paths::ADMIN_CLIENT_SECRET, "The client's secret").gives::<ClientSecretRepresentation>(),
        CLIENTS
            .post(paths::ADMIN_CLIENT_SECRET, "Gives the client a new secret")
            .gives::<ClientSecretRepresentation>()
            .refuses(409),
        CLIENTS
            .get(paths::ADMIN_CLIENT_SERVICE_ACCOUNT, "The user that the client's own grants act as")
            .gives::<UserRepresentation>(),
    ];
    let assigned = [
        (paths::ADMIN_CLIENT_DEFAULT_SCOPES, paths::ADMIN_CLIENT_DEFAULT_SCOPE),
        (paths::ADMIN_CLIENT_OPTIONAL_SCOPES, paths::ADMIN_CLIENT_OPTIONAL_SCOPE),
    ];
    for (list, one) in assigned {
        all.push(CLIENTS.get(list, "Client scopes of the client").gives::<Vec<ClientScopeRepresentation>>());
        all.push(CLIENTS.put(one, "Assigns a client scope to the client").changes());
        all.push(CLIENTS.delete(one, "Takes a client scope away from the client").changes());
    }
    all.extend(initial_access());
    all.extend(resources());
    all
}

fn initial_access() -> Vec<Operation> {
    let one = paths::ADMIN_INITIAL_ACCESS_TOKEN;
    vec![
        CLIENTS
            .get(paths::ADMIN_INITIAL_ACCESS, "Tokens with which clients may register themselves")
            .gives::<Vec<InitialAccessRepresentation>>(),
        CLIENTS
            .post(paths::ADMIN_INITIAL_ACCESS, "Makes a token for registration; only this answer has it")
            .takes::<InitialAccessDraft>()
            .gives::<InitialAccessRepresentation>(),
        CLIENTS.delete(one, "Takes a token for registration back").done(),
    ]
}

fn resources() -> Vec<Operation> {
    let resources = Part { access: Access::Admin, tag: "Resources" };
    vec![
        resources
            .get(paths::ADMIN_RESOURCES, "Protected resources (RFC 8707), by URI")
            .search()
            .pages()
            .goes_on()
            .lists::<ResourceRepresentation>(),
        resources
            .post(paths::ADMIN_RESOURCES, "Creates a protected resource")
            .takes::<ResourceRepresentation>()
            .creates(),
        resources.get(paths::ADMIN_RESOURCE, "A protected resource").shows::<ResourceRepresentation>(),
        resources
            .put(paths::ADMIN_RESOURCE, "Changes a protected resource")
            .takes::<ResourceRepresentation>()
            .overwrites(),
        resources.delete(paths::ADMIN_RESOURCE, "Deletes a protected resource").changes(),
    ]
}
