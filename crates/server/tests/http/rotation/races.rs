//! What happens at once: one token presented by many, one code by many, two nodes on one database, a kill in between.

use super::together::{AT_ONCE, at_once, generation, judged, present, the_one_successor};
use crate::support::{alices_backup, backup_at};
use perennial_testkit::demo::Person;
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases, on_postgres,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Refreshes before the kill: some for each session.
const ANSWERED: usize = 40;

on_both_databases! {
    async fn many_presentations_of_one_token_at_once_give_one_rotation_and_one_successor(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let answers = present(&[&client], &tokens.refresh_token()).await;
        let successor = the_one_successor(&answers);
        assert_eq!(generation(&successor), generation(&tokens.refresh_token()) + 1);
        let next = client.refresh(&successor).await.expect_tokens();
        client.refresh(&next.refresh_token()).await.expect_tokens();
    }

    async fn a_code_redeemed_by_many_at_once_gives_tokens_to_one_and_ends_its_grant(server) {
        let client = Client::nightly_backup(&server);
        redeem_at_once(&server, &[&client]).await;
    }

    async fn every_acknowledged_token_works_after_a_kill_in_the_midst_of_refreshes(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let client = Client::nightly_backup(&server);
        let mut families = Vec::new();
        for _ in 0..8 {
            families.push(client.authorize(&server, &Person::alice(), &Choice::accept()).await.refresh_token());
        }
        let answered = Arc::new(AtomicUsize::new(0));
        let workers: Vec<_> = families
            .into_iter()
            .map(|token| tokio::spawn(refresh_until_it_dies(backup_at(&server), token, Arc::clone(&answered))))
            .collect();
        while answered.load(Ordering::Relaxed) < ANSWERED && workers.iter().any(|worker| !worker.is_finished()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.kill();
        let mut acknowledged = Vec::new();
        for worker in workers {
            acknowledged.push(worker.await.expect("a worker's last token"));
        }
        server.restart().await;
        let client = backup_at(&server);
        assert!(acknowledged.iter().any(|token| generation(token) > 0), "the kill came before any refresh");
        for token in acknowledged {
            let answer = client.refresh(&token).await.expect_tokens();
            client.refresh(&answer.refresh_token()).await.expect_tokens();
        }
    }
}

on_postgres! {
    async fn two_nodes_agree_on_one_successor(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (first, tokens) = alices_backup(&server).await;
        let node = server.second_node().await;
        let second = backup_at(&node);
        let mut current = tokens.refresh_token();
        for _ in 0..3 {
            current = the_one_successor(&present(&[&first, &second], &current).await);
        }
        second.refresh(&current).await.expect_tokens();
    }

    async fn two_nodes_redeem_a_code_once(server) {
        let node = server.second_node().await;
        redeem_at_once(&server, &[&Client::nightly_backup(&server), &backup_at(&node)]).await;
    }

    async fn a_policy_changed_at_one_node_acts_at_the_other_at_once(server) {
        let (_, tokens) = alices_backup(&server).await;
        let node = server.second_node().await;
        let other = backup_at(&node);
        let kept = other.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(kept.refresh_token(), tokens.refresh_token());
        Admin::sign_in(&server).await.rotate_always().await;
        let rotated = other.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_ne!(rotated.refresh_token(), tokens.refresh_token());
    }

    async fn what_one_node_revokes_is_gone_at_the_other(server) {
        let (client, tokens) = alices_backup(&server).await;
        let node = server.second_node().await;
        let other = backup_at(&node);
        assert!(other.is_active(&tokens.access_token()).await, "both nodes hold the same keys");
        client.revoke(&tokens.refresh_token()).await.expect(200);
        other.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!other.is_active(&tokens.access_token()).await);
    }

    async fn the_test_clock_moves_every_node(server) {
        let (_, tokens) = alices_backup(&server).await;
        let node = server.second_node().await;
        let other = backup_at(&node);
        server.advance_clock(31 * crate::support::DAY_S).await;
        other.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }
}

async fn redeem_at_once(server: &TestServer, clients: &[&Client]) {
    let request = AuthorizationRequest::nightly_backup();
    let redirect = Browser::new(server).authorize(server, &request, &Person::alice(), &Choice::accept()).await;
    let code = redirect.code();
    let params = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", request.redirect_uri.as_str()),
        ("code_verifier", request.pkce.verifier.as_str()),
    ];
    let redeem = |at: usize| judged(clients[at % clients.len()].token_request(&params));
    let answers = at_once((0..AT_ONCE).map(redeem).collect::<Vec<_>>()).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "a code gave tokens {} times", won.len());
    for answer in lost {
        answer.expect_error(400, "invalid_grant");
    }
    // Replayed by its authenticated client with the right verifier: the grant ends.
    let winner = &won[0];
    clients[0].refresh(&winner.refresh_token()).await.expect_refusal("Offline session not found");
    assert!(!clients[0].is_active(&winner.access_token()).await);
}

/// Refreshes on and on; the last token that the server acknowledged.
async fn refresh_until_it_dies(client: Client, mut token: String, answered: Arc<AtomicUsize>) -> String {
    loop {
        let request = client.token_request(&[("grant_type", "refresh_token"), ("refresh_token", &token)]);
        match Answer::try_of(request).await {
            Ok(answer) => {
                token = answer.expect_tokens().refresh_token();
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => return token,
        }
    }
}
