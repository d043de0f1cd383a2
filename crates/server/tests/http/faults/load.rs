//! Many sessions at once, each refreshing in turn with what it was last told.

use crate::support::alices_backup;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, Client, TestServer};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// Sign-ins at once.
const LANES: usize = 16;
const PATIENCE: Duration = Duration::from_millis(20);

/// So many offline sessions of alice's, rotating at each use.
pub async fn sessions(server: &TestServer, count: usize) -> Vec<String> {
    let admin = Admin::sign_in(server).await;
    admin.change_realm(json!({"rotation": "always", "offlineSessionLimit": 0})).await;
    let (client, _) = alices_backup(server).await;
    let mut lanes = JoinSet::new();
    for lane in 0..LANES.min(count) {
        let client = client.clone();
        let share = (count - lane).div_ceil(LANES.min(count));
        lanes.spawn(async move {
            let mut tokens = Vec::with_capacity(share);
            for _ in 0..share {
                let answer = client.password_grant(&Person::alice(), "openid offline_access").await;
                tokens.push(answer.expect_tokens().refresh_token());
            }
            tokens
        });
    }
    lanes.join_all().await.into_iter().flatten().collect()
}

/// Refreshes each session on and on, by any of these clients, until `enough` refreshes were acknowledged and `stop` is done; the
/// last token that each was told. Trouble of the server's is tried again, with the same token.
pub struct Load {
    acknowledged: Arc<AtomicUsize>,
    stopped: tokio::sync::watch::Sender<bool>,
    workers: JoinSet<String>,
}

impl Load {
    pub fn start(clients: &[Client], tokens: Vec<String>) -> Self {
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let (stopped, until) = tokio::sync::watch::channel(false);
        let mut workers = JoinSet::new();
        for (at, token) in tokens.into_iter().enumerate() {
            let mut clients = clients.to_vec();
            let first = at % clients.len();
            clients.rotate_left(first);
            workers.spawn(work(clients, token, Arc::clone(&acknowledged), until.clone()));
        }
        Self { acknowledged, stopped, workers }
    }

    /// Waits until so many more refreshes were acknowledged.
    pub async fn wait_for(&self, more: usize) {
        let enough = self.acknowledged.load(Ordering::Relaxed) + more;
        for _ in 0..6_000 {
            if self.acknowledged.load(Ordering::Relaxed) >= enough {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the load came to a halt");
    }

    pub async fn stop(self) -> Vec<String> {
        let _ = self.stopped.send(true);
        self.workers.join_all().await
    }
}

async fn work(
    clients: Vec<Client>,
    mut token: String,
    acknowledged: Arc<AtomicUsize>,
    stopped: tokio::sync::watch::Receiver<bool>,
) -> String {
    for client in clients.iter().cycle() {
        if *stopped.borrow() {
            break;
        }
        let request = client.token_request(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
        match Answer::try_of(request).await {
            Ok(answer) if answer.status == 200 => {
                token = answer.refresh_token();
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => {
                expect_trouble(&answer);
                tokio::time::sleep(PATIENCE).await;
            }
            Err(_) => tokio::time::sleep(PATIENCE).await,
        }
    }
    token
}

/// Trouble of ours is 503 and says when to come back; clients throw their tokens away on any 4xx.
#[track_caller]
pub fn expect_trouble(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer}");
    assert_eq!(answer.text("error"), "temporarily_unavailable", "{answer}");
    assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0), "{answer}");
}

/// Every session goes on.
pub async fn expect_all_go_on(client: &Client, tokens: Vec<String>) {
    for some in tokens.chunks(LANES) {
        let mut lanes = JoinSet::new();
        for token in some {
            let (client, token) = (client.clone(), token.clone());
            lanes.spawn(async move { client.refresh(&token).await.expect_tokens().refresh_token() });
        }
        assert_eq!(lanes.join_all().await.len(), some.len());
    }
}
