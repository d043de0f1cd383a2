//! What the forms of the consoles can be refused for: all of it is known in Spanish, for whoever asks for that.

use super::walk::upstream;
use perennial_api::{ApiError, client::attributes, spanish::in_spanish};
use perennial_testkit::{Admin, Answer, demo, on_both_databases};
use serde_json::{Value, json};

const BELL: &str = "a\u{7}b";

/// Each text of the refusal, of which there must be one at least.
#[track_caller]
fn expect_spanish(answer: Answer, status: u16) {
    let answer = answer.expect(status);
    let error: ApiError = serde_json::from_value(answer.json()).expect("an error of the API");
    let all = if error.errors.is_empty() { vec![error] } else { error.errors };
    for one in all {
        let english = one.text().unwrap_or_else(|| panic!("nothing is said: {answer}"));
        assert!(in_spanish(english).is_some(), "there is no Spanish for {english:?}: {answer}");
    }
}

async fn expect_refusals(admin: &Admin, path: &str, wrong: Vec<Value>) {
    for body in wrong {
        expect_spanish(admin.put(path, &body).await, 400);
    }
}

async fn expect_refused_creations(admin: &Admin, path: &str, wrong: Vec<Value>) {
    for body in wrong {
        expect_spanish(admin.post(path, &body).await, 400);
    }
}

on_both_databases! {
    async fn what_a_clients_form_is_refused_for_is_known_in_spanish(server) {
        let admin = Admin::sign_in(&server).await;
        let client = format!("/demo/clients/{}", admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        let of_attribute = |name: &str, value: &str| json!({"attributes": {name: value}});
        let wrong = vec![
            json!({"clientId": ""}),
            json!({"clientId": ".."}),
            json!({"secret": ""}),
            json!({"clientAuthenticatorType": "client-x509"}),
            json!({"protocol": "saml"}),
            json!({"offlineSessionLimit": -1}),
            json!({"rootUrl": "ftp://app.example/"}),
            json!({"baseUrl": "ftp://app.example/"}),
            json!({"redirectUris": ["https://app.example/*"]}),
            json!({"webOrigins": ["https://app.example/path"]}),
            json!({"contacts": ["nobody"]}),
            json!({"name": BELL, "description": BELL}),
            json!({"enabled": "perhaps"}),
            of_attribute(attributes::ACCESS_TOKEN_LIFESPAN, "soon"),
            of_attribute(attributes::USE_REFRESH_TOKENS, "perhaps"),
            of_attribute(attributes::ACCESS_TOKEN_ALGORITHM, "HS256"),
            of_attribute(attributes::PKCE_METHOD, "plain"),
            of_attribute(attributes::POST_LOGOUT_REDIRECT_URIS, "https://app.example/*"),
            of_attribute(attributes::LOGO_URI, "ftp://app.example/"),
            of_attribute(attributes::ROTATION, "daily"),
            of_attribute(attributes::REPLAY_WINDOW, "wide"),
            of_attribute(attributes::OFFLINE_SESSION_LIMIT, "many"),
            of_attribute(attributes::OFFLINE_ACCESS_CONSENT, "some"),
            of_attribute("backchannel.logout.url", "ftp://app.example/logout"),
            of_attribute("backchannel.logout.url", "https://user:secret@app.example/"),
        ];
        expect_refusals(&admin, &client, wrong).await;
        expect_refused_creations(&admin, "/demo/clients", vec![json!({}), json!({"clientId": "new", "id": "1"})]).await;
        expect_spanish(admin.post("/demo/clients", &json!({"clientId": demo::NIGHTLY_BACKUP})).await, 409);
        expect_spanish(admin.get("/demo/clients/nobody").await, 404);
    }

    async fn what_a_users_form_is_refused_for_is_known_in_spanish(server) {
        let admin = Admin::sign_in(&server).await;
        let user = format!("/demo/users/{}", admin.user_id("alice").await);
        let wrong = vec![
            json!({"username": " "}),
            json!({"email": "nobody"}),
            json!({"firstName": BELL, "lastName": "x".repeat(256)}),
            json!({"requiredActions": ["SING"]}),
            json!({"groups": ["/a"]}),
            json!({"attributes": {"": ["a"]}}),
            json!({"attributes": {"a": ["x".repeat(2_049)]}}),
            json!({"attributes": {"a": vec!["x"; 101]}}),
        ];
        expect_refusals(&admin, &user, wrong).await;
        expect_spanish(admin.put(&format!("{user}/reset-password"), &json!({"type": "password", "value": ""})).await, 400);
        expect_spanish(admin.put(&format!("{user}/reset-password"), &json!({"type": "otp", "value": "a"})).await, 400);
        expect_spanish(admin.post("/demo/users", &json!({"enabled": true})).await, 400);
        expect_spanish(admin.post("/demo/users", &json!({"username": "alice"})).await, 409);
        expect_spanish(admin.get("/demo/users/nobody").await, 404);
    }

    async fn what_the_forms_of_roles_groups_and_scopes_are_refused_for_is_known_in_spanish(server) {
        let admin = Admin::sign_in(&server).await;
        let long = "x".repeat(256);
        let roles = vec![json!({}), json!({"name": ""}), json!({"name": ".."}), json!({"name": "a", "description": long})];
        expect_refused_creations(&admin, "/demo/roles", roles).await;
        expect_spanish(admin.post("/demo/roles", &json!({"name": "offline_access"})).await, 409);
        expect_spanish(admin.get("/demo/roles/nobody").await, 404);
        expect_spanish(admin.delete("/demo/roles/offline_access").await, 400);
        let groups = vec![json!({}), json!({"name": ""}), json!({"name": "a", "description": long})];
        expect_refused_creations(&admin, "/demo/groups", groups).await;
        let id = admin.post("/demo/groups", &json!({"name": "top"})).await.created_id();
        expect_spanish(admin.post("/demo/groups", &json!({"name": "top"})).await, 409);
        let below = format!("/demo/groups/{id}/children");
        admin.post(&below, &json!({"name": "sub"})).await.expect(201);
        expect_spanish(admin.post(&below, &json!({"name": "sub"})).await, 409);
        let scopes = vec![
            json!({}),
            json!({"name": "two words"}),
            json!({"name": "a", "protocol": "saml"}),
            json!({"name": "a", "description": BELL}),
            json!({"name": "a", "attributes": {"display.on.consent.screen": "perhaps"}}),
        ];
        expect_refused_creations(&admin, "/demo/client-scopes", scopes).await;
        expect_spanish(admin.post("/demo/client-scopes", &json!({"name": "phone"})).await, 409);
        let offline = format!("/demo/client-scopes/{}", admin.scope_id("offline_access").await);
        expect_spanish(admin.delete(&offline).await, 400);
    }

    async fn what_the_forms_of_resources_webhooks_and_providers_are_refused_for_is_known_in_spanish(server) {
        let admin = Admin::sign_in(&server).await;
        let of_resource = |field: &str, value: Value| json!({"resource": "https://api.example/", field: value});
        let resources = vec![
            json!({"resource": "nowhere"}),
            of_resource("accessTokenLifespan", json!(-1)),
            of_resource("name", json!("x".repeat(256))),
            of_resource("scopes", json!(["unheard-of"])),
        ];
        expect_refused_creations(&admin, "/demo/resources", resources).await;
        expect_spanish(admin.get("/demo/resources/nobody").await, 404);
        let of_webhook = |field: &str, value: Value| {
            let mut whole = json!({"url": "https://hooks.example/", "eventTypes": ["*"]});
            whole[field] = value;
            whole
        };
        let webhooks = vec![
            json!({}),
            of_webhook("url", json!("nowhere")),
            of_webhook("url", json!("ftp://hooks.example/")),
            of_webhook("url", json!("https://user:secret@hooks.example/")),
            of_webhook("secret", json!("short")),
            of_webhook("eventTypes", json!([])),
            of_webhook("eventTypes", json!(["UNHEARD_OF"])),
        ];
        expect_refused_creations(&admin, "/demo/webhooks", webhooks).await;
        let of_provider = |field: &str, value: &str| {
            let mut whole = upstream("up");
            whole["config"][field] = json!(value);
            whole
        };
        let providers = vec![
            json!({}),
            json!({"alias": ".."}),
            json!({"alias": "up", "providerId": "saml"}),
            of_provider("issuer", ""),
            of_provider("issuer", "https://a b"),
            of_provider("jwksUrl", "nowhere"),
            of_provider("useJwksUrl", "perhaps"),
            of_provider("useJwksUrl", "false"),
        ];
        expect_refused_creations(&admin, "/demo/identity-provider/instances", providers).await;
        admin.post("/demo/identity-provider/instances", &upstream("up")).await.expect(201);
        expect_spanish(admin.post("/demo/identity-provider/instances", &upstream("up")).await, 409);
        let mut twin = upstream("twin");
        twin["config"] = upstream("up")["config"].clone();
        expect_spanish(admin.post("/demo/identity-provider/instances", &twin).await, 409);
    }

    async fn what_the_settings_of_a_realm_are_refused_for_is_known_in_spanish(server) {
        let admin = Admin::sign_in(&server).await;
        let of_mail_server = |field: &str, value: &str| {
            let mut whole = json!({"host": "mail.example", "from": "no-reply@demo.example"});
            whole[field] = json!(value);
            json!({ "smtpServer": whole })
        };
        let wrong = vec![
            json!({"realm": "another"}),
            json!({"displayName": BELL}),
            json!({"defaultLocale": "eo"}),
            json!({"defaultSignatureAlgorithm": "HS256"}),
            json!({"defaultSignatureAlgorithm": "EdDSA"}),
            json!({"attributes": {"accentColor": "#ff0000"}}),
            json!({"attributes": {"a\u{7}": "b"}}),
            json!({"accessTokenLifespan": 0, "offlineSessionIdleTimeout": -1, "clientOfflineSessionMaxLifespan": -1}),
            json!({"offlineSessionLimit": -1, "offlineSessionExpiringNoticeDays": -1}),
            json!({"failureFactor": 0, "waitIncrementSeconds": -1}),
            json!({"rotation": "daily"}),
            of_mail_server("from", "nobody"),
            of_mail_server("replyTo", "nobody"),
            of_mail_server("port", "70000"),
            of_mail_server("auth", "true"),
            of_mail_server("ssl", "perhaps"),
            of_mail_server("fromDisplayName", BELL),
        ];
        expect_refusals(&admin, "/demo", wrong).await;
        expect_spanish(admin.post("/demo/testSMTPConnection", &json!({"host": "", "to": "a@b.example"})).await, 400);
        let events = vec![
            json!({"enabledEventTypes": ["UNHEARD_OF"]}),
            json!({"eventsExpiration": -1}),
            json!({"eventsListeners": [""]}),
        ];
        expect_refusals(&admin, "/demo/events/config", events).await;
        let tokens = vec![json!({"count": 0}), json!({"expiration": -1})];
        expect_refused_creations(&admin, "/demo/clients-initial-access", tokens).await;
        let policies = vec![json!({"client": {}}), json!({"resource": {}}), json!({"realm": {"unheardOf": 1}})];
        expect_refused_creations(&admin, "/demo/token-policy/preview", policies).await;
        expect_spanish(admin.post("", &json!({"realm": "a b"})).await, 400);
        expect_spanish(admin.post("", &json!({"realm": demo::REALM})).await, 409);
    }

    async fn why_something_of_a_realm_file_is_left_out_is_known_in_spanish(server) {
        let file: Value = serde_json::from_str(include_str!("keycloak_realm.json")).expect("a realm file");
        let report = Admin::sign_in(&server).await.post("?report=true", &file).await.expect(201).json();
        let left_out = report["leftOut"].as_array().cloned().unwrap_or_default();
        assert!(!left_out.is_empty(), "{report}");
        for one in left_out {
            let why = one["why"].as_str().unwrap_or_else(|| panic!("no reason: {one}"));
            assert!(in_spanish(why).is_some(), "there is no Spanish for {why:?}");
        }
    }
}
