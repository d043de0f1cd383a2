//! `POST …/offline-sessions/revoke`: many endings at once, by the filter of the lists, with a dry run.

use super::{ids, new_client, session_of};
use crate::support::{DAY_S, alices_backup, alices_frame, expect_told_early};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, Choice, Client, on_both_databases};
use serde_json::{Value, json};

async fn revoke(admin: &Admin, body: &Value) -> Answer {
    admin.post("/demo/offline-sessions/revoke", body).await
}

/// RFC 7240.
async fn revoke_preferring(admin: &Admin, preference: &str, body: &Value) -> Answer {
    let request = admin.request(reqwest::Method::POST, "/demo/offline-sessions/revoke");
    Answer::of(request.header("Prefer", preference).json(body)).await
}

async fn left(admin: &Admin) -> Vec<String> {
    ids(&admin.get("/demo/offline-sessions").await.expect(200).json())
}

on_both_databases! {
    async fn a_dry_run_says_what_would_end_and_ends_nothing(server) {
        let (backup, tokens) = alices_backup(&server).await;
        alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let told = revoke(&admin, &json!({"filter": {"user": "alice"}, "dryRun": true})).await.expect(200).json();
        assert_eq!((&told["dryRun"], &told["count"]), (&json!(true), &json!(2)));
        assert_eq!(told["clients"], json!([{"clientId": "nightly-backup", "count": 1}, {"clientId": "photo-frame", "count": 1}]));
        assert_eq!(ids(&told["sample"]).len(), 2);
        assert_eq!(left(&admin).await.len(), 2);
        backup.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn what_the_filter_admits_ends_and_nothing_else(server) {
        let (backup, alices) = alices_backup(&server).await;
        let bobs = backup.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let (frame, other) = alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let body = json!({"filter": {"user": "alice", "client": "nightly-backup"}});
        let done = revoke(&admin, &body).await.expect(200).json();
        assert_eq!(done, json!({"dryRun": false, "complete": true, "count": 1, "clients": [{"clientId": "nightly-backup", "count": 1}]}));
        backup.refresh(&alices.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!backup.is_active(&alices.access_token()).await);
        backup.refresh(&bobs.refresh_token()).await.expect_tokens();
        frame.refresh(&other.refresh_token()).await.expect_tokens();
        // Once more ends nothing more.
        assert_eq!(revoke(&admin, &body).await.expect(200).json()["count"], 0);
    }

    async fn who_does_not_wait_hears_how_far_it_has_come_and_it_goes_on(server) {
        let (backup, tokens) = alices_backup(&server).await;
        alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let alices = json!({"filter": {"user": "alice"}});
        // What is refused is refused at once.
        let viewer = admin.with_roles(&server, "viewer", &["view-users"]).await;
        revoke_preferring(&viewer, "respond-async", &alices).await.expect(403);
        revoke_preferring(&admin, "respond-async", &json!({})).await.expect(400);
        revoke_preferring(&admin, "respond-async", &json!({"filter": {"client": "nobody"}})).await.expect(404);
        let both = json!([{"clientId": "nightly-backup", "count": 1}, {"clientId": "photo-frame", "count": 1}]);
        let told = revoke_preferring(&admin, "handling=lenient, respond-async; wait=soon", &alices).await;
        expect_told_early(&told, &json!({"count": 2, "clients": both}));
        for _ in 0..600 {
            if left(&admin).await.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert!(left(&admin).await.is_empty());
        backup.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        // Whoever waits a while, or as long as it takes, gets the whole of it.
        for preference in ["respond-async, wait=1000", "wait=0", "nonsense"] {
            alices_backup(&server).await;
            let told = revoke_preferring(&admin, preference, &alices).await.expect(200).json();
            assert_eq!((&told["count"], &told["complete"]), (&json!(1), &json!(true)), "{preference}");
        }
    }

    async fn all_of_a_client_end_at_once_and_new_ones_live(server) {
        let (backup, alices) = alices_backup(&server).await;
        let bobs = backup.authorize(&server, &Person::bob(), &Choice::accept()).await;
        server.advance_clock(1).await;
        let admin = Admin::sign_in(&server).await;
        let done = revoke(&admin, &json!({"filter": {"client": "nightly-backup"}})).await.expect(200).json();
        assert_eq!(done["count"], 2);
        for tokens in [alices, bobs] {
            backup.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        }
        let later = backup.authorize(&server, &Person::alice(), &Choice::accept()).await;
        backup.refresh(&later.refresh_token()).await.expect_tokens();
    }

    async fn a_session_that_was_used_since_is_spared_by_a_filter_on_its_use(server) {
        let backup = Client::nightly_backup(&server);
        let alices = backup.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        let bobs = backup.authorize(&server, &Person::bob(), &Choice::for_days(0)).await.refresh_token();
        server.advance_clock(10 * DAY_S).await;
        backup.refresh(&alices).await.expect_tokens();
        let admin = Admin::sign_in(&server).await;
        let shown = admin.get("/demo/offline-sessions?user=alice").await.expect(200).json();
        let used_at = shown[0]["lastAccess"].as_i64().expect("ms");
        let done = revoke(&admin, &json!({"filter": {"usedBefore": used_at}})).await.expect(200).json();
        assert_eq!(done["count"], 1);
        backup.refresh(&alices).await.expect_tokens();
        backup.refresh(&bobs).await.expect_refusal("Offline session not found");
    }

    async fn blocked_sessions_can_be_cleared_away(server) {
        alices_backup(&server).await;
        alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_client("photo-frame", json!({"enabled": false})).await;
        let done = revoke(&admin, &json!({"filter": {"blocked": true}})).await.expect(200).json();
        assert_eq!(done["clients"], json!([{"clientId": "photo-frame", "count": 1}]));
        assert_eq!(left(&admin).await.len(), 1);
    }

    async fn an_empty_filter_ends_the_realms_sessions_only_where_that_is_said(server) {
        alices_backup(&server).await;
        alices_frame(&server).await;
        server.advance_clock(1).await;
        let admin = Admin::sign_in(&server).await;
        for body in [json!({}), json!({"filter": {}}), json!({"filter": {}, "dryRun": true}), json!({"all": false})] {
            let answer = revoke(&admin, &body).await.expect(400);
            assert!(answer.text("errorMessage").contains("\"all\": true"), "{answer}");
        }
        assert_eq!(left(&admin).await.len(), 2);
        assert_eq!(revoke(&admin, &json!({"all": true, "dryRun": true})).await.expect(200).json()["count"], 2);
        assert_eq!(revoke(&admin, &json!({"all": true})).await.expect(200).json()["count"], 2);
        assert!(left(&admin).await.is_empty());
        // Admins, and everybody who is only signed in, go on.
        admin.get("/demo").await.expect(200);
    }

    async fn an_ending_of_which_nothing_fits_is_no_deed(server) {
        alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let deeds = async || {
            let all = admin.admin_events("max=100").await;
            all.iter().filter(|deed| deed["resourcePath"] == "offline-sessions/revoke").count()
        };
        let nothing = [
            json!({"filter": {"user": "bob"}}),
            json!({"filter": {"client": "photo-frame"}}),
            json!({"filter": {"scope": "phone"}}),
            json!({"filter": {"startedBefore": 1_000}}),
            json!({"filter": {"client": "nightly-backup", "startedBefore": 1_000}}),
            json!({"filter": {"blocked": true}}),
        ];
        let lines = server.audit_lines().len();
        for body in nothing {
            let told = revoke(&admin, &body).await.expect(200).json();
            assert_eq!((&told["count"], &told["complete"]), (&json!(0), &json!(true)), "{body}");
            assert_eq!(deeds().await, 0, "{body}");
        }
        assert_eq!(server.audit_lines().len(), lines);
        revoke(&admin, &json!({"filter": {"user": "alice"}})).await.expect(200);
        assert_eq!(deeds().await, 1);
        revoke(&admin, &json!({"all": true})).await.expect(200);
        assert_eq!(deeds().await, 1, "nothing was left");
    }

    async fn many_sessions_of_one_user_end_together(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionLimit": 0})).await;
        let client = new_client(&server, &admin, "many").await;
        for _ in 0..30 {
            session_of(&client, &Person::alice()).await;
        }
        let done = revoke(&admin, &json!({"filter": {"user": "alice"}})).await.expect(200).json();
        assert_eq!(done["count"], 30);
        assert!(left(&admin).await.is_empty());
    }

    async fn a_wish_that_makes_no_sense_is_refused_and_ends_nothing(server) {
        alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        for body in [
            json!([]),
            json!({"filter": "all"}),
            json!({"filter": {"clinet": "nightly-backup"}}),
            json!({"filter": {"usedBefore": "yesterday"}}),
            json!({"filter": {"usedBefore": -5}}),
            json!({"filter": {"endsBefore": 999_999_999_999_999_i64}}),
            json!({"filter": {"paused": "yes"}}),
            json!({"filter": {"scope": ""}}),
            json!({"filter": {"ipAddress": "here"}}),
            json!({"filter": {"user": "x".repeat(3_000)}}),
            json!({"filter": {"client": "nightly-backup"}, "dryrun": true}),
            json!({"filter": {"client": "nightly-backup"}, "dryRun": "true"}),
        ] {
            let answer = revoke(&admin, &body).await.expect(400);
            assert!(!answer.text("errorMessage").is_empty(), "{answer}");
        }
        revoke(&admin, &json!({"filter": {"client": "nobody"}})).await.expect(404);
        revoke(&admin, &json!({"filter": {"user": "nobody"}})).await.expect(404);
        admin.post("/nowhere/offline-sessions/revoke", &json!({"all": true})).await.expect(404);
        assert_eq!(left(&admin).await.len(), 1);
    }

    async fn neither_another_realm_nor_a_user_can_end_them(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let nobody = Admin::with_bearer(&server, &tokens.access_token());
        let answer = revoke(&nobody, &json!({"all": true})).await;
        assert!([401, 403].contains(&answer.status), "{answer}");
        admin.post("/master/offline-sessions/revoke", &json!({"all": true})).await.expect(200);
        admin.post("/master/offline-sessions/revoke", &json!({"filter": {"client": "nightly-backup"}})).await.expect(404);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn sessions_that_were_picked_end_and_no_others(server) {
        let (backup, alices) = alices_backup(&server).await;
        let bobs = backup.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let (frame, other) = alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let all = admin.get("/demo/offline-sessions?user=alice").await.expect(200).json();
        let mut picked = ids(&all);
        // One that is not there, and one twice, count for nothing.
        picked.push("0199f0c0-0000-7000-8000-000000000001".into());
        picked.push(picked[0].clone());
        let told = revoke(&admin, &json!({"sessions": picked, "dryRun": true})).await.expect(200).json();
        assert_eq!(told["count"], 2);
        assert_eq!(told["clients"], json!([{"clientId": "nightly-backup", "count": 1}, {"clientId": "photo-frame", "count": 1}]));
        assert_eq!(left(&admin).await.len(), 3);
        // A filter beside them must hold, too.
        let body = json!({"sessions": picked, "filter": {"client": "photo-frame"}});
        assert_eq!(revoke(&admin, &body).await.expect(200).json()["count"], 1);
        frame.refresh(&other.refresh_token()).await.expect_refusal("Offline session not found");
        assert_eq!(revoke(&admin, &json!({"sessions": picked})).await.expect(200).json()["count"], 1);
        backup.refresh(&alices.refresh_token()).await.expect_refusal("Offline session not found");
        backup.refresh(&bobs.refresh_token()).await.expect_tokens();
        assert_eq!(revoke(&admin, &json!({"sessions": picked})).await.expect(200).json()["count"], 0);
    }

    async fn sessions_picked_in_another_realm_or_without_the_right_live_on(server) {
        let (backup, alices) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let picked = left(&admin).await;
        let body = json!({"sessions": picked});
        assert_eq!(admin.post("/master/offline-sessions/revoke", &body).await.expect(200).json()["count"], 0);
        let viewer = admin.with_roles(&server, "viewer", &["view-users"]).await;
        viewer.post("/demo/offline-sessions/revoke", &body).await.expect(403);
        for wrong in [json!({"sessions": ["x"]}), json!({"sessions": "all"}), json!({"sessions": vec!["x"; 10_001]})] {
            revoke(&admin, &wrong).await.expect(400);
        }
        // No names are an empty filter: everything, which must be said.
        revoke(&admin, &json!({"sessions": []})).await.expect(400);
        backup.refresh(&alices.refresh_token()).await.expect_tokens();
    }
}
