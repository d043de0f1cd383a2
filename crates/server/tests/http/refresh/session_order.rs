//! The order of the checks of a session (steps 5 and 6): of all that stand against it at once, the earlier one answers, by its name.

use crate::support::{DAY_S, expect_alive, user_of};
use perennial_testkit::authorize::sign_in;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Client, TestServer, on_both_databases};
use serde_json::json;

const DEFAULT_ROLES: &str = "default-roles-demo";
const NO_CONSENT: &str = "Client no longer has requested consent from user";
const NO_ROLE: &str = "Offline session invalid because offline access not granted anymore";

/// alice signs in without any page but the password's.
async fn silently(server: &TestServer) -> Answer {
    let (browser, request) = (Browser::new(server), AuthorizationRequest::nightly_backup());
    let page = browser.open_page(&request.url(server)).await;
    let redirect = browser.submit(&sign_in(&page, &Person::alice())).await.redirect();
    Client::nightly_backup(server).redeem(&request, &redirect.code()).await.expect_tokens()
}

/// A session of alice's that nobody was asked for, and whose tokens are older than a revocation policy: the clock was put back
/// between the two.
async fn stale(server: &TestServer, policy_of: &str) -> Answer {
    server.advance_clock(3_600).await;
    let admin = Admin::sign_in(server).await;
    admin.change_client(demo::NIGHTLY_BACKUP, json!({"consentRequired": false})).await;
    admin.post(&format!("{policy_of}/push-revocation"), &json!({"notBefore": "now"})).await.expect(200);
    server.advance_clock(-1_800).await;
    silently(server).await
}

/// Everything else that stands against the session, at once.
async fn stop(admin: &Admin, tokens: &Answer) {
    admin.change_realm(json!({"disablingKeepsOfflineSessions": true})).await;
    admin.change_client(demo::NIGHTLY_BACKUP, json!({"consentRequired": true})).await;
    admin.take_realm_role("alice", DEFAULT_ROLES).await;
    admin.change_user("alice", json!({"enabled": false})).await;
    pause(admin, tokens, true).await;
}

async fn pause(admin: &Admin, tokens: &Answer, paused: bool) {
    let path = format!("/demo/offline-sessions/{}", crate::support::grant_of(tokens));
    admin.patch(&path, &json!({"paused": paused})).await.expect(204);
}

on_both_databases! {
    async fn of_what_stands_against_a_session_the_earlier_check_answers_and_each_by_its_name(server) {
        let tokens = stale(&server, "/demo").await;
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        stop(&admin, &tokens).await;
        let offline = tokens.refresh_token();
        client.refresh(&offline).await.expect_error(503, "temporarily_unavailable");
        pause(&admin, &tokens, false).await;
        client.refresh(&offline).await.expect_refusal("User disabled");
        admin.change_user("alice", json!({"enabled": true})).await;
        client.refresh(&offline).await.expect_refusal("Stale token");
        admin.change_realm(json!({"notBefore": 0})).await;
        client.refresh(&offline).await.expect_refusal(NO_ROLE);
        admin.give_realm_role("alice", DEFAULT_ROLES).await;
        client.refresh(&offline).await.expect_refusal(NO_CONSENT);
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"consentRequired": false})).await;
        expect_alive(&client, &tokens).await;
    }

    async fn a_session_that_has_ended_is_told_so_whatever_else_stands_against_it(server) {
        let tokens = stale(&server, "/demo").await;
        stop(&Admin::sign_in(&server).await, &tokens).await;
        server.advance_clock(31 * DAY_S).await;
        Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn a_token_that_is_older_than_a_policy_of_its_realm_client_or_user_is_stale(server) {
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        let backup = format!("/demo/clients/{}", admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        let alice = format!("/demo/users/{}", admin.user_id("alice").await);
        for policy_of in ["/demo", &backup, &alice] {
            let tokens = stale(&server, policy_of).await;
            client.refresh(&tokens.refresh_token()).await.expect_refusal("Stale token");
            assert!(!client.is_active(&tokens.access_token()).await && !client.is_active(&tokens.refresh_token()).await);
            let event = &Admin::sign_in(&server).await.events("type=REFRESH_TOKEN_ERROR").await[0];
            assert_eq!((&event["details"]["reason"], &event["userId"]), (&json!("not-before"), &json!(user_of(&tokens))), "{event}");
        }
    }

    async fn what_nobody_consented_to_is_refused_once_the_client_must_ask(server) {
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"consentRequired": false})).await;
        let tokens = silently(&server).await;
        expect_alive(&client, &tokens).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"consentRequired": true})).await;
        let refused = client.refresh(&tokens.refresh_token()).await.expect_refusal(NO_CONSENT);
        // Why in the server's own words is for the log and the event, never for the client.
        assert_eq!(refused.json().as_object().map(|told| told.len()), Some(2), "{refused}");
        assert_eq!(admin.event("REFRESH_TOKEN_ERROR").await["details"]["reason"], "consent");
        assert!(!client.is_active(&tokens.access_token()).await);
    }
}
