//! The database holds no token and no hash of one, whatever has become of it: what lies there is searched byte by byte.

use crate::notices::deliveries;
use crate::support::{alices_backup, alices_frame, expect_alive};
use perennial_testkit::{Admin, Answer, TestServer, on_both_databases, port::free_port, token};
use serde_json::{Value, json};
use std::collections::HashMap;

/// By so many first bytes what is looked for is found; everything is longer.
const START: usize = 8;

on_both_databases! {
    async fn no_token_lies_in_the_database_nor_its_signature_nor_a_hash(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let hook = tell_nobody(&admin).await;

        let (client, first) = alices_backup(&server).await;
        let second = expect_alive(&client, &first).await;
        let replayed = expect_alive(&client, &first).await;
        let third = expect_alive(&client, &second).await;
        client.refresh(&first.refresh_token()).await.expect_error(400, "invalid_grant");
        let (frame, framed) = alices_frame(&server).await;
        let leaked = expect_alive(&frame, &framed).await;
        let (_, kept) = alices_backup(&server).await;
        let current = expect_alive(&client, &kept).await;
        for token in [leaked.refresh_token(), kept.access_token()] {
            hand_in(&server, &token).await;
        }
        assert!(client.is_active(&current.refresh_token()).await);
        assert_eq!(admin.events("type=TOKEN_LEAKED").await.len(), 2);
        assert!(!deliveries(&server, &hook).await.is_empty(), "nothing waits to be delivered");

        let content = server.database().content();
        for known in ["REFRESH_TOKEN_REUSED", "TOKEN_LEAKED", "INTROSPECT_TOKEN"] {
            assert!(find(&content, &[known.as_bytes().to_vec()]).is_some(), "{known} is not found where it must be");
        }
        let shown = [&first, &second, &replayed, &third, &framed, &leaked, &kept, &current];
        let issued = shown.map(|answer| [answer.refresh_token(), answer.access_token(), answer.id_token()]);
        let wanted: Vec<Vec<u8>> = issued.iter().flatten().flat_map(|token| token::traces(token)).collect();
        let found = find(&content, &wanted).map(|trace| String::from_utf8_lossy(&trace).into_owned());
        assert_eq!(found, None, "a trace of a token is stored");
    }
}

/// Every event is stored; mails and a webhook's deliveries wait for receivers that are not there. The webhook.
async fn tell_nobody(admin: &Admin) -> Value {
    let config = admin.get("/demo/events/config").await.expect(200).json();
    let mut types = config["enabledEventTypes"].as_array().expect("a list").clone();
    types.extend([json!("REFRESH_TOKEN"), json!("INTROSPECT_TOKEN")]);
    admin.configure_events(json!({"enabledEventTypes": types})).await;
    let port = free_port();
    let smtp = json!({"host": "127.0.0.1", "port": port.to_string(), "from": "no-reply@demo.example"});
    admin.change_realm(json!({"smtpServer": smtp})).await;
    let hook = json!({"url": format!("http://127.0.0.1:{port}/hook"), "eventTypes": ["*"]});
    admin.post("/demo/webhooks", &hook).await.expect(201).json()
}

async fn hand_in(server: &TestServer, token: &str) {
    let form = [("token", token)];
    Answer::of(server.http().post(server.url("/revoke-leaked")).form(&form)).await.expect(204);
}

/// The first of these that the content holds.
fn find(content: &[u8], wanted: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut by_start: HashMap<&[u8], Vec<&Vec<u8>>> = HashMap::new();
    for one in wanted {
        by_start.entry(&one[..START]).or_default().push(one);
    }
    content.windows(START).enumerate().find_map(|(at, start)| {
        let own = by_start.get(start)?;
        own.iter().find(|one| content[at..].starts_with(one)).map(|one| one.to_vec())
    })
}
