//! Realms come and go.

use crate::support::alices_backup;
use perennial_testkit::client::Authentication;
use perennial_testkit::demo;
use perennial_testkit::{Admin, Answer, Client, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_new_realm_is_ready_for_clients_and_users(server) {
        let admin = Admin::sign_in(&server).await;
        let new = json!({"realm": "branch", "displayName": "Branch", "accessTokenLifespan": 77});
        let answer = admin.post("", &new).await.expect(201);
        assert_eq!(answer.header("location"), format!("{}/admin/realms/branch", server.base_url()));
        assert_eq!(admin.get("/branch").await.expect(200).number("accessTokenLifespan"), 77);
        admin.post("/branch/clients", &json!({"clientId": "app", "secret": "app-secret"})).await.expect(201);
        let credentials = json!([{"type": "password", "value": "pw"}]);
        admin.post("/branch/users", &json!({"username": "dora", "enabled": true, "credentials": credentials})).await.expect(201);
        let app = Client::new(&server, "branch", "app", Authentication::Basic("app-secret".into()));
        let tokens = app.password_grant(&demo::Person::new("dora", "pw"), "openid offline_access").await.expect_tokens();
        app.refresh(&tokens.refresh_token()).await.expect_tokens();
        for wrong in [json!({}), json!({"realm": ""}), json!({"realm": "a/b"}), json!({"realm": ".."}), json!({"realm": "x".repeat(65)}), json!({"realm": "c", "accessTokenLifespan": 0})] {
            admin.post("", &wrong).await.expect(400);
        }
        admin.post("", &json!({"realm": "branch"})).await.expect(409);
    }

    async fn a_deleted_realm_is_gone_and_one_of_the_same_name_inherits_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        admin.delete("/demo").await.expect(204);
        admin.get("/demo").await.expect(404);
        let discovery = server.http().get(server.demo_url("/.well-known/openid-configuration"));
        Answer::of(discovery).await.expect(404);
        assert_ne!(client.refresh(&tokens.refresh_token()).await.status, 200);
        admin.post("", &json!({"realm": "demo"})).await.expect(201);
        admin.create_client(json!({"clientId": demo::NIGHTLY_BACKUP, "secret": demo::NIGHTLY_BACKUP_SECRET})).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        assert!(!client.is_active(&tokens.access_token()).await);
        admin.delete("/master").await.expect(400);
    }

    async fn a_realm_keeps_its_name_and_whoever_sends_another_hears_of_it(server) {
        let admin = Admin::sign_in(&server).await;
        let mut realm = admin.realm().await;
        admin.put("/demo", &realm).await.expect(204);
        realm["realm"] = json!("renamed");
        realm["displayName"] = json!("Renamed");
        let refused = admin.put("/demo", &realm).await.expect(400).json();
        assert_eq!(refused["field"], "realm");
        assert_ne!(admin.realm().await["displayName"], "Renamed");
        admin.get("/renamed").await.expect(404);
    }
}
