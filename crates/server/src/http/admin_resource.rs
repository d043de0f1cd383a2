//! Which resource a changing request of the admin API is about, by its method and path: Keycloak's names where it has them, and
//! for what is ours alone the path's own word. So every route there will be has a name.

use actix_web::http::Method;
use perennial_domain::admin_event::Operation;

/// What is done rather than changed, by the path's last part.
const ACTIONS: [&str; 14] = [
    "logout",
    "logout-all",
    "push-revocation",
    "reset-password",
    "execute-actions-email",
    "send-verify-email",
    "client-secret",
    "revoke",
    "partialImport",
    "partial-export",
    "preview",
    "explain",
    "rotate",
    "test",
];

/// Parts of a path that name a resource of their own, the innermost wins, and Keycloak's word for it.
const NAMED: [(&str, &str); 15] = [
    ("protocol-mappers", "PROTOCOL_MAPPER"),
    ("default-client-scopes", "CLIENT_SCOPE_CLIENT_MAPPING"),
    ("optional-client-scopes", "CLIENT_SCOPE_CLIENT_MAPPING"),
    ("default-default-client-scopes", "CLIENT_SCOPE"),
    ("default-optional-client-scopes", "CLIENT_SCOPE"),
    ("client-scopes", "CLIENT_SCOPE"),
    ("permissions", "CLIENT_SCOPE"),
    ("roles-by-id", "REALM_ROLE"),
    ("offline-sessions", "OFFLINE_SESSION"),
    ("sessions", "USER_SESSION"),
    ("groups", "GROUP"),
    ("clients", "CLIENT"),
    ("users", "USER"),
    ("events", "EVENTS"),
    ("admin-events", "ADMIN_EVENTS"),
];

/// `None` for what changes nothing.
pub fn operation(method: &Method, path: &[&str]) -> Option<Operation> {
    let is_action = path.last().is_some_and(|last| ACTIONS.contains(last));
    match *method {
        Method::DELETE => Some(Operation::Delete),
        Method::POST | Method::PUT if is_action => Some(Operation::Action),
        // As Keycloak has it: an assignment is created.
        Method::PUT if resource_type(path) == "CLIENT_SCOPE_CLIENT_MAPPING" => Some(Operation::Create),
        Method::PUT | Method::PATCH => Some(Operation::Update),
        Method::POST => Some(Operation::Create),
        _ => None,
    }
}

/// Of the parts below the realm; none is the realm itself.
pub fn resource_type(path: &[&str]) -> String {
    if let Some(mapping) = mapping(path) {
        return mapping.to_owned();
    }
    if path.first() == Some(&"attack-detection") {
        return "USER_LOGIN_FAILURE".to_owned();
    }
    if path.contains(&"roles") {
        return if path.first() == Some(&"clients") { "CLIENT_ROLE" } else { "REALM_ROLE" }.to_owned();
    }
    // Ids stand between the names, so the innermost name is among the last two parts; actions end a path as well.
    let named = path.iter().rev().find_map(|part| NAMED.iter().find(|(name, _)| name == part));
    match (named, path) {
        (Some((_, name)), _) => (*name).to_owned(),
        (None, []) => "REALM".to_owned(),
        (None, [only]) if ACTIONS.contains(only) => "REALM".to_owned(),
        (None, [first, ..]) => first.trim_end_matches('s').replace('-', "_").to_uppercase(),
    }
}

fn mapping(path: &[&str]) -> Option<&'static str> {
    let behind = |name: &str| path.iter().position(|part| *part == name).and_then(|at| path.get(at + 1)).copied();
    match (behind("role-mappings"), behind("scope-mappings")) {
        (Some("clients"), _) => Some("CLIENT_ROLE_MAPPING"),
        (Some(_), _) => Some("REALM_ROLE_MAPPING"),
        (_, Some("clients")) => Some("CLIENT_SCOPE_MAPPING"),
        (_, Some(_)) => Some("REALM_SCOPE_MAPPING"),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str) -> String {
        resource_type(&path.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>())
    }

    #[test]
    fn resources_have_keycloaks_names() {
        for (path, name) in [
            ("", "REALM"),
            ("logout-all", "REALM"),
            ("clients", "CLIENT"),
            ("clients/1/client-secret", "CLIENT"),
            ("clients/1/roles", "CLIENT_ROLE"),
            ("clients/1/protocol-mappers/models/2", "PROTOCOL_MAPPER"),
            ("clients/1/default-client-scopes/2", "CLIENT_SCOPE_CLIENT_MAPPING"),
            ("clients/1/scope-mappings/realm", "REALM_SCOPE_MAPPING"),
            ("client-scopes/1/scope-mappings/clients/2", "CLIENT_SCOPE_MAPPING"),
            ("users/1/role-mappings/realm", "REALM_ROLE_MAPPING"),
            ("users/1/role-mappings/clients/2", "CLIENT_ROLE_MAPPING"),
            ("users/1/consents/app", "USER"),
            ("users/1/groups/2", "GROUP"),
            ("roles/admin/composites", "REALM_ROLE"),
            ("client-scopes/1", "CLIENT_SCOPE"),
        ] {
            assert_eq!(named(path), name, "{path}");
        }
    }

    #[test]
    fn what_is_ours_has_a_name_too() {
        for (path, name) in [
            ("offline-sessions/1", "OFFLINE_SESSION"),
            ("offline-sessions/revoke", "OFFLINE_SESSION"),
            ("sessions/1", "USER_SESSION"),
            ("webhooks/1", "WEBHOOK"),
            ("resources", "RESOURCE"),
            ("admin-consents/1", "ADMIN_CONSENT"),
            ("events/config", "EVENTS"),
        ] {
            assert_eq!(named(path), name, "{path}");
        }
    }

    #[test]
    fn an_operation_follows_the_method_unless_something_is_done_rather_than_changed() {
        let of = |method: Method, path: &[&str]| operation(&method, path);
        assert_eq!(of(Method::POST, &["clients"]), Some(Operation::Create));
        assert_eq!(of(Method::PUT, &["clients", "1"]), Some(Operation::Update));
        assert_eq!(of(Method::PUT, &["clients", "1", "default-client-scopes", "2"]), Some(Operation::Create));
        assert_eq!(of(Method::PATCH, &["offline-sessions", "1"]), Some(Operation::Update));
        assert_eq!(of(Method::DELETE, &["users", "1"]), Some(Operation::Delete));
        assert_eq!(of(Method::POST, &["users", "1", "logout"]), Some(Operation::Action));
        assert_eq!(of(Method::PUT, &["users", "1", "reset-password"]), Some(Operation::Action));
        assert_eq!(of(Method::GET, &["clients"]), None);
    }
}
