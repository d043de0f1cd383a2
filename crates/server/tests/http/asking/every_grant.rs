//! Every grant with and without `offline_access` (behaviour §2): what it leaves behind, and how the session says that it began.

use super::device::alices_device;
use crate::support::{DAY_S, alices_backup, is_signed_out};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases, token,
};
use serde_json::{Value, json};

const URN: &str = "urn:ietf:params:oauth:grant-type:";

fn typ(tokens: &Answer) -> String {
    token::claims(&tokens.refresh_token())["typ"].as_str().expect("a type").to_owned()
}

/// The one offline session that the client has, and its grant type.
async fn only_session(server: &TestServer, client_id: &str) -> String {
    let sessions = Admin::sign_in(server).await.offline_sessions(client_id).await;
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    sessions[0]["grantType"].as_str().expect("a grant type").to_owned()
}

/// Where the token's user is signed in.
async fn user_sessions(server: &TestServer, claims: &Value) -> Vec<Value> {
    let path = format!("/demo/users/{}/sessions", claims["sub"].as_str().expect("a user"));
    let listed = Admin::sign_in(server).await.get(&path).await.expect(200).json();
    listed.as_array().expect("a list").clone()
}

/// nightly-backup may have refresh tokens for itself.
async fn service_with_refresh_tokens(server: &TestServer) -> Client {
    let admin = Admin::sign_in(server).await;
    let attributes = json!({"client_credentials.use_refresh_token": "true"});
    admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
    Client::nightly_backup(server)
}

on_both_databases! {
    async fn a_code_gives_an_offline_session_where_that_was_asked_for(server) {
        let (client, tokens) = alices_backup(&server).await;
        assert_eq!(typ(&tokens), "Offline");
        assert_eq!(only_session(&server, demo::NIGHTLY_BACKUP).await, "authorization_code");
        let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(typ(&refreshed), "Offline");
        assert_eq!(only_session(&server, demo::NIGHTLY_BACKUP).await, "authorization_code", "a refresh begins nothing");
    }

    async fn a_sign_in_that_gave_offline_access_keeps_its_browser_signed_in_for_as_long_as_any(server) {
        let (browser, client) = (Browser::new(&server), Client::nightly_backup(&server));
        let request = AuthorizationRequest::nightly_backup();
        let redirect = browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        let tokens = client.redeem(&request, &redirect.code()).await.expect_tokens();
        assert!(!is_signed_out(&server, &browser).await);
        server.advance_clock(DAY_S).await;
        assert!(is_signed_out(&server, &browser).await);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_code_without_it_gives_an_online_grant(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().scope("openid");
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        assert_eq!(typ(&tokens), "Refresh");
        assert!(Admin::sign_in(&server).await.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
        server.advance_clock(DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_device_gives_an_offline_session_where_that_was_asked_for(server) {
        let (client, tokens) = alices_device(&server).await;
        assert_eq!(typ(&tokens), "Offline");
        assert_eq!(only_session(&server, demo::PHOTO_FRAME).await, format!("{URN}device_code"));
        server.advance_clock(DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_password_gives_an_offline_session_and_leaves_no_online_one(server) {
        let client = Client::photo_frame(&server);
        let tokens = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        assert_eq!(typ(&tokens), "Offline");
        assert_eq!(only_session(&server, demo::PHOTO_FRAME).await, "password");
        // Where there is no user session, the grant names itself (§1).
        let claims = token::claims(&tokens.access_token());
        assert_eq!(claims["sid"], claims["gid"], "no online session is left behind");
        assert!(user_sessions(&server, &claims).await.is_empty());
        server.advance_clock(DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_password_without_it_gives_an_online_grant_with_a_session(server) {
        let client = Client::photo_frame(&server);
        let tokens = client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        assert_eq!(typ(&tokens), "Refresh");
        let claims = token::claims(&tokens.access_token());
        assert_ne!(claims["sid"], claims["gid"]);
        assert_eq!(user_sessions(&server, &claims).await.len(), 1);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.advance_clock(DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_service_gets_an_offline_session_only_where_it_may_have_refresh_tokens(server) {
        let without = Client::nightly_backup(&server).client_credentials("openid offline_access").await.expect_tokens();
        assert!(!without.has("refresh_token") && !without.scopes().contains(&"offline_access".to_owned()), "{without}");
        let service = service_with_refresh_tokens(&server).await;
        let tokens = service.client_credentials("openid offline_access").await.expect_tokens();
        assert_eq!(typ(&tokens), "Offline");
        assert_eq!(only_session(&server, demo::NIGHTLY_BACKUP).await, "client_credentials");
        let claims = token::claims(&tokens.access_token());
        assert_eq!(claims["sid"], claims["gid"], "no online session behind it");
        assert!(user_sessions(&server, &claims).await.is_empty());
        server.advance_clock(10 * DAY_S).await;
        service.refresh(&tokens.refresh_token()).await.expect_tokens();
        let online = service.client_credentials("openid").await.expect_tokens();
        assert_eq!(typ(&online), "Refresh");
        service.refresh(&online.refresh_token()).await.expect_tokens();
    }

    async fn a_service_that_may_have_refresh_tokens_no_longer_keeps_none_of_them(server) {
        let service = service_with_refresh_tokens(&server).await;
        let tokens = service.client_credentials("openid offline_access").await.expect_tokens();
        let users = alices_backup(&server).await.1;
        let admin = Admin::sign_in(&server).await;
        let switch = async |on: &str| {
            let attributes = json!({"client_credentials.use_refresh_token": on});
            admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
        };
        switch("false").await;
        service.refresh(&tokens.refresh_token()).await.expect_error(400, "unauthorized_client");
        service.refresh(&users.refresh_token()).await.expect_tokens();
        switch("true").await;
        service.refresh(&tokens.refresh_token()).await.expect_tokens();
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"serviceAccountsEnabled": false})).await;
        service.refresh(&tokens.refresh_token()).await.expect_error(400, "unauthorized_client");
    }

    async fn service_accounts_have_no_session_limit(server) {
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionLimit": 2})).await;
        let service = service_with_refresh_tokens(&server).await;
        let mut tokens = Vec::new();
        for _ in 0..4 {
            tokens.push(service.client_credentials("openid offline_access").await.expect_tokens().refresh_token());
        }
        for offline in tokens {
            service.refresh(&offline).await.expect_tokens();
        }
    }

    async fn a_client_without_refresh_tokens_gets_none_by_any_grant(server) {
        let admin = Admin::sign_in(&server).await;
        for client in [demo::NIGHTLY_BACKUP, demo::PHOTO_FRAME] {
            admin.change_client(client, json!({"attributes": {"use.refresh.tokens": "false"}})).await;
        }
        let backup = Client::nightly_backup(&server);
        let by_code = backup.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let by_password = Client::photo_frame(&server).password_grant(&Person::alice(), "openid offline_access").await;
        let (_, by_device) = alices_device(&server).await;
        for tokens in [by_code, by_password.expect_tokens(), by_device] {
            assert!(!tokens.has("refresh_token"), "{tokens}");
            assert!(!tokens.scopes().contains(&"offline_access".to_owned()), "{tokens}");
        }
    }

    async fn no_other_response_type_gives_offline_access_or_anything(server) {
        let issuer = server.issuer(demo::REALM);
        let browser = Browser::new(&server);
        browser.authorize(&server, &AuthorizationRequest::nightly_backup(), &Person::alice(), &Choice::accept()).await;
        for response_type in ["token", "id_token", "id_token token", "code token", "code id_token", "none", "code code"] {
            let request = AuthorizationRequest::nightly_backup().with("response_type", response_type);
            let redirect = browser.open(&request.url(&server)).await.redirect();
            redirect.expect_error("unsupported_response_type", &issuer);
            for leaked in ["access_token", "id_token", "refresh_token", "code"] {
                assert!(redirect.get(leaked).is_none(), "{response_type}: {redirect:?}");
            }
            assert!(redirect.to.fragment().unwrap_or_default().is_empty(), "{redirect:?}");
        }
    }

    async fn an_unknown_grant_is_refused_and_a_known_one_only_where_it_is_allowed(server) {
        let client = Client::nightly_backup(&server);
        for unknown in ["implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "PASSWORD", "refresh_token "] {
            client.token(&[("grant_type", unknown)]).await.expect_error(400, "unsupported_grant_type");
        }
        let admin = Admin::sign_in(&server).await;
        let off = json!({"standardFlowEnabled": false, "directAccessGrantsEnabled": false, "serviceAccountsEnabled": false});
        let (_, tokens) = alices_backup(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, off).await;
        client.client_credentials("openid").await.expect_error(400, "unauthorized_client");
        client.password_grant(&Person::alice(), "openid").await.expect_error(400, "unauthorized_client");
        let code = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", demo::REDIRECT_URI)];
        client.token(&code).await.expect_error(400, "unauthorized_client");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
}
