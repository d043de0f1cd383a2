//! Sender-constrained tokens (RFC 9449): a public client's are bound to its key, a confidential client's access tokens to the
//! key of each request.

use crate::support::{DAY_S, alices_backup};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::token::claims;
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, DpopKey, Prover, TestServer, client::checked_code,
    on_both_databases,
};
use serde_json::json;

/// A code for the request, which alice allowed.
pub async fn code_for(server: &TestServer, request: &AuthorizationRequest) -> String {
    let redirect = Browser::new(server).authorize(server, request, &Person::alice(), &Choice::accept()).await;
    checked_code(server, request, &redirect)
}

/// alice allows the client to act while she is away; its tokens are asked for with the prover's key.
pub async fn authorized(prover: &Prover<'_>) -> Answer {
    let request = AuthorizationRequest::new(&prover.client.id);
    let code = code_for(prover.server, &request).await;
    prover.redeem(&request, &code).await.expect_bound_tokens()
}

on_both_databases! {
    async fn the_server_asks_for_its_nonce_and_gives_the_next_with_each_answer(server) {
        let frame = Client::photo_frame(&server);
        let prover = Prover::new(&frame, &server, DpopKey::new());
        let request = AuthorizationRequest::photo_frame();
        let code = code_for(&server, &request).await;
        let params = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", request.redirect_uri.as_str()),
            ("code_verifier", request.pkce.verifier.as_str()),
        ];
        let asked = prover.token_with(&params, &prover.token_proof().await).await.expect_error(400, "use_dpop_nonce");
        assert!(!asked.header("dpop-nonce").is_empty(), "{asked}");
        let tokens = prover.token_with(&params, &prover.token_proof().await).await.expect_bound_tokens();
        assert!(!tokens.header("dpop-nonce").is_empty(), "the refusal before consumed nothing");
        server.advance_clock(301).await;
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", &tokens.refresh_token())];
        let old = prover.token_with(&refresh, &prover.token_proof().await).await;
        old.expect_error(400, "use_dpop_nonce");
        prover.token_with(&refresh, &prover.token_proof().await).await.expect_bound_tokens();
    }

    async fn a_browser_app_can_read_the_nonce(server) {
        let frame = Client::photo_frame(&server);
        let prover = Prover::new(&frame, &server, DpopKey::new());
        let tokens = authorized(&prover).await;
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", &tokens.refresh_token())];
        let proof = prover.key.sign(&prover.token_proof().await);
        let request = frame.token_request(&refresh).header("Origin", "http://localhost:9999").header("DPoP", proof);
        let answer = Answer::of(request).await.expect_bound_tokens();
        assert!(answer.header("access-control-expose-headers").contains("DPoP-Nonce"), "{answer}");
    }

    async fn a_public_clients_tokens_are_bound_to_its_key(server) {
        let frame = Client::photo_frame(&server);
        for key in [DpopKey::new(), DpopKey::ed25519()] {
            let prover = Prover::new(&frame, &server, key);
            let thumbprint = prover.key.thumbprint();
            let tokens = authorized(&prover).await;
            assert_eq!(claims(&tokens.access_token())["cnf"], json!({"jkt": thumbprint}));
            let api = Client::nightly_backup(&server);
            let seen = api.introspect(&tokens.access_token()).await.expect(200).json();
            assert_eq!((&seen["active"], &seen["token_type"]), (&json!(true), &json!("DPoP")));
            assert_eq!(seen["cnf"], json!({"jkt": thumbprint}));
            let refreshed = prover.refresh(&tokens.refresh_token()).await.expect_bound_tokens();
            assert_eq!(claims(&refreshed.access_token())["cnf"], json!({"jkt": thumbprint}));
            prover.userinfo(&refreshed.access_token()).await.expect(200);
        }
    }

    async fn a_stolen_refresh_token_is_worth_nothing_without_the_key(server) {
        let frame = Client::photo_frame(&server);
        let owner = Prover::new(&frame, &server, DpopKey::new());
        let offline = authorized(&owner).await.refresh_token();
        frame.refresh(&offline).await.expect_error(400, "invalid_dpop_proof");
        let thief = Prover::new(&frame, &server, DpopKey::new());
        thief.refresh(&offline).await.expect_error(400, "invalid_dpop_proof");
        owner.refresh(&offline).await.expect_bound_tokens();
    }

    async fn a_confidential_clients_refresh_token_is_bound_to_no_key(server) {
        let (client, tokens) = alices_backup(&server).await;
        let offline = tokens.refresh_token();
        for key in [DpopKey::new(), DpopKey::new()] {
            let prover = Prover::new(&client, &server, key);
            let answer = prover.refresh(&offline).await.expect_bound_tokens();
            assert_eq!(claims(&answer.access_token())["cnf"], json!({"jkt": prover.key.thumbprint()}));
            prover.userinfo(&answer.access_token()).await.expect(200);
        }
        let plain = client.refresh(&offline).await.expect_tokens();
        assert!(claims(&plain.access_token())["cnf"].is_null());
        client.userinfo(&plain.access_token()).await.expect(200);
    }

    async fn a_public_client_with_a_key_rotates_like_one_that_authenticates(server) {
        let frame = Client::photo_frame(&server);
        let prover = Prover::new(&frame, &server, DpopKey::new());
        let bound = authorized(&prover).await.refresh_token();
        let again = prover.refresh(&bound).await.expect_bound_tokens();
        assert_eq!(again.refresh_token(), bound, "auto never replaces what a thief cannot use");
        let unbound = frame.authorize(&server, &Person::alice(), &Choice::accept()).await.refresh_token();
        assert_ne!(frame.refresh(&unbound).await.expect_tokens().refresh_token(), unbound);
        Admin::sign_in(&server).await.rotate_always().await;
        let next = prover.refresh(&bound).await.expect_bound_tokens().refresh_token();
        assert_ne!(next, bound);
        server.advance_clock(DAY_S).await;
        let lost = prover.refresh(&bound).await.expect_bound_tokens();
        assert_eq!(lost.refresh_token(), next, "whoever proves a key gets a lost answer again until it was seen");
    }

    async fn a_code_is_only_for_the_key_that_it_was_asked_for_with(server) {
        let frame = Client::photo_frame(&server);
        let owner = Prover::new(&frame, &server, DpopKey::new());
        let request = AuthorizationRequest::photo_frame().with("dpop_jkt", &owner.key.thumbprint());
        let code = code_for(&server, &request).await;
        frame.redeem(&request, &code).await.expect_error(400, "invalid_dpop_proof");
        let thief = Prover::new(&frame, &server, DpopKey::new());
        thief.redeem(&request, &code).await.expect_error(400, "invalid_dpop_proof");
        owner.redeem(&request, &code).await.expect_bound_tokens();
        for wrong in ["x", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I=", "0ZcOCORZNYy+DWpqq30jZyJGHTN0d2HglBV3uiguA4I"] {
            let request = AuthorizationRequest::photo_frame().with("dpop_jkt", wrong);
            let redirect = Browser::new(&server).open(&request.url(&server)).await.redirect();
            redirect.expect_error("invalid_request", &server.issuer(demo::REALM));
        }
    }

    async fn a_client_can_be_made_to_prove_a_key_always(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_client("nightly-backup", json!({"attributes": {"dpop.bound.access.tokens": "true"}})).await;
        let read = admin.client("nightly-backup").await;
        assert_eq!(read["attributes"]["dpop.bound.access.tokens"], json!("true"));
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_dpop_proof");
        client.client_credentials("openid").await.expect_error(400, "invalid_dpop_proof");
        let prover = Prover::new(&client, &server, DpopKey::new());
        prover.refresh(&tokens.refresh_token()).await.expect_bound_tokens();
        let service = prover.token(&[("grant_type", "client_credentials"), ("scope", "openid")]).await;
        assert_eq!(claims(&service.expect_bound_tokens().access_token())["cnf"], json!({"jkt": prover.key.thumbprint()}));
    }

    async fn the_password_grant_binds_a_public_clients_tokens_too(server) {
        let frame = Client::photo_frame(&server);
        let owner = Prover::new(&frame, &server, DpopKey::new());
        let params = [
            ("grant_type", "password"), ("username", "alice"), ("password", "alice-demo"), ("scope", "openid offline_access"),
        ];
        let tokens = owner.token(&params).await.expect_bound_tokens();
        frame.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_dpop_proof");
        owner.refresh(&tokens.refresh_token()).await.expect_bound_tokens();
    }

    async fn discovery_names_the_algorithms_of_proofs(server) {
        let url = server.demo_url("/.well-known/openid-configuration");
        let metadata = Answer::of(server.http().get(url)).await.expect(200).json();
        assert_eq!(metadata["dpop_signing_alg_values_supported"], json!(["RS256", "ES256", "EdDSA"]));
    }
}
