//! A thief inside the replay window: replays from a second address *and* user agent in three consecutive generations are reuse.

use crate::support::alices_backup;
use perennial_testkit::{Admin, Client, TestServer, on_both_databases};

on_both_databases! {
    async fn replays_from_a_second_place_in_three_generations_running_end_the_session(server) {
        let (home, first) = begin(&server).await;
        let thief = home.clone().from_place([127, 0, 0, 66], "thief/1.0");
        // The very first generation counts like any other.
        let second = home.refresh(&first).await.expect_tokens().refresh_token();
        assert_eq!(thief.refresh(&first).await.expect_tokens().refresh_token(), second);
        let third = home.refresh(&second).await.expect_tokens().refresh_token();
        assert_eq!(thief.refresh(&second).await.expect_tokens().refresh_token(), third);
        let fourth = home.refresh(&third).await.expect_tokens().refresh_token();
        thief.refresh(&third).await.expect_error(400, "invalid_grant");
        home.refresh(&fourth).await.expect_refusal("Offline session not found");
    }

    async fn a_run_starts_at_whatever_generation_it_starts(server) {
        let (home, mut current) = begin(&server).await;
        let thief = home.clone().from_place([127, 0, 0, 66], "thief/1.0");
        for _ in 0..5 {
            current = home.refresh(&current).await.expect_tokens().refresh_token();
        }
        for caught in [false, false, true] {
            let next = home.refresh(&current).await.expect_tokens().refresh_token();
            let answer = thief.refresh(&current).await;
            assert_eq!(answer.status == 400, caught, "{answer}");
            current = next;
        }
    }

    async fn many_replays_of_one_generation_count_once(server) {
        let (home, first) = begin(&server).await;
        let away = home.clone().from_place([127, 0, 0, 2], "laptop/1.0");
        let second = home.refresh(&first).await.expect_tokens().refresh_token();
        for client in [&away, &home, &away, &home, &away, &home] {
            assert_eq!(client.refresh(&first).await.expect_tokens().refresh_token(), second);
        }
        home.refresh(&second).await.expect_tokens();
    }

    async fn a_generation_without_such_a_replay_starts_the_count_anew(server) {
        let (home, mut current) = begin(&server).await;
        let away = home.clone().from_place([127, 0, 0, 2], "laptop/1.0");
        for round in 0..9 {
            let next = home.refresh(&current).await.expect_tokens().refresh_token();
            if round % 3 != 2 {
                assert_eq!(away.refresh(&current).await.expect_tokens().refresh_token(), next);
            }
            current = next;
        }
        home.refresh(&current).await.expect_tokens();
    }

    async fn another_address_or_another_user_agent_alone_is_no_second_place(server) {
        let (home, mut current) = begin(&server).await;
        let train = home.clone().from_place([127, 0, 0, 3], "job/1.0");
        let updated = home.clone().from_place([127, 0, 0, 1], "job/1.1");
        let home = home.from_place([127, 0, 0, 1], "job/1.0");
        for other in [&train, &train, &train, &train, &updated, &updated, &updated, &updated] {
            let next = home.refresh(&current).await.expect_tokens().refresh_token();
            assert_eq!(other.refresh(&current).await.expect_tokens().refresh_token(), next);
            current = next;
        }
    }

    async fn a_client_that_moves_without_losing_answers_is_no_thief(server) {
        let (home, mut current) = begin(&server).await;
        let away = home.clone().from_place([127, 0, 0, 2], "laptop/1.0");
        for _ in 0..4 {
            for client in [&home, &away] {
                current = client.refresh(&current).await.expect_tokens().refresh_token();
            }
        }
    }
}

async fn begin(server: &TestServer) -> (Client, String) {
    Admin::sign_in(server).await.rotate_always().await;
    let (client, tokens) = alices_backup(server).await;
    (client.from_place([127, 0, 0, 1], "nightly/1.0"), tokens.refresh_token())
}
