//! Who may end what belongs to others: whoever may not touch a client may not silence it either, nor all admins of a realm.

use perennial_testkit::{Admin, demo, on_both_databases};
use serde_json::{Value, json};

/// A client whose own account has all admin roles of the demo realm; its UUID.
async fn a_robot_that_is_an_admin(admin: &Admin) -> String {
    let uuid = admin.create_client(json!({"clientId": "robot", "serviceAccountsEnabled": true})).await;
    let account = admin.get(&format!("/demo/clients/{uuid}/service-account-user")).await.expect(200).text("id");
    let management = admin.client_uuid("realm-management").await;
    let path = format!("/demo/users/{account}/role-mappings/clients/{management}");
    admin.post(&path, &json!([{"name": "realm-admin"}])).await.expect(204);
    uuid
}

on_both_databases! {
    async fn a_client_that_carries_more_than_the_caller_is_not_theirs_to_silence(server) {
        let admin = Admin::sign_in(&server).await;
        let robot = a_robot_that_is_an_admin(&admin).await;
        let clara = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        let rita = admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let cli = admin.client_uuid("admin-cli").await;
        let console = admin.client_uuid("security-admin-console").await;
        let now = json!({"notBefore": "now"});
        for uuid in [&robot, &cli, &console] {
            let path = format!("/demo/clients/{uuid}");
            clara.post(&format!("{path}/push-revocation"), &now).await.expect(403);
            clara.post(&format!("{path}/push-revocation"), &Value::Null).await.expect(403);
            clara.post(&format!("{path}/logout-all"), &json!({})).await.expect(403);
            clara.put(&path, &json!({"notBefore": 1})).await.expect(403);
            clara.put(&format!("/demo/admin-consents/{uuid}"), &json!({"scopes": ["phone"]})).await.expect(403);
            clara.delete(&format!("/demo/admin-consents/{uuid}")).await.expect(403);
            assert_eq!(admin.get(&path).await.expect(200).number("notBefore"), 0);
        }
        // What is read may be written back, and other clients are hers.
        let shown = admin.get(&format!("/demo/clients/{console}")).await.expect(200).json();
        clara.put(&format!("/demo/clients/{console}"), &shown).await.expect(204);
        let backup = format!("/demo/clients/{}", admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        clara.post(&format!("{backup}/push-revocation"), &now).await.expect(200);
        clara.post(&format!("{backup}/logout-all"), &json!({})).await.expect(200);
        rita.post(&format!("/demo/clients/{robot}/push-revocation"), &now).await.expect(200);
        rita.post(&format!("/demo/clients/{robot}/logout-all"), &json!({})).await.expect(200);
    }

    async fn a_mark_and_the_fields_beside_it_are_written_together_or_not_at_all(server) {
        let admin = Admin::sign_in(&server).await;
        let paths = [
            ("/demo".to_owned(), "displayName"),
            (format!("/demo/clients/{}", admin.client_uuid(demo::PHOTO_FRAME).await), "name"),
            (format!("/demo/users/{}", admin.user_id("bob").await), "firstName"),
        ];
        for (path, field) in paths {
            let before = admin.get(&path).await.expect(200);
            admin.put(&path, &json!({field: "half", "notBefore": 99_999_999_999_i64})).await.expect(400);
            let stale = admin.request(reqwest::Method::PUT, &path).header("If-Match", "\"another\"");
            perennial_testkit::Answer::of(stale.json(&json!({field: "half", "notBefore": 1}))).await.expect(412);
            assert_eq!(admin.get(&path).await.expect(200).json(), before.json(), "{path}");
            let fresh = admin.request(reqwest::Method::PUT, &path).header("If-Match", before.header("etag"));
            perennial_testkit::Answer::of(fresh.json(&json!({field: "whole", "notBefore": 1}))).await.expect(204);
            let now = admin.get(&path).await.expect(200).json();
            assert_eq!((&now[field], &now["notBefore"]), (&json!("whole"), &json!(1)), "{path}");
        }
    }
}
