//! `private_key_jwt` (RFC 7523, OIDC Core §9): a client that signs short JWTs instead of sending a secret.

use perennial_crypto::{SigningAlgorithm, SigningKey};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Choice, Client, TestServer, on_both_databases, on_postgres, token,
};
use serde_json::{Value, json};

/// nightly-backup, which signs from now on, and the server's time.
struct Signer {
    key: SigningKey,
    now_s: i64,
    issuer: String,
}

impl Signer {
    async fn new(server: &TestServer, algorithm: SigningAlgorithm) -> Self {
        let key = SigningKey::generate(algorithm).expect("a key");
        let jwks = json!({"keys": [key.public_jwk()]}).to_string();
        let attributes = json!({"use.jwks.string": "true", "jwks.string": jwks});
        let change = json!({"clientAuthenticatorType": "client-jwt", "attributes": attributes});
        Admin::sign_in(server).await.change_client(demo::NIGHTLY_BACKUP, change).await;
        let tokens = Client::photo_frame(server).password_grant(&Person::alice(), "openid").await.expect_tokens();
        let now_s = token::claims(&tokens.access_token())["iat"].as_i64().expect("a time");
        Self { key, now_s, issuer: server.issuer(demo::REALM) }
    }

    fn claims(&self) -> Value {
        json!({
            "iss": demo::NIGHTLY_BACKUP, "sub": demo::NIGHTLY_BACKUP, "aud": self.issuer,
            "exp": self.now_s + 60, "iat": self.now_s, "jti": token::unguessable(),
        })
    }

    fn sign(&self, claims: &Value) -> String {
        self.key.sign_jwt("JWT", claims).expect("a signature")
    }

    fn fresh(&self) -> String {
        self.sign(&self.claims())
    }

    /// The client with an assertion for this audience.
    fn client_for(&self, server: &TestServer, audience: Value) -> Client {
        let mut claims = self.claims();
        claims["aud"] = audience;
        backup(server, self.sign(&claims))
    }
}

fn backup(server: &TestServer, assertion: impl Into<String>) -> Client {
    Client::nightly_backup(server).with(Authentication::Assertion(assertion.into()))
}

on_both_databases! {
    async fn a_signed_assertion_authenticates_at_every_endpoint(server) {
        for algorithm in SigningAlgorithm::ALL {
            let signer = Signer::new(&server, algorithm).await;
            let tokens = backup(&server, signer.fresh()).client_credentials("openid").await.expect_tokens();
            assert!(backup(&server, signer.fresh()).is_active(&tokens.access_token()).await, "{algorithm}");
            backup(&server, signer.fresh()).revoke(&tokens.access_token()).await.expect(200);
            assert!(!backup(&server, signer.fresh()).is_active(&tokens.access_token()).await);
            let refused = backup(&server, signer.fresh()).ask_for_device(&[("scope", "openid")]).await;
            refused.expect_error(400, "unauthorized_client");
        }
    }

    async fn a_job_that_signs_gets_and_refreshes_offline_access(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let client = backup(&server, signer.fresh());
        let tokens = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        for _ in 0..3 {
            backup(&server, signer.fresh()).refresh(&tokens.refresh_token()).await.expect_tokens();
        }
    }

    async fn a_client_that_signs_logs_out_with_its_refresh_token(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let tokens = backup(&server, signer.fresh()).authorize(&server, &Person::alice(), &Choice::accept()).await;
        let client = backup(&server, signer.fresh());
        client.log_out(&tokens.refresh_token()).await.expect(204);
        client.log_out(&tokens.refresh_token()).await.expect_error(401, "invalid_client");
        let next = backup(&server, signer.fresh());
        next.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn the_token_endpoint_is_an_audience_too_also_among_others(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let endpoint = format!("{}/protocol/openid-connect/token", signer.issuer);
        for audience in [json!(endpoint), json!(["https://elsewhere.example", endpoint])] {
            signer.client_for(&server, audience).client_credentials("openid").await.expect_tokens();
        }
    }

    async fn a_request_is_pushed_with_any_of_the_names_that_the_server_has(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let request = AuthorizationRequest::nightly_backup();
        let form: Vec<_> = request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for path in ["", "/protocol/openid-connect/token", "/protocol/openid-connect/ext/par/request"] {
            let client = signer.client_for(&server, json!(format!("{}{path}", signer.issuer)));
            client.push_request(&form).await.expect(201);
        }
        let elsewhere = signer.client_for(&server, json!("https://elsewhere.example/par/request"));
        elsewhere.push_request(&form).await.expect_error(401, "invalid_client");
    }

    async fn an_assertion_is_taken_once(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let client = backup(&server, signer.fresh());
        client.client_credentials("openid").await.expect_tokens();
        client.client_credentials("openid").await.expect_error(401, "invalid_client");
        client.introspect("x").await.expect_error(401, "invalid_client");
        // The same id in another assertion is the same assertion.
        let mut claims = signer.claims();
        backup(&server, signer.sign(&claims)).client_credentials("openid").await.expect_tokens();
        claims["exp"] = json!(signer.now_s + 90);
        backup(&server, signer.sign(&claims)).client_credentials("openid").await.expect_error(401, "invalid_client");
    }

    async fn of_many_uses_at_once_one_passes(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        race(&server, &signer, &[&server]).await;
    }

    async fn an_assertion_that_says_something_else_is_refused(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let changes = [
            ("aud", json!("https://elsewhere.example")),
            ("aud", json!(server.issuer(demo::MASTER))),
            ("aud", json!([])),
            ("iss", json!(demo::PHOTO_FRAME)),
            ("sub", json!(demo::PHOTO_FRAME)),
            ("sub", json!("nobody")),
            ("exp", json!(signer.now_s)),
            ("exp", json!(signer.now_s - 10)),
            ("exp", json!(signer.now_s + 86_400)),
            ("exp", json!("soon")),
            ("exp", Value::Null),
            ("nbf", json!(signer.now_s + 600)),
            ("iat", json!(signer.now_s + 600)),
            ("jti", json!("")),
            ("jti", Value::Null),
            ("jti", json!("x".repeat(300))),
        ];
        for (name, value) in changes {
            let mut claims = signer.claims();
            match value.is_null() {
                true => drop(claims.as_object_mut().expect("claims").remove(name)),
                false => claims[name] = value.clone(),
            }
            let answer = backup(&server, signer.sign(&claims)).client_credentials("openid").await;
            assert_eq!((answer.status, answer.text("error").as_str()), (401, "invalid_client"), "{name} {value}: {answer}");
        }
    }

    async fn forged_assertions_are_refused(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        for (what, damaged) in token::damaged(&signer.fresh()) {
            let answer = backup(&server, damaged).client_credentials("openid").await;
            assert_eq!((answer.status, answer.text("error").as_str()), (401, "invalid_client"), "{what}: {answer}");
        }
        let other = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
        let foreign = other.sign_jwt("JWT", &signer.claims()).expect("a signature");
        backup(&server, foreign).client_credentials("openid").await.expect_error(401, "invalid_client");
        let id_token_of_ours = Client::photo_frame(&server).password_grant(&Person::alice(), "openid").await.id_token();
        backup(&server, id_token_of_ours).client_credentials("openid").await.expect_error(401, "invalid_client");
    }

    async fn the_server_never_takes_its_secret_for_an_hmac_key(server) {
        // A classic: the public key, or the client's secret, as the key of an HS256 assertion.
        let signer = Signer::new(&server, SigningAlgorithm::RS256).await;
        let header = base64_url(&json!({"alg": "HS256", "typ": "JWT"}));
        let unsigned = format!("{header}.{}", base64_url(&signer.claims()));
        for mac in ["", "c2lnbmF0dXJl"] {
            let assertion = format!("{unsigned}.{mac}");
            backup(&server, assertion).client_credentials("openid").await.expect_error(401, "invalid_client");
        }
    }

    async fn who_signs_has_no_other_way_and_who_does_not_cannot(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        Client::nightly_backup(&server).client_credentials("openid").await.expect_error(401, "invalid_client");
        Client::public(&server, demo::NIGHTLY_BACKUP).client_credentials("openid").await.expect_error(401, "invalid_client");
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"clientAuthenticatorType": "client-secret"})).await;
        backup(&server, signer.fresh()).client_credentials("openid").await.expect_error(401, "invalid_client");
        Client::nightly_backup(&server).client_credentials("openid").await.expect_tokens();
    }

    async fn keys_behind_an_address_are_not_fetched(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let admin = Admin::sign_in(&server).await;
        let address = json!({"use.jwks.string": "", "use.jwks.url": "true", "jwks.url": "http://localhost:1/jwks"});
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": address})).await;
        backup(&server, signer.fresh()).client_credentials("openid").await.expect_error(401, "invalid_client");
    }

    async fn an_assertion_beside_a_secret_is_an_invalid_request(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let assertion = signer.fresh();
        let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let both = [("grant_type", "client_credentials"), kind, ("client_assertion", assertion.as_str())];
        Client::nightly_backup(&server).token(&both).await.expect_error(400, "invalid_request");
        let url = server.demo_url("/protocol/openid-connect/token");
        let wrong = [("grant_type", "client_credentials"), ("client_assertion_type", "urn:x"), ("client_assertion", &assertion)];
        Answer::of(server.http().post(&url).form(&wrong)).await.expect_error(401, "invalid_client");
        let lone = [("grant_type", "client_credentials"), ("client_assertion", assertion.as_str())];
        Answer::of(server.http().post(&url).form(&lone)).await.expect_error(400, "invalid_request");
        let other = [both[0], both[1], both[2], ("client_id", demo::PHOTO_FRAME)];
        Answer::of(server.http().post(&url).form(&other)).await.expect_error(401, "invalid_client");
    }

    async fn discovery_names_the_method_and_its_algorithms(server) {
        let metadata = Answer::of(server.http().get(server.demo_url("/.well-known/openid-configuration"))).await.json();
        let methods = metadata["token_endpoint_auth_methods_supported"].as_array().expect("a list");
        assert!(methods.iter().any(|method| method == "private_key_jwt"), "{methods:?}");
        assert_eq!(metadata["token_endpoint_auth_signing_alg_values_supported"], json!(["RS256", "ES256", "EdDSA"]));
    }

    async fn an_unknown_way_to_authenticate_is_not_stored(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        let wrong = json!({"clientAuthenticatorType": "client-x509"});
        admin.put(&format!("/demo/clients/{uuid}"), &wrong).await.expect(400);
        assert_eq!(admin.client(demo::NIGHTLY_BACKUP).await["clientAuthenticatorType"], "client-secret");
    }
}

on_postgres! {
    async fn two_nodes_take_an_assertion_once(server) {
        let signer = Signer::new(&server, SigningAlgorithm::ES256).await;
        let node = server.second_node().await;
        race(&server, &signer, &[&server, &node]).await;
    }
}

async fn race(server: &TestServer, signer: &Signer, nodes: &[&TestServer]) {
    let assertion = signer.fresh();
    let wish = [("grant_type", "client_credentials"), ("scope", "openid")];
    let clients: Vec<Client> = nodes.iter().map(|node| backup(node, &assertion)).collect();
    let calls = (0..16).map(|n| tokio::spawn(Answer::of(clients[n % clients.len()].token_request(&wish))));
    let mut passed = 0;
    for call in calls.collect::<Vec<_>>() {
        passed += usize::from(call.await.expect("an answer").status == 200);
    }
    assert_eq!(passed, 1, "{}", server.base_url());
}

fn base64_url(value: &Value) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(value.to_string())
}
