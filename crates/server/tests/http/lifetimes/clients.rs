//! A client's own limits replace the realm's, longer or shorter; the realm's switch gates the realm's values only. Changes act
//! at once in both directions, and what has ended stays ended.

use crate::support::DAY_S;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Choice, Client, TestServer, on_both_databases};
use serde_json::json;

const IDLE: &str = "client.offline.session.idle.timeout";
const MAX: &str = "client.offline.session.max.lifespan";
const ACCESS: &str = "access.token.lifespan";
const ENDED: &str = "Offline session not active";

async fn set(server: &TestServer, attribute: &str, seconds: i64) {
    let value = if seconds == 0 { String::new() } else { seconds.to_string() };
    let admin = Admin::sign_in(server).await;
    admin.change_client("nightly-backup", json!({"attributes": {attribute: value}})).await;
}

/// alice's session with no chosen end, and her client.
async fn session(server: &TestServer) -> (Client, String) {
    let client = Client::nightly_backup(server);
    let tokens = client.authorize(server, &Person::alice(), &Choice::for_days(0)).await;
    (client, tokens.refresh_token())
}

on_both_databases! {
    async fn a_clients_idle_timeout_replaces_the_realms_longer_or_shorter(server) {
        set(&server, IDLE, 3 * DAY_S).await;
        let (client, offline) = session(&server).await;
        server.advance_clock(3 * DAY_S - 1).await;
        assert_eq!(client.refresh(&offline).await.expect_tokens().number("refresh_expires_in"), 3 * DAY_S);
        server.advance_clock(3 * DAY_S).await;
        client.refresh(&offline).await.expect_refusal(ENDED);
        set(&server, IDLE, 90 * DAY_S).await;
        let (_, offline) = session(&server).await;
        server.advance_clock(90 * DAY_S - 1).await;
        client.refresh(&offline).await.expect_tokens();
    }

    async fn a_clients_idle_timeout_wins_over_the_realms_for_clients(server) {
        Admin::sign_in(&server).await.change_realm(json!({"clientOfflineSessionIdleTimeout": 2 * DAY_S})).await;
        set(&server, IDLE, 5 * DAY_S).await;
        let (client, offline) = session(&server).await;
        server.advance_clock(5 * DAY_S - 1).await;
        client.refresh(&offline).await.expect_tokens();
    }

    async fn a_clients_maximum_counts_though_the_realms_switch_is_off(server) {
        set(&server, MAX, 4 * DAY_S).await;
        let (client, offline) = session(&server).await;
        server.advance_clock(3 * DAY_S).await;
        assert_eq!(client.refresh(&offline).await.expect_tokens().number("refresh_expires_in"), DAY_S);
        server.advance_clock(DAY_S).await;
        client.refresh(&offline).await.expect_refusal(ENDED);
    }

    async fn the_switch_gates_both_of_the_realms_maximums(server) {
        let admin = Admin::sign_in(&server).await;
        let limits = json!({"offlineSessionMaxLifespan": 9 * DAY_S, "clientOfflineSessionMaxLifespan": 4 * DAY_S});
        admin.change_realm(limits).await;
        let (client, offline) = session(&server).await;
        server.advance_clock(10 * DAY_S).await;
        client.refresh(&offline).await.expect_tokens();
        let (_, later) = session(&server).await;
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionMaxLifespanEnabled": true})).await;
        client.refresh(&offline).await.expect_refusal(ENDED);
        assert_eq!(client.refresh(&later).await.expect_tokens().number("refresh_expires_in"), 4 * DAY_S);
        server.advance_clock(4 * DAY_S).await;
        client.refresh(&later).await.expect_refusal(ENDED);
    }

    async fn a_changed_limit_of_a_client_acts_at_once_in_both_directions(server) {
        let (client, offline) = session(&server).await;
        server.advance_clock(20 * DAY_S).await;
        set(&server, IDLE, 40 * DAY_S).await;
        server.advance_clock(15 * DAY_S).await;
        client.refresh(&offline).await.expect_tokens();
        server.advance_clock(10 * DAY_S).await;
        set(&server, IDLE, 10 * DAY_S).await;
        client.refresh(&offline).await.expect_refusal(ENDED);
    }

    async fn lengthening_or_taking_away_a_clients_limit_revives_nothing(server) {
        set(&server, IDLE, 2 * DAY_S).await;
        let (client, dead) = session(&server).await;
        server.advance_clock(2 * DAY_S).await;
        set(&server, IDLE, 90 * DAY_S).await;
        client.refresh(&dead).await.expect_refusal(ENDED);
        set(&server, IDLE, 0).await;
        client.refresh(&dead).await.expect_refusal(ENDED);
        set(&server, MAX, 5 * DAY_S).await;
        let (_, later) = session(&server).await;
        server.advance_clock(5 * DAY_S).await;
        set(&server, MAX, 0).await;
        client.refresh(&later).await.expect_refusal(ENDED);
    }

    async fn one_clients_limits_leave_anothers_alone(server) {
        set(&server, IDLE, DAY_S).await;
        let frame = Client::photo_frame(&server);
        let tokens = frame.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        assert_eq!(tokens.number("refresh_expires_in"), 30 * DAY_S);
        server.advance_clock(20 * DAY_S).await;
        frame.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_clients_access_tokens_live_as_long_as_it_says(server) {
        set(&server, ACCESS, 77).await;
        let (client, offline) = session(&server).await;
        let answer = client.refresh(&offline).await.expect_tokens();
        assert_eq!(answer.number("expires_in"), 77);
        server.advance_clock(76).await;
        assert!(client.is_active(&answer.access_token()).await);
        server.advance_clock(1).await;
        assert!(!client.is_active(&answer.access_token()).await);
    }
}
