//! Endings that follow each other within one millisecond, or under a clock that was put back: each ends all that began before it,
//! whatever start that has, and nothing that begins after it.

use crate::support::{alices_backup, alices_online, expect_alive, expect_ended, is_signed_out};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, on_both_databases};
use serde_json::{Value, json};

type Way = (String, Value);

/// To end everything of alice, of nightly-backup and of the realm, and their offline sessions alone.
async fn endings(admin: &Admin) -> Vec<Way> {
    let alice = admin.user_id("alice").await;
    let backup = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let revoke = "/demo/offline-sessions/revoke".to_owned();
    vec![
        (format!("/demo/users/{alice}/logout"), Value::Null),
        (format!("/demo/clients/{backup}/logout-all"), Value::Null),
        ("/demo/logout-all".to_owned(), Value::Null),
        (revoke.clone(), json!({"filter": {"client": demo::NIGHTLY_BACKUP}})),
        (revoke, json!({"all": true})),
    ]
}

/// Revocation policies. They leave a mark, too, below which a token is refused for when it was issued.
async fn policies(admin: &Admin) -> Vec<Way> {
    let alice = admin.user_id("alice").await;
    let backup = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
    let of = ["/demo".to_owned(), format!("/demo/clients/{backup}"), format!("/demo/users/{alice}")];
    of.map(|subject| (format!("{subject}/push-revocation"), json!({"notBefore": "now"}))).into()
}

async fn carry_out(admin: &Admin, way: &Way) {
    let (path, body) = way;
    let answer = admin.post(path, body).await;
    assert!([200, 204].contains(&answer.status), "{path}: {answer}");
}

on_both_databases! {
    async fn of_two_endings_in_one_millisecond_the_second_ends_what_began_after_the_first(server) {
        let admin = Admin::sign_in(&server).await;
        let ways = [endings(&admin).await, policies(&admin).await].concat();
        // Each after a narrower and after a wider one.
        for way in ways.iter().chain(ways.iter().rev()) {
            let (client, tokens) = alices_backup(&server).await;
            expect_alive(&client, &tokens).await;
            carry_out(&admin, way).await;
            expect_ended(&client, &tokens).await;
        }
        let (client, tokens) = alices_backup(&server).await;
        expect_alive(&client, &tokens).await;
        assert_eq!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.len(), 1, "no row stays behind");
    }

    async fn sign_ins_between_two_endings_in_one_millisecond_end_too(server) {
        let admin = Admin::sign_in(&server).await;
        for way in &endings(&admin).await[..3] {
            let (browser, client, online) = alices_online(&server).await;
            expect_alive(&client, &online).await;
            carry_out(&admin, way).await;
            expect_ended(&client, &online).await;
            assert!(is_signed_out(&server, &browser).await, "{}", way.0);
        }
    }

    async fn an_ending_ends_what_began_before_the_clock_was_put_back(server) {
        let admin = Admin::sign_in(&server).await;
        let all = endings(&admin).await;
        for way in &all {
            let (client, tokens) = alices_backup(&server).await;
            expect_alive(&client, &tokens).await;
            server.advance_clock(-60).await;
            carry_out(&Admin::sign_in(&server).await, way).await;
            expect_ended(&client, &tokens).await;
        }
        for way in &policies(&admin).await {
            server.advance_clock(3_600).await;
            let (client, tokens) = alices_backup(&server).await;
            expect_alive(&client, &tokens).await;
            server.advance_clock(-1_800).await;
            carry_out(&Admin::sign_in(&server).await, way).await;
            expect_ended(&client, &tokens).await;
        }
        assert!(Admin::sign_in(&server).await.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty(), "a row stays behind");
    }

    async fn what_was_allowed_between_two_endings_gives_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let frame = Client::photo_frame(&server);
        for way in &endings(&admin).await[1..] {
            for step in [0, -60] {
                carry_out(&admin, way).await;
                let request = AuthorizationRequest::nightly_backup();
                let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
                let device = frame.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200);
                Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
                server.advance_clock(step).await;
                let admin = Admin::sign_in(&server).await;
                carry_out(&admin, way).await;
                Client::nightly_backup(&server).redeem(&request, &redirect.code()).await.expect_error(400, "invalid_grant");
                let polled = frame.poll_device(&device.text("device_code")).await;
                // The photo frame's own sessions are none of nightly-backup's.
                assert_eq!(polled.status == 200, way.0.contains("/clients/") || way.1.get("filter").is_some(), "{polled}");
            }
        }
    }
}
