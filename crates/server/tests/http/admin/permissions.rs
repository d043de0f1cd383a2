//! Who may do what: Keycloak's roles of `realm-management`, in their own realm only.

use perennial_testkit::demo;
use perennial_testkit::{Admin, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_view_only_admin_changes_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, user) = (admin.client_uuid(demo::PHOTO_FRAME).await, admin.user_id("alice").await);
        let scope = admin.scope_id("phone").await;
        let viewer = admin.with_roles(&server, "vera", &["view-realm", "view-clients", "view-users"]).await;
        for path in ["", "/clients", "/users", "/users/count", "/roles", "/client-scopes"] {
            viewer.get(&format!("/demo{path}")).await.expect(200);
        }
        viewer.get(&format!("/demo/clients/{client}")).await.expect(200);
        viewer.get(&format!("/demo/users/{user}/role-mappings")).await.expect(200);
        viewer.put("/demo", &json!({"accessTokenLifespan": 60})).await.expect(403);
        viewer.post("/demo/clients", &json!({"clientId": "x"})).await.expect(403);
        viewer.put(&format!("/demo/clients/{client}"), &json!({"name": "x"})).await.expect(403);
        viewer.delete(&format!("/demo/clients/{client}")).await.expect(403);
        viewer.post(&format!("/demo/clients/{client}/client-secret"), &json!({})).await.expect(403);
        viewer.put(&format!("/demo/clients/{client}/default-client-scopes/{scope}"), &json!({})).await.expect(403);
        viewer.post(&format!("/demo/clients/{client}/scope-mappings/realm"), &json!([])).await.expect(403);
        viewer.post("/demo/users", &json!({"username": "x"})).await.expect(403);
        viewer.put(&format!("/demo/users/{user}"), &json!({"enabled": false})).await.expect(403);
        viewer.put(&format!("/demo/users/{user}/reset-password"), &json!({"value": "x"})).await.expect(403);
        viewer.delete(&format!("/demo/users/{user}")).await.expect(403);
        viewer.delete(&format!("/demo/users/{user}/consents/{}", demo::PHOTO_FRAME)).await.expect(403);
        viewer.post(&format!("/demo/users/{user}/role-mappings/realm"), &json!([])).await.expect(403);
        viewer.post("/demo/roles", &json!({"name": "x"})).await.expect(403);
        viewer.delete("/demo/roles/uma_authorization").await.expect(403);
        viewer.post("/demo/roles/uma_authorization/composites", &json!([])).await.expect(403);
        viewer.post("/demo/client-scopes", &json!({"name": "x"})).await.expect(403);
        viewer.put(&format!("/demo/default-default-client-scopes/{scope}"), &json!({})).await.expect(403);
        viewer.post("", &json!({"realm": "x"})).await.expect(403);
        viewer.delete("/demo").await.expect(403);
    }

    async fn each_role_opens_its_own_part_only(server) {
        let admin = Admin::sign_in(&server).await;
        let clients = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        clients.create_client(json!({"clientId": "hers"})).await;
        clients.change_client("hers", json!({"name": "Hers"})).await;
        clients.get("/demo/users").await.expect(403);
        clients.put("/demo", &json!({})).await.expect(403);
        let users = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        users.create_person("dora").await;
        users.get("/demo/clients").await.expect(403);
        users.get("/demo/roles").await.expect(403);
        let query = admin.with_roles(&server, "quentin", &["query-users", "query-clients"]).await;
        assert_eq!(query.get("/demo/users").await.expect(200).json(), json!([]));
        assert_eq!(query.get("/demo/clients").await.expect(200).json(), json!([]));
        query.get("/demo/users/count").await.expect(403);
    }

    async fn an_admin_of_one_realm_cannot_reach_another(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post("", &json!({"realm": "branch"})).await.expect(201);
        let all = admin.with_roles(&server, "rita", &["realm-admin"]).await;
        all.get("/demo").await.expect(200);
        for realm in ["branch", "master"] {
            for path in ["", "/clients", "/users", "/roles", "/client-scopes", "/default-default-client-scopes"] {
                all.get(&format!("/{realm}{path}")).await.expect(403);
            }
            all.post(&format!("/{realm}/clients"), &json!({"clientId": "x"})).await.expect(403);
            all.post(&format!("/{realm}/users"), &json!({"username": "x"})).await.expect(403);
            all.delete(&format!("/{realm}")).await.expect(403);
        }
        // Neither by an id of the other realm below the own one.
        let clients = admin.get("/branch/clients?clientId=account").await.expect(200).json();
        let foreign = clients[0]["id"].as_str().expect("an id");
        all.get(&format!("/demo/clients/{foreign}")).await.expect(404);
        all.delete(&format!("/demo/clients/{foreign}")).await.expect(404);
        let id = admin.post("/branch/users", &json!({"username": "otto"})).await.created_id();
        all.get(&format!("/demo/users/{id}")).await.expect(404);
        all.delete(&format!("/demo/users/{id}")).await.expect(404);
        all.put(&format!("/demo/users/{id}/reset-password"), &json!({"value": "x"})).await.expect(404);
        assert_eq!(all.get("").await.expect(200).json().as_array().map(Vec::len), Some(1));
    }

    async fn nobody_gives_or_takes_over_what_they_do_not_have(server) {
        let admin = Admin::sign_in(&server).await;
        admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let users = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        let (rita, own) = (admin.user_id("rita").await, admin.user_id("ursula").await);
        let management = admin.client_uuid("realm-management").await;
        let path = format!("/demo/users/{own}/role-mappings/clients/{management}");
        users.post(&path, &json!([{"name": "realm-admin"}])).await.expect(403);
        users.post(&path, &json!([{"name": "manage-clients"}])).await.expect(403);
        users.put(&format!("/demo/users/{rita}/reset-password"), &json!({"value": "mine"})).await.expect(403);
        users.put(&format!("/demo/users/{rita}"), &json!({"enabled": false})).await.expect(403);
        users.delete(&format!("/demo/users/{rita}")).await.expect(403);
        let realm = admin.with_roles(&server, "rosa", &["manage-realm"]).await;
        let role = admin.get(&format!("/demo/clients/{management}/roles/realm-admin")).await.expect(200).json();
        realm.post("/demo/roles/default-roles-demo/composites", &json!([role])).await.expect(403);
    }

    async fn a_role_taken_away_is_gone_at_the_next_call(server) {
        let admin = Admin::sign_in(&server).await;
        let users = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        users.get("/demo/users").await.expect(200);
        let management = admin.client_uuid("realm-management").await;
        let path = format!("/demo/users/{}/role-mappings/clients/{management}", admin.user_id("ursula").await);
        admin.delete_with(&path, &json!([{"name": "manage-users"}])).await.expect(204);
        users.get("/demo/users").await.expect(403);
    }
}
