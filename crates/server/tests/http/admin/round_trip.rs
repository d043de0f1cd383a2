//! A realm that is exported and imported again is the same to whoever looks at it over the API, not only in another export.

use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the API shows of the demo realm, by where.
async fn seen(admin: &Admin) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    let lists = [
        "",
        "/clients",
        "/client-scopes",
        "/roles",
        "/groups",
        "/users",
        "/events/config",
        "/admin-consents",
        "/webhooks",
        "/resources",
        "/default-default-client-scopes",
        "/default-optional-client-scopes",
        "/default-groups",
        "/identity-provider/instances",
    ];
    for path in lists {
        all.insert(path.to_owned(), comparable(&admin.get(&format!("/demo{path}")).await.expect(200).json()));
    }
    let users = admin.get("/demo/users").await.expect(200).json();
    for user in users.as_array().expect("users") {
        let id = user["id"].as_str().expect("an id");
        for part in ["consents", "role-mappings", "groups", "federated-identity"] {
            let path = format!("/demo/users/{id}/{part}");
            all.insert(path.clone(), comparable(&admin.get(&path).await.expect(200).json()));
        }
    }
    all
}

/// Without what is made anew: ids, when and by whom something was done here, and sessions, which are in no file.
fn comparable(value: &Value) -> Value {
    const ANEW: [&str; 7] =
        ["id", "containerId", "client", "createdDate", "lastUpdatedDate", "givenBy", "additionalGrants"];
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !ANEW.contains(&name.as_str()));
            Value::Object(kept.map(|(name, value)| (name.clone(), comparable(value))).collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(comparable).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    }
}

/// Something of each kind that differs from what a fresh realm has.
async fn furnish(server: &TestServer, admin: &Admin) {
    admin.change_realm(json!({"displayName": "Ours", "rotation": "aging", "attributes": {"team": "night"}})).await;
    admin
        .configure_events(json!({
            "eventsExpiration": 12_345, "enabledEventTypes": ["LOGIN", "REFRESH_TOKEN"], "adminEventsEnabled": false,
            "adminEventsDetailsEnabled": true, "adminEventsExpiration": 777, "eventsListeners": []
        }))
        .await;
    let frame = admin.client_uuid(demo::PHOTO_FRAME).await;
    let approval = json!({"scopes": ["phone", "offline_access"], "expires": 4_000_000_000_000_i64});
    admin.put(&format!("/demo/admin-consents/{frame}"), &approval).await.expect(204);
    let hook = json!({"url": "https://hooks.example/a?b=c", "eventTypes": ["LOGIN", "LOGOUT"], "enabled": false});
    admin.post("/demo/webhooks", &hook).await.expect(201);
    admin.create_resource("https://api.example/", json!({"scopes": ["phone"]})).await;
    admin.post("/demo/identity-provider/instances", &super::walk::upstream("up")).await.expect(201);
    let identity = json!({"userId": "u1", "userName": "alice.up"});
    let alice = admin.user_id("alice").await;
    admin.post(&format!("/demo/users/{alice}/federated-identity/up"), &identity).await.expect(204);
    let staff = admin.post("/demo/groups", &json!({"name": "staff", "attributes": {"site": ["x"]}})).await.created_id();
    admin.put(&format!("/demo/default-groups/{staff}"), &json!({})).await.expect(204);
    admin
        .create_user(
            json!({"username": "nina", "enabled": true, "groups": ["/staff"], "attributes": {"dept": ["a", "b"]}}),
        )
        .await;
    Client::nightly_backup(server).authorize(server, &Person::alice(), &Choice::for_days(7)).await;
}

on_both_databases! {
    async fn a_realm_comes_back_as_the_api_showed_it(server) {
        let admin = Admin::sign_in(&server).await;
        furnish(&server, &admin).await;
        let before = seen(&admin).await;
        let path = server.audit_log().with_file_name("whole.json");
        let path = path.to_str().expect("a path");
        let (done, said) = server.run_verb(&["realm", "export", "demo", "--file", path]);
        assert!(done, "{said}");
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("the file")).expect("JSON");
        assert!(!file.to_string().contains("whsec_"), "no secret of a webhook");
        admin.delete("/demo").await.expect(204);
        let (done, said) = server.run_verb(&["realm", "import", path]);
        assert!(done, "{said}");
        let after = seen(&admin).await;
        for (place, value) in &before {
            assert_eq!(after.get(place), Some(value), "{place}");
        }
        // The end that alice chose is offered to her again.
        let again = server.audit_log().with_file_name("again.json");
        assert!(server.run_verb(&["realm", "export", "demo", "--file", again.to_str().expect("a path")]).0);
        let again: Value = serde_json::from_str(&std::fs::read_to_string(again).expect("the file")).expect("JSON");
        let chosen = |file: &Value| file["users"].as_array().expect("users").iter()
            .flat_map(|user| user["clientConsents"].as_array().cloned().unwrap_or_default())
            .map(|consent| consent["chosenEnd"].clone()).collect::<Vec<_>>();
        assert_eq!(chosen(&file), [json!(7 * 86_400)]);
        assert_eq!(chosen(&again), chosen(&file));
    }

    async fn what_keycloaks_files_say_of_events_is_taken(server) {
        let admin = Admin::sign_in(&server).await;
        let file = json!({
            "realm": "moved", "eventsEnabled": true, "eventsExpiration": 4_321, "eventsListeners": ["jboss-logging", "email"],
            "enabledEventTypes": ["LOGIN", "SEND_IDENTITY_PROVIDER_LINK"], "adminEventsEnabled": false, "adminEventsDetailsEnabled": true
        });
        let told = admin.post("?report=true", &file).await.expect(201);
        assert!(told.body.contains("SEND_IDENTITY_PROVIDER_LINK"), "{told}");
        let config = admin.get("/moved/events/config").await.expect(200).json();
        for field in ["eventsEnabled", "eventsExpiration", "adminEventsEnabled", "adminEventsDetailsEnabled"] {
            assert_eq!(config[field], file[field], "{field}");
        }
        assert_eq!(config["enabledEventTypes"], json!(["LOGIN"]));
    }

    async fn a_file_that_hides_its_secrets_names_no_webhook(server) {
        let admin = Admin::sign_in(&server).await;
        furnish(&server, &admin).await;
        let (done, said) = server.run_verb(&["realm", "export", "demo", "--hide-secrets", "--without-users"]);
        assert!(done && !said.contains("hooks.example"), "{said}");
        let part = admin.post("/demo/partial-export?exportClients=true", &json!({})).await.expect(200);
        assert!(!part.body.contains("hooks.example"), "{part}");
        let odd = json!({"ifResourceExists": "SKIP", "webhooks": [1, {"url": "ftp://x", "eventTypes": ["*"]}, {"url": "https://a.example/", "eventTypes": ["*"]}]});
        let told = admin.post("/demo/partialImport", &odd).await.expect(200).json();
        assert_eq!(told["added"], 1, "{told}");
        assert_eq!(told["leftOut"].as_array().map(Vec::len), Some(3), "{told}");
    }
}
