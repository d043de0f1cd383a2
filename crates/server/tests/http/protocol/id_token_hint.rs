//! `id_token_hint` at the authorization endpoint (OIDC Core §3.1.2.1): the answer is about the user whom it names, or it is an error.

use perennial_testkit::authorize::sign_in;
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, Redirect, TestServer, on_both_databases, token,
};
use serde_json::json;

/// A person who is signed in, in a browser of their own, and the tokens that nightly-backup got.
async fn signed_in(server: &TestServer, person: &Person) -> (Browser, Answer) {
    let (browser, request) = (Browser::new(server), request());
    let redirect = browser.authorize(server, &request, person, &Choice::accept()).await;
    let tokens = Client::nightly_backup(server).redeem(&request, &redirect.code()).await.expect_tokens();
    (browser, tokens)
}

fn request() -> AuthorizationRequest {
    AuthorizationRequest::nightly_backup().scope("openid")
}

fn about(hint: &str) -> AuthorizationRequest {
    request().with("id_token_hint", hint)
}

async fn silently(server: &TestServer, browser: &Browser, hint: &str) -> Redirect {
    browser.open(&about(hint).prompt("none").url(server)).await.redirect()
}

fn subject(tokens: &Answer) -> String {
    token::claims(&tokens.id_token())["sub"].as_str().expect("a user").to_owned()
}

on_both_databases! {
    async fn nobody_is_silently_answered_for_in_the_name_of_another(server) {
        let ((alices, alice), (bobs, bob)) =
            (signed_in(&server, &Person::alice()).await, signed_in(&server, &Person::bob()).await);
        silently(&server, &alices, &alice.id_token()).await.code();
        silently(&server, &bobs, &bob.id_token()).await.code();
        let refused = silently(&server, &bobs, &alice.id_token()).await;
        refused.expect_error("login_required", &server.issuer(demo::REALM));
    }

    async fn the_sign_in_page_is_shown_and_only_who_is_named_gets_past_it(server) {
        let (_, alice) = signed_in(&server, &Person::alice()).await;
        let (bobs, _) = signed_in(&server, &Person::bob()).await;
        for browser in [bobs.clone(), Browser::new(&server)] {
            let wrong = about(&alice.id_token());
            let page = browser.open_page(&wrong.url(&server)).await;
            let refused = browser.submit(&sign_in(&page, &Person::bob())).await.redirect();
            refused.expect_error("login_required", &server.issuer(demo::REALM));
            assert_eq!(refused.get("state"), Some(wrong.get("state")));
        }
        let right = about(&alice.id_token());
        let page = bobs.open_page(&right.url(&server)).await;
        let code = bobs.submit(&sign_in(&page, &Person::alice())).await.redirect().code();
        let tokens = Client::nightly_backup(&server).redeem(&right, &code).await.expect_tokens();
        assert_eq!(subject(&tokens), subject(&alice));
    }

    async fn one_that_has_expired_under_a_key_that_was_replaced_is_as_good(server) {
        let (browser, tokens) = signed_in(&server, &Person::alice()).await;
        Admin::sign_in(&server).await.post("/demo/keys/rotate", &json!({"kind": "signing"})).await.expect(200);
        server.advance_clock(1_200).await;
        let expires_s = token::claims(&tokens.id_token())["exp"].as_i64().expect("an end");
        assert!(expires_s < server.now_s().await, "it has not expired");
        silently(&server, &browser, &tokens.id_token()).await.code();
    }

    async fn another_clients_hint_does_not_tell_who_is_signed_in(server) {
        let (browser, _) = signed_in(&server, &Person::alice()).await;
        let frame = Client::photo_frame(&server);
        for person in [Person::alice(), Person::bob()] {
            let tokens = frame.password_grant(&person, "openid").await.expect_tokens();
            let refused = silently(&server, &browser, &tokens.id_token()).await;
            refused.expect_error("login_required", &server.issuer(demo::REALM));
        }
    }

    async fn with_what_this_realm_has_not_signed_as_an_id_token_nobody_is_answered_for_silently_but_may_sign_in(server) {
        let (browser, tokens) = signed_in(&server, &Person::alice()).await;
        let master = Client::new(&server, demo::MASTER, "admin-cli", Authentication::None);
        let foreign = master.password_grant(&Person::admin(), "openid").await.expect_tokens().id_token();
        let damaged = token::damaged(&tokens.id_token()).into_iter().filter(|(_, hint)| hint.len() < 4_000);
        let others = [("an access token", tokens.access_token()), ("another realm's", foreign.clone())];
        for (what, hint) in damaged.chain(others) {
            let refused = silently(&server, &browser, &hint).await;
            assert_eq!(refused.get("error"), Some("login_required"), "{what}: {refused:?}");
        }
        let request = about(&foreign);
        let page = browser.open_page(&request.url(&server)).await;
        let code = browser.submit(&sign_in(&page, &Person::alice())).await.redirect().code();
        Client::nightly_backup(&server).redeem(&request, &code).await.expect_tokens();
    }

    async fn a_pushed_request_keeps_its_hint(server) {
        let (_, alice) = signed_in(&server, &Person::alice()).await;
        let (bobs, _) = signed_in(&server, &Person::bob()).await;
        let (client, silent) = (Client::nightly_backup(&server), about(&alice.id_token()).prompt("none"));
        let form: Vec<_> = silent.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let reference = client.push_request(&form).await.expect(201).text("request_uri");
        let pushed = request().with("request_uri", &reference);
        let refused = bobs.open(&pushed.url(&server)).await.redirect();
        refused.expect_error("login_required", &server.issuer(demo::REALM));
    }
}
