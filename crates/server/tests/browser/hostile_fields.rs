//! Every field of every form of the admin console with hostile, over-long and foreign values: each is either taken and shown as the text
//! that it is, or refused at its field, where it still stands; no script runs, no call ends in the server's trouble, no page dies.

use crate::support::{admin_console, server_with_consoles};
use fantoccini::wd::TimeoutConfiguration;
use perennial_crypto::{SigningAlgorithm, SigningKey};
use perennial_testkit::{Admin, Backend, Chromium, TestServer};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What is done within the page; its lists of values say what each round types.
const DRIVER: &str = include_str!("hostile_fields.js");
const ROUNDS: usize = 7;
const TOO_LONG: usize = 2;
const SCRIPT_ADDRESS: usize = 5;
const BLANKS: usize = 6;
/// What becomes a link, a picture or a call.
const ADDRESSES: [&str; 11] = [
    "redirectUris",
    "attributes-post-logout-redirect-uris",
    "webOrigins",
    "rootUrl",
    "baseUrl",
    "attributes-logoUri",
    "attributes-policyUri",
    "attributes-tosUri",
    "contacts",
    "url",
    "config-jwksUrl",
];
/// Refused for what another field holds: the password of a mail server is kept for the user only that it was entered for.
const TOLD_ELSEWHERE: [&str; 1] = ["smtpServer.user"];
/// For one screen on a busy machine.
const SCRIPT_LIMIT: Duration = Duration::from_secs(600);

/// With the time that a screen takes to be gone over.
pub async fn console(server: &TestServer) -> Chromium {
    let browser = admin_console(server, "/admin/demo/clients").await;
    let limits = TimeoutConfiguration::new(Some(SCRIPT_LIMIT), None, None);
    browser.client().update_timeouts(limits).await.expect("a time limit");
    browser
}

/// What the page's part tells of each field, if nothing has gone wrong meanwhile.
pub async fn run(browser: &Chromium, wish: Value) -> Vec<Value> {
    let answer = browser.client().execute_async(DRIVER, vec![wish.clone()]).await.expect("a run");
    assert_eq!(answer["trouble"], json!([]), "{wish}");
    assert_eq!((&answer["ran"], &answer["planted"]), (&Value::Null, &json!(0)), "a script ran: {wish}");
    answer["told"].as_array().expect("a list of fields").clone()
}

fn text<'a>(one: &'a Value, name: &str) -> &'a str {
    one[name].as_str().unwrap_or_default()
}

/// What is wrong with what came of one value.
fn fault(one: &Value, round: usize) -> Option<String> {
    let (outcome, said) = (text(one, "outcome"), text(one, "said"));
    let is_told_elsewhere = TOLD_ELSEWHERE.contains(&text(one, "id")) && said.contains("The server says");
    let is_told = !text(one, "at").is_empty() || is_told_elsewhere;
    let is_kept = one["kept"] == true && one["restored"] != false;
    let must_not_pass = round == TOO_LONG
        || (round == SCRIPT_ADDRESS && ADDRESSES.contains(&text(one, "id")))
        || (one["numeric"] == true && round != BLANKS);
    let is_right = match outcome {
        "accepted" => !must_not_pass && (one["found"].is_null() || one["found"] == one["shown"]),
        "refused" => is_told && is_kept,
        "unchanged" => true,
        _ => false,
    };
    (!is_right).then(|| format!("round {round}: {one}"))
}

/// What was accepted, by field.
fn shown(told: &[Value]) -> Map<String, Value> {
    let of = |one: &Value| Some((text(one, "id").to_owned(), one.get("shown")?.clone()));
    told.iter().filter_map(of).collect()
}

/// Types each value into each field of these screens; `only` names fields, where not all are meant.
async fn go_over(server: &TestServer, browser: &Chromium, places: &[String], only: Option<&[&str]>) {
    for place in places {
        let (mut wrong, mut expected) = (Vec::new(), Map::new());
        for round in 0..=ROUNDS {
            browser.open(&server.url(&format!("/admin/demo/{place}"))).await;
            browser.find("#save").await;
            if !expected.is_empty() {
                let found = run(browser, json!({"run": "find", "shown": expected})).await;
                wrong.extend(found.iter().filter(|one| one["shown"] != one["found"]).map(Value::to_string));
            }
            if round < ROUNDS {
                let told = run(browser, json!({"run": "edit", "round": round, "only": only})).await;
                assert!(!told.is_empty(), "{place} has no field to type into");
                wrong.extend(told.iter().filter_map(|one| fault(one, round)));
                // What consists of blanks is nothing, and a row of nothing is none.
                expected = if round == BLANKS { Map::new() } else { shown(&told) };
            }
        }
        assert!(wrong.is_empty(), "{place}:\n{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn the_forms_of_a_client_bear_any_value() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let id = admin.create_client(json!({"clientId": "target", "standardFlowEnabled": true})).await;
    let browser = console(&server).await;
    let places = ["", "/advanced", "/offline-access"].map(|tab| format!("clients/{id}{tab}"));
    go_over(&server, &browser, &places, None).await;
    let by_keys = json!({"clientAuthenticatorType": "client-jwt", "attributes": {"use.jwks.string": "true"}});
    admin.put(&format!("/demo/clients/{id}"), &by_keys).await.expect(204);
    go_over(&server, &browser, &[format!("clients/{id}/credentials")], None).await;
    browser.quit().await;
}

#[tokio::test]
async fn the_forms_of_users_roles_and_permissions_bear_any_value() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let user = json!({"username": "target", "enabled": true, "attributes": {"team": ["blue"]}});
    let user = admin.create_user(user).await;
    admin.post("/demo/roles", &json!({"name": "target"})).await.expect(201);
    let role = admin.realm_role("target").await["id"].as_str().expect("an id").to_owned();
    admin.post("/demo/client-scopes", &json!({"name": "target", "protocol": "openid-connect"})).await.expect(201);
    let scope = admin.scope_id("target").await;
    let browser = console(&server).await;
    let places = [
        format!("users/{user}"),
        format!("users/{user}/attributes"),
        format!("roles/{role}"),
        format!("client-scopes/{scope}"),
    ];
    go_over(&server, &browser, &places, None).await;
    browser.quit().await;
}

#[tokio::test]
async fn the_forms_of_resources_webhooks_and_realm_settings_bear_any_value() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let resource = admin.create_resource("https://target.example/", json!({"name": "Target"})).await;
    let hook = json!({"url": "https://hooks.example/in", "eventTypes": ["LOGIN"]});
    let hook = admin.post("/demo/webhooks", &hook).await.created_id();
    // Fields that are switched off cannot be typed into.
    let on = json!({"bruteForceProtected": true, "offlineSessionNoticesEnabled": true});
    admin.change_realm(on).await;
    let browser = console(&server).await;
    let settings = ["settings/general", "settings/login", "settings/sessions", "events/settings"];
    let places = [format!("resources/{resource}"), format!("webhooks/{hook}")];
    let places: Vec<String> = places.into_iter().chain(settings.map(str::to_owned)).collect();
    go_over(&server, &browser, &places, None).await;
    browser.quit().await;
}

#[tokio::test]
async fn the_token_policy_and_the_mail_server_bear_any_value() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let smtp = json!({"host": "mail.example", "from": "no-reply@demo.example"});
    let on = json!({"offlineSessionMaxLifespanEnabled": true, "replayWindow": 60, "smtpServer": smtp});
    admin.change_realm(on).await;
    let browser = console(&server).await;
    go_over(&server, &browser, &["settings/tokens".into(), "settings/email".into()], None).await;
    let signed_in = json!({
        "host": "mail.example", "from": "no-reply@demo.example", "auth": "true", "user": "u", "password": "p",
    });
    admin.change_realm(json!({"smtpServer": signed_in})).await;
    let fields = ["smtpServer.user", "smtpServer.password"];
    go_over(&server, &browser, &["settings/email".into()], Some(&fields)).await;
    browser.quit().await;
}

#[tokio::test]
async fn the_forms_of_identity_providers_bear_any_value() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let admin = Admin::sign_in(&server).await;
    let by_address =
        json!({"issuer": "https://id.example", "clientId": "perennial", "jwksUrl": "https://id.example/keys"});
    let key = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
    let keys = json!({"keys": [key.public_jwk()]}).to_string();
    let by_keys = json!({
        "issuer": "https://keys.example", "clientId": "perennial", "useJwksUrl": "false", "publicKeySignatureVerifier": keys,
    });
    for (alias, config) in [("by-address", by_address), ("by-keys", by_keys)] {
        let provider = json!({"alias": alias, "displayName": "Target", "config": config});
        admin.post("/demo/identity-provider/instances", &provider).await.expect(201);
    }
    let browser = console(&server).await;
    let list = "settings/identity-providers";
    go_over(&server, &browser, &[format!("{list}/by-address")], None).await;
    let keys = ["config-publicKeySignatureVerifier"];
    go_over(&server, &browser, &[format!("{list}/by-keys")], Some(&keys)).await;
    let base = json!({
        "alias": "made-{n}", "config-issuer": "https://made.example/{n}", "config-clientId": "perennial",
        "config-jwksUrl": "https://made.example/keys",
    });
    go_over_making(&browser, &server, list, &format!("{list}/~new"), base).await;
    browser.quit().await;
}

/// What each form that makes something needs besides the field that is typed into; `{n}` is another one each time.
async fn go_over_making(browser: &Chromium, server: &TestServer, list: &str, path: &str, base: Value) {
    browser.open(&server.url(&format!("/admin/demo/{path}"))).await;
    browser.find("#save").await;
    let (list, path) = (format!("/admin/demo/{list}"), format!("/admin/demo/{path}"));
    // The page of what was made has the same fields.
    let lands = ["clients/create", "users/create", "/~new"].iter().any(|form| path.ends_with(form));
    for round in 0..ROUNDS {
        let wish = json!({"run": "create", "round": round, "list": list, "path": path, "base": base, "lands": lands});
        let told = run(browser, wish).await;
        assert!(!told.is_empty(), "{path} has no field to type into");
        let wrong: Vec<String> = told.iter().filter_map(|one| fault(one, round)).collect();
        assert!(wrong.is_empty(), "{path}:\n{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn the_forms_that_make_clients_and_users_bear_any_value() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = console(&server).await;
    let client = json!({"clientId": "made-{n}"});
    go_over_making(&browser, &server, "clients", "clients/create", client).await;
    let user = json!({"username": "made-{n}"});
    go_over_making(&browser, &server, "users", "users/create", user).await;
    browser.quit().await;
}

#[tokio::test]
async fn the_forms_that_make_roles_permissions_resources_webhooks_and_realms_bear_any_value() {
    let server = server_with_consoles(Backend::Sqlite).await;
    let browser = console(&server).await;
    for (list, path, base) in [
        ("roles", "roles/new", json!({"name": "made-{n}"})),
        ("client-scopes", "client-scopes/new", json!({"name": "made-{n}"})),
        ("resources", "resources/new", json!({"resource": "https://made.example/{n}"})),
        ("webhooks", "webhooks/new", json!({"url": "https://made.example/{n}"})),
        ("realms", "realms/create", json!({"realm-name": "made-{n}"})),
    ] {
        go_over_making(&browser, &server, list, path, base).await;
    }
    browser.quit().await;
}
