//! Rotation: the successor, the answer that was lost on the way, and the reuse that ends a session.

use crate::support::{alices_backup, alices_frame};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Choice, Client, TestServer, on_both_databases, token};
use serde_json::json;

on_both_databases! {
    async fn with_always_each_use_gives_a_successor(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let mut current = tokens.refresh_token();
        let family = token::claims(&current)["jti"].as_str().expect("jti").rsplit_once('.').expect("a generation").0.to_owned();
        for generation in 1..=5 {
            server.advance_clock(60).await;
            let fresh = client.refresh(&current).await.expect_tokens();
            assert_ne!(fresh.refresh_token(), current);
            current = fresh.refresh_token();
            assert_eq!(token::claims(&current)["jti"], format!("{family}.{generation}"));
        }
    }

    async fn a_lost_answer_asked_for_again_is_the_same_successor_byte_for_byte(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let first = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.advance_clock(24 * 3_600).await;
        let again = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(again.refresh_token(), first.refresh_token());
        assert_ne!(again.access_token(), first.access_token(), "the access token is a fresh one");
        assert!(client.is_active(&again.access_token()).await);
        client.refresh(&first.refresh_token()).await.expect_tokens();
    }

    async fn the_same_successor_survives_a_killed_server(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let first = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.kill();
        server.restart().await;
        let client = Client::nightly_backup(&server);
        let again = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(again.refresh_token(), first.refresh_token());
    }

    async fn an_old_token_after_its_successor_was_used_ends_this_session_and_no_other(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, other) = alices_backup(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let third = client.refresh(&second.refresh_token()).await.expect_tokens();
        assert!(client.is_active(&third.access_token()).await);

        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");

        client.refresh(&third.refresh_token()).await.expect_refusal("Offline session not found");
        for access in [tokens.access_token(), second.access_token(), third.access_token()] {
            assert!(!client.is_active(&access).await, "an access token of the ended session lives on");
            client.userinfo(&access).await.expect(401);
        }
        client.refresh(&other.refresh_token()).await.expect_tokens();
    }

    async fn the_predecessor_is_dead_as_soon_as_the_successor_was_shown(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let third = client.refresh(&second.refresh_token()).await.expect_tokens();
        // One generation back, its successor unproven: the window is open.
        let again = client.refresh(&second.refresh_token()).await.expect_tokens();
        assert_eq!(again.refresh_token(), third.refresh_token());
        client.refresh(&third.refresh_token()).await.expect_tokens();
        client.refresh(&second.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_public_clients_window_closes_after_a_minute(server) {
        let (client, tokens) = alices_frame(&server).await;
        let successor = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        server.advance_clock(58).await;
        let again = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_eq!(again, successor);
        server.advance_clock(5).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        client.refresh(&successor).await.expect_refusal("Offline session not found");
    }

    async fn with_a_window_of_zero_the_first_wins_and_the_next_is_reuse(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"rotation": "always", "replayWindow": 0})).await;
        let (client, tokens) = alices_backup(&server).await;
        let successor = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        client.refresh(&successor).await.expect_refusal("Offline session not found");
    }

    async fn public_clients_rotate_whatever_is_set(server) {
        Admin::sign_in(&server).await.change_realm(json!({"rotation": "never"})).await;
        let (client, tokens) = alices_frame(&server).await;
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_ne!(fresh.refresh_token(), tokens.refresh_token());
    }

    async fn an_ageing_token_is_replaced_once_seventy_percent_of_the_idle_timeout_has_passed(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"rotation": "aging", "offlineSessionIdleTimeout": 1_000})).await;
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(600).await;
        let kept = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(kept.refresh_token(), tokens.refresh_token());
        server.advance_clock(120).await;
        let replaced = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_ne!(replaced.refresh_token(), tokens.refresh_token());
    }

    async fn revoke_refresh_token_reads_and_writes_the_mode_as_keycloaks_setting(server) {
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.realm().await["revokeRefreshToken"], false);
        admin.change_realm(json!({"revokeRefreshToken": true})).await;
        assert_eq!(admin.realm().await["rotation"], "always");
        admin.change_realm(json!({"revokeRefreshToken": false})).await;
        assert_eq!(admin.realm().await["rotation"], "auto");
        admin.change_realm(json!({"rotation": "aging"})).await;
        admin.change_realm(json!({"revokeRefreshToken": false})).await;
        assert_eq!(admin.realm().await["rotation"], "aging", "writing false changes only `always`");
    }

    async fn introspection_revocation_and_logout_never_detect_reuse(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let third = client.refresh(&second.refresh_token()).await.expect_tokens();
        assert!(!client.is_active(&tokens.refresh_token()).await, "it was replaced");
        assert!(client.is_active(&third.refresh_token()).await);
        client.refresh(&third.refresh_token()).await.expect_tokens();
        assert!(admin.events("type=REVOKE_GRANT&type=REFRESH_TOKEN_REUSED").await.is_empty(), "nothing has ended");

        // These end the session because that is what they are asked for, whichever of its tokens they are shown.
        client.revoke(&tokens.refresh_token()).await.expect(200);
        client.refresh(&third.refresh_token()).await.expect_refusal("Offline session not found");
        let (_, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let third = client.refresh(&second.refresh_token()).await.expect_tokens();
        log_out(&server, &tokens.refresh_token()).await;
        client.refresh(&third.refresh_token()).await.expect_refusal("Offline session not found");
        let ended = admin.events("type=REVOKE_GRANT").await;
        assert_eq!(ended.len(), 2, "{ended:?}");
        assert!(ended.iter().all(|event| event["details"]["by"] == "client"), "{ended:?}");
        assert!(admin.events("type=REFRESH_TOKEN_REUSED").await.is_empty());
    }

    async fn replays_are_counted_and_shown(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        for _ in 0..3 {
            client.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
        let sessions = admin.offline_sessions("nightly-backup").await;
        assert_eq!(sessions[0]["generation"], 1, "{sessions:?}");
        assert_eq!(sessions[0]["replays"], 2, "{sessions:?}");
    }
}

/// The logout endpoint, called by nightly-backup with a token of its own.
async fn log_out(server: &TestServer, token: &str) {
    let (id, secret) = (demo::NIGHTLY_BACKUP, demo::NIGHTLY_BACKUP_SECRET);
    let form = [("client_id", id), ("client_secret", secret), ("refresh_token", token)];
    Answer::of(server.http().post(server.demo_url("/protocol/openid-connect/logout")).form(&form)).await.expect(204);
}
