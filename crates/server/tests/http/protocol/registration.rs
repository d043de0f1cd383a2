//! Dynamic client registration (RFC 7591) and management (RFC 7592): who may register what, and what becomes of it.

use perennial_crypto::{SigningAlgorithm, SigningKey};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases, token,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn register(server: &TestServer, token: Option<&str>, metadata: &Value) -> Answer {
    let mut request = server.http().post(server.demo_url("/clients-registrations/openid-connect")).json(metadata);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    Answer::of(request).await
}

/// RFC 7592: at the address and with the token that the registration gave.
async fn manage(server: &TestServer, method: Method, known: &Answer, body: Option<&Value>) -> Answer {
    let token = known.text("registration_access_token");
    let request = server.http().request(method, known.text("registration_client_uri")).bearer_auth(token);
    Answer::of(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

async fn open_the_door(server: &TestServer) {
    Admin::sign_in(server).await.change_realm(json!({"attributes": {"client.registration.open": "true"}})).await;
}

fn agent() -> Value {
    json!({"client_name": "Helpful agent", "redirect_uris": [demo::REDIRECT_URI], "token_endpoint_auth_method": "none"})
}

fn with(changes: Value) -> Value {
    let mut metadata = agent();
    for (name, value) in changes.as_object().expect("members") {
        metadata[name] = value.clone();
    }
    metadata
}

on_both_databases! {
    async fn registration_is_closed_until_an_admin_opens_it(server) {
        let answer = register(&server, None, &agent()).await.expect(401);
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer}");
        register(&server, Some("guessed"), &agent()).await.expect_error(401, "invalid_token");
        open_the_door(&server).await;
        register(&server, None, &agent()).await.expect(201);
        register(&server, Some("guessed"), &agent()).await.expect_error(401, "invalid_token");
    }

    async fn an_agent_registers_gets_keeps_and_loses_offline_access_without_an_operator(server) {
        open_the_door(&server).await;
        let made = register(&server, None, &agent()).await.expect(201);
        assert!(made.header("cache-control").contains("no-store"), "{made}");
        assert!(!made.has("client_secret"), "a public client has none: {made}");
        assert_eq!(made.json()["grant_types"], json!(["authorization_code", "refresh_token"]));
        let id = made.text("client_id");
        let client = Client::public(&server, &id);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        assert_eq!(token::claims(&tokens.refresh_token())["typ"], "Offline");
        let next = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        manage(&server, Method::DELETE, &made, None).await.expect(204);
        client.refresh(&next.refresh_token()).await.expect_error(401, "invalid_client");
        manage(&server, Method::GET, &made, None).await.expect(401);
    }

    async fn a_registered_client_needs_consent_each_time_it_asks_for_offline_access(server) {
        open_the_door(&server).await;
        let made = register(&server, None, &with(json!({"redirect_uris": ["https://app.example/cb"]}))).await.expect(201);
        let mut request = AuthorizationRequest::new(&made.text("client_id")).with("redirect_uri", "https://app.example/cb");
        request.redirect_uri = "https://app.example/cb".to_owned();
        let browser = Browser::new(&server);
        browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await.code();
        let page = browser.open_page(&request.url(&server)).await;
        assert!(page.has("#kc-accept") && page.text().contains("Helpful agent"), "{page}");
        let silent = browser.open(&request.clone().prompt("none").url(&server)).await.redirect();
        assert_eq!(silent.get("error"), Some("consent_required"), "{silent:?}");
    }

    async fn a_registered_client_carries_no_roles_and_no_other_grant(server) {
        open_the_door(&server).await;
        let made = register(&server, None, &with(json!({"token_endpoint_auth_method": "client_secret_post"}))).await.expect(201);
        let secret = made.text("client_secret");
        let client = Client::new(&server, demo::REALM, &made.text("client_id"), Authentication::Post(secret));
        client.client_credentials("openid").await.expect_error(400, "unauthorized_client");
        client.password_grant(&Person::alice(), "openid").await.expect_error(400, "unauthorized_client");
        client.ask_for_device(&[("scope", "openid")]).await.expect_error(400, "unauthorized_client");
        let tokens = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let claims = token::claims(&tokens.access_token());
        assert!(claims["resource_access"].is_null(), "{claims}");
        let as_admin = Admin::with_bearer(&server, &tokens.access_token()).get("/demo/clients").await;
        assert!([401, 403].contains(&as_admin.status), "{as_admin}");
    }

    async fn an_admins_token_lets_as_many_in_as_it_says_and_until_then(server) {
        let admin = Admin::sign_in(&server).await;
        let path = "/demo/clients-initial-access";
        let made = admin.post(path, &json!({"expiration": 3600, "count": 2})).await.expect(200);
        let token = made.text("token");
        assert_eq!((made.number("expiration"), made.number("remainingCount")), (3600, 2));
        register(&server, Some(&token), &with(json!({"redirect_uris": ["ftp://x"]}))).await.expect(400);
        for _ in 0..2 {
            register(&server, Some(&token), &agent()).await.expect(201);
        }
        register(&server, Some(&token), &agent()).await.expect_error(401, "invalid_token");
        let listed = admin.get(path).await.expect(200).json();
        assert_eq!(listed[0]["remainingCount"], 0, "{listed}");
        assert!(listed[0]["token"].is_null(), "a token is shown once: {listed}");
        let later = admin.post(path, &json!({"expiration": 60, "count": 1})).await.expect(200).text("token");
        server.advance_clock(61).await;
        register(&server, Some(&later), &agent()).await.expect_error(401, "invalid_token");
        let taken = admin.post(path, &json!({})).await.expect(200);
        admin.delete(&format!("{path}/{}", taken.text("id"))).await.expect(204);
        register(&server, Some(&taken.text("token")), &agent()).await.expect_error(401, "invalid_token");
        admin.delete(&format!("{path}/{}", taken.text("id"))).await.expect(404);
        for wrong in [json!({"count": 0}), json!({"count": -1}), json!({"expiration": -1}), json!({"count": "x"})] {
            admin.post(path, &wrong).await.expect(400);
        }
    }

    async fn only_admins_make_initial_tokens(server) {
        let tokens = Client::photo_frame(&server).password_grant(&Person::alice(), "openid").await.expect_tokens();
        let alice = Admin::with_bearer(&server, &tokens.access_token());
        let refused = alice.post("/demo/clients-initial-access", &json!({})).await;
        assert!([401, 403].contains(&refused.status), "{refused}");
        let foreign = Admin::sign_in(&server).await.post("/master/clients-initial-access", &json!({})).await.expect(200);
        register(&server, Some(&foreign.text("token")), &agent()).await.expect_error(401, "invalid_token");
    }

    async fn a_client_reads_changes_and_ends_itself_and_nobody_elses(server) {
        open_the_door(&server).await;
        let made = register(&server, None, &agent()).await.expect(201);
        let other = register(&server, None, &agent()).await.expect(201);
        let read = manage(&server, Method::GET, &made, None).await.expect(200);
        assert_eq!(read.text("client_name"), "Helpful agent");
        assert_eq!(read.text("registration_access_token"), made.text("registration_access_token"));
        let id = made.text("client_id");
        let change = with(json!({"client_id": id, "client_name": "Better agent", "redirect_uris": ["https://agent.example/cb"]}));
        let changed = manage(&server, Method::PUT, &made, Some(&change)).await.expect(200);
        assert_eq!(changed.text("client_name"), "Better agent");
        assert_eq!(Admin::sign_in(&server).await.client(&id).await["redirectUris"], json!(["https://agent.example/cb"]));
        for wrong in [with(json!({})), with(json!({"client_id": other.text("client_id")})), with(json!({"client_id": id, "registration_access_token": "x"}))] {
            manage(&server, Method::PUT, &made, Some(&wrong)).await.expect_error(400, "invalid_request");
        }
        let crossed = server.http().delete(other.text("registration_client_uri")).bearer_auth(made.text("registration_access_token"));
        Answer::of(crossed).await.expect_error(401, "invalid_token");
        let unknown = server.demo_url("/clients-registrations/openid-connect/photo-frame");
        Answer::of(server.http().get(unknown).bearer_auth(made.text("registration_access_token"))).await.expect_error(401, "invalid_token");
        Answer::of(server.http().get(other.text("registration_client_uri"))).await.expect(401);
    }

    async fn what_an_admin_has_set_on_a_client_outlives_its_own_changes(server) {
        open_the_door(&server).await;
        let made = register(&server, None, &agent()).await.expect(201);
        let id = made.text("client_id");
        let admin = Admin::sign_in(&server).await;
        let limit = json!({"attributes": {"client.offline.session.max.lifespan": "3600"}});
        admin.change_client(&id, limit).await;
        manage(&server, Method::PUT, &made, Some(&with(json!({"client_id": id})))).await.expect(200);
        assert_eq!(admin.client(&id).await["attributes"]["client.offline.session.max.lifespan"], "3600");
        admin.change_client(&id, json!({"enabled": false})).await;
        manage(&server, Method::PUT, &made, Some(&with(json!({"client_id": id})))).await.expect_error(401, "invalid_token");
    }

    async fn a_client_wins_back_neither_scopes_nor_flows_that_an_admin_took_away(server) {
        open_the_door(&server).await;
        let device = "urn:ietf:params:oauth:grant-type:device_code";
        let greedy = json!({"grant_types": ["authorization_code", "refresh_token", device], "scope": "openid email phone offline_access"});
        let made = register(&server, None, &with(greedy.clone())).await.expect(201);
        let id = made.text("client_id");
        let admin = Admin::sign_in(&server).await;
        let change = json!({"optionalClientScopes": ["phone"], "defaultClientScopes": ["roles"]});
        admin.change_client(&id, change).await;
        let mut wish = with(greedy);
        wish["client_id"] = json!(id);
        for scope in [json!("openid email phone offline_access"), json!(null)] {
            wish["scope"] = scope;
            let changed = manage(&server, Method::PUT, &made, Some(&wish)).await.expect(200);
            let mut scopes = changed.scopes();
            scopes.sort();
            assert_eq!(scopes, ["phone", "roles"], "{changed}");
            assert_eq!(changed.json()["grant_types"].as_array().map(Vec::len), Some(3), "{changed}");
        }
        let off = json!({"oauth2.device.authorization.grant.enabled": "false", "use.refresh.tokens": "false"});
        admin.change_client(&id, json!({"standardFlowEnabled": false, "attributes": off})).await;
        let changed = manage(&server, Method::PUT, &made, Some(&wish)).await.expect(200);
        assert_eq!(changed.json()["grant_types"], json!([]), "{changed}");
        assert_eq!(admin.client(&id).await["standardFlowEnabled"], false);
    }

    async fn an_agent_with_keys_of_its_own_signs_instead_of_keeping_a_secret(server) {
        open_the_door(&server).await;
        let key = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
        let keys = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key.public_jwk()]}});
        let made = register(&server, None, &with(keys)).await.expect(201);
        assert!(!made.has("client_secret"), "{made}");
        let id = made.text("client_id");
        let now_s = made.number("client_id_issued_at");
        let claims = json!({"iss": id, "sub": id, "aud": server.issuer(demo::REALM), "exp": now_s + 60, "jti": token::unguessable()});
        let assertion = key.sign_jwt("JWT", &claims).expect("a signature");
        let client = Client::public(&server, &id).with(Authentication::Assertion(assertion));
        client.authorize(&server, &Person::alice(), &Choice::accept()).await;
    }

    async fn a_device_registers_for_its_own_grant(server) {
        open_the_door(&server).await;
        let grants = json!({"grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"], "redirect_uris": []});
        let made = register(&server, None, &with(grants)).await.expect(201);
        let client = Client::public(&server, &made.text("client_id"));
        let device = client.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200);
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        client.poll_device(&device.text("device_code")).await.expect_tokens();
    }

    async fn bad_metadata_are_named_by_their_kind(server) {
        open_the_door(&server).await;
        let redirects = [
            json!([]), json!(["http://app.example/cb"]), json!(["https://app.example/#f"]), json!(["javascript:alert(1)"]),
            json!(["https://user@evil.example/"]), json!(["https://*.example/cb"]), json!(["myapp:/cb"]),
            json!(vec!["https://app.example/cb"; 50]),
        ];
        for uris in redirects {
            let answer = register(&server, None, &with(json!({"redirect_uris": uris}))).await;
            assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_redirect_uri"), "{uris}: {answer}");
        }
        let others = [
            json!({"redirect_uris": "https://app.example/cb"}),
            json!({"token_endpoint_auth_method": "tls_client_auth"}),
            json!({"token_endpoint_auth_method": "private_key_jwt"}),
            json!({"jwks_uri": "https://app.example/jwks"}),
            json!({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}),
            json!({"jwks": "text"}),
            json!({"grant_types": ["client_credentials"]}),
            json!({"grant_types": ["implicit"], "response_types": ["token"]}),
            json!({"response_types": ["code token"]}),
            json!({"scope": "openid admin"}),
            json!({"scope": "openid \u{e9}"}),
            json!({"client_uri": "http://app.example"}),
            json!({"logo_uri": "javascript:alert(1)"}),
            json!({"contacts": ["not an address"]}),
            json!({"client_name": "a\u{202e}b"}),
            json!({"client_name": "x".repeat(300)}),
            json!({"id_token_signed_response_alg": "none"}),
            json!({"subject_type": "pairwise"}),
        ];
        for change in others {
            let answer = register(&server, None, &with(change.clone())).await;
            assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_client_metadata"), "{change}: {answer}");
        }
        for body in ["", "[]", "{", "null", "\"x\""] {
            let request = server.http().post(server.demo_url("/clients-registrations/openid-connect"));
            let answer = Answer::of(request.header("content-type", "application/json").body(body)).await;
            assert_eq!(answer.status, 400, "{body}: {answer}");
        }
    }

    async fn scopes_are_limited_to_those_of_new_clients_and_to_what_was_asked_for(server) {
        open_the_door(&server).await;
        let made = register(&server, None, &with(json!({"scope": "openid email"}))).await.expect(201);
        assert!(!made.scopes().contains(&"offline_access".to_owned()), "{made}");
        let client = Client::public(&server, &made.text("client_id"));
        let request = AuthorizationRequest::new(&client.id);
        let redirect = Browser::new(&server).open(&request.url(&server)).await.redirect();
        redirect.expect_error("invalid_scope", &server.issuer(demo::REALM));
    }

    async fn a_realm_takes_no_flood_of_clients(server) {
        open_the_door(&server).await;
        let admin = Admin::sign_in(&server).await;
        let settings = json!({"client.registration.open": "true", "client.registration.limit": "3"});
        admin.change_realm(json!({"attributes": settings})).await;
        let mut last = None;
        for _ in 0..3 {
            last = Some(register(&server, None, &agent()).await.expect(201));
        }
        register(&server, None, &agent()).await.expect_error(400, "access_denied");
        manage(&server, Method::DELETE, &last.expect("one"), None).await.expect(204);
        register(&server, None, &agent()).await.expect(201);
        let settings = json!({"client.registration.open": "true", "client.registration.limit": "100"});
        admin.change_realm(json!({"attributes": settings})).await;
        let mut refused = 0;
        for _ in 0..20 {
            refused += u32::from(register(&server, None, &agent()).await.status == 503);
        }
        assert!(refused > 0, "one place registers no more than twenty an hour");
        server.advance_clock(3_601).await;
        register(&server, None, &agent()).await.expect(201);
    }

    async fn secrets_of_a_registration_are_never_logged(server) {
        open_the_door(&server).await;
        let made = register(&server, None, &with(json!({"token_endpoint_auth_method": "client_secret_basic"}))).await.expect(201);
        manage(&server, Method::GET, &made, None).await.expect(200);
        server.assert_never_logged(&[&made.text("registration_access_token"), &made.text("client_secret")]);
    }

    async fn any_page_may_register_and_discovery_says_where(server) {
        let metadata = Answer::of(server.http().get(server.demo_url("/.well-known/openid-configuration"))).await.json();
        let address = format!("{}/clients-registrations/openid-connect", server.issuer(demo::REALM));
        assert_eq!(metadata["registration_endpoint"], address);
        open_the_door(&server).await;
        let request = server.http().post(&address).header("Origin", "https://inspector.example").json(&agent());
        let answer = Answer::of(request).await.expect(201);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.header("access-control-allow-credentials").is_empty(), "{answer}");
        let preflight = server.http().request(Method::OPTIONS, &address).header("Origin", "https://inspector.example");
        assert_eq!(Answer::of(preflight).await.header("access-control-allow-origin"), "*");
    }
}
