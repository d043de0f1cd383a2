//! PostgreSQL gone and back: nobody is refused for good, nothing is consumed, and the server recovers by itself.

use super::load::{Load, expect_all_go_on, expect_trouble, sessions};
use crate::rotation::generation;
use perennial_testkit::{Answer, Client, TestDatabase, TestServer};
use std::time::Duration;

async fn begin(settings: &[(&str, &str)]) -> TestServer {
    let database = TestDatabase::postgres_of_its_own("");
    TestServer::start_on(env!("CARGO_BIN_EXE_perennial"), database, settings, &[]).await
}

#[tokio::test]
async fn while_the_database_is_gone_refreshes_get_503_and_consume_nothing() {
    let server = begin(&[]).await;
    let tokens = sessions(&server, 3).await;
    let client = Client::nightly_backup(&server);
    server.database().own_cluster().crash();
    for token in &tokens {
        expect_trouble(&client.refresh(token).await);
    }
    let forged = format!("{}x", tokens[0]);
    client.refresh(&forged).await.expect_refusal("Invalid refresh token");
    Answer::of(server.http().get(server.url("/health/ready"))).await.expect(503);
    Answer::of(server.http().get(server.url("/health/live"))).await.expect(200);

    server.database().own_cluster().come_back();
    ready_again(&server).await;
    for token in &tokens {
        let next = client.refresh(token).await.expect_tokens().refresh_token();
        assert_eq!(generation(&next), generation(token) + 1);
    }
}

#[tokio::test]
async fn a_database_that_crashes_amid_refreshes_logs_nobody_out() {
    let server = begin(&[]).await;
    let tokens = sessions(&server, 24).await;
    let client = Client::nightly_backup(&server);
    let load = Load::start(std::slice::from_ref(&client), tokens);
    for _ in 0..2 {
        load.wait_for(100).await;
        server.database().own_cluster().crash();
        server.database().own_cluster().come_back();
    }
    load.wait_for(100).await;
    expect_all_go_on(&client, load.stop().await).await;
}

async fn ready_again(server: &TestServer) {
    for _ in 0..600 {
        let answer = Answer::of(server.http().get(server.url("/health/ready"))).await;
        if answer.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server does not notice that the database is back");
}
