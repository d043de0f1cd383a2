//! What an admin takes away while a password is being checked: the check takes a while, and may wait for its turn.

use crate::support::expect_ended;
use perennial_testkit::authorize::sign_in;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, AuthorizationRequest, Backend, Browser, Client, TestServer, on_each};
use serde_json::json;
use std::time::Duration;

/// Wrong passwords that are checked before: more than a moment's work.
const AHEAD: usize = 60;

/// With passwords that take as long to check as in production.
async fn slow_server(backend: Backend) -> TestServer {
    TestServer::start_with(env!("CARGO_BIN_EXE_perennial"), backend, &[("PERENNIAL_PASSWORD_COST", "standard")]).await
}

/// alice signs in by both ways with the right password, and while that waits for its turn an admin does what `end` does.
async fn sign_in_meanwhile(server: &TestServer, end: impl AsyncFn(&Admin, &str)) {
    let (admin, frame) = (Admin::sign_in(server).await, Client::photo_frame(server));
    let alice = admin.user_id("alice").await;
    let browser = Browser::new(server);
    let page = browser.open_page(&AuthorizationRequest::photo_frame().scope("openid").url(server)).await;
    let form = sign_in(&page, &Person::alice());
    let ahead: Vec<_> = (0..AHEAD)
        .map(|n| {
            let (frame, nobody) = (frame.clone(), Person::new(&format!("nobody-{n}"), "wrong"));
            tokio::spawn(async move { frame.password_grant(&nobody, "openid").await })
        })
        .collect();
    tokio::task::yield_now().await;
    let by_page = tokio::spawn(async move { browser.submit(&form).await });
    let other = frame.clone();
    let by_grant = tokio::spawn(async move { other.password_grant(&Person::alice(), "openid offline_access").await });
    // Both are counted as failed until they have been judged.
    let status = format!("/demo/attack-detection/brute-force/users/{alice}");
    while admin.get(&status).await.expect(200).number("numFailures") < 2
        && !by_grant.is_finished()
        && !by_page.is_finished()
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    end(&admin, &alice).await;
    let answer = by_grant.await.expect("an answer");
    by_page.await.expect("an answer");
    for one in ahead {
        one.await.expect("an answer");
    }
    admin.change_user("alice", json!({"enabled": true})).await;
    if answer.status == 200 {
        expect_ended(&frame, &answer).await;
    } else {
        assert!(matches!(answer.status, 400 | 503), "{answer}");
    }
    assert!(admin.offline_sessions("photo-frame").await.is_empty(), "a session began after all had ended");
    let sessions = admin.get(&format!("/demo/users/{alice}/sessions")).await.expect(200);
    assert_eq!(sessions.json(), json!([]), "somebody is signed in after all had ended");
}

async fn a_user_who_is_disabled_while_the_password_is_checked_gets_no_session(backend: Backend) {
    let server = slow_server(backend).await;
    let disable = async |admin: &Admin, _: &str| admin.change_user("alice", json!({"enabled": false})).await;
    sign_in_meanwhile(&server, disable).await;
}

async fn a_password_that_is_taken_away_while_it_is_checked_gives_no_session(backend: Backend) {
    let server = slow_server(backend).await;
    let take = async |admin: &Admin, user: &str| {
        admin.delete(&format!("/demo/users/{user}/credentials/{user}")).await.expect(204);
    };
    sign_in_meanwhile(&server, take).await;
}

async fn a_password_that_is_replaced_while_the_old_one_is_checked_gives_no_session(backend: Backend) {
    let server = slow_server(backend).await;
    let replace = async |admin: &Admin, user: &str| {
        let password = json!({"type": "password", "value": "another-password"});
        admin.put(&format!("/demo/users/{user}/reset-password"), &password).await.expect(204);
    };
    sign_in_meanwhile(&server, replace).await;
}

on_each!(
    a_user_who_is_disabled_while_the_password_is_checked_gets_no_session,
    a_password_that_is_taken_away_while_it_is_checked_gives_no_session,
    a_password_that_is_replaced_while_the_old_one_is_checked_gives_no_session,
);
