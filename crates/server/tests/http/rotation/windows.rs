//! How long the answer to a lost refresh can still be had: until the successor is proven, for seconds, for a count, or never.

use super::together::generation;
use crate::support::{alices_backup, alices_frame};
use perennial_testkit::{Admin, Answer, Client, TestServer, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_nightly_job_that_lost_an_answer_gets_through_on_any_later_night(server) {
        let (client, tokens, successor) = rotated(&server, json!({"rotation": "always"})).await;
        for _ in 0..5 {
            server.advance_clock(5 * 86_400).await;
            assert_eq!(replay(&client, &tokens).await, successor, "until proven is the default for clients that authenticate");
        }
        client.refresh(&successor).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_window_in_seconds_is_open_before_its_end_and_closed_at_it(server) {
        let (client, tokens, successor) = rotated(&server, json!({"rotation": "always", "replayWindow": 90})).await;
        server.advance_clock(89).await;
        assert_eq!(replay(&client, &tokens).await, successor);
        server.advance_clock(1).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        client.refresh(&successor).await.expect_refusal("Offline session not found");
    }

    async fn a_replay_never_restarts_the_window(server) {
        let (client, tokens, successor) = rotated(&server, json!({"rotation": "always", "replayWindow": 60})).await;
        for _ in 0..3 {
            server.advance_clock(19).await;
            assert_eq!(replay(&client, &tokens).await, successor);
        }
        server.advance_clock(3).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn max_reuse_opens_the_window_for_a_count_however_long_it_takes(server) {
        let policy = json!({"revokeRefreshToken": true, "refreshTokenMaxReuse": 2});
        let (client, tokens, successor) = rotated(&server, policy).await;
        for _ in 0..2 {
            server.advance_clock(10 * 86_400).await;
            assert_eq!(replay(&client, &tokens).await, successor);
        }
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        client.refresh(&successor).await.expect_refusal("Offline session not found");
    }

    async fn max_reuse_counts_each_generation_anew(server) {
        let policy = json!({"rotation": "always", "refreshTokenMaxReuse": 1});
        let (client, tokens, mut successor) = rotated(&server, policy).await;
        let mut current = tokens.refresh_token();
        for _ in 0..4 {
            assert_eq!(client.refresh(&current).await.expect_tokens().refresh_token(), successor);
            current = successor;
            successor = client.refresh(&current).await.expect_tokens().refresh_token();
        }
        assert_eq!(generation(&successor), 5);
    }

    async fn max_reuse_is_read_back_and_zero_takes_it_away(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"refreshTokenMaxReuse": 3})).await;
        assert_eq!(admin.realm().await["refreshTokenMaxReuse"], 3);
        admin.change_realm(json!({"refreshTokenMaxReuse": 0})).await;
        let realm = admin.realm().await;
        assert_eq!((&realm["refreshTokenMaxReuse"], &realm["replayWindow"]), (&0.into(), &"auto".into()));
    }

    async fn a_window_that_was_set_counts_for_public_clients_too(server) {
        Admin::sign_in(&server).await.change_realm(json!({"replayWindow": "until-proven"})).await;
        let (client, tokens) = alices_frame(&server).await;
        let successor = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        server.advance_clock(86_400).await;
        assert_eq!(replay(&client, &tokens).await, successor);
    }

    async fn a_window_that_is_narrowed_acts_at_once(server) {
        let (client, tokens, successor) = rotated(&server, json!({"rotation": "always"})).await;
        server.advance_clock(3_600).await;
        assert_eq!(replay(&client, &tokens).await, successor);
        Admin::sign_in(&server).await.change_realm(json!({"replayWindow": 60})).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_replay_is_a_use_and_gives_an_access_token_of_its_own(server) {
        let (client, tokens, _) = rotated(&server, json!({"rotation": "always"})).await;
        server.advance_clock(86_400).await;
        let first = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_ne!(first.access_token(), second.access_token());
        assert!(client.is_active(&first.access_token()).await && client.is_active(&second.access_token()).await);
        let session = &Admin::sign_in(&server).await.offline_sessions("nightly-backup").await[0];
        assert!(session["lastAccess"].as_i64() > session["start"].as_i64(), "{session}");
        assert_eq!(session["replays"], 2);
    }
}

/// A session under this policy whose first token was used once; its successor is unproven.
async fn rotated(server: &TestServer, policy: serde_json::Value) -> (Client, Answer, String) {
    Admin::sign_in(server).await.change_realm(policy).await;
    let (client, tokens) = alices_backup(server).await;
    let successor = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
    assert_ne!(successor, tokens.refresh_token());
    (client, tokens, successor)
}

/// The successor that the first token still gives.
async fn replay(client: &Client, tokens: &Answer) -> String {
    client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token()
}
