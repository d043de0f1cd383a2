//! The shortest limit wins, is evaluated at use, acts on existing sessions in both directions, and what has ended stays
//! ended. Time is moved through the test clock.

use crate::support::{DAY_S, alices_backup};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Choice, Client, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn an_unused_session_ends_after_thirty_days_and_each_use_starts_them_anew(server) {
        let client = Client::nightly_backup(&server);
        let offline = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        for _ in 0..4 {
            server.advance_clock(29 * DAY_S).await;
            client.refresh(&offline).await.expect_tokens();
        }
        server.advance_clock(30 * DAY_S + 1).await;
        client.refresh(&offline).await.expect_refusal("Offline session not active");
    }

    async fn a_maximum_counts_from_the_start_however_often_the_session_is_used(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 60 * DAY_S})).await;
        let client = Client::nightly_backup(&server);
        let offline = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        for _ in 0..2 {
            server.advance_clock(29 * DAY_S).await;
            client.refresh(&offline).await.expect_tokens();
        }
        server.advance_clock(2 * DAY_S + 1).await;
        client.refresh(&offline).await.expect_refusal("Offline session not active");
    }

    async fn a_shorter_idle_timeout_ends_a_session_that_exists_already(server) {
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(10 * DAY_S).await;
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionIdleTimeout": 5 * DAY_S})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn a_longer_idle_timeout_prolongs_a_session_that_is_alive(server) {
        let client = Client::nightly_backup(&server);
        let offline = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        server.advance_clock(20 * DAY_S).await;
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionIdleTimeout": 60 * DAY_S})).await;
        server.advance_clock(30 * DAY_S).await;
        client.refresh(&offline).await.expect_tokens();
    }

    async fn lengthening_a_timeout_revives_nothing(server) {
        let client = Client::nightly_backup(&server);
        let offline = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        server.advance_clock(31 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 365 * DAY_S})).await;
        client.refresh(&offline).await.expect_refusal("Offline session not active");
        let later = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        server.advance_clock(31 * DAY_S).await;
        client.refresh(&later).await.expect_tokens();
    }

    async fn shortening_and_lengthening_again_revives_nothing(server) {
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(10 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 5 * DAY_S})).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 30 * DAY_S})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn taking_a_maximum_away_revives_nothing(server) {
        let client = Client::nightly_backup(&server);
        let offline = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        server.advance_clock(10 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 5 * DAY_S})).await;
        client.refresh(&offline).await.expect_refusal("Offline session not active");
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": false})).await;
        client.refresh(&offline).await.expect_refusal("Offline session not active");
    }

    async fn the_clients_value_of_the_realm_replaces_the_general_one(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"clientOfflineSessionIdleTimeout": 2 * DAY_S})).await;
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(2 * DAY_S + 1).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn the_session_of_the_browser_has_no_say(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"ssoSessionIdleTimeout": 60, "ssoSessionMaxLifespan": 120})).await;
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn refresh_expires_in_tells_the_limit_that_really_comes_first(server) {
        let client = Client::nightly_backup(&server);
        let unlimited = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        assert_close(unlimited.number("refresh_expires_in"), 30 * DAY_S);
        let chosen = client.authorize(&server, &Person::bob(), &Choice::for_days(7)).await;
        assert_close(chosen.number("refresh_expires_in"), 7 * DAY_S);
        server.advance_clock(3 * DAY_S).await;
        let answer = client.refresh(&chosen.refresh_token()).await.expect_tokens();
        assert_close(answer.number("refresh_expires_in"), 4 * DAY_S);
        let answer = client.refresh(&unlimited.refresh_token()).await.expect_tokens();
        assert_close(answer.number("refresh_expires_in"), 30 * DAY_S);
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 5 * DAY_S})).await;
        let answer = client.refresh(&unlimited.refresh_token()).await.expect_tokens();
        assert_close(answer.number("refresh_expires_in"), 2 * DAY_S);
    }

    async fn an_access_token_never_outlives_its_session(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        server.advance_clock(7 * DAY_S - 100).await;
        let answer = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_close(answer.number("expires_in"), 100);
        server.advance_clock(101).await;
        assert!(!client.is_active(&answer.access_token()).await);
    }

    async fn an_access_token_expires_by_itself(server) {
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(299).await;
        assert!(client.is_active(&tokens.access_token()).await);
        server.advance_clock(2).await;
        assert!(!client.is_active(&tokens.access_token()).await);
        client.userinfo(&tokens.access_token()).await.expect(401);
    }
}

/// Equal but for the seconds that the test itself takes.
#[track_caller]
fn assert_close(actual: i64, expected: i64) {
    assert!((expected - 60..=expected).contains(&actual), "{actual} is not about {expected}");
}
