//! Refresh tokens without offline access live by the browser's session; offline sessions do not.

use crate::support::{DAY_S, alices_backup, alices_online, is_signed_out};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Choice, Client, TestServer, on_both_databases, token};
use serde_json::json;

const GONE: &str = "Session not active";

/// alice signs in without offline access.
async fn online(server: &TestServer) -> (Client, Answer) {
    let client = Client::nightly_backup(server);
    let request = AuthorizationRequest::nightly_backup().scope("openid");
    let tokens = client.authorize_with(server, &request, &Person::alice(), &Choice::accept()).await;
    (client, tokens)
}

/// A shorter limit that ends nothing, and the longer one again.
async fn admin_changes_back_and_forth(server: &TestServer) {
    let admin = Admin::sign_in(server).await;
    admin.change_realm(json!({"ssoSessionIdleTimeout": 5_900})).await;
    admin.change_realm(json!({"ssoSessionIdleTimeout": 6_000})).await;
}

on_both_databases! {
    async fn an_online_refresh_token_lives_by_the_idle_time_of_the_browsers_session(server) {
        Admin::sign_in(&server).await.change_realm(json!({"ssoSessionIdleTimeout": 600, "ssoSessionMaxLifespan": 6_000})).await;
        let (client, tokens) = online(&server).await;
        assert_eq!(tokens.number("refresh_expires_in"), 600);
        for _ in 0..3 {
            server.advance_clock(599).await;
            client.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
        server.advance_clock(600).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
    }

    async fn an_online_refresh_token_ends_with_the_maximum_of_the_browsers_session(server) {
        Admin::sign_in(&server).await.change_realm(json!({"ssoSessionIdleTimeout": 600, "ssoSessionMaxLifespan": 1_000})).await;
        let (client, tokens) = online(&server).await;
        server.advance_clock(500).await;
        let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(refreshed.number("refresh_expires_in"), 500);
        server.advance_clock(499).await;
        let last = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(last.number("expires_in"), 1, "no access token beyond it");
        server.advance_clock(1).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
    }

    async fn a_refresh_token_that_began_late_in_the_browsers_session_does_not_outlive_it(server) {
        Admin::sign_in(&server).await.change_realm(json!({"ssoSessionIdleTimeout": 900, "ssoSessionMaxLifespan": 1_000})).await;
        let (browser, client, first) = alices_online(&server).await;
        let end = token::claims(&first.refresh_token())["exp"].as_i64().expect("an exp");
        server.advance_clock(400).await;
        let request = AuthorizationRequest::nightly_backup().scope("openid").prompt("none");
        let redirect = browser.open(&request.url(&server)).await.redirect();
        let late = client.redeem(&request, &redirect.code()).await.expect_tokens();
        let refreshed = client.refresh(&late.refresh_token()).await.expect_tokens();
        for tokens in [late, refreshed] {
            assert_eq!(token::claims(&tokens.refresh_token())["exp"], end, "{tokens}");
            assert_eq!(tokens.number("refresh_expires_in"), 600);
            let told = client.introspect(&tokens.refresh_token()).await.expect(200);
            assert_eq!(told.number("exp"), end);
        }
    }

    async fn lengthening_the_sso_idle_time_or_maximum_revives_no_session_that_had_ended(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"ssoSessionIdleTimeout": 600, "ssoSessionMaxLifespan": 1_000})).await;
        let (idle_browser, client, idle) = alices_online(&server).await;
        let (old_browser, _, old) = alices_online(&server).await;
        server.advance_clock(500).await;
        client.refresh(&old.refresh_token()).await.expect_tokens();
        server.advance_clock(100).await;
        // One has been idle for too long and nothing has removed it yet.
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"ssoSessionIdleTimeout": 6_000})).await;
        client.refresh(&idle.refresh_token()).await.expect_refusal(GONE);
        assert!(is_signed_out(&server, &idle_browser).await);
        assert!(!is_signed_out(&server, &old_browser).await);
        client.refresh(&old.refresh_token()).await.expect_tokens();
        // The other reaches its maximum.
        server.advance_clock(400).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"ssoSessionMaxLifespan": 60_000})).await;
        client.refresh(&old.refresh_token()).await.expect_refusal(GONE);
        assert!(is_signed_out(&server, &old_browser).await);
        assert!(!client.is_active(&old.refresh_token()).await);
        // Who signs in now lives by the new limits, also after the next change.
        let (browser, _, later) = alices_online(&server).await;
        server.advance_clock(5_000).await;
        admin_changes_back_and_forth(&server).await;
        client.refresh(&later.refresh_token()).await.expect_tokens();
        assert!(!is_signed_out(&server, &browser).await);
        server.run_jobs().await;
        client.refresh(&later.refresh_token()).await.expect_tokens();
        client.refresh(&old.refresh_token()).await.expect_refusal(GONE);
    }

    async fn lengthening_the_online_limits_of_clients_revives_nothing_either(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"clientSessionIdleTimeout": 300})).await;
        let (_, client, tokens) = alices_online(&server).await;
        server.advance_clock(300).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"clientSessionIdleTimeout": 0})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        let (_, _, later) = alices_online(&server).await;
        server.advance_clock(301).await;
        client.refresh(&later.refresh_token()).await.expect_tokens();
    }

    async fn offline_limits_have_no_say_in_online_sessions(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 10, "offlineSessionMaxLifespanEnabled": true,
            "offlineSessionMaxLifespan": 10})).await;
        let (client, tokens) = online(&server).await;
        server.advance_clock(60).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_restart_ends_no_session_and_moves_no_end(server) {
        let (client, tokens) = alices_backup(&server).await;
        let offline = tokens.refresh_token();
        let (_, browsers) = online(&server).await;
        let before = client.refresh(&offline).await.expect_tokens().number("refresh_expires_in");
        server.restart().await;
        let client = Client::nightly_backup(&server);
        let after = client.refresh(&offline).await.expect_tokens();
        assert_eq!(after.number("refresh_expires_in"), before);
        client.refresh(&browsers.refresh_token()).await.expect_tokens();
    }

    async fn the_end_of_the_browsers_session_leaves_offline_sessions_alone(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let session = tokens.text("session_state");
        admin.delete(&format!("/demo/sessions/{session}")).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.advance_clock(20 * DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
}
