//! Dry runs of `POST …/offline-sessions/revoke` that take long, or that many ask for, or that nobody waits for any more.

use super::ids;
use crate::support::{alices_backup, alices_frame};
use perennial_testkit::{Admin, Answer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const REVOKE: &str = "/demo/offline-sessions/revoke";

async fn count(admin: &Admin, preference: &str, body: &Value) -> Answer {
    Answer::of(admin.request(Method::POST, REVOKE).header("Prefer", preference).json(body)).await
}

on_both_databases! {
    async fn who_does_not_wait_for_a_count_hears_that_it_is_none_yet_and_may_ask_again(server) {
        let (backup, tokens) = alices_backup(&server).await;
        alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let alices = json!({"filter": {"user": "alice"}, "dryRun": true});
        let told = count(&admin, "respond-async", &alices).await.expect(202);
        assert_eq!(told.header("cache-control"), "no-store");
        let told = told.json();
        assert_eq!((&told["dryRun"], &told["complete"]), (&json!(true), &json!(false)), "a part is never told as the whole");
        assert!(told["count"].as_u64().expect("a count") <= 2);
        for preference in ["respond-async, wait=30", "wait=0", "nonsense"] {
            let told = count(&admin, preference, &alices).await.expect(200).json();
            assert_eq!((&told["count"], &told["complete"]), (&json!(2), &json!(true)), "{preference}");
            assert_eq!(ids(&told["sample"]).len(), 2);
        }
        backup.refresh(&tokens.refresh_token()).await.expect_tokens();
        let deeds = admin.admin_events("max=100").await;
        assert!(!deeds.iter().any(|deed| deed["resourcePath"] == "offline-sessions/revoke"), "a count was recorded as a deed");
    }

    async fn many_who_ask_for_the_same_all_get_the_whole_answer(server) {
        alices_backup(&server).await;
        alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let asked: Vec<_> = (0..20)
            .map(|n| {
                let user = if n % 2 == 0 { "alice" } else { "bob" };
                let body = json!({"filter": {"user": user}, "dryRun": true});
                let request = admin.request(Method::POST, REVOKE).json(&body);
                tokio::spawn(async move { (n, Answer::of(request).await) })
            })
            .collect();
        for one in asked {
            let (n, answer) = one.await.expect("an answer");
            let told = answer.expect(200).json();
            let expected = if n % 2 == 0 { 2 } else { 0 };
            assert_eq!((&told["count"], &told["complete"]), (&json!(expected), &json!(true)));
        }
    }

    async fn who_hangs_up_spoils_no_count_of_others(server) {
        alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let body = json!({"filter": {"scope": "offline_access"}, "dryRun": true});
        for patience_ms in 0..20 {
            let request = admin.request(Method::POST, REVOKE).json(&body);
            // Whether it comes in time or not.
            let _ = request.timeout(Duration::from_millis(patience_ms)).send().await;
        }
        let told = count(&admin, "wait=30", &body).await.expect(200).json();
        assert_eq!((&told["count"], &told["complete"]), (&json!(1), &json!(true)));
    }

    async fn a_count_is_shared_with_nobody_who_may_not_have_it(server) {
        alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let body = json!({"filter": {"user": "alice"}, "dryRun": true});
        count(&admin, "respond-async", &body).await.expect(202);
        let viewer = admin.with_roles(&server, "viewer", &["view-users"]).await;
        for preference in ["respond-async", "wait=30"] {
            count(&viewer, preference, &body).await.expect(403);
        }
        // Another realm has nobody of that name.
        let other = Answer::of(admin.request(Method::POST, "/master/offline-sessions/revoke").json(&body)).await;
        other.expect(404);
    }
}
