//! Keycloak's own admin client for Node: `@keycloak/keycloak-admin-client`.

use crate::support::{alices_backup, grant_of};
use perennial_testkit::{Admin, demo, on_both_databases, witnesses};

on_both_databases! {
    async fn keycloaks_admin_client_for_node_manages_everything(server) {
        let (_, tokens) = alices_backup(&server).await;
        let alice = Admin::sign_in(&server).await.user_id("alice").await;
        let session = grant_of(&tokens);
        let variables = [
            ("BASE_URL", server.base_url()),
            ("ADMIN_PASSWORD", demo::ADMIN_PASSWORD),
            ("ALICE", &alice),
            ("OFFLINE_SESSION", &session),
        ];
        witnesses::run_node(include_str!("keycloak_admin_client.mjs"), &variables).await;
    }

    async fn whole_representations_imports_and_searches_go_through_keycloaks_client_for_node(server) {
        let realm = include_str!("../admin/keycloak_realm.json");
        let variables =
            [("BASE_URL", server.base_url()), ("ADMIN_PASSWORD", demo::ADMIN_PASSWORD), ("KEYCLOAK_REALM", realm)];
        witnesses::run_node(include_str!("keycloak_admin_client_whole.mjs"), &variables).await;
    }
}
