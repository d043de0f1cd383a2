//! Client scopes: made, assigned to clients and to new clients, and the roles that clients and scopes carry.

use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Client, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_scope_is_created_changed_in_part_and_deleted(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.post("/demo/client-scopes", &json!({"name": "files", "attributes": {"consent.screen.text": "Your files"}})).await.created_id();
        let path = format!("/demo/client-scopes/{id}");
        admin.put(&path, &json!({"description": "d", "adminConsentRequired": true})).await.expect(204);
        let scope = admin.get(&path).await.expect(200).json();
        assert_eq!(scope["attributes"]["consent.screen.text"], "Your files", "absent fields stay");
        assert_eq!((&scope["description"], &scope["adminConsentRequired"]), (&json!("d"), &json!(true)));
        admin.post("/demo/client-scopes", &json!({"name": "files"})).await.expect(409);
        admin.delete(&path).await.expect(204);
        assert_eq!(admin.get(&path).await.expect(404).text("error"), "Client scope not found");
        for wrong in [json!({}), json!({"name": "two words"}), json!({"name": ""}), json!({"name": "a\"b"}), json!({"name": "x", "protocol": "saml"}), json!({"name": "x", "id": "y"})] {
            admin.post("/demo/client-scopes", &wrong).await.expect(400);
        }
    }

    async fn a_scope_can_be_asked_for_while_it_is_assigned(server) {
        let admin = Admin::sign_in(&server).await;
        let client = Client::photo_frame(&server);
        admin.post("/demo/client-scopes", &json!({"name": "files"})).await.expect(201);
        let alice = Person::alice();
        let ask = || client.password_grant(&alice, "openid files");
        ask().await.expect_error(400, "invalid_scope");
        admin.assign_scope(demo::PHOTO_FRAME, "optional", "files").await;
        assert!(ask().await.expect_tokens().scopes().contains(&"files".to_owned()));
        assert!(!client.password_grant(&Person::alice(), "openid").await.scopes().contains(&"files".to_owned()));
        admin.assign_scope(demo::PHOTO_FRAME, "default", "files").await;
        let listed = admin.client(demo::PHOTO_FRAME).await;
        assert!(listed["defaultClientScopes"].to_string().contains("files") && !listed["optionalClientScopes"].to_string().contains("files"));
        assert!(client.password_grant(&Person::alice(), "openid").await.scopes().contains(&"files".to_owned()));
        admin.withdraw_scope(demo::PHOTO_FRAME, "default", "files").await;
        ask().await.expect_error(400, "invalid_scope");
    }

    async fn a_scope_taken_away_is_gone_at_the_next_refresh(server) {
        let admin = Admin::sign_in(&server).await;
        let client = Client::photo_frame(&server);
        let tokens = client.password_grant(&Person::alice(), "openid offline_access phone").await.expect_tokens();
        assert!(tokens.scopes().contains(&"phone".to_owned()));
        admin.withdraw_scope(demo::PHOTO_FRAME, "optional", "phone").await;
        let tokens = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(!tokens.scopes().contains(&"phone".to_owned()), "{tokens}");
        let id = admin.scope_id("email").await;
        admin.delete(&format!("/demo/client-scopes/{id}")).await.expect(204);
        let tokens = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(!tokens.scopes().contains(&"email".to_owned()), "{tokens}");
    }

    async fn new_clients_start_with_the_realms_scopes(server) {
        let admin = Admin::sign_in(&server).await;
        let (phone, email) = (admin.scope_id("phone").await, admin.scope_id("email").await);
        admin.put(&format!("/demo/default-default-client-scopes/{phone}"), &json!({})).await.expect(204);
        admin.delete(&format!("/demo/default-default-client-scopes/{email}")).await.expect(204);
        let default = admin.get("/demo/default-default-client-scopes").await.expect(200).body;
        assert!(default.contains("\"phone\"") && !default.contains("\"email\""), "{default}");
        assert!(!admin.get("/demo/default-optional-client-scopes").await.expect(200).body.contains("\"phone\""));
        admin.create_client(json!({"clientId": "fresh"})).await;
        let fresh = admin.client("fresh").await;
        assert!(fresh["defaultClientScopes"].to_string().contains("phone"), "{fresh}");
        assert!(!fresh["defaultClientScopes"].to_string().contains("email"), "{fresh}");
        admin.put("/demo/default-optional-client-scopes/nonsense", &json!({})).await.expect(404);
    }

    async fn scope_mappings_are_added_listed_and_removed(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::PHOTO_FRAME).await;
        let account = admin.client_uuid("account").await;
        let path = format!("/demo/clients/{uuid}/scope-mappings");
        let role = json!([admin.realm_role("uma_authorization").await]);
        admin.post(&format!("{path}/realm"), &role).await.expect(204);
        admin.post(&format!("{path}/clients/{account}"), &json!([{"name": "view-consent"}])).await.expect(204);
        let all = admin.get(&path).await.expect(200).json();
        assert!(all["realmMappings"].to_string().contains("uma_authorization"), "{all}");
        assert_eq!(all["clientMappings"]["account"]["mappings"][0]["name"], "view-consent");
        admin.delete_with(&format!("{path}/realm"), &role).await.expect(204);
        assert!(!admin.get(&format!("{path}/realm")).await.expect(200).body.contains("uma_authorization"));
        admin.post(&format!("{path}/realm"), &json!([{"name": "nowhere"}])).await.expect(404);
        let scope = admin.scope_id("phone").await;
        let path = format!("/demo/client-scopes/{scope}/scope-mappings");
        admin.post(&format!("{path}/realm"), &role).await.expect(204);
        assert!(admin.get(&path).await.expect(200).body.contains("uma_authorization"));
    }
}
