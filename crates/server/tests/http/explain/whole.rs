//! Thousands of sessions of a whole realm: refused before they are counted, and counted exactly all the same.

use crate::support::{Held, alices_backup, expect_ended, expect_told_early};
use perennial_bench::{Populated, server};
use perennial_testkit::{Admin, Answer, Backend, Client, TestServer, on_each};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// More than end one by one, each with its event.
const SESSIONS: u64 = 10_000;
const REVOKE: &str = "/demo/offline-sessions/revoke";

struct Crowded {
    server: TestServer,
    admin: Admin,
    backup: Client,
    tokens: Answer,
    foretold: Value,
}

async fn crowded(backend: Backend) -> Crowded {
    let Populated { server, .. } = server(env!("CARGO_BIN_EXE_perennial"), backend, SESSIONS).await;
    let (backup, tokens) = alices_backup(&server).await;
    let admin = Admin::sign_in(&server).await;
    let dry = json!({"all": true, "dryRun": true});
    let foretold = admin.post(REVOKE, &dry).await.expect(200).json();
    assert!(foretold["count"].as_u64().expect("a count") > 2_000, "{foretold}");
    Crowded { server, admin, backup, tokens, foretold }
}

/// Admin events of bulk endings.
async fn deeds(admin: &Admin) -> usize {
    let all = admin.admin_events("max=100").await;
    all.iter().filter(|deed| deed["resourcePath"] == "offline-sessions/revoke").count()
}

async fn who_waits_hears_how_many_there_were(backend: Backend) {
    let Crowded { server, admin, backup, tokens, foretold } = crowded(backend).await;
    let done = admin.post(REVOKE, &json!({"all": true})).await.expect(200).json();
    assert_eq!((&done["complete"], &done["count"]), (&json!(true), &foretold["count"]));
    assert_eq!(done["clients"], foretold["clients"]);
    expect_ended(&backup, &tokens).await;
    server.run_jobs().await;
    assert_eq!(admin.get("/demo/offline-sessions").await.expect(200).json(), json!([]));
    assert_eq!(deeds(&admin).await, 1);
    assert_eq!(admin.post(REVOKE, &json!({"all": true})).await.expect(200).json()["count"], 0);
    assert_eq!(deeds(&admin).await, 1, "nothing was left");
}

async fn who_does_not_wait_is_told_once_all_are_refused(backend: Backend) {
    let Crowded { server, admin, backup, tokens, foretold } = crowded(backend).await;
    let told = Answer::of(ask_without_waiting(&admin)).await;
    expect_told_early(&told, &foretold);
    expect_ended(&backup, &tokens).await;
    assert_eq!(admin.get("/demo/offline-sessions").await.expect(200).json(), json!([]), "what is refused is not shown");
    assert_eq!(deeds(&admin).await, 1);
    let (_, later) = alices_backup(&server).await;
    server.run_jobs().await;
    backup.refresh(&later.refresh_token()).await.expect_tokens();
}

async fn nobody_is_told_as_long_as_they_are_not_refused(backend: Backend) {
    let Crowded { server, admin, backup, tokens, foretold } = crowded(backend).await;
    let held = Held::realm(&server).await;
    let asked = tokio::spawn(Answer::of(ask_without_waiting(&admin)));
    held.a_while().await;
    assert!(!asked.is_finished(), "told of what could not be written");
    assert!(backup.is_active(&tokens.access_token()).await);
    held.let_go().await;
    expect_told_early(&asked.await.expect("an answer"), &foretold);
    expect_ended(&backup, &tokens).await;
    assert_eq!(deeds(&admin).await, 1);
}

/// RFC 7240.
fn ask_without_waiting(admin: &Admin) -> RequestBuilder {
    admin.request(Method::POST, REVOKE).header("Prefer", "respond-async").json(&json!({"all": true}))
}

on_each!(
    who_waits_hears_how_many_there_were,
    who_does_not_wait_is_told_once_all_are_refused,
    nobody_is_told_as_long_as_they_are_not_refused
);
