//! A bulk ending that was promised, and whose node is killed at it, is finished by whichever node is there.

use perennial_bench::{Populated, server};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, Backend, Choice, Client, on_each};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

/// Far more than a node ends between its answer and its death.
const SESSIONS: u64 = 10_000;
/// The kill comes after the end where the machine is busy with something else.
const ATTEMPTS: usize = 5;
/// After which others take over what a node was at.
const HELD_S: i64 = 60;

async fn alive(admin: &Admin) -> usize {
    let page = admin.get("/demo/offline-sessions?max=500").await.expect(200).json();
    page.as_array().expect("a list").len()
}

/// The node's own job may have come before the one that is asked for here, and be at it yet.
async fn until_one_is_left(admin: &Admin) {
    for _ in 0..600 {
        if alive(admin).await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{} live on, instead of the one that began since", alive(admin).await);
}

/// What a kill interrupted is finished; `false` where the node was through by then, and nothing is shown.
async fn is_finished(backend: Backend) -> bool {
    let Populated { mut server, crowd } = server(env!("CARGO_BIN_EXE_perennial"), backend, SESSIONS).await;
    let admin = Admin::sign_in(&server).await;
    let everything = json!({"filter": {"usedBefore": crowd.made_ms + 1}});
    let request = admin.request(Method::POST, "/demo/offline-sessions/revoke").header("prefer", "respond-async");
    let told = Answer::of(request.json(&everything)).await;
    server.kill();
    assert!(matches!(told.status, 200 | 202), "{told}");
    assert_eq!(told.json()["complete"], told.status == 200);
    server.restart().await;
    if alive(&admin).await == 0 {
        return false;
    }
    assert_eq!(told.status, 202, "told that all had ended, and some live on");
    server.advance_clock(1).await;
    let backup = Client::nightly_backup(&server);
    let later = backup.authorize(&server, &Person::alice(), &Choice::accept()).await;
    server.run_jobs().await;
    assert!(alive(&admin).await > 1, "the node that had it may be alive still");
    server.advance_clock(HELD_S).await;
    server.run_jobs().await;
    let admin = Admin::sign_in(&server).await;
    until_one_is_left(&admin).await;
    backup.refresh(&later.refresh_token()).await.expect_tokens();
    server.advance_clock(HELD_S).await;
    server.run_jobs().await;
    let admin = Admin::sign_in(&server).await;
    assert_eq!(alive(&admin).await, 1, "what is done is not done again");
    true
}

async fn a_promised_ending_is_finished_after_its_node_was_killed(backend: Backend) {
    for _ in 0..ATTEMPTS {
        if is_finished(backend).await {
            return;
        }
    }
    panic!("the node was through before its death each time");
}

on_each!(a_promised_ending_is_finished_after_its_node_was_killed);
