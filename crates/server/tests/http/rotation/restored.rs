//! An older copy of the database under running clients: nobody is logged out whose session it still knows.

use super::together::generation;
use crate::support::{alices_backup, alices_frame};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Choice, Client, TestServer, on_both_databases};

const RECOVERED: &str = "perennial_refresh_total{outcome=\"recovered\"}";

on_both_databases! {
    async fn a_client_goes_on_with_its_newest_token_after_a_restored_backup(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let before = refresh_times(&client, tokens.refresh_token(), 2).await;
        let backup = server.back_up().await;
        let newest = refresh_times(&Client::nightly_backup(&server), before, 7).await;

        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        let next = client.refresh(&newest).await.expect_tokens();
        assert_eq!(generation(&next.refresh_token()), generation(&newest) + 1);
        assert!(client.is_active(&next.access_token()).await);
        assert!((server.metric(RECOVERED).await - 1.0).abs() < f64::EPSILON);
        refresh_times(&client, next.refresh_token(), 3).await;
    }

    async fn a_restored_backup_keeps_the_clients_that_never_noticed(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (_, idle) = alices_backup(&server).await;
        let (_, busy) = alices_frame(&server).await;
        let backup = server.back_up().await;
        let newest = refresh_times(&Client::photo_frame(&server), busy.refresh_token(), 3).await;
        server.restore(&backup).await;
        Client::nightly_backup(&server).refresh(&idle.refresh_token()).await.expect_tokens();
        Client::photo_frame(&server).refresh(&newest).await.expect_tokens();
    }

    async fn what_the_backup_never_knew_is_refused(server) {
        let backup = server.back_up().await;
        let (_, tokens) = alices_backup(&server).await;
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        let again = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        client.refresh(&again.refresh_token()).await.expect_tokens();
    }

    async fn an_older_token_of_the_family_recovers_less_and_the_newest_still_counts(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        let older = refresh_times(&Client::nightly_backup(&server), tokens.refresh_token(), 3).await;
        let newest = refresh_times(&Client::nightly_backup(&server), older.clone(), 3).await;
        server.restore(&backup).await;
        drop(client);
        let client = Client::nightly_backup(&server);
        client.refresh(&older).await.expect_tokens();
        client.refresh(&newest).await.expect_tokens();
        client.refresh(&older).await.expect_error(400, "invalid_grant");
    }

    async fn a_lost_answer_and_a_lost_commit_at_once_are_survived(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (_, tokens) = alices_backup(&server).await;
        let current = refresh_times(&Client::nightly_backup(&server), tokens.refresh_token(), 2).await;
        let backup = server.back_up().await;
        // The answer got lost, and then the commit: the client still holds what the backup holds.
        Client::nightly_backup(&server).refresh(&current).await.expect_tokens();
        server.restore(&backup).await;
        refresh_times(&Client::nightly_backup(&server), current, 3).await;
    }

    async fn the_same_backup_may_be_restored_twice(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        let mut current = tokens.refresh_token();
        for _ in 0..2 {
            current = refresh_times(&Client::nightly_backup(&server), current, 2).await;
            server.restore(&backup).await;
        }
        rotates(&server, &current).await;
    }
}

async fn refresh_times(client: &Client, mut token: String, times: usize) -> String {
    for _ in 0..times {
        token = client.refresh(&token).await.expect_tokens().refresh_token();
    }
    token
}

async fn rotates(server: &TestServer, token: &str) {
    let next = Client::nightly_backup(server).refresh(token).await.expect_tokens().refresh_token();
    assert_eq!(generation(&next), generation(token) + 1);
}
