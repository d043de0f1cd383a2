//! Whoever resets or closes the connection while the server is at their request gets no answer, but what they asked for is done to its
//! end: with its audit line, its event, and all that follows it.

use crate::support::{alices_backup, grant_of};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Client, TestServer, on_both_databases};
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SESSIONS: usize = 8;
const LIMIT: Duration = Duration::from_secs(30);

on_both_databases! {
    async fn each_session_that_was_ended_has_its_audit_line(server) {
        let (grants, bearer) = sessions(&server).await;
        for grant in &grants {
            ask_and_reset(&server, &ending(grant, &bearer)).await;
        }
        expect_all_ended(&server, &grants).await;
    }

    async fn so_has_each_whose_asker_closed_the_connection_and_no_stop_waits_for_those(server) {
        let (grants, bearer) = sessions(&server).await;
        for grant in &grants {
            ask_and_close(&server, &ending(grant, &bearer)).await;
        }
        expect_all_ended(&server, &grants).await;
        server.terminate().await;
        assert!(!server.log().contains("cut off"), "something was still under way");
    }

    async fn a_token_that_was_used_again_ends_its_session(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let third = client.refresh(&second.refresh_token()).await.expect_tokens();
        let form = format!(
            "grant_type=refresh_token&refresh_token={}&client_id={}&client_secret={}",
            tokens.refresh_token(), demo::NIGHTLY_BACKUP, demo::NIGHTLY_BACKUP_SECRET
        );
        let request = format!(
            "POST /realms/demo/protocol/openid-connect/token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        ask_and_reset(&server, &request).await;
        until(&server, |lines| lines.iter().any(|line| line["why"] == "reused" && line["grant"] == grant_of(&tokens))).await;
        client.refresh(&third.refresh_token()).await.expect_refusal("Offline session not found");
        admin.event("REFRESH_TOKEN_REUSED").await;
    }
}

/// Offline sessions of alice's, and what an admin shows who ends them.
async fn sessions(server: &TestServer) -> (Vec<String>, String) {
    let frame = Client::photo_frame(server);
    let mut grants = Vec::new();
    for _ in 0..SESSIONS {
        grants.push(grant_of(&frame.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens()));
    }
    let cli = Client::new(server, demo::MASTER, "admin-cli", Authentication::None);
    let bearer = cli.password_grant(&Person::admin(), "openid").await.expect_tokens().access_token();
    (grants, bearer)
}

fn ending(grant: &str, bearer: &str) -> String {
    format!(
        "DELETE /admin/realms/demo/sessions/{grant}?isOffline=true HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer {bearer}\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n"
    )
}

async fn expect_all_ended(server: &TestServer, grants: &[String]) {
    let ended = |line: &Value, grant: &String| line["action"] == "grant_ended" && line["grant"] == grant.as_str();
    until(server, |lines| grants.iter().all(|grant| lines.iter().any(|line| ended(line, grant)))).await;
    let admin = Admin::sign_in(server).await;
    assert!(admin.offline_sessions(demo::PHOTO_FRAME).await.is_empty());
    assert_eq!(admin.admin_events("operationTypes=DELETE").await.len(), SESSIONS);
}

/// Sends the request, waits until the server has taken it up, and resets the connection.
async fn ask_and_reset(server: &TestServer, request: &str) {
    ask(server, request).await.set_zero_linger().expect("a reset instead of an end");
}

/// The same with an ordinary end of the asker's side (RFC 9293 §3.6), after which the server's comes, too.
async fn ask_and_close(server: &TestServer, request: &str) {
    let mut line = ask(server, request).await;
    line.shutdown().await.expect("the end of one side");
    // What comes before its end, or how that comes, is nobody's affair.
    let end = tokio::time::timeout(LIMIT, line.read_to_end(&mut Vec::new())).await;
    assert!(end.is_ok(), "the connection stays open");
}

/// The server has taken it up where it says so (RFC 9110 §10.1.1).
async fn ask(server: &TestServer, request: &str) -> TcpStream {
    let address = server.node_url().replace("http://localhost", "127.0.0.1");
    let mut line = TcpStream::connect(address).await.expect("a connection");
    line.write_all(request.as_bytes()).await.expect("a request");
    let mut heard = [0; 12];
    line.read_exact(&mut heard).await.expect("an interim answer");
    assert_eq!(&heard, b"HTTP/1.1 100", "{}", String::from_utf8_lossy(&heard));
    line
}

async fn until(server: &TestServer, holds: impl Fn(&[Value]) -> bool) {
    for _ in 0..1_500 {
        if holds(&server.audit_lines()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not in the audit log: {:?}", server.audit_lines());
}
