//! One offline token's whole life, seen by a relying party that we did not write: asked for, stored, and still good after
//! the user signed out and the server was killed.

use openidconnect::{OAuth2TokenResponse, TokenResponse};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Browser, Choice, Client, RelyingParty, on_both_databases, token};

on_both_databases! {
    async fn an_offline_token_outlives_the_sign_out_and_a_killed_server(server) {
        let app = RelyingParty::nightly_backup(&server).await;
        let browser = Browser::new(&server);
        let attempt = app.begin();
        let redirect = browser.authorize_at(attempt.url.as_str(), &Person::alice(), &Choice::accept()).await;
        assert_eq!(redirect.get("state"), Some(attempt.state.secret().as_str()));
        assert_eq!(redirect.get("iss"), Some(server.issuer(demo::REALM).as_str()));
        let first = app.finish(attempt, &redirect.code()).await;
        let stored = first.refresh_token().expect("an offline token").secret().clone();
        assert_eq!(token::claims(&stored)["typ"], "Offline");

        sign_out(&server, &browser, &first.id_token().expect("an ID token").to_string()).await;
        server.kill();
        server.restart().await;

        let app = RelyingParty::nightly_backup(&server).await;
        let fresh = app.refresh(&stored).await;
        let subject = app.claims(first.id_token().expect("an ID token")).subject().clone();
        let renewed = app.claims(fresh.id_token().expect("an ID token"));
        assert_eq!(*renewed.subject(), subject);
        assert_eq!(renewed.auth_time(), app.claims(first.id_token().expect("an ID token")).auth_time());

        let access = fresh.access_token();
        let claims = app.verify_access_token(access.secret());
        assert_eq!(claims["sub"], subject.as_str());
        assert_eq!(claims["azp"], demo::NIGHTLY_BACKUP);
        assert_eq!(*app.userinfo(access).await.subject(), subject);
        assert!(Client::nightly_backup(&server).is_active(access.secret()).await);
        server.assert_never_logged(&[&stored, access.secret(), demo::NIGHTLY_BACKUP_SECRET, "alice-demo"]);
    }

    async fn a_public_app_with_pkce_gets_the_same_through_the_same_library(server) {
        let app = RelyingParty::photo_frame(&server).await;
        let attempt = app.begin();
        let browser = Browser::new(&server);
        let redirect = browser.authorize_at(attempt.url.as_str(), &Person::bob(), &Choice::accept()).await;
        let first = app.finish(attempt, &redirect.code()).await;
        let stored = first.refresh_token().expect("an offline token").secret().clone();
        let fresh = app.refresh(&stored).await;
        let successor = fresh.refresh_token().expect("a rotated token").secret().clone();
        assert_ne!(successor, stored, "a public client's token rotates at each use");
        app.refresh(&successor).await;
    }

    async fn a_stopped_server_finishes_and_everything_is_there_after_its_start(server) {
        let (_, tokens) = crate::support::alices_backup(&server).await;
        server.terminate().await;
        server.restart().await;
        let client = Client::nightly_backup(&server);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
}

async fn sign_out(server: &perennial_testkit::TestServer, browser: &Browser, id_token: &str) {
    let path = format!("/protocol/openid-connect/logout?id_token_hint={id_token}");
    let page = browser.open_page(&format!("{}{path}", server.issuer(demo::REALM))).await;
    assert_eq!(page.status, 200, "{page}");
    let silent = perennial_testkit::AuthorizationRequest::nightly_backup().prompt("none");
    let redirect = browser.open(&silent.url(server)).await.redirect();
    redirect.expect_error("login_required", &server.issuer(demo::REALM));
}
