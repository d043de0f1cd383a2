//! Every route below a realm, with the ids of another realm's things: they are not there, and nothing happens to them.

use super::walk::{MISSING, routes, state_of, upstream};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Client, TestServer, on_both_databases};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ELSEWHERE: &str = "branch";

async fn first_id(admin: &Admin, path: &str) -> String {
    let found = admin.get(&format!("/{ELSEWHERE}{path}")).await.expect(200).json();
    found[0]["id"].as_str().unwrap_or_else(|| panic!("nothing at {path}: {found}")).to_owned()
}

async fn made(admin: &Admin, path: &str, what: Value) -> String {
    admin.post(&format!("/{ELSEWHERE}{path}"), &what).await.created_id()
}

/// One of each kind in another realm, as if it were of the demo realm.
async fn foreign(server: &TestServer, admin: &Admin) -> BTreeMap<&'static str, String> {
    admin.post("", &json!({"realm": ELSEWHERE})).await.expect(201);
    let client = made(admin, "/clients", json!({"clientId": "theirs", "secret": "theirs"})).await;
    let credentials = json!([{"type": "password", "value": "their-password"}]);
    let user = made(admin, "/users", json!({"username": "theo", "enabled": true, "credentials": credentials})).await;
    let scope = made(admin, "/client-scopes", json!({"name": "their-scope"})).await;
    let mapper = json!({"name": "theirs", "protocol": "openid-connect", "protocolMapper": "oidc-full-name-mapper"});
    let mapper = made(admin, &format!("/client-scopes/{scope}/protocol-mappers/models"), mapper).await;
    admin.post(&format!("/{ELSEWHERE}/roles"), &json!({"name": "their-role"})).await.expect(201);
    let role = admin.get(&format!("/{ELSEWHERE}/roles/their-role")).await.expect(200).text("id");
    let webhook = made(admin, "/webhooks", json!({"url": "https://hooks.example/", "eventTypes": ["*"]})).await;
    let ping = admin.post(&format!("/{ELSEWHERE}/webhooks/{webhook}/ping"), &json!({})).await.expect(202);
    let access = admin.post(&format!("/{ELSEWHERE}/clients-initial-access"), &json!({"count": 1})).await.expect(200);
    let consent = format!("/{ELSEWHERE}/admin-consents/{client}");
    admin.put(&consent, &json!({"scopes": ["phone"]})).await.expect(204);
    let app = Client::new(server, ELSEWHERE, "theirs", Authentication::Basic("theirs".into()));
    let tokens =
        app.password_grant(&Person::new("theo", "their-password"), "openid offline_access").await.expect_tokens();
    BTreeMap::from([
        ("realm", "demo".to_owned()),
        ("container", client.clone()),
        ("client", client),
        ("credential", first_id(admin, &format!("/users/{user}/credentials")).await),
        ("user", user),
        ("scope", scope),
        ("role", role),
        ("resource", made(admin, "/resources", json!({"resource": "https://theirs.example/"})).await),
        ("delivery", ping.text("id")),
        ("webhook", webhook),
        ("session", crate::support::grant_of(&tokens)),
        ("group", made(admin, "/groups", json!({"name": "their-group"})).await),
        ("mapper", mapper),
        ("id", access.text("id")),
        ("path", "their-group".to_owned()),
        ("protocol", "openid-connect".to_owned()),
        ("alias", made(admin, "/identity-provider/instances", upstream("theirs")).await),
    ])
}

async fn sessions(admin: &Admin) -> Value {
    admin.get(&format!("/{ELSEWHERE}/offline-sessions")).await.expect(200).json()
}

on_both_databases! {
    async fn what_is_of_another_realm_is_not_there(server) {
        let admin = Admin::sign_in(&server).await;
        let theirs = foreign(&server, &admin).await;
        let missing: BTreeMap<&'static str, String> = theirs.iter()
            .map(|(name, id)| (*name, if matches!(*name, "realm" | "protocol") { id.clone() } else { MISSING.to_owned() }))
            .collect();
        let (before, alive) = (state_of(&admin, ELSEWHERE).await, sessions(&admin).await);
        admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let cli = Client::new(&server, "demo", "admin-cli", Authentication::None);
        let rita = cli.password_grant(&Person::new("rita", "rita-password"), "openid").await.expect_tokens().access_token();
        for route in routes(&server, "/admin/realms/{realm}/").await.iter().filter(|route| route.path.matches('{').count() > 1) {
            let found = route.call(&server, Some(&rita), &theirs).await;
            let nothing = route.call(&server, Some(&rita), &missing).await;
            assert_eq!(found.status, nothing.status, "{}: {found} is told from {nothing}", route.name());
            let wanted = if found.status < 300 { found.body == nothing.body } else { found.status < 500 };
            assert!(wanted, "{}: {found} is told from {nothing}", route.name());
        }
        assert_eq!(state_of(&admin, ELSEWHERE).await, before, "something of theirs was changed");
        assert_eq!(sessions(&admin).await, alive);
        for path in ["/admin-consents", "/clients-initial-access", "/groups", "/identity-provider/instances"] {
            let left = admin.get(&format!("/{ELSEWHERE}{path}")).await.expect(200).json();
            assert_eq!(left.as_array().map(Vec::len), Some(1), "{path}: {left}");
        }
    }
}
