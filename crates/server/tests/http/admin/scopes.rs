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
        let bare = json!({"id": id, "name": "files", "type": "delegated", "adminConsentRequired": false, "newClients": "none"});
        let read = admin.get(&path).await.expect(200);
        assert_eq!(read.json(), bare);
        let all = admin.get("/demo/permissions").await.expect(200).json();
        let of = |name: &str| all.as_array().expect("a list").iter().find(|one| one["name"] == name).cloned().expect("it");
        assert_eq!(of("files"), bare);
        assert_eq!((&of("profile")["newClients"], &of("offline_access")["newClients"]), (&json!("default"), &json!("optional")));
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
            (json!({"type": "application"}), "type"),
            (json!({"newClients": "default"}), "newClients"),
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

    async fn a_permission_has_two_types_each_with_its_identifier_and_whether_it_takes_an_admin(server) {
        let admin = Admin::sign_in(&server).await;
        let all = admin.get("/demo/permissions").await.expect(200).json();
        let both: Vec<_> = all.as_array().expect("a list").iter().filter(|one| one["name"] == "offline_access").collect();
        let &[delegated, application] = both.as_slice() else { panic!("two of them: {both:?}") };
        assert_eq!((&delegated["type"], &delegated["adminConsentRequired"]), (&json!("delegated"), &json!(false)));
        assert_eq!((&application["type"], &application["adminConsentRequired"]), (&json!("application"), &json!(true)));
        assert_eq!(delegated["id"], json!(admin.scope_id("offline_access").await));
        assert_ne!(delegated["id"], application["id"]);
        for one in [delegated, application] {
            assert_eq!(one["displayText"], "Maintain access to data you have given it access to");
            assert!(one["description"].as_str().is_some_and(|text| text.contains("No additional permission")), "{one}");
            let path = format!("/demo/permissions/{}", one["id"].as_str().expect("an id"));
            assert_eq!(admin.get(&path).await.expect(200).json(), *one);
            admin.put(&path, one).await.expect(204);
            assert_eq!(admin.get(&path).await.expect(200).json(), *one, "as it was read");
            let worded = admin.put(&path, &json!({"displayText": "Stay"})).await.expect(400);
            assert_eq!(worded.json()["field"], "displayText");
        }
        // What a service does while nobody looks is never anybody's to allow but an admin's.
        let of_scope = format!("/demo/client-scopes/{}", admin.scope_id("offline_access").await);
        assert_eq!(admin.get(&of_scope).await.expect(200).json()["applicationAdminConsentRequired"], true);
        let of_application = format!("/demo/permissions/{}", application["id"].as_str().expect("an id"));
        admin.put(&of_application, &json!({"adminConsentRequired": false})).await.expect(400);
        admin.put(&of_scope, &json!({"applicationAdminConsentRequired": false})).await.expect(400);
    }

    async fn what_a_service_uses_in_its_own_name_takes_an_admin_by_itself(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.post("/demo/client-scopes", &json!({"name": "files", "adminConsentRequired": true})).await.created_id();
        for client in [demo::NIGHTLY_BACKUP, demo::PHOTO_FRAME] {
            admin.assign_scope(client, "optional", "files").await;
        }
        let (service, frame, alice) = (Client::nightly_backup(&server), Client::photo_frame(&server), Person::alice());
        let own = async || service.client_credentials("openid files").await;
        let hers = async || frame.password_grant(&alice, "openid files").await;
        own().await.expect_error(400, "access_denied");
        hers().await.expect_error(400, "access_denied");
        let both = admin.get("/demo/permissions").await.expect(200).json();
        let application = both.as_array().expect("a list").iter().find(|one| one["name"] == "files" && one["type"] == "application");
        let application = application.and_then(|one| one["id"].as_str()).expect("an id");
        admin.put(&format!("/demo/permissions/{application}"), &json!({"adminConsentRequired": false})).await.expect(204);
        own().await.expect_tokens();
        hers().await.expect_error(400, "access_denied");
        let turned = json!({"adminConsentRequired": false, "applicationAdminConsentRequired": true});
        admin.put(&format!("/demo/client-scopes/{id}"), &turned).await.expect(204);
        own().await.expect_error(400, "access_denied");
        hers().await.expect_tokens();
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        admin.put(&format!("/demo/admin-consents/{uuid}"), &json!({"scopes": ["files"]})).await.expect(204);
        own().await.expect_tokens();
    }

    async fn a_scope_that_is_read_changed_and_written_back_whole_asks_services_as_it_asks_users(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.post("/demo/client-scopes", &json!({"name": "files"})).await.created_id();
        let path = format!("/demo/client-scopes/{id}");
        for required in [true, false] {
            let mut whole = admin.get(&path).await.expect(200).json();
            whole["adminConsentRequired"] = json!(required);
            admin.put(&path, &whole).await.expect(204);
            let shown = admin.get(&path).await.expect(200).json();
            let both = [&shown["adminConsentRequired"], &shown["applicationAdminConsentRequired"]];
            assert_eq!(both, [&json!(required); 2], "nobody has told them apart");
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
