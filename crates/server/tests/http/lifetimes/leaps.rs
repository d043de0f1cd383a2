//! A clock that leaps ahead: what it seems to have ended is refused, and nothing is removed by one reading alone.

use crate::support::{DAY_S, alices_backup, alices_online, expect_alive, expect_gone, is_signed_out};
use perennial_testkit::{Answer, Client, on_both_databases};

const HOUR_S: i64 = 3_600;

async fn is_refused(client: &Client, tokens: &Answer) {
    client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
}

on_both_databases! {
    async fn what_one_reading_of_the_clock_ended_lives_again_when_it_is_right(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        client.revoke(&online.access_token()).await.expect(200);
        server.run_jobs().await;
        server.advance_clock(31 * DAY_S).await;
        for _ in 0..3 {
            server.run_due_jobs().await;
            is_refused(&client, &offline).await;
            client.refresh(&online.refresh_token()).await.expect_error(400, "invalid_grant");
            server.advance_clock(HOUR_S / 4).await;
        }
        server.advance_clock(-31 * DAY_S - 3 * HOUR_S / 4).await;
        server.run_due_jobs().await;
        expect_alive(&client, &offline).await;
        expect_alive(&client, &online).await;
        assert!(!is_signed_out(&server, &browser).await);
        assert!(!client.is_active(&online.access_token()).await, "it was revoked");
    }

    async fn what_has_ended_is_removed_once_a_later_reading_agrees(server) {
        let (client, offline) = alices_backup(&server).await;
        server.run_jobs().await;
        server.advance_clock(31 * DAY_S).await;
        server.run_due_jobs().await;
        is_refused(&client, &offline).await;
        server.advance_clock(HOUR_S).await;
        server.run_due_jobs().await;
        expect_gone(&client, &offline).await;
    }

    async fn a_server_that_was_off_for_months_removes_nothing_in_its_first_hour(server) {
        let (_, offline) = alices_backup(&server).await;
        server.run_jobs().await;
        server.kill();
        server.restart().await;
        server.advance_clock(100 * DAY_S).await;
        let client = Client::nightly_backup(&server);
        server.run_due_jobs().await;
        is_refused(&client, &offline).await;
        server.advance_clock(HOUR_S).await;
        server.run_due_jobs().await;
        expect_gone(&client, &offline).await;
    }
}
