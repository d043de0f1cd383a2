//! Keycloak's row, shown with `python-keycloak`: realms, clients, users, roles, client scopes, mappers, groups, consents and sessions are
//! managed, and offline tokens gotten and refreshed, by a library that was written for Keycloak.

use perennial_testkit::{demo, on_both_databases, witnesses};

const SCRIPT: &str = include_str!("python_keycloak.py");
const WHOLE: &str = include_str!("python_keycloak_whole.py");
/// As Keycloak writes it.
const KEYCLOAK_REALM: &str = include_str!("../admin/keycloak_realm.json");

on_both_databases! {
    async fn python_keycloak_finds_a_keycloak(server) {
        let variables = [
            ("SERVER", server.base_url()),
            ("ADMIN_USERNAME", demo::ADMIN_USERNAME),
            ("ADMIN_PASSWORD", demo::ADMIN_PASSWORD),
        ];
        let printed = witnesses::run_python(SCRIPT, &variables).await;
        assert!(printed.contains("WITNESSED"), "{printed}");
    }

    async fn whole_representations_imports_and_searches_go_through_python_keycloak(server) {
        let variables = [
            ("SERVER", server.base_url()),
            ("ADMIN_USERNAME", demo::ADMIN_USERNAME),
            ("ADMIN_PASSWORD", demo::ADMIN_PASSWORD),
            ("KEYCLOAK_REALM", KEYCLOAK_REALM),
        ];
        let printed = witnesses::run_python(WHOLE, &variables).await;
        assert!(printed.contains("WITNESSED"), "{printed}");
    }
}
