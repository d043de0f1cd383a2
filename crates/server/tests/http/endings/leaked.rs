//! Leaked tokens: anyone may hand one in, and learns nothing of it.

use crate::support::{alices_backup, alices_frame, alices_online, expect_alive, expect_ended, grant_of, user_of};
use perennial_testkit::{Admin, Answer, TestServer, demo, on_both_databases, token};
use serde_json::{Value, json};

on_both_databases! {
    async fn any_refresh_token_of_a_session_ends_it_however_old(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, first) = alices_backup(&server).await;
        let (_, other) = alices_backup(&server).await;
        let mut current = first.clone();
        for _ in 0..3 {
            current = expect_alive(&client, &current).await;
        }
        hand_in(&server, &first.refresh_token()).await;
        expect_ended(&client, &current).await;
        expect_alive(&client, &other).await;
        expect_told(&admin.event("TOKEN_LEAKED").await, &first, "refresh_token");
        server.assert_never_logged(&[&first.refresh_token()]);
    }

    async fn a_public_clients_and_an_ordinary_refresh_token_count_too(server) {
        let (frame, framed) = alices_frame(&server).await;
        let (_, client, online) = alices_online(&server).await;
        hand_in(&server, &framed.refresh_token()).await;
        expect_ended(&frame, &framed).await;
        hand_in(&server, &online.refresh_token()).await;
        expect_ended(&client, &online).await;
    }

    async fn an_access_token_is_revoked_alone(server) {
        let (client, tokens) = alices_backup(&server).await;
        let fresh = expect_alive(&client, &tokens).await;
        hand_in(&server, &tokens.access_token()).await;
        assert!(!client.is_active(&tokens.access_token()).await);
        client.userinfo(&tokens.access_token()).await.expect(401);
        assert!(client.is_active(&fresh.access_token()).await);
        expect_alive(&client, &tokens).await;
        expect_told(&Admin::sign_in(&server).await.event("TOKEN_LEAKED").await, &tokens, "access_token");
    }

    async fn json_is_taken_as_well_as_a_form(server) {
        let (client, tokens) = alices_backup(&server).await;
        let url = server.url("/revoke-leaked");
        let answer = Answer::of(server.http().post(url).json(&json!({"token": tokens.refresh_token()}))).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
        expect_ended(&client, &tokens).await;
    }

    async fn worthless_tokens_are_answered_alike_and_end_nothing(server) {
        let (client, tokens) = alices_backup(&server).await;
        for offered in [tokens.refresh_token(), tokens.access_token()] {
            for (_, damaged) in token::damaged(&offered) {
                hand_in(&server, &damaged).await;
            }
        }
        hand_in(&server, &tokens.id_token()).await;
        expect_alive(&client, &tokens).await;
        assert!(client.is_active(&tokens.access_token()).await);
        let admin = Admin::sign_in(&server).await;
        assert!(admin.events("type=TOKEN_LEAKED").await.is_empty());
        hand_in(&server, &tokens.refresh_token()).await;
        hand_in(&server, &tokens.refresh_token()).await;
        admin.event("TOKEN_LEAKED").await;
    }

    async fn only_the_shape_of_a_request_is_refused(server) {
        let url = server.url("/revoke-leaked");
        let http = server.http();
        Answer::of(http.post(&url)).await.expect(400);
        Answer::of(http.post(&url).form(&[("other", "x")])).await.expect(400);
        Answer::of(http.post(&url).form(&[("token", "a"), ("token", "b")])).await.expect(400);
        Answer::of(http.post(&url).json(&json!({"token": 7}))).await.expect(400);
        Answer::of(http.post(&url).json(&json!(["token"]))).await.expect(400);
        Answer::of(http.post(&url).form(&[("token", "a".repeat(20_000))])).await.expect(400);
        Answer::of(http.post(&url).form(&[("token", "a".repeat(300_000))])).await.expect(413);
        Answer::of(http.get(&url)).await.expect(405);
    }
}

/// Whose it was and what it was, never the token.
#[track_caller]
fn expect_told(event: &Value, tokens: &Answer, kind: &str) {
    assert_eq!(event["grantId"], grant_of(tokens), "{event}");
    assert_eq!(event["userId"], user_of(tokens), "{event}");
    assert_eq!(event["clientId"], demo::NIGHTLY_BACKUP, "{event}");
    assert_eq!(event["details"]["token_type"], kind, "{event}");
    let shown = event.to_string();
    assert!(!shown.contains(&tokens.refresh_token()) && !shown.contains(&tokens.access_token()), "{event}");
}

/// Always the same answer, whatever it was worth.
async fn hand_in(server: &TestServer, token: &str) {
    let answer = Answer::of(server.http().post(server.url("/revoke-leaked")).form(&[("token", token)])).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{answer}");
}
