//! The four modes of rotation, whose own they are, and that they decide nothing but whether the current token advances.

use crate::support::{alices_backup, alices_frame, alices_online};
use perennial_testkit::{Admin, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn never_keeps_the_token_of_a_client_that_authenticates(server) {
        Admin::sign_in(&server).await.change_realm(json!({"rotation": "never"})).await;
        let (client, tokens) = alices_backup(&server).await;
        for _ in 0..3 {
            server.advance_clock(9 * 86_400).await;
            let kept = client.refresh(&tokens.refresh_token()).await.expect_tokens();
            assert_eq!(kept.refresh_token(), tokens.refresh_token());
        }
    }

    async fn auto_rotates_for_public_clients_and_keeps_for_those_that_authenticate(server) {
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.realm().await["rotation"], "auto", "the default");
        let (backup, kept) = alices_backup(&server).await;
        assert_eq!(backup.refresh(&kept.refresh_token()).await.expect_tokens().refresh_token(), kept.refresh_token());
        let (frame, replaced) = alices_frame(&server).await;
        assert_ne!(frame.refresh(&replaced.refresh_token()).await.expect_tokens().refresh_token(), replaced.refresh_token());
    }

    async fn ageing_counts_from_the_issue_of_the_token_not_from_its_last_use(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"rotation": "aging", "offlineSessionIdleTimeout": 1_000})).await;
        let (client, tokens) = alices_backup(&server).await;
        for _ in 0..3 {
            server.advance_clock(233).await;
            let kept = client.refresh(&tokens.refresh_token()).await.expect_tokens();
            assert_eq!(kept.refresh_token(), tokens.refresh_token(), "699 seconds old at most");
        }
        server.advance_clock(1).await;
        let replaced = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_ne!(replaced, tokens.refresh_token(), "seventy percent have passed");
        server.advance_clock(699).await;
        assert_eq!(client.refresh(&replaced).await.expect_tokens().refresh_token(), replaced);
        server.advance_clock(1).await;
        assert_ne!(client.refresh(&replaced).await.expect_tokens().refresh_token(), replaced);
    }

    async fn the_token_of_an_online_grant_ages_by_its_own_idle_timeout(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"rotation": "aging", "ssoSessionIdleTimeout": 1_000})).await;
        let (_browser, client, tokens) = alices_online(&server).await;
        server.advance_clock(699).await;
        let kept = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(kept.refresh_token(), tokens.refresh_token());
        server.advance_clock(1).await;
        let replaced = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_ne!(replaced.refresh_token(), tokens.refresh_token(), "seventy percent have passed");
    }

    async fn public_clients_rotate_in_every_mode(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_frame(&server).await;
        let mut current = tokens.refresh_token();
        for mode in ["never", "aging", "auto", "always"] {
            admin.change_realm(json!({"rotation": mode})).await;
            let next = client.refresh(&current).await.expect_tokens().refresh_token();
            assert_ne!(next, current, "{mode}");
            current = next;
        }
    }

    async fn a_changed_mode_acts_on_existing_sessions_at_once(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let kept = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_eq!(kept, tokens.refresh_token());
        admin.rotate_always().await;
        let rotated = client.refresh(&kept).await.expect_tokens().refresh_token();
        assert_ne!(rotated, kept);
        admin.change_realm(json!({"rotation": "never"})).await;
        assert_eq!(client.refresh(&rotated).await.expect_tokens().refresh_token(), rotated);
    }

    async fn a_mode_that_keeps_still_replays_and_still_detects_reuse(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let successor = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        admin.change_realm(json!({"rotation": "never"})).await;
        let replayed = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_eq!(replayed, successor, "the window is open");
        assert_eq!(client.refresh(&successor).await.expect_tokens().refresh_token(), successor, "kept, and proven");
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        client.refresh(&successor).await.expect_refusal("Offline session not found");
    }

    async fn a_mode_that_does_not_exist_is_refused_and_changes_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        for body in [json!({"rotation": "weekly"}), json!({"rotation": 1}), json!({"replayWindow": -1}), json!({"replayWindow": "forever"}), json!({"refreshTokenMaxReuse": -1}), json!({"revokeRefreshToken": "yes"})] {
            let refused = admin.put("/demo", &body).await;
            assert_eq!(refused.status, 400, "{body}: {refused}");
        }
        assert_eq!(admin.realm().await["rotation"], "auto");
    }
}
