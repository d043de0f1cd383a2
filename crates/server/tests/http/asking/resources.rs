//! Resource indicators (RFC 8707): which may be asked for, and what the tokens are good for.

use perennial_testkit::demo::{self, Person};
use perennial_testkit::token::claims;
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, client::checked_code, on_both_databases,
};
use serde_json::json;

const MAIL: &str = "https://mail.example/api";
const FILES: &str = "https://files.example/api";

async fn mail_and_files(server: &TestServer) -> Admin {
    let admin = Admin::sign_in(server).await;
    admin.create_resource(MAIL, json!({"name": "Mail"})).await;
    admin.create_resource(FILES, json!({})).await;
    admin
}

async fn authorized(server: &TestServer, uris: &[&str]) -> (Client, Answer) {
    let client = Client::nightly_backup(server);
    let request = AuthorizationRequest::nightly_backup().for_resources(uris);
    let tokens = client.authorize_with(server, &request, &Person::alice(), &Choice::accept()).await;
    (client, tokens)
}

fn audience(answer: &Answer) -> serde_json::Value {
    claims(&answer.access_token())["aud"].clone()
}

on_both_databases! {
    async fn only_registered_absolute_uris_may_be_asked_for(server) {
        mail_and_files(&server).await;
        for foreign in ["https://other.example/", "https://mail.example/API", "mail", "/api", "https://mail.example/api#x"] {
            let request = AuthorizationRequest::nightly_backup().for_resources(&[MAIL, foreign]);
            let redirect = Browser::new(&server).open(&request.url(&server)).await.redirect();
            redirect.expect_error("invalid_target", &server.issuer(demo::REALM));
        }
        let flood: Vec<String> = (0..40).map(|n| format!("https://api{n}.example/")).collect();
        let flood: Vec<&str> = flood.iter().map(String::as_str).collect();
        let request = AuthorizationRequest::nightly_backup().for_resources(&flood);
        let redirect = Browser::new(&server).open(&request.url(&server)).await.redirect();
        redirect.expect_error("invalid_target", &server.issuer(demo::REALM));
    }

    async fn the_audience_is_what_was_chosen_of_what_was_granted(server) {
        mail_and_files(&server).await;
        let (client, tokens) = authorized(&server, &[MAIL, FILES, MAIL]).await;
        assert_eq!(audience(&tokens), json!([FILES, MAIL]));
        let offline = tokens.refresh_token();
        let mail = client.refresh_for(&offline, &[MAIL]).await.expect_tokens();
        assert_eq!(audience(&mail), json!(MAIL));
        let introspected = client.introspect(&mail.access_token()).await.expect(200).json();
        assert_eq!((&introspected["active"], &introspected["aud"]), (&json!(true), &json!([MAIL])));
        assert_eq!(audience(&client.refresh_for(&offline, &[FILES, MAIL]).await.expect_tokens()), json!([FILES, MAIL]));
        assert_eq!(audience(&client.refresh(&offline).await.expect_tokens()), json!([FILES, MAIL]));
    }

    async fn a_code_is_redeemed_for_some_of_its_resources_and_the_session_keeps_all(server) {
        mail_and_files(&server).await;
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().for_resources(&[MAIL, FILES]);
        let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        let code = checked_code(&server, &request, &redirect);
        let params = |resource| [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", request.redirect_uri.as_str()),
            ("code_verifier", request.pkce.verifier.as_str()),
            ("resource", resource),
        ];
        client.token(&params("https://other.example/")).await.expect_error(400, "invalid_target");
        let tokens = client.token(&params(FILES)).await.expect_tokens();
        assert_eq!(audience(&tokens), json!(FILES), "the refusal before has not consumed the code");
        let later = client.refresh_for(&tokens.refresh_token(), &[MAIL]).await.expect_tokens();
        assert_eq!(audience(&later), json!(MAIL));
    }

    async fn a_resource_that_was_not_granted_is_refused_and_consumes_nothing(server) {
        let admin = mail_and_files(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = authorized(&server, &[MAIL]).await;
        let offline = tokens.refresh_token();
        for wrong in [&[FILES][..], &[MAIL, FILES], &["https://other.example/"], &["x"]] {
            client.refresh_for(&offline, wrong).await.expect_error(400, "invalid_target");
        }
        client.refresh_for(&offline, &[MAIL]).await.expect_tokens();
        let (_, plain) = authorized(&server, &[]).await;
        client.refresh_for(&plain.refresh_token(), &[MAIL]).await.expect_error(400, "invalid_target");
    }

    async fn a_deleted_resource_is_refused_at_once_and_the_others_go_on(server) {
        let admin = Admin::sign_in(&server).await;
        let mail = admin.create_resource(MAIL, json!({})).await;
        admin.create_resource(FILES, json!({})).await;
        let (client, both) = authorized(&server, &[MAIL, FILES]).await;
        let (_, alone) = authorized(&server, &[MAIL]).await;
        admin.delete_resource(&mail).await;
        assert_eq!(audience(&client.refresh(&both.refresh_token()).await.expect_tokens()), json!(FILES));
        client.refresh_for(&both.refresh_token(), &[MAIL]).await.expect_error(400, "invalid_target");
        client.refresh(&alone.refresh_token()).await.expect_error(400, "invalid_target");
        assert!(!client.is_active(&alone.access_token()).await);
        assert!(!client.is_active(&alone.refresh_token()).await);
        let sessions = admin.offline_sessions("nightly-backup").await;
        let blocked: Vec<_> = sessions.iter().filter(|session| session["blockedBy"] == json!("resource")).collect();
        assert_eq!(blocked.len(), 1, "{sessions:?}");
        admin.create_resource(MAIL, json!({})).await;
        assert_eq!(audience(&client.refresh(&alone.refresh_token()).await.expect_tokens()), json!(MAIL));
    }

    async fn a_token_carries_only_the_scopes_that_its_resource_takes(server) {
        let admin = Admin::sign_in(&server).await;
        admin.create_resource(MAIL, json!({"scopes": ["email"]})).await;
        admin.create_resource(FILES, json!({})).await;
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().for_resources(&[MAIL, FILES]);
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        let all = tokens.scopes();
        assert!(all.iter().any(|scope| scope == "profile"), "{all:?}");
        let mail = client.refresh_for(&tokens.refresh_token(), &[MAIL]).await.expect_tokens();
        assert_eq!(mail.scopes(), ["email", "offline_access", "openid"]);
        assert_eq!(claims(&mail.access_token())["scope"].as_str().map(|scope| scope.contains("profile")), Some(false));
        assert_eq!(client.refresh(&tokens.refresh_token()).await.expect_tokens().scopes(), all);
    }

    async fn the_password_grant_asks_for_resources_in_the_same_way(server) {
        mail_and_files(&server).await;
        let (client, _) = authorized(&server, &[]).await;
        let params = |resource| [
            ("grant_type", "password"),
            ("username", "alice"),
            ("password", "alice-demo"),
            ("scope", "openid offline_access"),
            ("resource", resource),
        ];
        client.token(&params("https://other.example/")).await.expect_error(400, "invalid_target");
        let tokens = client.token(&params(MAIL)).await.expect_tokens();
        assert_eq!(audience(&tokens), json!(MAIL));
        client.refresh_for(&tokens.refresh_token(), &[FILES]).await.expect_error(400, "invalid_target");
    }

    async fn a_token_for_a_resource_opens_no_admin_api(server) {
        mail_and_files(&server).await;
        let (_, tokens) = authorized(&server, &[MAIL]).await;
        let thief = Admin::with_bearer(&server, &tokens.access_token());
        thief.get("/demo/resources").await.expect(403);
    }
}
