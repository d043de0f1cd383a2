//! Rotations that commit asynchronously, where an operator wants that: one that a crash loses heals itself, an ending is never lost.

use super::load::sessions;
use crate::rotation::generation;
use crate::support::grant_of;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, TestDatabase, TestServer};
use serde_json::json;

const RECOVERED: &str = "perennial_refresh_total{outcome=\"recovered\"}";
/// Long enough that what nobody waits for is still in memory at a crash.
const SLOW_WRITER: &str = "-c wal_writer_delay=10s -c wal_writer_flush_after=0";
/// The slow writer wakes at times, and may do so just before a crash.
const ATTEMPTS: usize = 5;

#[tokio::test]
async fn a_rotation_that_a_crash_loses_heals_itself() {
    let (server, client, mut token) = begin().await;
    for _ in 0..ATTEMPTS {
        for _ in 0..3 {
            let next = client.refresh(&token).await.expect_tokens().refresh_token();
            assert_eq!(generation(&next), generation(&token) + 1);
            token = next;
        }
        crash_and_come_back(&server);
        token = client.refresh(&token).await.expect_tokens().refresh_token();
        if server.metric(RECOVERED).await > 0.0 {
            client.refresh(&token).await.expect_tokens();
            return;
        }
    }
    panic!("no crash lost a rotation: it was not committed asynchronously");
}

#[tokio::test]
async fn an_ending_is_durable_though_rotations_are_not() {
    let (server, client, token) = begin().await;
    let second = client.refresh(&token).await.expect_tokens().refresh_token();
    let third = client.refresh(&second).await.expect_tokens().refresh_token();
    client.refresh(&token).await.expect_error(400, "invalid_grant");
    crash_and_come_back(&server);
    for token in [&token, &second, &third] {
        client.refresh(token).await.expect_refusal("Offline session not found");
    }
}

#[tokio::test]
async fn a_consent_a_narrowing_and_a_pause_are_durable_though_rotations_are_not() {
    let (server, client, _) = begin().await;
    let (admin, browser) = (Admin::sign_in(&server).await, Browser::new(&server));
    let request = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
    let redirect = browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
    crash_and_come_back(&server);
    browser.open(&request.clone().prompt("none").url(&server)).await.redirect().code();

    let tokens = client.redeem(&request, &redirect.code()).await.expect_tokens();
    let session = format!("/demo/offline-sessions/{}", grant_of(&tokens));
    admin.patch(&session, &json!({"scopes": ["openid", "offline_access"]})).await.expect(204);
    crash_and_come_back(&server);
    let narrowed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
    assert_eq!(narrowed.scopes(), ["offline_access", "openid"]);

    admin.patch(&session, &json!({"paused": true})).await.expect(204);
    crash_and_come_back(&server);
    let shown = admin.get(&session).await.expect(200).json();
    assert_eq!(shown["paused"], true, "{shown}");
    client.refresh(&narrowed.refresh_token()).await.expect(503);
}

#[tokio::test]
async fn by_default_an_answered_rotation_survives_the_crash() {
    let database = TestDatabase::postgres_of_its_own(SLOW_WRITER);
    let server = TestServer::start_on(env!("CARGO_BIN_EXE_perennial"), database, &[], &[]).await;
    let client = Client::nightly_backup(&server);
    let mut token = sessions(&server, 1).await.remove(0);
    for _ in 0..3 {
        token = client.refresh(&token).await.expect_tokens().refresh_token();
        crash_and_come_back(&server);
    }
    client.refresh(&token).await.expect_tokens();
    assert!(server.metric(RECOVERED).await < 1.0, "nothing was lost");
}

fn crash_and_come_back(server: &TestServer) {
    server.database().own_cluster().crash();
    server.database().own_cluster().come_back();
}

async fn begin() -> (TestServer, Client, String) {
    let database = TestDatabase::postgres_of_its_own(SLOW_WRITER);
    let settings = [("PERENNIAL_RELAXED_ROTATION", "true")];
    let server = TestServer::start_on(env!("CARGO_BIN_EXE_perennial"), database, &settings, &[]).await;
    let token = sessions(&server, 1).await.remove(0);
    let client = Client::nightly_backup(&server);
    (server, client, token)
}
