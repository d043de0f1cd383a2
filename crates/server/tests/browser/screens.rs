//! Every screen of the admin console, and going there as a link within the console does.

use perennial_testkit::{Admin, Chromium};
use serde_json::json;
use std::time::Duration;

/// Whose screens are shown, by id.
pub struct Shown {
    pub client: String,
    pub user: String,
    pub session: String,
}

const PLACES: &[&str] = &[
    "overview",
    "offline-access",
    "clients",
    "clients/create",
    "users",
    "users/create",
    "roles",
    "roles/new",
    "client-scopes",
    "client-scopes/new",
    "client-scopes/admin-consents",
    "resources",
    "resources/new",
    "keys",
    "events",
    "events/admin",
    "events/settings",
    "webhooks",
    "webhooks/new",
    "revocation",
    "realms",
    "realms/create",
];
const OF_SETTINGS: &[&str] =
    &["general", "login", "tokens", "sessions", "email", "localization", "security", "identity-providers", "transfer"];
const OF_PROVIDERS: &[&str] = &["~new", "head-office"];
const OF_CLIENT: &[&str] = &["credentials", "scopes", "roles", "sessions", "offline-access", "events", "advanced"];
const OF_USER: &[&str] = &["attributes", "credentials", "roles", "groups", "sessions", "consents", "linked", "events"];

/// The paths of all screens of the demo realm.
pub async fn addresses(admin: &Admin, shown: &Shown) -> Vec<String> {
    let Shown { client, user, session } = shown;
    let (scope, role) = (admin.scope_id("offline_access").await, admin.realm_role("offline_access").await);
    let role = role["id"].as_str().expect("an id");
    let mut all: Vec<String> = PLACES.iter().map(|place| (*place).to_owned()).collect();
    let below = |place: String, tabs: &'static [&'static str]| tabs.iter().map(move |tab| format!("{place}/{tab}"));
    all.extend(below("settings".into(), OF_SETTINGS));
    all.extend(below("settings/identity-providers".into(), OF_PROVIDERS));
    let config = json!({"issuer": "https://id.example", "clientId": "perennial", "jwksUrl": "https://id.example/keys"});
    let provider = json!({"alias": "head-office", "displayName": "Head office", "config": config});
    admin.post("/demo/identity-provider/instances", &provider).await.expect(201);
    all.extend([format!("clients/{client}"), format!("users/{user}"), format!("offline-access/{session}")]);
    all.extend([format!("client-scopes/{scope}"), format!("roles/{role}")]);
    all.extend(below(format!("clients/{client}"), OF_CLIENT));
    all.extend(below(format!("users/{user}"), OF_USER));
    all.into_iter().map(|place| format!("/admin/demo/{place}")).collect()
}

/// The text that stands there once it has been loaded.
pub async fn go_to(browser: &Chromium, path: &str) -> String {
    let script = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))";
    browser.client().execute(script, vec![path.into()]).await.expect("a script");
    browser.wait_for_url(|url| url.path() == path).await;
    let mut before = String::new();
    for _ in 0..600 {
        let text = browser.text().await;
        if !browser.has(".pn-skeleton").await && text == before {
            break;
        }
        before = text;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    before
}
