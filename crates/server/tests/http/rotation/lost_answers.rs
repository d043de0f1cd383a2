//! Answers that get lost on the way: a program on a bare TCP connection, which never reads what the server says.

use crate::support::{alices_backup, alices_frame};
use perennial_testkit::demo;
use perennial_testkit::{Admin, TestServer, on_both_databases};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::time::Duration;

on_both_databases! {
    async fn whoever_hung_up_before_the_answer_gets_the_same_successor_byte_for_byte(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        // The network hears the answer, the client does not.
        let mut line = send_refresh(&server, &tokens.refresh_token());
        let mut heard = String::new();
        line.read_to_string(&mut heard).expect("an answer");
        let asked_again = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_ne!(asked_again, tokens.refresh_token());
        assert!(heard.contains(&format!("\"refresh_token\":\"{asked_again}\"")), "another successor than the lost one");
        client.refresh(&asked_again).await.expect_tokens();
    }

    async fn a_connection_cut_right_after_the_request_costs_nobody_the_session(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        drop(send_refresh(&server, &tokens.refresh_token()));
        for _ in 0..500 {
            if admin.offline_sessions("nightly-backup").await[0]["generation"] == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let first = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_eq!(first, second);
        client.refresh(&first).await.expect_tokens();
    }

    async fn a_request_cut_in_half_consumes_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let request = refresh_request(&tokens.refresh_token(), demo::NIGHTLY_BACKUP, Some(demo::NIGHTLY_BACKUP_SECRET));
        let mut line = connect(&server);
        line.write_all(&request.as_bytes()[..request.len() - 30]).expect("half a request");
        line.shutdown(Shutdown::Write).expect("the end of it");
        let mut heard = Vec::new();
        // Whatever is said to half a request, it is no token.
        let _ = line.read_to_end(&mut heard);
        assert!(!String::from_utf8_lossy(&heard).contains("access_token"));
        assert_eq!(admin.offline_sessions("nightly-backup").await[0]["generation"], 0);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_public_client_has_a_minute_to_ask_again(server) {
        let (client, tokens) = alices_frame(&server).await;
        let mut line = connect(&server);
        let request = refresh_request(&tokens.refresh_token(), demo::PHOTO_FRAME, None);
        line.write_all(request.as_bytes()).expect("a request");
        let mut heard = String::new();
        line.read_to_string(&mut heard).expect("an answer");
        server.advance_clock(59).await;
        let again = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert!(heard.contains(&again));
    }
}

fn connect(server: &TestServer) -> TcpStream {
    let port = server.node_url().rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()).expect("a port");
    let line = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a connection");
    line.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    line
}

fn send_refresh(server: &TestServer, token: &str) -> TcpStream {
    let mut line = connect(server);
    let request = refresh_request(token, demo::NIGHTLY_BACKUP, Some(demo::NIGHTLY_BACKUP_SECRET));
    line.write_all(request.as_bytes()).expect("a request");
    line
}

fn refresh_request(token: &str, client: &str, secret: Option<&str>) -> String {
    let secret = secret.map(|secret| format!("&client_secret={secret}")).unwrap_or_default();
    let body = format!("grant_type=refresh_token&refresh_token={token}&client_id={client}{secret}");
    format!(
        "POST /realms/demo/protocol/openid-connect/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
