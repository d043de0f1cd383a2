//! Users, their roles and their consents.

use super::operation::{Access, Operation, Part};
use crate::endpoints::admin::{action_mails::ActionMailQuery, consents::Narrowed, user_query::UserQuery};
use perennial_api::{
    BruteForceStatus, CredentialRepresentation, MappingsRepresentation, RoleRepresentation, StoredCredential,
    UserConsentRepresentation, UserRepresentation, paths,
};
use serde_json::json;

const USERS: Part = Part { access: Access::Admin, tag: "Users" };

pub fn operations() -> Vec<Operation> {
    let mut all = vec![
        USERS.get(paths::ADMIN_USERS, "Users, by name").query::<UserQuery>().lists::<UserRepresentation>(),
        USERS.post(paths::ADMIN_USERS, "Creates a user").takes::<UserRepresentation>().creates(),
        USERS.get(paths::ADMIN_USERS_COUNT, "How many users a search finds").query::<UserQuery>().gives_json(
            200,
            "OK",
            json!({"type": "integer", "minimum": 0}),
        ),
        USERS.get(paths::ADMIN_USER, "A user").shows::<UserRepresentation>(),
        USERS.put(paths::ADMIN_USER, "Changes a user").takes::<UserRepresentation>().overwrites(),
        USERS.delete(paths::ADMIN_USER, "Deletes a user and ends their sessions").changes(),
        USERS
            .put(paths::ADMIN_USER_RESET_PASSWORD, "Sets a user's password")
            .takes::<CredentialRepresentation>()
            .changes(),
        USERS
            .put(paths::ADMIN_USER_EXECUTE_ACTIONS_EMAIL, "Sends a user a link to do what is asked of them")
            .query::<ActionMailQuery>()
            .takes::<Vec<String>>()
            .done(),
        USERS
            .put(paths::ADMIN_USER_SEND_VERIFY_EMAIL, "Sends a user a link that verifies their e-mail address")
            .query::<ActionMailQuery>()
            .done(),
        USERS.get(paths::ADMIN_USER_CREDENTIALS, "What a user can sign in with").gives::<Vec<StoredCredential>>(),
        USERS.delete(paths::ADMIN_USER_CREDENTIAL, "Takes a credential away").changes(),
        USERS
            .get(paths::ADMIN_USER_CONSENTS, "What a user has allowed, and clients with offline access to them")
            .gives::<Vec<UserConsentRepresentation>>(),
        USERS.get(paths::ADMIN_USER_CONSENT, "What a user has allowed one client").shows::<UserConsentRepresentation>(),
        USERS
            .put(paths::ADMIN_USER_CONSENT, "Takes single scopes out of a user's consent for a client")
            .takes::<Narrowed>()
            .overwrites(),
        USERS.delete(paths::ADMIN_USER_CONSENT, "Takes a user's consent for a client away").done(),
        USERS
            .get(paths::ADMIN_USER_ROLES, "Roles given to a user directly, by where they belong")
            .gives::<MappingsRepresentation>(),
    ];
    for path in [paths::ADMIN_USER_REALM_ROLES, paths::ADMIN_USER_CLIENT_ROLES] {
        all.extend(role_list(USERS, path, "user"));
    }
    for path in [paths::ADMIN_USER_REALM_ROLES_COMPOSITE, paths::ADMIN_USER_CLIENT_ROLES_COMPOSITE] {
        all.push(USERS.get(path, "A user's roles with all that they include").gives::<Vec<RoleRepresentation>>());
    }
    all.extend(attack_detection());
    all
}

fn attack_detection() -> [Operation; 3] {
    let attacks = Part { access: Access::Admin, tag: "Attack detection" };
    let of_user = paths::ADMIN_USER_LOGIN_FAILURES;
    [
        attacks.get(of_user, "What wrong passwords have come to for a user").gives::<BruteForceStatus>(),
        attacks.delete(of_user, "Forgets wrong passwords for a user").done(),
        attacks.delete(paths::ADMIN_LOGIN_FAILURES, "Forgets wrong passwords for every user").done(),
    ]
}

/// A list of roles that is added to and taken from.
pub fn role_list(part: Part, path: &'static str, of: &str) -> Vec<Operation> {
    let (found, added, removed) = match of {
        "user" => ("Roles given to a user directly", "Gives a user roles", "Takes roles away from a user"),
        "role" => ("Roles that a role includes", "Has a role include further ones", "Takes roles out of a role"),
        _ => ("Roles that are carried into tokens", "Adds roles", "Takes roles away"),
    };
    vec![
        part.get(path, found).gives::<Vec<RoleRepresentation>>(),
        part.post(path, added).takes::<Vec<RoleRepresentation>>().changes(),
        part.delete(path, removed).takes::<Vec<RoleRepresentation>>().changes(),
    ]
}
