//! A clock that steps backwards: ordering is by generation, never by time, and no use under it takes time from a session.

use super::together::generation;
use crate::support::{DAY_S, alices_backup, alices_online, expect_alive, is_signed_out};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, AuthorizationRequest, Choice, Client, on_both_databases, token};
use serde_json::json;

on_both_databases! {
    async fn generations_go_on_while_the_clock_steps_back(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let mut family = vec![tokens.refresh_token()];
        for step in [-1, -3_600, 7_200, -86_400, 60] {
            server.advance_clock(step).await;
            let current = family.last().expect("a token").clone();
            let next = client.refresh(&current).await.expect_tokens().refresh_token();
            assert_eq!(generation(&next), generation(&current) + 1);
            family.push(next);
        }
        // The newest was stamped long before some of the others.
        let (first, last) = (token::claims(&family[0]), token::claims(&family[5]));
        assert!(last["iat"].as_i64() < first["iat"].as_i64(), "{first} {last}");
        client.refresh(&family[3]).await.expect_error(400, "invalid_grant");
        client.refresh(&family[5]).await.expect_refusal("Offline session not found");
    }

    async fn a_step_back_closes_no_window_and_a_retry_gives_the_same_bytes(server) {
        Admin::sign_in(&server).await.change_realm(json!({"rotation": "always", "replayWindow": 60})).await;
        let (client, tokens) = alices_backup(&server).await;
        let successor = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        server.advance_clock(-7_200).await;
        let again = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_eq!(again, successor);
        server.advance_clock(7_200 + 60).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_step_back_makes_no_token_old(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"rotation": "aging", "offlineSessionIdleTimeout": 1_000})).await;
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(-500_000).await;
        let kept = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(kept.refresh_token(), tokens.refresh_token());
        assert!(client.is_active(&kept.access_token()).await);
    }

    async fn a_step_back_across_a_restart_logs_nobody_out(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        server.advance_clock(-3_600).await;
        server.kill();
        server.restart().await;
        let client = Client::nightly_backup(&server);
        let third = client.refresh(&second).await.expect_tokens().refresh_token();
        client.refresh(&third).await.expect_tokens();
    }

    async fn a_session_used_while_the_clock_was_put_back_is_alive_when_it_is_right_again(server) {
        for rotates in [false, true] {
            if rotates {
                Admin::sign_in(&server).await.rotate_always().await;
            }
            let (client, tokens) = alices_backup(&server).await;
            server.advance_clock(-40 * DAY_S).await;
            let tokens = expect_alive(&client, &tokens).await;
            server.advance_clock(40 * DAY_S).await;
            server.run_jobs().await;
            expect_alive(&client, &tokens).await;
        }
    }

    async fn a_sign_in_used_while_the_clock_was_put_back_is_alive_when_it_is_right_again(server) {
        let (browser, client, online) = alices_online(&server).await;
        server.advance_clock(-3_600).await;
        let online = expect_alive(&client, &online).await;
        let again = AuthorizationRequest::nightly_backup().scope("openid").prompt("login");
        browser.authorize(&server, &again, &Person::alice(), &Choice::accept()).await;
        server.advance_clock(3_600).await;
        expect_alive(&client, &online).await;
        assert!(!is_signed_out(&server, &browser).await);
    }

    async fn a_session_that_began_at_the_floor_of_a_clock_that_was_ahead_outlives_its_first_use(server) {
        server.advance_clock(40 * DAY_S).await;
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionIdleTimeout": 60 * DAY_S})).await;
        server.advance_clock(-40 * DAY_S).await;
        let (client, tokens) = alices_backup(&server).await;
        let tokens = expect_alive(&client, &tokens).await;
        expect_alive(&client, &tokens).await;
    }
}
