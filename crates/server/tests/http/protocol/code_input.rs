//! Bad input with a code: wrong verifier, foreign client, used twice, too late, damaged.

use perennial_testkit::demo::Person;
use perennial_testkit::{AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};

on_both_databases! {
    async fn a_wrong_or_missing_verifier_is_refused(server) {
        for verifier in ["", "wrong", &"a".repeat(43), &"ä".repeat(43), &"a".repeat(5_000)] {
            let (request, code) = a_code(&server, AuthorizationRequest::nightly_backup()).await;
            let client = Client::nightly_backup(&server);
            let params = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &request.redirect_uri), ("code_verifier", verifier)];
            client.token(&params).await.expect_error(400, "invalid_grant");
        }
        let (request, code) = a_code(&server, AuthorizationRequest::photo_frame()).await;
        let params = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &request.redirect_uri)];
        let answer = Client::photo_frame(&server).token(&params).await.expect(400);
        assert!(["invalid_grant", "invalid_request"].contains(&answer.text("error").as_str()), "{answer}");
    }

    async fn a_verifier_for_a_code_without_challenge_is_refused(server) {
        let bare = AuthorizationRequest::nightly_backup().without("code_challenge").without("code_challenge_method");
        let (request, code) = a_code(&server, bare).await;
        let client = Client::nightly_backup(&server);
        client.redeem(&request, &code).await.expect_error(400, "invalid_grant");
    }

    async fn a_confidential_client_may_do_without_pkce(server) {
        let bare = AuthorizationRequest::nightly_backup().without("code_challenge").without("code_challenge_method");
        let (request, code) = a_code(&server, bare).await;
        let params = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &request.redirect_uri)];
        Client::nightly_backup(&server).token(&params).await.expect_tokens();
    }

    async fn a_code_used_twice_ends_what_its_first_use_gave(server) {
        let (request, code) = a_code(&server, AuthorizationRequest::nightly_backup()).await;
        let client = Client::nightly_backup(&server);
        let tokens = client.redeem(&request, &code).await.expect_tokens();
        client.redeem(&request, &code).await.expect_error(400, "invalid_grant");
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&tokens.access_token()).await);
    }

    async fn a_code_replayed_without_the_right_verifier_or_client_ends_nothing(server) {
        let (request, code) = a_code(&server, AuthorizationRequest::nightly_backup()).await;
        let client = Client::nightly_backup(&server);
        let tokens = client.redeem(&request, &code).await.expect_tokens();
        let thiefs = AuthorizationRequest::nightly_backup();
        client.redeem(&thiefs, &code).await.expect_error(400, "invalid_grant");
        Client::photo_frame(&server).redeem(&request, &code).await.expect_error(400, "invalid_grant");
        Client::confidential(&server, "nightly-backup", "wrong").redeem(&request, &code).await.expect_error(401, "invalid_client");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn an_expired_code_is_refused(server) {
        let (request, code) = a_code(&server, AuthorizationRequest::nightly_backup()).await;
        server.advance_clock(61).await;
        Client::nightly_backup(&server).redeem(&request, &code).await.expect_error(400, "invalid_grant");
    }

    async fn another_clients_code_and_another_redirect_uri_are_refused(server) {
        let (request, code) = a_code(&server, AuthorizationRequest::nightly_backup()).await;
        Client::photo_frame(&server).redeem(&request, &code).await.expect_error(400, "invalid_grant");
        let (mut request, code) = a_code(&server, AuthorizationRequest::nightly_backup()).await;
        request.redirect_uri = "http://localhost:9999/other".to_owned();
        Client::nightly_backup(&server).redeem(&request, &code).await.expect_error(400, "invalid_grant");
    }

    async fn damaged_and_missing_codes_are_refused(server) {
        let (request, code) = a_code(&server, AuthorizationRequest::nightly_backup()).await;
        let client = Client::nightly_backup(&server);
        let (shorter, longer, long) = (code[1..].to_owned(), format!("{code}x"), "a".repeat(9_000));
        for wrong in [shorter.as_str(), &longer, &long, "garbage", "\u{0}", "' or 1=1 --", "a.b.c"] {
            client.redeem(&request, wrong).await.expect_error(400, "invalid_grant");
        }
        client.token(&[("grant_type", "authorization_code")]).await.expect_error(400, "invalid_request");
        client.redeem(&request, &code).await.expect_tokens();
    }

    async fn repeated_parameters_are_invalid_requests_and_consume_nothing(server) {
        let (request, code) = a_code(&server, AuthorizationRequest::nightly_backup()).await;
        let client = Client::nightly_backup(&server);
        for (name, value) in [("code", code.as_str()), ("grant_type", "authorization_code"), ("code_verifier", &request.pkce.verifier)] {
            let mut params = vec![
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", &request.redirect_uri),
                ("code_verifier", &request.pkce.verifier),
            ];
            params.push((name, value));
            client.token(&params).await.expect_error(400, "invalid_request");
        }
        client.redeem(&request, &code).await.expect_tokens();
    }
}

async fn a_code(server: &TestServer, request: AuthorizationRequest) -> (AuthorizationRequest, String) {
    let redirect = Browser::new(server).authorize(server, &request, &Person::alice(), &Choice::accept()).await;
    let code = redirect.code();
    (request, code)
}
