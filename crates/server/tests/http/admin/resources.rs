//! `/admin/realms/{realm}/resources`: protected resources as an admin keeps them.

use perennial_testkit::{Admin, on_both_databases};
use serde_json::json;

const MAIL: &str = "https://mail.example/api";

on_both_databases! {
    async fn a_resource_is_created_read_changed_and_deleted(server) {
        let admin = Admin::sign_in(&server).await;
        let fields = json!({"name": "Mail", "scopes": ["email"], "accessTokenLifespan": 60, "offlineSessionIdleTimeout": 3600});
        let id = admin.create_resource(MAIL, fields).await;
        let path = format!("/demo/resources/{id}");
        let shown = admin.get(&path).await.expect(200).json();
        assert_eq!(shown, json!({
            "id": id, "resource": MAIL, "name": "Mail", "scopes": ["email"], "accessTokenLifespan": 60,
            "offlineSessionIdleTimeout": 3600
        }));
        admin.change_resource(&id, json!({"name": "Post", "accessTokenLifespan": 0})).await;
        let shown = admin.get(&path).await.expect(200).json();
        assert_eq!(shown, json!({
            "id": id, "resource": MAIL, "name": "Post", "scopes": ["email"], "offlineSessionIdleTimeout": 3600
        }));
        // What was read can be sent back.
        admin.put(&path, &shown).await.expect(204);
        admin.create_resource("https://files.example/", json!({})).await;
        let listed = admin.get("/demo/resources").await.expect(200).json();
        let uris: Vec<_> = listed.as_array().expect("a list").iter().map(|one| one["resource"].clone()).collect();
        assert_eq!(uris, [json!("https://files.example/"), json!(MAIL)]);
        let found = admin.get("/demo/resources?search=post").await.expect(200).json();
        assert_eq!(found.as_array().map(Vec::len), Some(1));
        assert_eq!(admin.get("/demo/resources?first=1&max=1").await.expect(200).json()[0]["resource"], json!(MAIL));
        admin.delete_resource(&id).await;
        admin.get(&path).await.expect(404);
        admin.delete(&path).await.expect(404);
    }

    async fn what_is_wrong_is_refused_and_leaves_nothing_behind(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.create_resource(MAIL, json!({})).await;
        for wrong in [
            json!({}),
            json!({"resource": ""}),
            json!({"resource": "mail"}),
            json!({"resource": "https://a.example/#fragment"}),
            json!({"resource": "https://a.example/ b"}),
            json!({"resource": 7}),
            json!({"resource": format!("https://a.example/{}", "x".repeat(300))}),
            json!({"resource": "https://b.example/", "accessTokenLifespan": -1}),
            json!({"resource": "https://b.example/", "offlineSessionIdleTimeout": 400_000_000_000_i64}),
            json!({"resource": "https://b.example/", "offlineSessionMaxLifespan": "soon"}),
            json!({"resource": "https://b.example/", "scopes": ["no-such-scope"]}),
            json!({"resource": "https://b.example/", "name": "x".repeat(256)}),
            json!([]),
        ] {
            admin.post("/demo/resources", &wrong).await.expect(400);
        }
        admin.post("/demo/resources", &json!({"resource": MAIL})).await.expect(409);
        let path = format!("/demo/resources/{id}");
        admin.put(&path, &json!({"resource": "https://b.example/"})).await.expect(400);
        admin.put(&path, &json!({"scopes": ["no-such-scope"]})).await.expect(400);
        admin.put("/demo/resources/0199f0c0-0000-7000-8000-000000000001", &json!({})).await.expect(404);
        admin.get("/demo/resources/x").await.expect(404);
        admin.get("/nowhere/resources").await.expect(404);
        admin.get(&format!("/master/resources/{id}")).await.expect(404);
        assert_eq!(admin.get("/demo/resources").await.expect(200).json().as_array().map(Vec::len), Some(1));
    }

    async fn nobody_but_an_admin_sees_or_changes_resources(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.create_resource(MAIL, json!({})).await;
        let nobody = Admin::with_bearer(&server, "nothing");
        nobody.get("/demo/resources").await.expect(401);
        nobody.post("/demo/resources", &json!({"resource": "https://b.example/"})).await.expect(401);
        nobody.delete(&format!("/demo/resources/{id}")).await.expect(401);
        admin.get(&format!("/demo/resources/{id}")).await.expect(200);
    }
}
