//! Pushed authorization requests (RFC 9126): judged when the client sends them, referred to by the browser, once and for a minute.

use crate::support::DAY_S;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, DpopKey, Prover, Redirect, TestServer,
    on_both_databases, token,
};
use serde_json::json;

const PAR: &str = "/protocol/openid-connect/ext/par/request";
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The request as its client would send it, with more or other parameters.
fn form<'a>(request: &'a AuthorizationRequest, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept =
        request.params.iter().filter(|(name, _)| name != "client_id" && more.iter().all(|(other, _)| other != name));
    kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect()
}

async fn push_with(client: &Client, request: &AuthorizationRequest, more: &[(&str, &str)]) -> Answer {
    client.push_request(&form(request, more)).await
}

async fn push(client: &Client, request: &AuthorizationRequest) -> String {
    push_with(client, request, &[]).await.expect(201).text("request_uri")
}

/// What the browser is sent to.
fn address(server: &TestServer, client_id: &str, reference: &str, more: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", client_id), ("request_uri", reference)])
        .finish();
    format!("{}/protocol/openid-connect/auth?{query}{more}", server.issuer(demo::REALM))
}

async fn answered(server: &TestServer, client_id: &str, reference: &str) -> Redirect {
    let address = address(server, client_id, reference, "");
    Browser::new(server).authorize_at(&address, &Person::alice(), &Choice::accept()).await
}

on_both_databases! {
    async fn a_pushed_request_leads_to_an_offline_session(server) {
        let (client, request) = (Client::nightly_backup(&server), AuthorizationRequest::nightly_backup());
        let taken = push_with(&client, &request, &[]).await.expect(201);
        assert!(taken.text("request_uri").starts_with(PREFIX), "{taken}");
        assert_eq!(taken.number("expires_in"), 60);
        assert!(taken.header("cache-control").contains("no-store"), "{taken}");
        let redirect = answered(&server, &client.id, &taken.text("request_uri")).await;
        assert_eq!(redirect.get("state"), Some(request.get("state")));
        let tokens = client.redeem(&request, &redirect.code()).await.expect_tokens();
        server.advance_clock(5 * DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.assert_never_logged(&[&taken.text("request_uri")]);
    }

    async fn a_reference_is_good_once_for_a_minute_and_for_its_client_in_its_realm(server) {
        let (client, request) = (Client::nightly_backup(&server), AuthorizationRequest::nightly_backup());
        let used = push(&client, &request).await;
        answered(&server, &client.id, &used).await;
        let late = push(&client, &request).await;
        server.advance_clock(60).await;
        let (foreign, other) = (push(&client, &request).await, push(&client, &request).await);
        let here = server.issuer(demo::REALM);
        for wrong in [
            address(&server, &client.id, &used, ""),
            address(&server, &client.id, &late, ""),
            address(&server, demo::PHOTO_FRAME, &foreign, ""),
            address(&server, &client.id, &other, "").replace(&here, &server.issuer(demo::MASTER)),
            address(&server, &client.id, &format!("{PREFIX}made-up"), ""),
            address(&server, &client.id, PREFIX, ""),
        ] {
            let page = Browser::new(&server).open_page(&wrong).await;
            assert_eq!(page.status, 400, "{wrong}: {page}");
        }
        // Whoever tried it as another client did not use it up.
        answered(&server, &client.id, &foreign).await;
    }

    async fn beside_the_reference_nothing_that_the_browser_brings_counts(server) {
        let (client, request) = (Client::nightly_backup(&server), AuthorizationRequest::nightly_backup().scope("openid"));
        let reference = push(&client, &request).await;
        let more = "&scope=openid+offline_access+phone&redirect_uri=https%3A%2F%2Fevil.example%2F&state=other&prompt=none";
        let address = address(&server, &client.id, &reference, more);
        let redirect = Browser::new(&server).authorize_at(&address, &Person::alice(), &Choice::accept()).await;
        assert!(redirect.to.as_str().starts_with(demo::REDIRECT_URI), "{redirect:?}");
        assert_eq!(redirect.get("state"), Some(request.get("state")));
        let tokens = client.redeem(&request, &redirect.code()).await.expect_tokens();
        assert!(!tokens.scopes().contains(&"phone".to_owned()), "{tokens}");
    }

    async fn what_is_wrong_is_told_to_the_client_at_once(server) {
        let (client, request) = (Client::nightly_backup(&server), AuthorizationRequest::nightly_backup());
        for (more, error) in [
            (("redirect_uri", "https://evil.example/"), "invalid_request"),
            (("scope", "openid nonsense"), "invalid_scope"),
            (("response_type", "token"), "unsupported_response_type"),
            (("prompt", "none login"), "invalid_request"),
            (("resource", "https://nowhere.example"), "invalid_target"),
            (("request_uri", "urn:ietf:params:oauth:request_uri:x"), "invalid_request"),
            (("request", "e30.e30."), "request_not_supported"),
            (("code_challenge_method", "plain"), "invalid_request"),
        ] {
            let answer = push_with(&client, &request, &[more]).await;
            assert_eq!((answer.status, answer.text("error").as_str()), (400, error), "{more:?}: {answer}");
        }
        let wrong = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong");
        push_with(&wrong, &request, &[]).await.expect_error(401, "invalid_client");
        let twice = [("scope", "openid"), ("scope", "openid")];
        push_with(&client, &request, &twice).await.expect_error(400, "invalid_request");
        let get = Answer::of(server.http().get(server.demo_url(PAR))).await;
        assert_eq!(get.status, 405, "{get}");
    }

    async fn a_client_speaks_for_itself_only(server) {
        let (client, request) = (Client::nightly_backup(&server), AuthorizationRequest::nightly_backup());
        let answer = push_with(&client, &request, &[("client_id", demo::PHOTO_FRAME)]).await;
        assert!(answer.status == 400 || answer.status == 401, "{answer}");
        let frame = Client::photo_frame(&server);
        let own = AuthorizationRequest::photo_frame();
        let redirect = answered(&server, &frame.id, &push(&frame, &own).await).await;
        frame.redeem(&own, &redirect.code()).await.expect_tokens();
    }

    async fn a_client_may_be_held_to_push_its_requests(server) {
        let (client, request) = (Client::nightly_backup(&server), AuthorizationRequest::nightly_backup());
        let held = json!({"attributes": {"require.pushed.authorization.requests": "true"}});
        Admin::sign_in(&server).await.change_client(demo::NIGHTLY_BACKUP, held).await;
        let refused = Browser::new(&server).open(&request.url(&server)).await.redirect();
        refused.expect_error("invalid_request", &server.issuer(demo::REALM));
        let redirect = answered(&server, &client.id, &push(&client, &request).await).await;
        client.redeem(&request, &redirect.code()).await.expect_tokens();
    }

    async fn a_key_that_the_request_names_binds_the_code(server) {
        let (frame, request) = (Client::photo_frame(&server), AuthorizationRequest::photo_frame());
        let thumbprint = DpopKey::new().thumbprint();
        let reference = push_with(&frame, &request, &[("dpop_jkt", &thumbprint)]).await.expect(201).text("request_uri");
        let redirect = answered(&server, &frame.id, &reference).await;
        frame.redeem(&request, &redirect.code()).await.expect_error(400, "invalid_dpop_proof");
    }

    async fn a_key_that_is_proven_with_the_request_binds_the_code(server) {
        let (frame, request) = (Client::photo_frame(&server), AuthorizationRequest::photo_frame());
        let (owner, thief) =
            (Prover::new(&frame, &server, DpopKey::new()), Prover::new(&frame, &server, DpopKey::new()));
        let key = owner.key.thumbprint();
        for more in [vec![], vec![("dpop_jkt", key.as_str())]] {
            let taken = owner.push(&form(&request, &more)).await.expect(201);
            assert!(!taken.header("dpop-nonce").is_empty(), "{taken}");
            assert!(!taken.has("dpop_nonce"), "{taken}");
            let code = answered(&server, &frame.id, &taken.text("request_uri")).await.code();
            frame.redeem(&request, &code).await.expect_error(400, "invalid_dpop_proof");
            thief.redeem(&request, &code).await.expect_error(400, "invalid_dpop_proof");
            owner.redeem(&request, &code).await.expect_bound_tokens();
        }
    }

    async fn a_proof_that_proves_nothing_or_another_key_is_refused(server) {
        let (frame, request) = (Client::photo_frame(&server), AuthorizationRequest::photo_frame());
        let owner = Prover::new(&frame, &server, DpopKey::new());
        let other = DpopKey::new().thumbprint();
        let named = form(&request, &[("dpop_jkt", &other)]);
        owner.push(&named).await.expect_error(400, "invalid_dpop_proof");
        let plain = form(&request, &[]);
        let garbage = frame.unsent_push(&plain).header("DPoP", "garbage");
        Answer::of(garbage).await.expect_error(400, "invalid_dpop_proof");
        let twice = frame.unsent_push(&plain).header("DPoP", "one").header("DPoP", "two");
        Answer::of(twice).await.expect_error(400, "invalid_dpop_proof");
        // A proof for the token endpoint is none for this one.
        let elsewhere = owner.key.sign(&owner.token_proof().await);
        Answer::of(frame.unsent_push(&plain).header("DPoP", elsewhere)).await.expect_error(400, "invalid_dpop_proof");
    }

    async fn one_place_pushes_no_more_than_it_may_ask_for(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"attributes": {"login.requests.per.address": "3"}})).await;
        let (frame, request) = (Client::photo_frame(&server), AuthorizationRequest::photo_frame());
        for _ in 0..3 {
            push(&frame, &request).await;
        }
        push_with(&frame, &request, &[]).await.expect_error(503, "temporarily_unavailable");
        let elsewhere = frame.from_place([127, 0, 0, 9], "Elsewhere");
        push(&elsewhere, &request).await;
    }

    async fn a_long_request_is_refused_and_what_means_nothing_is_not_part_of_it(server) {
        let (frame, request) = (Client::photo_frame(&server), AuthorizationRequest::photo_frame());
        let (long, junk) = ("x".repeat(16_384), "x".repeat(60_000));
        push_with(&frame, &request, &[("login_hint", &long)]).await.expect_error(400, "invalid_request");
        let reference = push_with(&frame, &request, &[("junk", &junk)]).await.expect(201).text("request_uri");
        let redirect = answered(&server, &frame.id, &reference).await;
        frame.redeem(&request, &redirect.code()).await.expect_tokens();
    }

    async fn discovery_names_the_endpoint(server) {
        let metadata = Answer::of(server.http().get(server.demo_url("/.well-known/openid-configuration"))).await.json();
        assert_eq!(metadata["pushed_authorization_request_endpoint"], format!("{}{PAR}", server.issuer(demo::REALM)));
        assert_eq!(metadata["require_pushed_authorization_requests"], false);
        // A page of a public client in a browser may read the answer.
        let tokens = Client::photo_frame(&server).password_grant(&Person::alice(), "openid").await.expect_tokens();
        assert!(token::claims(&tokens.access_token())["sub"].is_string());
    }
}
