//! Further facts about users, as Keycloak's tools read and write them.

use perennial_testkit::{Admin, Answer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

async fn attributes(admin: &Admin, id: &str) -> Value {
    admin.get(&format!("/demo/users/{id}")).await.expect(200).json()["attributes"].clone()
}

on_both_databases! {
    async fn attributes_are_set_kept_replaced_and_taken_away(server) {
        let admin = Admin::sign_in(&server).await;
        let sent = json!({"department": ["sales"], "phoneNumber": "+34 600", "locale": ["es"], "none": [], "gone": null});
        let id = admin.create_user(json!({"username": "carol", "attributes": sent})).await;
        let stored = json!({"department": ["sales"], "phoneNumber": ["+34 600"], "locale": ["es"]});
        assert_eq!(attributes(&admin, &id).await, stored);
        // What is not sent stays; what is sent is all there is.
        admin.change_user("carol", json!({"firstName": "Carol"})).await;
        assert_eq!(attributes(&admin, &id).await, stored);
        admin.change_user("carol", json!({"attributes": {"teams": ["a", "b"]}})).await;
        assert_eq!(attributes(&admin, &id).await, json!({"teams": ["a", "b"]}));
        admin.change_user("carol", json!({"attributes": {}})).await;
        assert_eq!(attributes(&admin, &id).await, Value::Null);
    }

    async fn an_attribute_is_no_way_to_a_field_that_has_rules_of_its_own(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_user("alice", json!({"attributes": {"username": ["root"], "email": ["x@y.example"], "a": ["b"]}})).await;
        let alice = admin.get(&format!("/demo/users/{}", admin.user_id("alice").await)).await.expect(200).json();
        assert_eq!(alice["email"], "alice@demo.example");
        assert_eq!(alice["attributes"], json!({"a": ["b"]}));
    }

    async fn hostile_attributes_are_refused_and_nothing_is_written(server) {
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/users/{}", admin.user_id("alice").await);
        let many: Value = (0..101).map(|n| (format!("k{n}"), json!(["v"]))).collect::<serde_json::Map<_, _>>().into();
        let large: Value = (0..20).map(|n| (format!("k{n}"), json!(["x".repeat(2_000)]))).collect::<serde_json::Map<_, _>>().into();
        for wrong in [
            json!({"attributes": {"": ["x"]}}),
            json!({"attributes": {"a\u{7}": ["x"]}}),
            json!({"attributes": {"x".repeat(256): ["x"]}}),
            json!({"attributes": {"a": ["\u{0}"]}}),
            json!({"attributes": {"a": ["x".repeat(2_049)]}}),
            json!({"attributes": {"a": vec!["x"; 101]}}),
            json!({"attributes": {"a": [1]}}),
            json!({"attributes": {"a": {"b": "c"}}}),
            json!({"attributes": ["a"]}),
            json!({"attributes": many}),
            json!({"attributes": large}),
        ] {
            let mut changed = wrong.clone();
            changed["firstName"] = json!("Mallory");
            Answer::of(admin.request(Method::PUT, &path).json(&changed)).await.expect(400);
        }
        let alice = admin.get(&path).await.expect(200).json();
        assert_eq!((alice["firstName"].as_str(), &alice["attributes"]), (Some("Alice"), &Value::Null));
    }
}
