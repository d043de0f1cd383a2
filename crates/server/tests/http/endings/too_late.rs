//! Whoever waits longer than a request may take is told to come back, never that they did something wrong; what they asked for is done to
//! its end meanwhile, with its audit line and all that follows it.

use crate::support::{alices_backup, grant_of};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Client, TestServer, on_both_databases};
use serde_json::{Value, json};
use std::time::Duration;

on_both_databases! {
    async fn an_ending_that_takes_too_long_is_answered_503_and_done(server) {
        let (admin, frame) = (Admin::sign_in(&server).await, Client::photo_frame(&server));
        let grant = grant_of(&frame.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens());
        let cli = Client::new(&server, demo::MASTER, "admin-cli", Authentication::None);
        let bearer = cli.password_grant(&Person::admin(), "openid").await.expect_tokens().access_token();
        let address = server.url(&format!("/admin/realms/demo/sessions/{grant}?isOffline=true"));
        wait_at_most(&server, 0).await;
        let told = Answer::of(server.http().delete(address).bearer_auth(&bearer)).await.expect(503);
        expect_put_off(&told);
        assert!(told.json()["error"].is_string(), "the API's own shape: {told}");
        until(&server, |line| line["action"] == "grant_ended" && line["grant"] == grant.as_str()).await;
        wait_at_most(&server, 60_000).await;
        assert!(admin.offline_sessions(demo::PHOTO_FRAME).await.is_empty());
        assert_eq!(admin.admin_events("operationTypes=DELETE").await.len(), 1);
        assert!(server.metric("perennial_late_answers_total").await >= 1.0);
    }

    async fn a_token_that_was_used_again_ends_its_session_however_long_that_takes(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let third = client.refresh(&second.refresh_token()).await.expect_tokens();
        wait_at_most(&server, 0).await;
        let told = client.refresh(&tokens.refresh_token()).await.expect(503);
        expect_put_off(&told);
        assert_eq!(told.json()["error"], "temporarily_unavailable", "OAuth's own shape: {told}");
        until(&server, |line| line["why"] == "reused" && line["grant"] == grant_of(&tokens)).await;
        wait_at_most(&server, 60_000).await;
        client.refresh(&third.refresh_token()).await.expect_refusal("Offline session not found");
        admin.event("REFRESH_TOKEN_REUSED").await;
    }

    async fn a_refresh_that_takes_too_long_costs_no_access(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        wait_at_most(&server, 0).await;
        client.refresh(&tokens.refresh_token()).await.expect(503);
        wait_at_most(&server, 60_000).await;
        let again = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.refresh(&again.refresh_token()).await.expect_tokens();
    }

    async fn a_person_who_waits_too_long_sees_a_page(server) {
        wait_at_most(&server, 0).await;
        let page = server.http().get(server.demo_url("/device")).header("accept", "text/html,*/*;q=0.8");
        let told = Answer::of(page).await.expect(503);
        expect_put_off(&told);
        assert!(told.header("content-type").starts_with("text/html"), "{told}");
        wait_at_most(&server, 60_000).await;
    }
}

/// In milliseconds. The change itself is made also where nobody waits for it.
async fn wait_at_most(server: &TestServer, ms: u64) {
    let set = server.http().post(server.url("/test/patience")).json(&json!({"ms": ms}));
    let status = Answer::of(set).await.status;
    assert!(matches!(status, 204 | 503), "{status}");
    if ms > 0 {
        for _ in 0..1_500 {
            if Answer::of(server.http().get(server.url("/health/live"))).await.status == 200 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("nobody waits for the server");
    }
}

#[track_caller]
fn expect_put_off(told: &Answer) {
    assert!(told.header("retry-after").parse::<u32>().is_ok(), "{told}");
    assert_eq!(told.header("cache-control"), "no-store", "{told}");
    assert_eq!(told.header("x-content-type-options"), "nosniff", "{told}");
    assert!(!told.header("x-request-id").is_empty(), "{told}");
}

async fn until(server: &TestServer, holds: impl Fn(&Value) -> bool) {
    for _ in 0..1_500 {
        if server.audit_lines().iter().any(&holds) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not in the audit log: {:?}", server.audit_lines());
}
