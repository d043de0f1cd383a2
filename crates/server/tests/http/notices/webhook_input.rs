//! Who may touch webhooks, and what is refused.

use super::webhook;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Client, Listener, on_both_databases};
use reqwest::Method;
use serde_json::json;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

on_both_databases! {
    async fn only_admins_of_the_realm_see_and_change_webhooks(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        let id = hook["id"].as_str().expect("an id");
        let client = Client::new(&server, demo::REALM, "admin-cli", perennial_testkit::client::Authentication::None);
        let token = client.password_grant(&Person::alice(), "openid").await.expect_tokens().access_token();
        let alice = Admin::with_bearer(&server, &token);
        for path in ["/demo/webhooks".to_owned(), format!("/demo/webhooks/{id}"), format!("/demo/webhooks/{id}/deliveries")] {
            alice.get(&path).await.expect(403);
            Answer::of(server.http().get(server.url(&format!("/admin/realms{path}")))).await.expect(401);
        }
        alice.post("/demo/webhooks", &json!({"url": listener.url("/"), "eventTypes": ["*"]})).await.expect(403);
        alice.put(&format!("/demo/webhooks/{id}"), &json!({"enabled": false})).await.expect(403);
        alice.post(&format!("/demo/webhooks/{id}/ping"), &json!({})).await.expect(403);
        alice.delete(&format!("/demo/webhooks/{id}")).await.expect(403);
    }

    async fn wrong_input_is_refused_field_by_field(server) {
        let listener = Listener::start().await;
        let admin = Admin::sign_in(&server).await;
        let good = json!({"url": listener.url("/"), "eventTypes": ["LOGIN"]});
        let wrong = [
            ("url", json!(null)), ("url", json!("not an address")), ("url", json!("ftp://a.example/")),
            ("url", json!("https://user:password@a.example/")), ("url", json!(format!("https://a.example/{}", "x".repeat(3_000)))),
            ("eventTypes", json!(null)), ("eventTypes", json!([])), ("eventTypes", json!(["login"])),
            ("secret", json!("hunter2")), ("secret", json!("whsec_AAAA")),
        ];
        for (name, value) in wrong {
            let mut sent = good.clone();
            sent[name] = value;
            let answer = admin.post("/demo/webhooks", &sent).await.expect(400);
            assert!(answer.body.contains(&format!("\"{name}\"")), "{name}: {answer}");
        }
        for (name, value) in [("enabled", json!("yes")), ("eventTypes", json!("LOGIN")), ("url", json!(7))] {
            let mut sent = good.clone();
            sent[name] = value;
            admin.post("/demo/webhooks", &sent).await.expect(400);
        }
        for body in [json!([]), json!("x"), json!(null)] {
            admin.post("/demo/webhooks", &body).await.expect(400);
        }
        let broken = admin.request(Method::POST, "/demo/webhooks").header("content-type", "application/json").body("{");
        Answer::of(broken).await.expect(400);
        assert_eq!(admin.get("/demo/webhooks").await.expect(200).json(), json!([]));
    }

    async fn what_is_not_there_or_another_realms_is_not_found(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        let id = hook["id"].as_str().expect("an id");
        let admin = Admin::sign_in(&server).await;
        for id in [NOBODY, "x", "..%2f", "%00"] {
            admin.get(&format!("/demo/webhooks/{id}")).await.expect(404);
            admin.put(&format!("/demo/webhooks/{id}"), &json!({"enabled": true})).await.expect(404);
            admin.post(&format!("/demo/webhooks/{id}/ping"), &json!({})).await.expect(404);
        }
        admin.get(&format!("/master/webhooks/{id}")).await.expect(404);
        admin.post(&format!("/master/webhooks/{id}/ping"), &json!({})).await.expect(404);
        admin.post(&format!("/demo/webhooks/{id}/deliveries/{NOBODY}/redeliver"), &json!({})).await.expect(404);
        admin.get(&format!("/demo/webhooks/{id}/deliveries?after=x")).await.expect(400);
        admin.get("/nowhere/webhooks").await.expect(404);
        let patched = Answer::of(admin.request(Method::PATCH, &format!("/demo/webhooks/{id}"))).await;
        assert!((400..500).contains(&patched.status), "{patched}");
    }

    async fn a_realm_has_at_most_fifty_webhooks(server) {
        let listener = Listener::start().await;
        let admin = Admin::sign_in(&server).await;
        let sent = json!({"url": listener.url("/"), "eventTypes": ["LOGIN"]});
        for _ in 0..50 {
            admin.post("/demo/webhooks", &sent).await.expect(201);
        }
        admin.post("/demo/webhooks", &sent).await.expect(400);
    }
}
