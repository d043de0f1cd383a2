//! Upstream providers and who users are there, as an admin sets them up: in Keycloak's shapes, with what cannot work told at once.

use super::walk::upstream;
use perennial_crypto::{SigningAlgorithm, SigningKey};
use perennial_testkit::{Admin, on_both_databases};
use serde_json::{Value, json};

const PATH: &str = "/demo/identity-provider/instances";

fn jwks() -> String {
    let key = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
    json!({"keys": [key.public_jwk()]}).to_string()
}

async fn of_alice(admin: &Admin) -> String {
    format!("/demo/users/{}/federated-identity", admin.user_id("alice").await)
}

on_both_databases! {
    async fn a_provider_is_added_shown_changed_and_deleted(server) {
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.get(PATH).await.expect(200).json(), json!([]));
        let created = admin.post(PATH, &upstream("up")).await.expect(201);
        assert!(created.header("location").ends_with("/admin/realms/demo/identity-provider/instances/up"), "{created}");
        let expected = json!({
            "alias": "up", "providerId": "oidc", "enabled": true,
            "config": {
                "issuer": "https://up.example", "clientId": "app", "useJwksUrl": "true", "jwksUrl": "https://keys.example/",
                "backchannelSupported": "true",
            },
        });
        assert_eq!(admin.get(&format!("{PATH}/up")).await.expect(200).json(), expected);
        assert_eq!(admin.get(PATH).await.expect(200).json(), json!([expected]));
        admin.put(&format!("{PATH}/up"), &json!({"displayName": "Upstream", "enabled": false})).await.expect(204);
        let text = jwks();
        let config = json!({"useJwksUrl": "false", "publicKeySignatureVerifier": text, "clientSecret": "not-kept"});
        admin.put(&format!("{PATH}/up"), &json!({"alias": "up", "config": config})).await.expect(204);
        let shown = admin.get(&format!("{PATH}/up")).await.expect(200).json();
        assert_eq!((&shown["displayName"], &shown["enabled"]), (&json!("Upstream"), &json!(false)));
        let kept = json!({
            "issuer": "https://up.example", "clientId": "app", "useJwksUrl": "false", "publicKeySignatureVerifier": text,
            "backchannelSupported": "true",
        });
        assert_eq!(shown["config"], kept);
        admin.delete(&format!("{PATH}/up")).await.expect(204);
        let gone = admin.get(&format!("{PATH}/up")).await.expect(404);
        assert_eq!(gone.text("error"), "Identity Provider not found");
        admin.put(&format!("{PATH}/up"), &json!({})).await.expect(404);
        admin.delete(&format!("{PATH}/up")).await.expect(404);
    }

    async fn what_cannot_work_is_refused_with_its_field(server) {
        let admin = Admin::sign_in(&server).await;
        let pem = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----";
        let secret = json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}).to_string();
        let stored = |text: &str| json!({"useJwksUrl": "false", "publicKeySignatureVerifier": text});
        let long = "x".repeat(2_001);
        for (field, change) in [
            ("alias", json!({"alias": null})),
            ("alias", json!({"alias": "a/b"})),
            ("alias", json!({"alias": ".."})),
            ("alias", json!({"alias": ""})),
            ("alias", json!({"alias": "x".repeat(256)})),
            ("providerId", json!({"providerId": "saml"})),
            ("displayName", json!({"displayName": "x".repeat(256)})),
            ("config.issuer", json!({"config": {"issuer": ""}})),
            ("config.issuer", json!({"config": {"issuer": "https://a b"}})),
            ("config.issuer", json!({"config": {"issuer": long}})),
            ("config.clientId", json!({"config": {"clientId": ""}})),
            ("config.jwksUrl", json!({"config": {"jwksUrl": ""}, "enabled": true})),
            ("config.jwksUrl", json!({"config": {"jwksUrl": "ftp://keys.example/"}})),
            ("config.jwksUrl", json!({"config": {"jwksUrl": "https://user:password@keys.example/"}})),
            ("config.useJwksUrl", json!({"config": {"useJwksUrl": "perhaps"}})),
            ("config.backchannelSupported", json!({"config": {"backchannelSupported": "1"}})),
            ("config.publicKeySignatureVerifier", json!({"config": {"useJwksUrl": "false"}})),
            ("config.publicKeySignatureVerifier", json!({"config": stored(pem)})),
            ("config.publicKeySignatureVerifier", json!({"config": stored("{}")})),
            ("config.publicKeySignatureVerifier", json!({"config": stored(&secret)})),
        ] {
            let answer = admin.post(PATH, &changed(upstream("up"), &change)).await.expect(400);
            assert_eq!(answer.text("field"), field, "{change}: {answer}");
        }
        for wrong in [json!([]), json!({"config": []}), json!({"config": {"issuer": 1}}), json!({"enabled": "perhaps"})] {
            admin.post(PATH, &wrong).await.expect(400);
        }
        assert_eq!(admin.get(PATH).await.expect(200).json(), json!([]));
        admin.post(PATH, &upstream("up")).await.expect(201);
        admin.put(&format!("{PATH}/up"), &json!({"alias": "down"})).await.expect(400);
        let told = admin.put(&format!("{PATH}/up"), &json!({"config": stored(pem)})).await.expect(400);
        assert!(told.text("errorMessage").contains("PEM"), "{told}");
        assert_eq!(admin.get(&format!("{PATH}/up")).await.expect(200).json()["config"]["useJwksUrl"], "true");
    }

    async fn a_token_must_lead_to_one_provider(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post(PATH, &upstream("up")).await.expect(201);
        admin.post(PATH, &upstream("up")).await.expect(409);
        let twin = changed(upstream("twin"), &json!({"config": {"issuer": "https://up.example"}}));
        let told = admin.post(PATH, &twin).await.expect(409);
        assert!(told.text("errorMessage").contains("same issuer and clientId"), "{told}");
        admin.post(PATH, &upstream("twin")).await.expect(201);
        admin.put(&format!("{PATH}/twin"), &json!({"config": {"issuer": "https://up.example"}})).await.expect(409);
        for n in 2..50 {
            admin.post(PATH, &upstream(&format!("up{n}"))).await.expect(201);
        }
        let told = admin.post(PATH, &upstream("one-more")).await.expect(409);
        assert!(told.text("errorMessage").contains("at most 50"), "{told}");
    }

    async fn a_user_has_one_identity_at_a_provider_and_it_is_nobody_elses(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post(PATH, &upstream("up")).await.expect(201);
        let alice = of_alice(&admin).await;
        assert_eq!(admin.get(&alice).await.expect(200).json(), json!([]));
        let identity = json!({"userId": "u1", "userName": "alice.up"});
        admin.post(&format!("{alice}/nowhere"), &identity).await.expect(404);
        admin.post(&format!("{alice}/up"), &identity).await.expect(204);
        let shown = json!([{"identityProvider": "up", "userId": "u1", "userName": "alice.up"}]);
        assert_eq!(admin.get(&alice).await.expect(200).json(), shown);
        admin.post(&format!("{alice}/up"), &json!({"userId": "u2"})).await.expect(409);
        let bob = format!("/demo/users/{}/federated-identity/up", admin.user_id("bob").await);
        admin.post(&bob, &identity).await.expect(409);
        for wrong in [json!({}), json!({"userId": ""}), json!({"userId": "x".repeat(256)}), json!({"userId": "a\u{0}"}), json!([])] {
            admin.post(&bob, &wrong).await.expect(400);
        }
        admin.delete(&format!("{alice}/up")).await.expect(204);
        admin.delete(&format!("{alice}/up")).await.expect(404);
        admin.post(&bob, &json!({"userId": "u1"})).await.expect(204);
        // It goes with its user and with its provider.
        admin.delete(&format!("/demo/users/{}", admin.user_id("bob").await)).await.expect(204);
        admin.post(&format!("{alice}/up"), &identity).await.expect(204);
        admin.delete(&format!("{PATH}/up")).await.expect(204);
        assert_eq!(admin.get(&alice).await.expect(200).json(), json!([]));
    }

    async fn how_many_users_are_linked_with_a_provider_is_told_by_its_realm_alone(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post("", &json!({"realm": "branch"})).await.expect(201);
        let count = |realm: &str, alias: &str| format!("/{realm}/identity-provider/instances/{alias}/linked-users/count");
        for alias in ["up", "other"] {
            admin.post(PATH, &upstream(alias)).await.expect(201);
            assert_eq!(admin.get(&count("demo", alias)).await.expect(200).json(), json!({"count": 0}));
        }
        admin.post("/branch/identity-provider/instances", &upstream("up")).await.expect(201);
        let alice = of_alice(&admin).await;
        let bob = format!("/demo/users/{}/federated-identity", admin.user_id("bob").await);
        admin.post(&format!("{alice}/up"), &json!({"userId": "u1"})).await.expect(204);
        admin.post(&format!("{bob}/up"), &json!({"userId": "u2"})).await.expect(204);
        admin.post(&format!("{bob}/other"), &json!({"userId": "u2"})).await.expect(204);
        for (realm, alias, linked) in [("demo", "up", 2), ("demo", "other", 1), ("branch", "up", 0)] {
            let told = admin.get(&count(realm, alias)).await.expect(200).json();
            assert_eq!(told, json!({"count": linked}), "{realm}: {alias}");
        }
        admin.delete(&format!("{alice}/up")).await.expect(204);
        assert_eq!(admin.get(&count("demo", "up")).await.expect(200).json(), json!({"count": 1}));
        let missing = admin.get(&count("demo", "gone")).await.expect(404);
        assert_eq!(missing.text("error"), "Identity Provider not found");
        admin.get(&count("branch", "other")).await.expect(404);
    }

    async fn who_users_are_at_one_issuer_says_nothing_of_another(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post(PATH, &upstream("up")).await.expect(201);
        let alice = of_alice(&admin).await;
        admin.post(&format!("{alice}/up"), &json!({"userId": "42"})).await.expect(204);
        admin.put(&format!("{PATH}/up"), &json!({"displayName": "Upstream"})).await.expect(204);
        assert_eq!(admin.get(&alice).await.expect(200).json()[0]["userId"], "42");
        admin.put(&format!("{PATH}/up"), &json!({"config": {"issuer": "https://another.example"}})).await.expect(204);
        assert_eq!(admin.get(&alice).await.expect(200).json(), json!([]));
    }

    async fn changes_are_recorded_as_keycloak_names_them(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post(PATH, &upstream("up")).await.expect(201);
        admin.put(&format!("{PATH}/up"), &json!({"enabled": false})).await.expect(204);
        admin.post(&format!("{}/up", of_alice(&admin).await), &json!({"userId": "u1"})).await.expect(204);
        admin.delete(&format!("{PATH}/up")).await.expect(204);
        let all = admin.admin_events("direction=asc").await;
        let told: Vec<String> = all.iter().map(|event| {
            let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("operationType"), text("resourceType"), text("resourcePath"))
        }).collect();
        let alice = admin.user_id("alice").await;
        assert_eq!(told, [
            "CREATE IDENTITY_PROVIDER identity-provider/instances/up".to_owned(),
            "UPDATE IDENTITY_PROVIDER identity-provider/instances/up".to_owned(),
            format!("CREATE USER users/{alice}/federated-identity/up"),
            "DELETE IDENTITY_PROVIDER identity-provider/instances/up".to_owned(),
        ]);
    }

    async fn providers_of_a_realm_file_are_taken_over_with_who_users_are_there(server) {
        let admin = Admin::sign_in(&server).await;
        let part = |rule: &str, name: &str| json!({
            "ifResourceExists": rule,
            "identityProviders": [changed(upstream("up"), &json!({"displayName": name, "internalId": "x"})), {"alias": "saml", "providerId": "saml"}],
            "users": [{"username": "dave", "enabled": true, "federatedIdentities": [
                {"identityProvider": "up", "userId": "d1", "userName": "dave.up"}, {"identityProvider": "gone", "userId": "d2"},
            ]}],
        });
        let told = admin.post("/demo/partialImport", &part("FAIL", "First")).await.expect(200).json();
        assert_eq!(told["results"][0]["resourceType"], "IDENTITY_PROVIDER", "{told}");
        let left: Vec<&Value> = told["leftOut"].as_array().expect("a list").iter().map(|left| &left["what"]).collect();
        assert_eq!(left, ["identityProviders[saml]", "users[dave].federatedIdentities"]);
        admin.post("/demo/partialImport", &part("FAIL", "No")).await.expect(409);
        admin.post("/demo/partialImport", &part("SKIP", "No")).await.expect(200);
        assert_eq!(admin.get(&format!("{PATH}/up")).await.json()["displayName"], "First");
        admin.post("/demo/partialImport", &part("OVERWRITE", "Second")).await.expect(200);
        assert_eq!(admin.get(&format!("{PATH}/up")).await.json()["displayName"], "Second");
        let dave = format!("/demo/users/{}/federated-identity", admin.user_id("dave").await);
        let shown = json!([{"identityProvider": "up", "userId": "d1", "userName": "dave.up"}]);
        assert_eq!(admin.get(&dave).await.expect(200).json(), shown);
    }
}

/// With other members, and within `config` with others, too.
fn changed(mut provider: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().expect("an object") {
        match value.as_object() {
            Some(inner) => provider[name].as_object_mut().expect("an object").extend(inner.clone()),
            None => provider[name] = value.clone(),
        }
    }
    provider
}
