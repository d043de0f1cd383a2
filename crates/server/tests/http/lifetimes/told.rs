//! What a session's end is, is told as it is: in the token response, in the refresh token's `exp`, in introspection and in the
//! API, with its cause.

use crate::support::DAY_S;
use perennial_testkit::demo::Person;
use perennial_testkit::token::claims;
use perennial_testkit::{Admin, Answer, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};

async fn session(server: &TestServer, days: u32) -> (Client, Answer) {
    let client = Client::nightly_backup(server);
    let tokens = client.authorize(server, &Person::alice(), &Choice::for_days(days)).await;
    (client, tokens)
}

/// `exp` minus `iat` of the refresh token.
fn fixed(answer: &Answer) -> Option<i64> {
    let claims = claims(&answer.refresh_token());
    Some(claims["exp"].as_i64()? - claims["iat"].as_i64().expect("an iat"))
}

async fn shown(server: &TestServer) -> (Value, Value, Value) {
    let session = Admin::sign_in(server).await.offline_sessions("nightly-backup").await.remove(0);
    (session["endsBy"].clone(), session["endsBySource"].clone(), session["expiresIn"].clone())
}

on_both_databases! {
    async fn a_refresh_token_without_a_fixed_end_has_no_exp(server) {
        let (client, tokens) = session(&server, 0).await;
        assert_eq!(fixed(&tokens), None);
        let seen = client.introspect(&tokens.refresh_token()).await.expect(200).json();
        assert_eq!(seen["active"], json!(true));
        assert!(seen["exp"].is_null(), "{seen}");
        assert_eq!(tokens.number("refresh_expires_in"), 30 * DAY_S, "the idle timeout still limits it");
    }

    async fn exp_is_the_earliest_fixed_end_and_never_the_idle_end(server) {
        let (client, tokens) = session(&server, 90).await;
        assert_eq!(fixed(&tokens), Some(90 * DAY_S));
        assert_eq!(tokens.number("refresh_expires_in"), 30 * DAY_S);
        let seen = client.introspect(&tokens.refresh_token()).await.expect(200).json();
        assert_eq!(seen["exp"], claims(&tokens.refresh_token())["exp"]);
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 60 * DAY_S})).await;
        let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(fixed(&refreshed), Some(60 * DAY_S));
        let seen = client.introspect(&tokens.refresh_token()).await.expect(200).json();
        assert_eq!(seen["exp"], claims(&refreshed.refresh_token())["exp"], "as things stand now");
    }

    async fn the_chosen_end_comes_however_often_the_session_is_used(server) {
        let (client, tokens) = session(&server, 7).await;
        for _ in 0..6 {
            server.advance_clock(DAY_S).await;
            client.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
        server.advance_clock(DAY_S - 1).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.advance_clock(1).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
        assert!(!client.is_active(&tokens.refresh_token()).await);
    }

    async fn no_policy_moves_a_chosen_end(server) {
        let (client, tokens) = session(&server, 7).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 365 * DAY_S, "offlineSessionMaxLifespanEnabled": true,
            "offlineSessionMaxLifespan": 365 * DAY_S})).await;
        assert_eq!(client.refresh(&tokens.refresh_token()).await.expect_tokens().number("refresh_expires_in"), 7 * DAY_S);
        server.advance_clock(7 * DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn the_api_names_the_end_its_cause_and_who_set_it(server) {
        session(&server, 0).await;
        assert_eq!(shown(&server).await, (json!("idle"), json!("realm"), json!(30 * DAY_S)));
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 9 * DAY_S})).await;
        assert_eq!(shown(&server).await, (json!("max"), json!("realm"), json!(9 * DAY_S)));
        admin.change_realm(json!({"clientOfflineSessionMaxLifespan": 8 * DAY_S})).await;
        assert_eq!(shown(&server).await, (json!("max"), json!("realm-client"), json!(8 * DAY_S)));
        let own = json!({"attributes": {"client.offline.session.idle.timeout": (6 * DAY_S).to_string()}});
        admin.change_client("nightly-backup", own).await;
        assert_eq!(shown(&server).await, (json!("idle"), json!("client"), json!(6 * DAY_S)));
    }

    async fn a_chosen_end_is_named_as_the_consents(server) {
        session(&server, 7).await;
        assert_eq!(shown(&server).await, (json!("consent"), Value::Null, json!(7 * DAY_S)));
    }

    async fn a_session_that_has_ended_is_not_shown_any_more(server) {
        session(&server, 7).await;
        server.advance_clock(7 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        assert!(admin.offline_sessions("nightly-backup").await.is_empty());
        let uuid = admin.client_uuid("nightly-backup").await;
        let count = admin.get(&format!("/demo/clients/{uuid}/offline-session-count")).await.expect(200);
        assert_eq!(count.number("count"), 0);
    }
}
