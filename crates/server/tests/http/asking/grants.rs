//! The grants without a browser: password and client credentials.

use crate::support::alices_backup;
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Client, on_both_databases, token};

on_both_databases! {
    async fn the_password_grant_gives_offline_access_without_any_browser_session(server) {
        let client = Client::photo_frame(&server);
        let tokens = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        assert_eq!(token::claims(&tokens.refresh_token())["typ"], "Offline");
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(token::claims(&fresh.access_token())["preferred_username"], "alice");
        let sessions = Admin::sign_in(&server).await.offline_sessions("photo-frame").await;
        assert_eq!(sessions[0]["grantType"], "password");
    }

    async fn a_client_that_needs_consent_gets_nothing_by_password_until_the_user_consented(server) {
        let client = Client::nightly_backup(&server);
        client.password_grant(&Person::alice(), "openid offline_access").await.expect_error(400, "invalid_grant");
        alices_backup(&server).await;
        client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        client.password_grant(&Person::bob(), "openid offline_access").await.expect_error(400, "invalid_grant");
    }

    async fn wrong_passwords_and_unknown_users_are_answered_alike(server) {
        let client = Client::photo_frame(&server);
        for (name, password) in [("alice", "wrong"), ("alice", "bob-demo"), ("nobody", "alice-demo"), ("service-account-nightly-backup", "x"), ("alice\u{0}", "alice-demo"), ("alice", "alice-demo\u{0}")] {
            client.password_grant(&Person::new(name, password), "openid").await.expect_refusal("Invalid user credentials");
        }
        let long = "x".repeat(20_000);
        client.password_grant(&Person::new("alice", &long), "openid").await.expect_error(400, "invalid_grant");
        client.password_grant(&Person::new("", "x"), "openid").await.expect_error(400, "invalid_request");
        client.token(&[("grant_type", "password"), ("username", "alice")]).await.expect_error(400, "invalid_request");
    }

    async fn a_scope_that_the_client_may_not_have_is_refused_by_name(server) {
        let client = Client::photo_frame(&server);
        let answer = client.password_grant(&Person::alice(), "openid nonsense").await.expect_error(400, "invalid_scope");
        assert!(answer.text("error_description").contains("nonsense"), "{answer}");
    }

    async fn a_service_gets_a_token_for_itself_and_a_refresh_token_only_where_allowed(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.client_credentials("openid").await.expect_tokens();
        let claims = token::claims(&tokens.access_token());
        assert_eq!(claims["preferred_username"], "service-account-nightly-backup");
        assert_eq!(claims["azp"], demo::NIGHTLY_BACKUP);
        assert!(!tokens.has("refresh_token"), "RFC 6749 §4.4.3: {tokens}");
        assert!(client.is_active(&tokens.access_token()).await);
    }

    async fn a_public_client_has_no_service_account(server) {
        Client::photo_frame(&server).client_credentials("openid").await.expect_error(400, "unauthorized_client");
        let wrong = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong");
        wrong.client_credentials("openid").await.expect_error(401, "invalid_client");
    }

    async fn admin_cli_serves_the_admins(server) {
        let cli = Client::new(&server, demo::MASTER, "admin-cli", Authentication::None);
        let tokens = cli.password_grant(&Person::admin(), "openid").await.expect_tokens();
        assert_eq!(token::claims(&tokens.access_token())["iss"], server.issuer(demo::MASTER));
    }
}
