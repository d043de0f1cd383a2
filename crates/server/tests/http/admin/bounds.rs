//! Whatever is kept has a bound, and what stands on pages, in mails and in the log is text that belongs there.

use perennial_testkit::demo;
use perennial_testkit::{Admin, on_both_databases};
use serde_json::{Map, Value, json};

const BELL: &str = "Backup\u{7}\u{1b}[2J";

on_both_databases! {
    async fn a_realms_attributes_are_bounded(server) {
        let admin = Admin::sign_in(&server).await;
        let many: Map<String, Value> = (0..201).map(|n| (format!("name{n}"), json!("x"))).collect();
        for wrong in [json!(many), json!({"a": "x".repeat(4_001)}), json!({"x".repeat(256): "a"}), json!({"a\u{7}": "b"})] {
            admin.put("/demo", &json!({"attributes": wrong})).await.expect(400);
        }
        admin.change_realm(json!({"attributes": {"team": "x".repeat(4_000)}})).await;
    }

    async fn no_control_characters_get_where_people_read(server) {
        let admin = Admin::sign_in(&server).await;
        let client = format!("/demo/clients/{}", admin.client_uuid(demo::PHOTO_FRAME).await);
        let scope = format!("/demo/client-scopes/{}", admin.scope_id("phone").await);
        for (path, field) in [("/demo", "displayName"), (&client, "name"), (&client, "description"), (&scope, "description")] {
            let refused = admin.put(path, &json!({field: BELL})).await.expect(400);
            assert!(refused.to_string().contains(field), "{refused}");
        }
        admin.put(&scope, &json!({"attributes": {"consent.screen.text": BELL}})).await.expect(400);
        admin.put(&client, &json!({"name": "Café ☕", "description": "Two\nlines"})).await.expect(204);
        admin.put(&scope, &json!({"description": "Two\nlines"})).await.expect(204);
    }

    async fn where_logouts_are_told_is_an_address_that_can_be_called(server) {
        let admin = Admin::sign_in(&server).await;
        let client = format!("/demo/clients/{}", admin.client_uuid(demo::PHOTO_FRAME).await);
        let told = |url: &str| json!({"attributes": {"backchannel.logout.url": url}});
        for wrong in ["ftp://app.example/logout", "app.example", "https://user:secret@app.example/", "javascript:alert(1)"] {
            let refused = admin.put(&client, &told(wrong)).await.expect(400);
            assert!(refused.to_string().contains("backchannel.logout.url"), "{refused}");
            let mut new = told(wrong);
            new["clientId"] = json!("new");
            admin.post("/demo/clients", &new).await.expect(400);
        }
        admin.put(&client, &told("https://app.example/logout")).await.expect(204);
        admin.put(&client, &told("")).await.expect(204);
    }

    async fn the_scope_that_all_offline_sessions_need_is_not_deleted(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = crate::support::alices_backup(&server).await;
        let scope = admin.scope_id("offline_access").await;
        admin.delete(&format!("/demo/client-scopes/{scope}")).await.expect(400);
        crate::support::expect_alive(&client, &tokens).await;
        admin.delete(&format!("/demo/client-scopes/{}", admin.scope_id("phone").await)).await.expect(204);
    }

    async fn a_realm_has_a_thousand_client_scopes_at_most_and_an_import_tells_which_it_left_out(server) {
        let admin = Admin::sign_in(&server).await;
        let path = "/demo/client-scopes";
        let count = async || admin.get(path).await.expect(200).json().as_array().map_or(0, Vec::len);
        let room = 1_000 - count().await;
        let scopes: Vec<Value> = (0..=room).map(|n| json!({"name": format!("many-{n:04}")})).collect();
        let told = admin.post("/demo/partialImport", &json!({"clientScopes": scopes})).await.expect(200).json();
        let why = "A realm has at most 1000 client scopes";
        let left_out = json!([{"what": format!("clientScopes[many-{room:04}]"), "why": why}]);
        assert_eq!((&told["added"], &told["leftOut"]), (&json!(room), &left_out));
        assert_eq!(count().await, 1_000);
        let refused = admin.post(path, &json!({"name": "one-more"})).await.expect(400);
        assert_eq!(refused.text("errorMessage"), why);
        admin.delete(&format!("{path}/{}", admin.scope_id("many-0000").await)).await.expect(204);
        admin.post(path, &json!({"name": "one-more"})).await.expect(201);
    }

    async fn keys_do_not_pile_up_and_a_stolen_one_can_always_be_replaced(server) {
        let admin = Admin::sign_in(&server).await;
        let rotation = json!({"kind": "refresh"});
        let mut made = 0;
        while admin.post("/demo/keys/rotate", &rotation).await.status == 200 {
            made += 1;
            assert!(made < 60, "they do pile up");
        }
        assert!(made > 40, "{made}");
        let keys = admin.get("/demo/keys").await.expect(200).json();
        admin.post("/demo/keys/rotate", &rotation).await.expect(400);
        assert_eq!(admin.get("/demo/keys").await.expect(200).json(), keys);
        admin.post("/demo/keys/rotate", &json!({"kind": "refresh", "compromised": true})).await.expect(200);
    }

    async fn no_more_tokens_for_registration_are_about_than_can_be_taken_back(server) {
        let admin = Admin::sign_in(&server).await;
        let path = "/demo/clients-initial-access";
        for _ in 0..99 {
            admin.post(path, &json!({"count": 1})).await.expect(200);
        }
        let last = admin.post(path, &json!({"count": 1, "expiration": 60})).await.expect(200).text("id");
        admin.post(path, &json!({"count": 1})).await.expect(400);
        assert_eq!(admin.get(path).await.expect(200).json().as_array().map(Vec::len), Some(100));
        admin.delete(&format!("{path}/{last}")).await.expect(204);
        admin.post(path, &json!({"count": 1, "expiration": 60})).await.expect(200);
        // One that is over makes room by itself.
        server.advance_clock(61).await;
        Admin::sign_in(&server).await.post(path, &json!({"count": 1})).await.expect(200);
    }

    async fn whoever_may_not_see_events_is_not_shown_them_by_a_webhook(server) {
        let admin = Admin::sign_in(&server).await;
        let wanted = json!({"url": "https://hooks.example/services/T0/secret?token=x", "eventTypes": ["*"]});
        let id = admin.post("/demo/webhooks", &wanted).await.created_id();
        let path = format!("/demo/webhooks/{id}");
        let rosa = admin.with_roles(&server, "rosa", &["manage-realm"]).await;
        rosa.post("/demo/webhooks", &wanted).await.expect(403);
        rosa.put(&path, &json!({"eventTypes": ["*"]})).await.expect(403);
        rosa.get(&format!("{path}/deliveries")).await.expect(403);
        rosa.post(&format!("{path}/secret"), &json!({})).await.expect(403);
        let vera = admin.with_roles(&server, "vera", &["view-realm"]).await;
        assert_eq!(vera.get(&path).await.expect(200).text("url"), "https://hooks.example/…");
        assert_eq!(vera.get("/demo/webhooks").await.expect(200).json()[0]["url"], "https://hooks.example/…");
        vera.get(&format!("{path}/deliveries")).await.expect(403);
        let both = admin.with_roles(&server, "bertha", &["manage-realm", "view-events"]).await;
        assert_eq!(both.get(&path).await.expect(200).text("url"), wanted["url"].as_str().expect("a text"));
        both.put(&path, &json!({"enabled": false})).await.expect(204);
        both.get(&format!("{path}/deliveries")).await.expect(200);
        both.delete(&path).await.expect(204);
    }
}
