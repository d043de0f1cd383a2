//! A clock that steps backwards: ordering is by generation, never by time.

use super::together::generation;
use crate::support::alices_backup;
use perennial_testkit::{Admin, Client, on_both_databases, token};
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
}
