//! Roles of realms and clients, their composites, and how a change acts at the next refresh.

use crate::support::alices_backup;
use perennial_testkit::demo;
use perennial_testkit::{Admin, on_both_databases, token};
use serde_json::json;

on_both_databases! {
    async fn a_role_is_created_read_renamed_and_deleted(server) {
        let admin = Admin::sign_in(&server).await;
        let answer = admin.post("/demo/roles", &json!({"name": "night watch", "description": "d"})).await.expect(201);
        assert_eq!(answer.header("location"), format!("{}/admin/realms/demo/roles/night%20watch", server.base_url()));
        let role = admin.realm_role("night%20watch").await;
        assert_eq!((&role["clientRole"], &role["composite"]), (&json!(false), &json!(false)));
        let id = role["id"].as_str().expect("an id");
        admin.put(&format!("/demo/roles-by-id/{id}"), &json!({"name": "guard"})).await.expect(204);
        assert_eq!(admin.realm_role("guard").await["description"], "d", "absent fields stay");
        admin.post("/demo/roles", &json!({"name": "guard"})).await.expect(409);
        admin.delete("/demo/roles/guard").await.expect(204);
        assert_eq!(admin.get("/demo/roles/guard").await.expect(404).text("error"), "Could not find role");
        admin.get(&format!("/demo/roles-by-id/{id}")).await.expect(404);
        admin.delete("/demo/roles-by-id/nonsense").await.expect(404);
    }

    async fn a_clients_roles_are_its_own(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::PHOTO_FRAME).await;
        admin.post(&format!("/demo/clients/{uuid}/roles"), &json!({"name": "curator"})).await.expect(201);
        let role = admin.get(&format!("/demo/clients/{uuid}/roles/curator")).await.expect(200).json();
        assert_eq!((&role["clientRole"], &role["containerId"]), (&json!(true), &json!(uuid)));
        assert_eq!(admin.get(&format!("/demo/clients/{uuid}/roles")).await.json().as_array().map(Vec::len), Some(1));
        admin.get("/demo/roles/curator").await.expect(404);
        admin.post(&format!("/demo/clients/{uuid}/roles"), &json!({"name": "curator"})).await.expect(409);
        admin.post("/demo/clients/nonsense/roles", &json!({"name": "x"})).await.expect(404);
        admin.delete(&format!("/demo/clients/{uuid}/roles/curator")).await.expect(204);
    }

    async fn what_a_composite_includes_reaches_tokens_at_the_next_refresh(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"fullScopeAllowed": true})).await;
        let (client, tokens) = alices_backup(&server).await;
        for name in ["crew", "captain"] {
            admin.post("/demo/roles", &json!({"name": name})).await.expect(201);
        }
        admin.give_realm_role("alice", "crew").await;
        let crew = json!([admin.realm_role("captain").await]);
        admin.post("/demo/roles/crew/composites", &crew).await.expect(204);
        assert_eq!(admin.get("/demo/roles/crew/composites").await.expect(200).json()[0]["name"], "captain");
        assert_eq!(admin.realm_role("crew").await["composite"], true);
        let tokens = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let roles = |access: &str| token::claims(access)["realm_access"]["roles"].to_string();
        assert!(roles(&tokens.access_token()).contains("captain"), "{}", roles(&tokens.access_token()));
        admin.delete_with("/demo/roles/crew/composites", &crew).await.expect(204);
        let tokens = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(!roles(&tokens.access_token()).contains("captain"));
        admin.delete("/demo/roles/crew").await.expect(204);
        let tokens = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(!roles(&tokens.access_token()).contains("crew"));
    }

    async fn roles_that_include_each_other_harm_nobody(server) {
        let admin = Admin::sign_in(&server).await;
        for name in ["hen", "egg"] {
            admin.post("/demo/roles", &json!({"name": name})).await.expect(201);
        }
        admin.post("/demo/roles/hen/composites", &json!([admin.realm_role("egg").await])).await.expect(204);
        admin.post("/demo/roles/egg/composites", &json!([admin.realm_role("hen").await])).await.expect(204);
        admin.give_realm_role("alice", "hen").await;
        alices_backup(&server).await;
    }

    async fn the_realms_own_roles_stay(server) {
        let admin = Admin::sign_in(&server).await;
        for name in ["offline_access", "default-roles-demo"] {
            admin.delete(&format!("/demo/roles/{name}")).await.expect(400);
            admin.put(&format!("/demo/roles/{name}"), &json!({"name": "renamed"})).await.expect(400);
        }
        let management = admin.client_uuid("realm-management").await;
        admin.delete(&format!("/demo/clients/{management}/roles/manage-users")).await.expect(400);
        admin.delete("/master/roles/admin").await.expect(400);
    }

    async fn wrong_input_is_refused(server) {
        let admin = Admin::sign_in(&server).await;
        for wrong in [json!({}), json!([]), json!({"name": ""}), json!({"name": "x".repeat(256)}), json!({"name": 1}), json!({"name": "a\u{0}"})] {
            admin.post("/demo/roles", &wrong).await.expect(400);
        }
        admin.post("/demo/roles/offline_access/composites", &json!({})).await.expect(400);
        admin.post("/demo/roles/offline_access/composites", &json!([{"id": "nonsense"}])).await.expect(404);
        admin.post("/demo/roles/nowhere/composites", &json!([])).await.expect(404);
    }
}
