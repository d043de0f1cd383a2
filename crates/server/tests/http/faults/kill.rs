//! SIGKILL in the middle of a thousand concurrent refreshes.

use super::load::{expect_all_go_on, expect_trouble, sessions};
use perennial_testkit::{Answer, Client, on_both_databases};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

const SESSIONS: usize = 1_000;
/// Refreshes, when the server dies.
const ANSWERED: usize = 300;

on_both_databases! {
    async fn a_kill_amid_a_thousand_refreshes_loses_no_acknowledged_token_and_logs_nobody_out(server) {
        let tokens = sessions(&server, SESSIONS).await;
        let client = Client::nightly_backup(&server);
        let (answered, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut refreshes = JoinSet::new();
        for token in tokens {
            let (client, answered, ended) = (client.clone(), Arc::clone(&answered), Arc::clone(&ended));
            refreshes.spawn(async move {
                let held = refresh_until_cut_off(&client, token, &answered).await;
                ended.fetch_add(1, Ordering::Relaxed);
                held
            });
        }
        while answered.load(Ordering::Relaxed) < ANSWERED && ended.load(Ordering::Relaxed) < SESSIONS {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        let held = refreshes.join_all().await;
        assert!(answered.load(Ordering::Relaxed) >= ANSWERED, "the kill came too early");
        server.restart().await;
        expect_all_go_on(&Client::nightly_backup(&server), held).await;
    }
}

/// On and on, so that something is under way however late the kill comes; the token that the client holds in the end.
async fn refresh_until_cut_off(client: &Client, mut token: String, answered: &AtomicUsize) -> String {
    loop {
        let request = client.token_request(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
        match Answer::try_of(request).await {
            Ok(answer) if answer.status == 200 => {
                token = answer.expect_tokens().refresh_token();
                answered.fetch_add(1, Ordering::Relaxed);
            }
            // A busy machine may put some off: they come back.
            Ok(answer) => {
                expect_trouble(&answer);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            // Whether it was committed, nobody knows: the client keeps what it has.
            Err(_) => return token,
        }
    }
}
