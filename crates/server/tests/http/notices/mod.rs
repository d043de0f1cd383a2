//! Notices about sessions that end soon or sleep, what users are told at once, and how mails and webhooks reach a real mail
//! server and a real listener.

mod mail;
mod mail_settings;
mod mail_tls;
mod sessions;
mod spanish;
mod webhook_input;
mod webhooks;

use perennial_testkit::{Admin, Listener, MailServer, TestServer};
use serde_json::{Value, json};

pub const ALICE: &str = "alice@demo.example";

/// A mail server that the demo realm sends through.
pub async fn mail_server(server: &TestServer) -> MailServer {
    let mails = MailServer::start().await;
    let smtp = json!({
        "host": "127.0.0.1",
        "port": mails.port().to_string(),
        "from": "no-reply@demo.example",
        "fromDisplayName": "Demo",
    });
    Admin::sign_in(server).await.change_realm(json!({"smtpServer": smtp})).await;
    mails
}

/// A webhook of the demo realm for these types of events: its representation, secret included.
pub async fn webhook(server: &TestServer, listener: &Listener, types: &[&str]) -> Value {
    let admin = Admin::sign_in(server).await;
    let wanted = json!({"url": listener.url("/hook"), "eventTypes": types});
    admin.post("/demo/webhooks", &wanted).await.expect(201).json()
}

/// The webhook's deliveries, the newest first.
pub async fn deliveries(server: &TestServer, webhook: &Value) -> Vec<Value> {
    let id = webhook["id"].as_str().expect("an id");
    let admin = Admin::sign_in(server).await;
    let answer = admin.get(&format!("/demo/webhooks/{id}/deliveries")).await.expect(200);
    answer.json().as_array().expect("a list").clone()
}

/// Queues a delivery that tells of nothing; its id.
pub async fn ping(server: &TestServer, webhook: &Value) -> String {
    let id = webhook["id"].as_str().expect("an id");
    let admin = Admin::sign_in(server).await;
    admin.post(&format!("/demo/webhooks/{id}/ping"), &json!({})).await.expect(202).text("id")
}

/// Waits until the newest delivery is as wanted; what it is then.
pub async fn newest_delivery(server: &TestServer, webhook: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..300 {
        let all = deliveries(server, webhook).await;
        if let Some(newest) = all.first().filter(|newest| wanted(newest)) {
            return newest.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the newest delivery never got as wanted: {:?}", deliveries(server, webhook).await);
}
