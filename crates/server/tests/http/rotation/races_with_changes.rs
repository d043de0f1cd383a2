//! Rotations that race with something else: a window of zero, a revocation, a change of policy, an older token.

use super::together::{generation, present, present_all, successors};
use crate::support::{alices_backup, backup_at};
use perennial_testkit::{Admin, Answer, Client, TestServer, on_both_databases, on_postgres};
use serde_json::json;

on_both_databases! {
    async fn with_a_window_of_zero_one_of_many_wins_and_the_session_ends(server) {
        zero_window(&server, &[&Client::nightly_backup(&server)]).await;
    }

    async fn a_revocation_amid_rotations_ends_them_all(server) {
        revocation(&server, &[&Client::nightly_backup(&server)]).await;
    }

    async fn a_mode_changed_amid_presentations_forks_no_family(server) {
        changing_mode(&server, &[&Client::nightly_backup(&server)]).await;
    }

    async fn two_generations_presented_at_once_fork_no_family(server) {
        two_predecessors(&server, &[&Client::nightly_backup(&server)]).await;
    }
}

on_postgres! {
    async fn with_a_window_of_zero_one_wins_across_two_nodes(server) {
        let node = server.second_node().await;
        zero_window(&server, &[&backup_at(&server), &backup_at(&node)]).await;
    }

    async fn a_revocation_ends_the_rotations_of_both_nodes(server) {
        let node = server.second_node().await;
        revocation(&server, &[&backup_at(&server), &backup_at(&node)]).await;
    }

    async fn a_mode_changed_at_one_node_forks_no_family_at_two(server) {
        let node = server.second_node().await;
        changing_mode(&server, &[&backup_at(&server), &backup_at(&node)]).await;
    }

    async fn two_generations_presented_at_two_nodes_fork_no_family(server) {
        let node = server.second_node().await;
        two_predecessors(&server, &[&backup_at(&server), &backup_at(&node)]).await;
    }
}

async fn zero_window(server: &TestServer, clients: &[&Client]) {
    let admin = Admin::sign_in(server).await;
    admin.change_realm(json!({"rotation": "always", "replayWindow": 0})).await;
    let (client, tokens) = alices_backup(server).await;
    let answers = present(clients, &tokens.refresh_token()).await;
    let (won, lost): (Vec<Answer>, Vec<Answer>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "the first wins, and nobody else");
    for answer in lost {
        answer.expect_error(400, "invalid_grant");
    }
    client.refresh(&won[0].refresh_token()).await.expect_refusal("Offline session not found");
    assert!(!client.is_active(&won[0].access_token()).await);
}

async fn revocation(server: &TestServer, clients: &[&Client]) {
    Admin::sign_in(server).await.rotate_always().await;
    let (client, tokens) = alices_backup(server).await;
    let offline = tokens.refresh_token();
    let (answers, revoked) = tokio::join!(present(clients, &offline), client.revoke(&offline));
    revoked.expect(200);
    for answer in &answers {
        assert!(matches!(answer.status, 200 | 400 | 503), "{answer}");
        if answer.status == 400 {
            assert_eq!(answer.text("error_description"), "Offline session not found", "{answer}");
        }
    }
    for token in successors(&answers).iter().chain([&offline]) {
        client.refresh(token).await.expect_refusal("Offline session not found");
    }
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        assert!(!client.is_active(&answer.access_token()).await, "it outlived its session");
    }
}

async fn changing_mode(server: &TestServer, clients: &[&Client]) {
    let admin = Admin::sign_in(server).await;
    admin.change_realm(json!({"rotation": "never"})).await;
    let (client, tokens) = alices_backup(server).await;
    let offline = tokens.refresh_token();
    let changes = async {
        for mode in ["always", "never", "always"] {
            admin.change_realm(json!({"rotation": mode})).await;
        }
    };
    let (answers, ()) = tokio::join!(present(clients, &offline), changes);
    for answer in &answers {
        assert_eq!(answer.status, 200, "{answer}");
    }
    let all = successors(&answers);
    let newest = all.iter().max_by_key(|token| generation(token)).expect("a token");
    assert!(
        all.len() <= 2 && generation(newest) <= 1,
        "the token itself, its successor, and nothing else: {}",
        all.len()
    );
    client.refresh(newest).await.expect_tokens();
}

/// Generations 1 and 2 at once, where 2 is unproven: whoever comes first decides what the other is, and no third line begins.
async fn two_predecessors(server: &TestServer, clients: &[&Client]) {
    Admin::sign_in(server).await.rotate_always().await;
    let (client, tokens) = alices_backup(server).await;
    let first = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
    let second = client.refresh(&first).await.expect_tokens().refresh_token();
    let both: Vec<&str> = std::iter::repeat_n([first.as_str(), second.as_str()], 32).flatten().collect();
    let answers = present_all(clients, &both).await;
    for answer in &answers {
        assert!(matches!(answer.status, 200 | 400), "{answer}");
    }
    let all = successors(&answers);
    let third: Vec<&String> = all.iter().filter(|token| **token != second).collect();
    assert!(third.len() <= 1, "a family was forked");
    assert!(third.iter().all(|token| generation(token) == 3));
    let newest = third.first().map_or(second.as_str(), |token| token.as_str());
    let reused = answers.iter().any(|answer| answer.status == 400);
    let after = client.refresh(newest).await;
    assert_eq!(after.status == 400, reused, "one old token after its successor's use ends the session: {after}");
}
