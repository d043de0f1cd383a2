//! PostgreSQL gone and back: nobody is refused for good, nothing is consumed, and the server recovers by itself.

use super::load::{Load, expect_all_go_on, expect_trouble, sessions};
use crate::rotation::generation;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use perennial_testkit::{Answer, Client, TestDatabase, TestServer, demo};
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
    // Forged ones cost no query at the other endpoints, either.
    client.revoke(&forged).await.expect(200);
    let logout = server.http().post(server.demo_url("/protocol/openid-connect/logout"));
    let logout = logout.basic_auth(demo::NIGHTLY_BACKUP, Some(demo::NIGHTLY_BACKUP_SECRET));
    Answer::of(logout.form(&[("refresh_token", &forged)])).await.expect(204);
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
async fn however_many_name_an_unknown_key_while_the_database_is_gone_all_are_told_to_come_back() {
    let server = begin(&[]).await;
    let token = sessions(&server, 1).await.remove(0);
    let (_, rest) = token.split_once('.').expect("a JWS");
    let unknown = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT","kid":"made-up"}"#));
    let client = Client::nightly_backup(&server);
    server.database().own_cluster().crash();
    // A look of its own for each, one a second, would take longer than a request may.
    let asked: Vec<_> = (0..80)
        .map(|_| {
            let (client, unknown) = (client.clone(), unknown.clone());
            tokio::spawn(async move { client.refresh(&unknown).await })
        })
        .collect();
    for answer in asked {
        expect_trouble(&answer.await.expect("an answer"));
    }
    server.database().own_cluster().come_back();
    ready_again(&server).await;
    client.refresh(&unknown).await.expect_refusal("Invalid refresh token");
    client.refresh(&token).await.expect_tokens();
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
