//! What ends or is taken away while somebody signs in: checking a password takes a while, and may wait for its turn.

use crate::support::{alices_online, expect_ended, is_signed_out};
use perennial_domain::UserSessionId;
use perennial_storage::{StorageError, Store, StoreOptions, user_sessions};
use perennial_testkit::authorize::sign_in;
use perennial_testkit::demo::Person;
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Backend, Browser, Client, TestServer, on_each, on_postgres, token,
};
use serde_json::json;
use std::{sync::mpsc, time::Duration};
use tokio::{sync::oneshot, task::JoinHandle};

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

fn session_of(tokens: &Answer) -> UserSessionId {
    token::claims(&tokens.id_token())["sid"].as_str().expect("a session").parse().expect("its id")
}

/// Another node's unit that has ended a session and is about to commit: it does so once it is told to, and says whether it ended one.
async fn ending(server: &TestServer, session: UserSessionId) -> (mpsc::Sender<()>, JoinHandle<bool>) {
    let store = Store::open(StoreOptions::new(server.database_url())).await.expect("the database");
    let ((commit, told), (reached, held)) = (mpsc::channel(), oneshot::channel());
    let unit = move |tx: &mut perennial_storage::Tx<'_>| {
        let ended = user_sessions::delete(tx, session)?;
        reached.send(()).expect("the test waits for it");
        told.recv().expect("the test goes on");
        Ok(ended)
    };
    let done = tokio::spawn(async move { store.write::<_, StorageError, _>(unit).await.expect("it commits") });
    held.await.expect("the row is held");
    (commit, done)
}

on_postgres! {
    async fn a_sign_in_whose_session_another_node_ends_at_that_moment_begins_one_of_its_own(server) {
        let (browser, client, tokens) = alices_online(&server).await;
        let request = AuthorizationRequest::nightly_backup().scope("openid").prompt("login");
        let page = browser.open_page(&request.url(&server)).await;
        let (form, own) = (sign_in(&page, &Person::alice()), browser.clone());
        let (commit, done) = ending(&server, session_of(&tokens)).await;
        let submitted = tokio::spawn(async move { own.submit(&form).await });
        // Time to find the session and wait for its row. Who needs longer finds none, and begins one as well.
        tokio::time::sleep(Duration::from_millis(500)).await;
        commit.send(()).expect("the unit waits");
        assert!(done.await.expect("a unit"), "nothing was ended");
        let code = submitted.await.expect("an answer").redirect().code();
        let fresh = client.redeem(&request, &code).await.expect_tokens();
        assert_ne!(session_of(&fresh), session_of(&tokens));
        assert!(!is_signed_out(&server, &browser).await);
    }
}
