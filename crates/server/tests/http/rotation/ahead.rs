//! Tokens newer than the database: what a lost commit explains is accepted, anything else points at a stolen key.

use super::stolen_key::StolenKey;
use super::together::grant_of;
use crate::support::{alices_backup, alices_frame};
use perennial_testkit::{Admin, Answer, Client, TestServer, on_both_databases, token};
use serde_json::json;

/// As far as a lost commit explains a gap.
const GENERATIONS: u64 = 65_536;
const SKEW_S: i64 = 300;
const RECOVERED: &str = "perennial_refresh_total{outcome=\"recovered\"}";
const TOO_NEW: &str = "perennial_refresh_total{outcome=\"too_new\"}";

on_both_databases! {
    async fn a_newer_token_is_accepted_and_its_family_goes_on_from_there(server) {
        let (client, tokens, key) = begin(&server).await;
        let newer = key.token(&tokens.refresh_token(), 7, issued_at(&tokens));
        let next = client.refresh(&newer).await.expect_tokens();
        assert!(next.refresh_token().len() > 100 && token::claims(&next.refresh_token())["jti"].as_str().is_some_and(|jti| jti.ends_with(".8")));
        assert!((server.metric(RECOVERED).await - 1.0).abs() < f64::EPSILON, "counted once");
        assert!(server.log().contains("had lost a rotation"));
        client.refresh(&next.refresh_token()).await.expect_tokens();
        // Seven generations are behind it now: who shows one of them is not the holder.
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        client.refresh(&next.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn a_gap_of_65536_generations_is_accepted_and_one_more_is_not(server) {
        let (client, tokens, key) = begin(&server).await;
        refused(&server, &client, &key.token(&tokens.refresh_token(), GENERATIONS + 1, issued_at(&tokens))).await;
        client.refresh(&key.token(&tokens.refresh_token(), GENERATIONS, issued_at(&tokens))).await.expect_tokens();
    }

    async fn a_newer_token_may_be_stamped_five_minutes_before_the_row_and_no_second_more(server) {
        let (client, tokens, key) = begin(&server).await;
        let earliest = issued_at(&tokens) - SKEW_S;
        refused(&server, &client, &key.token(&tokens.refresh_token(), 1, earliest - 1)).await;
        client.refresh(&key.token(&tokens.refresh_token(), 1, earliest)).await.expect_tokens();
    }

    async fn a_token_that_is_too_new_consumes_nothing_and_raises_an_alarm(server) {
        let (client, tokens, key) = begin(&server).await;
        for generation in [GENERATIONS + 1, u64::from(u32::MAX), i64::MAX.unsigned_abs(), u64::MAX] {
            refused(&server, &client, &key.token(&tokens.refresh_token(), generation, issued_at(&tokens))).await;
        }
        assert!((server.metric(TOO_NEW).await - 4.0).abs() < f64::EPSILON);
        assert!(server.log().contains("may be in wrong hands"));
        let sessions = Admin::sign_in(&server).await.offline_sessions("nightly-backup").await;
        assert_eq!((&sessions[0]["generation"], &sessions[0]["replays"]), (&0.into(), &0.into()), "{sessions:?}");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn however_many_tokens_are_too_new_each_raises_its_alarm(server) {
        let (client, tokens, key) = begin(&server).await;
        // More than are stored of one client's ordinary refusals in a minute.
        for more in 1..=35 {
            let forged = key.token(&tokens.refresh_token(), GENERATIONS + more, issued_at(&tokens));
            client.refresh(&forged).await.expect_refusal("Invalid refresh token");
        }
        let alarms = Admin::sign_in(&server).await.events("type=REFRESH_KEY_SUSPECTED&max=100").await;
        assert_eq!(alarms.len(), 35);
    }

    async fn introspection_neither_recovers_nor_ends_anything(server) {
        let (client, tokens, key) = begin(&server).await;
        let newer = key.token(&tokens.refresh_token(), 3, issued_at(&tokens));
        client.introspect(&newer).await.expect(200);
        assert!(!client.is_active(&key.token(&tokens.refresh_token(), GENERATIONS + 1, issued_at(&tokens))).await);
        let sessions = Admin::sign_in(&server).await.offline_sessions("nightly-backup").await;
        assert_eq!(sessions[0]["generation"], 0);
    }

    async fn a_stolen_key_opens_no_session_that_does_not_exist(server) {
        let (client, tokens, key) = begin(&server).await;
        let forged = key.token(&tokens.refresh_token(), 0, issued_at(&tokens));
        Admin::sign_in(&server).await.end_offline_session(&grant_of(&tokens.refresh_token())).await.expect(204);
        client.refresh(&forged).await.expect_refusal("Offline session not found");
    }

    async fn an_old_key_opens_no_session_that_went_on_under_a_newer_one(server) {
        let (frame, tokens) = alices_frame(&server).await;
        let old = StolenKey::of(&server).await;
        rotate_keys_later(&server).await;
        let first = frame.refresh(&tokens.refresh_token()).await.expect_tokens();
        // An answer that was lost is had again, as long as nobody has shown it.
        assert_eq!(frame.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token(), first.refresh_token());
        let second = frame.refresh(&first.refresh_token()).await.expect_tokens();
        for generation in [1, 2, 3] {
            let forged = old.token(&second.refresh_token(), generation, issued_at(&second));
            frame.refresh(&forged).await.expect_refusal("Invalid refresh token");
        }
        let alarms = Admin::sign_in(&server).await.events("type=REFRESH_KEY_SUSPECTED").await;
        assert_eq!(alarms.len(), 3, "{alarms:?}");
        let third = frame.refresh(&second.refresh_token()).await.expect_tokens();
        // What was really issued under it is reuse, as ever.
        frame.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        frame.refresh(&third.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn copies_of_a_token_that_does_not_rotate_go_on_under_either_key(server) {
        let (client, tokens) = alices_backup(&server).await;
        rotate_keys_later(&server).await;
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        for copy in [&fresh, &tokens.refresh_token(), &fresh] {
            assert_eq!(client.refresh(copy).await.expect_tokens().refresh_token(), fresh);
            assert!(client.is_active(copy).await);
        }
    }
}

/// The new key is younger than the one before.
async fn rotate_keys_later(server: &TestServer) {
    server.advance_clock(1).await;
    Admin::sign_in(server).await.post("/demo/keys/rotate", &json!({"kind": "refresh"})).await.expect(200);
}

async fn begin(server: &TestServer) -> (Client, Answer, StolenKey) {
    Admin::sign_in(server).await.rotate_always().await;
    let (client, tokens) = alices_backup(server).await;
    (client, tokens, StolenKey::of(server).await)
}

/// Refused without a word on why, and the right token's family stands where it stood.
async fn refused(server: &TestServer, client: &Client, token: &str) {
    client.refresh(token).await.expect_refusal("Invalid refresh token");
    let sessions = Admin::sign_in(server).await.offline_sessions("nightly-backup").await;
    assert_eq!(sessions[0]["generation"], 0, "{sessions:?}");
}

fn issued_at(tokens: &Answer) -> i64 {
    token::claims(&tokens.refresh_token())["iat"].as_i64().expect("an iat")
}
