//! Client scopes: made, assigned to clients and to new clients, and the roles that clients and scopes carry.

use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Client, on_both_databases};
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

    async fn a_scope_is_read_and_worded_as_a_permission(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.post("/demo/client-scopes", &json!({"name": "files"})).await.created_id();
        let path = format!("/demo/permissions/{id}");
        let bare = json!({"id": id, "name": "files", "type": "none", "adminConsentRequired": false});
        let read = admin.get(&path).await.expect(200);
        assert_eq!(read.json(), bare);
        let all = admin.get("/demo/permissions").await.expect(200).json();
        let of = |name: &str| all.as_array().expect("a list").iter().find(|one| one["name"] == name).cloned().expect("it");
        assert_eq!((&of("files"), &of("profile")["type"], &of("offline_access")["type"]), (&bare, &json!("default"), &json!("optional")));
        // What was read goes back with what is changed.
        let mut changed = bare.clone();
        changed["displayText"] = json!("Your files");
        changed["adminConsentRequired"] = json!(true);
        let put = |body: serde_json::Value| {
            let request = admin.request(reqwest::Method::PUT, &path).header("If-Match", read.header("etag"));
            Answer::of(request.json(&body))
        };
        put(changed.clone()).await.expect(204);
        put(changed.clone()).await.expect(412);
        assert_eq!(admin.get(&path).await.expect(200).json(), changed);
        let scope = admin.get(&format!("/demo/client-scopes/{id}")).await.expect(200).json();
        assert_eq!((&scope["attributes"]["consent.screen.text"], &scope["adminConsentRequired"]), (&json!("Your files"), &json!(true)));
        admin.assign_scope(demo::PHOTO_FRAME, "optional", "files").await;
        let refused = Client::photo_frame(&server).password_grant(&Person::alice(), "openid files").await;
        assert_ne!(refused.status, 200, "only an admin's consent gives it: {refused}");
        admin.put(&path, &json!({"displayText": ""})).await.expect(204);
        assert!(admin.get(&path).await.expect(200).json().get("displayText").is_none());
        for (wrong, field) in [
            (json!({"name": "other"}), "name"),
            (json!({"type": "default"}), "type"),
            (json!({"id": "x"}), "id"),
            (json!({"displayText": "x".repeat(256)}), "displayText"),
            (json!({"description": "a\u{0}b"}), "description"),
        ] {
            assert_eq!(admin.put(&path, &wrong).await.expect(400).json()["field"], field);
        }
        admin.put(&path, &json!({"adminConsentRequierd": false})).await.expect(400);
        for missing in ["nonsense", "0199f0c0-0000-7000-8000-0000000000ff"] {
            admin.put(&format!("/demo/permissions/{missing}"), &json!({})).await.expect(404);
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
