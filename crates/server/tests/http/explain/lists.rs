//! `GET …/offline-sessions` and its relatives: filters, orders, pages, totals.

use super::{ids, new_client, next_of, session_of};
use crate::support::{DAY_S, alices_backup, alices_frame};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn list(admin: &Admin, query: &str) -> Value {
    admin.get(&format!("/demo/offline-sessions{query}")).await.expect(200).json()
}

/// Every page of a list, checked to be no longer than asked for.
async fn all_pages(admin: &Admin, path: &str, max: usize) -> Vec<String> {
    let mut next = Some(path.to_owned());
    let mut seen = Vec::new();
    while let Some(path) = next {
        let answer = admin.get(&path).await.expect(200);
        let page = ids(&answer.json());
        assert!(page.len() <= max, "{path}");
        seen.extend(page);
        next = next_of(&answer);
    }
    seen
}

/// alice's nightly-backup for 7 days, then bob's without an end, then alice's photo-frame; a day apart, used in between.
async fn three(server: &TestServer) -> [String; 3] {
    let backup = Client::nightly_backup(server);
    let first = backup.authorize(server, &Person::alice(), &Choice::for_days(7)).await.refresh_token();
    server.advance_clock(DAY_S).await;
    backup.authorize(server, &Person::bob(), &Choice::for_days(0)).await;
    server.advance_clock(DAY_S).await;
    alices_frame(server).await;
    server.advance_clock(60).await;
    backup.refresh(&first).await.expect_tokens();
    let started = ids(&list(&Admin::sign_in(server).await, "?sort=start&order=asc").await);
    started.try_into().expect("three sessions")
}

/// How many sign-in sessions a client has, by every answer that says so.
async fn told(admin: &Admin, uuid: &str) -> i64 {
    let count = admin.get(&format!("/demo/clients/{uuid}/session-count")).await.expect(200).number("count");
    let listed = admin.get(&format!("/demo/clients/{uuid}/user-sessions")).await.expect(200).json();
    assert_eq!(ids(&listed).len() as i64, count);
    let stats = admin.get("/demo/client-session-stats").await.expect(200).json();
    let own = stats.as_array().expect("a list").iter().find(|one| one["id"] == *uuid);
    assert_eq!(own.map_or(json!("0"), |own| own["active"].clone()), json!(count.to_string()));
    count
}

on_both_databases! {
    async fn all_sessions_of_the_realm_are_listed_by_start_last_use_or_end(server) {
        let [alices, bobs, frame] = three(&server).await;
        let admin = Admin::sign_in(&server).await;
        for (query, expected) in [
            ("", [&frame, &bobs, &alices]),
            ("?sort=start", [&frame, &bobs, &alices]),
            ("?sort=start&order=asc", [&alices, &bobs, &frame]),
            ("?sort=lastUse", [&alices, &frame, &bobs]),
            ("?sort=lastUse&order=asc", [&bobs, &frame, &alices]),
            ("?sort=end", [&alices, &bobs, &frame]),
            ("?sort=end&order=desc", [&frame, &bobs, &alices]),
        ] {
            assert_eq!(ids(&list(&admin, query).await), expected.map(Clone::clone), "{query}");
        }
        let shown = list(&admin, "?sort=end").await;
        assert_eq!((&shown[0]["endsBy"], &shown[1]["endsBy"]), (&json!("consent"), &json!("idle")));
    }

    async fn every_filter_narrows_the_list(server) {
        let [alices, bobs, frame] = three(&server).await;
        let admin = Admin::sign_in(&server).await;
        let all = list(&admin, "?sort=start&order=asc").await;
        let start = |n: usize| all[n]["start"].as_i64().expect("ms");
        let (backup, alice) = (admin.client_uuid("nightly-backup").await, all[0]["userId"].as_str().expect("an id").to_owned());
        let ip = all[0]["ipAddress"].as_str().expect("an address").to_owned();
        for (query, expected) in [
            ("client=nightly-backup".to_owned(), vec![&alices, &bobs]),
            (format!("client={backup}"), vec![&alices, &bobs]),
            ("user=alice".to_owned(), vec![&alices, &frame]),
            (format!("user={alice}&client=photo-frame"), vec![&frame]),
            ("scope=offline_access".to_owned(), vec![&alices, &bobs, &frame]),
            ("scope=offline".to_owned(), vec![]),
            ("resource=https%3A%2F%2Fapi.example".to_owned(), vec![]),
            (format!("ipAddress={ip}"), vec![&alices, &bobs, &frame]),
            ("ipAddress=203.0.113.9".to_owned(), vec![]),
            (format!("startedAfter={}", start(0)), vec![&bobs, &frame]),
            (format!("startedBefore={}", start(1)), vec![&alices]),
            (format!("usedAfter={}", start(2)), vec![&alices]),
            (format!("usedBefore={}", start(2)), vec![&bobs]),
            (format!("endsBefore={}", start(0) + 8 * DAY_S * 1000), vec![&alices]),
            ("paused=true".to_owned(), vec![]),
            ("paused=false&blocked=false&user=bob".to_owned(), vec![&bobs]),
            ("blocked=true".to_owned(), vec![]),
        ] {
            let found = ids(&list(&admin, &format!("?sort=start&order=asc&{query}")).await);
            assert_eq!(found, expected.into_iter().cloned().collect::<Vec<_>>(), "{query}");
        }
        admin.change_client("photo-frame", json!({"enabled": false})).await;
        assert_eq!(ids(&list(&admin, "?blocked=true").await), [frame]);
    }

    async fn pages_are_complete_and_without_duplicates_in_every_order(server) {
        let admin = Admin::sign_in(&server).await;
        let client = new_client(&server, &admin, "pages").await;
        for _ in 0..11 {
            session_of(&client, &Person::alice()).await;
            server.advance_clock(1).await;
        }
        let uuid = admin.client_uuid("pages").await;
        for path in [
            "/demo/offline-sessions?client=pages&max=3".to_owned(),
            "/demo/offline-sessions?user=alice&max=4&order=asc".to_owned(),
            "/demo/offline-sessions?max=2&sort=lastUse".to_owned(),
            "/demo/offline-sessions?max=5&sort=end".to_owned(),
            "/demo/offline-sessions?max=1&sort=end&order=desc".to_owned(),
            format!("/demo/clients/{uuid}/offline-sessions?max=3"),
        ] {
            let seen = all_pages(&admin, &path, 5).await;
            assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (11, 11), "{path}");
        }
    }

    async fn paging_shows_what_stays_once_while_sessions_come_and_go(server) {
        let admin = Admin::sign_in(&server).await;
        let client = new_client(&server, &admin, "busy").await;
        for _ in 0..10 {
            session_of(&client, &Person::alice()).await;
            server.advance_clock(1).await;
        }
        let before = ids(&list(&admin, "?client=busy").await);
        let first = admin.get("/demo/offline-sessions?client=busy&max=4").await.expect(200);
        let mut seen = ids(&first.json());
        // One that was shown, the cursor's own, and one to come.
        for gone in [&before[0], &before[3], &before[6]] {
            admin.end_offline_session(gone).await.expect(204);
        }
        session_of(&client, &Person::bob()).await;
        seen.extend(all_pages(&admin, &next_of(&first).expect("a next page"), 4).await);
        let expected: Vec<String> = before.iter().filter(|id| **id != before[6]).cloned().collect();
        assert_eq!(seen, expected);
    }

    async fn what_has_ended_is_not_listed_and_not_counted(server) {
        let backup = Client::nightly_backup(&server);
        backup.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        backup.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        server.advance_clock(8 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        for sort in ["start", "lastUse", "end"] {
            let shown = list(&admin, &format!("?sort={sort}")).await;
            assert_eq!((ids(&shown).len(), &shown[0]["username"]), (1, &json!("bob")));
        }
        let summary = admin.get("/demo/offline-sessions/summary").await.expect(200).json();
        assert_eq!(summary["total"], 1);
    }

    async fn a_summary_counts_by_end_by_last_use_and_by_client(server) {
        three(&server).await;
        let admin = Admin::sign_in(&server).await;
        let summary = admin.get("/demo/offline-sessions/summary").await.expect(200).json();
        assert_eq!((&summary["total"], &summary["complete"], &summary["paused"]), (&json!(3), &json!(true), &json!(0)));
        assert_eq!(summary["clients"], json!([{"clientId": "nightly-backup", "count": 2}, {"clientId": "photo-frame", "count": 1}]));
        let counts = |list: &Value| -> Vec<(Value, u64)> {
            let all = list.as_array().expect("classes").iter();
            all.map(|one| (one["withinDays"].clone(), one["count"].as_u64().expect("a count"))).collect()
        };
        assert_eq!(
            counts(&summary["byLastUse"]),
            [(json!(1), 2), (json!(7), 1), (json!(30), 0), (json!(90), 0), (Value::Null, 0)]
        );
        assert_eq!(
            counts(&summary["byEnd"]),
            [(json!(1), 0), (json!(7), 1), (json!(30), 2), (json!(90), 0), (Value::Null, 0)]
        );
        let narrowed = admin.get("/demo/offline-sessions/summary?user=alice&client=photo-frame").await.expect(200).json();
        assert_eq!(narrowed["total"], 1);
    }

    async fn keycloaks_lists_of_a_user_and_a_client_are_there(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let client = new_client(&server, &admin, "online").await;
        client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        let (backup, online) = (admin.client_uuid("nightly-backup").await, admin.client_uuid("online").await);
        let shown = list(&admin, "").await;
        let (id, alice) = (shown[0]["id"].as_str().expect("an id"), shown[0]["userId"].as_str().expect("an id"));
        assert_eq!(admin.get(&format!("/demo/offline-sessions/{id}")).await.expect(200).json()["id"], id);
        let own = admin.get(&format!("/demo/users/{alice}/offline-sessions/{backup}")).await.expect(200).json();
        assert_eq!(ids(&own), [id]);
        let count = admin.get(&format!("/demo/clients/{backup}/offline-session-count")).await.expect(200).json();
        assert_eq!(count, json!({"count": 1}));
        let sessions = admin.get(&format!("/demo/users/{alice}/sessions")).await.expect(200).json();
        let in_online: Vec<_> = sessions.as_array().expect("a list").iter().filter(|one| one["clients"][&online] == "online").collect();
        assert_eq!(in_online.len(), 1, "{sessions}");
        let of_client = admin.get(&format!("/demo/clients/{online}/user-sessions")).await.expect(200).json();
        assert_eq!((ids(&of_client).len(), &of_client[0]["username"]), (1, &json!("alice")));
        assert_eq!(admin.get(&format!("/demo/clients/{online}/session-count")).await.expect(200).json(), json!({"count": 1}));
        let stats = admin.get("/demo/client-session-stats").await.expect(200).json();
        let of = |name: &str| stats.as_array().expect("a list").iter().find(|one| one["clientId"] == name).cloned();
        let (backups, onlines) = (of("nightly-backup").expect("backup"), of("online").expect("online"));
        assert_eq!((&backups["active"], &backups["offline"]), (&json!("0"), &json!("1")));
        assert_eq!((&onlines["active"], &onlines["offline"]), (&json!("1"), &json!("0")));
        drop(tokens);
    }

    async fn sign_in_sessions_are_counted_once_each_and_only_while_they_live(server) {
        let admin = Admin::sign_in(&server).await;
        let client = new_client(&server, &admin, "online").await;
        let uuid = admin.client_uuid("online").await;
        let browser = Browser::new(&server);
        let request = AuthorizationRequest::photo_frame().scope("openid");
        // Two grants of one session, and a session of another person's.
        for _ in 0..2 {
            let redirect = browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
            Client::photo_frame(&server).redeem(&request, &redirect.code()).await.expect_tokens();
        }
        client.password_grant(&Person::bob(), "openid").await.expect_tokens();
        let frame = admin.client_uuid("photo-frame").await;
        assert_eq!((told(&admin, &frame).await, told(&admin, &uuid).await), (1, 1));
        // A quarter of an hour before both end, one is used; then the other is over, though its row may still be there.
        let idle = admin.realm().await["ssoSessionIdleTimeout"].as_i64().expect("a time");
        server.advance_clock(idle - 900).await;
        browser.open(&request.clone().prompt("none").url(&server)).await.redirect();
        server.advance_clock(900).await;
        let admin = Admin::sign_in(&server).await;
        assert_eq!((told(&admin, &frame).await, told(&admin, &uuid).await), (1, 0));
    }

    async fn a_filter_that_makes_no_sense_is_refused_by_name(server) {
        let admin = Admin::sign_in(&server).await;
        for (query, field) in [
            ("usedBefore=soon", "usedBefore"),
            ("usedAfter=-1", "usedAfter"),
            ("startedBefore=1e9", "startedBefore"),
            ("startedAfter=99999999999999999999", "startedAfter"),
            ("endsBefore=999999999999999", "endsBefore"),
            ("paused=yes", "paused"),
            ("blocked=1", "blocked"),
            ("ipAddress=localhost", "ipAddress"),
            ("scope=", "scope"),
            ("resource=%00", "resource"),
            ("client=", "client"),
            ("user=", "user"),
            ("sort=name", "sort"),
            ("order=up", "order"),
            ("after=nonsense", "after"),
            ("after=5.nonsense", "after"),
            ("first=-1", "first"),
            ("max=many", "max"),
            ("colour=red", "colour"),
            ("user=alice&user=bob", "user"),
        ] {
            let answer = admin.get(&format!("/demo/offline-sessions?{query}")).await.expect(400);
            assert_eq!(answer.text("field"), field, "{query}");
        }
        admin.get("/demo/offline-sessions?client=nobody").await.expect(404);
        admin.get("/demo/offline-sessions?user=nobody").await.expect(404);
        admin.get("/demo/offline-sessions/summary?user=nobody").await.expect(404);
        admin.get("/demo/offline-sessions/nonsense").await.expect(404);
        admin.get("/nowhere/offline-sessions").await.expect(404);
        admin.get(&format!("/demo/offline-sessions?scope={}", "x".repeat(3_000))).await.expect(400);
    }

    async fn another_realms_sessions_users_and_clients_are_not_there(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let shown = list(&admin, "").await;
        let (id, alice) = (shown[0]["id"].as_str().expect("an id"), shown[0]["userId"].as_str().expect("an id"));
        let backup = admin.client_uuid("nightly-backup").await;
        assert_eq!(admin.get("/master/offline-sessions").await.expect(200).json(), json!([]));
        assert_eq!(admin.get("/master/offline-sessions/summary").await.expect(200).json()["total"], 0);
        for path in [
            format!("/master/offline-sessions/{id}"),
            format!("/master/offline-sessions?client={backup}"),
            format!("/master/offline-sessions?user={alice}"),
            format!("/master/clients/{backup}/offline-sessions"),
            format!("/master/clients/{backup}/user-sessions"),
            format!("/master/users/{alice}/sessions"),
            format!("/master/users/{alice}/offline-sessions/{backup}"),
        ] {
            admin.get(&path).await.expect(404);
        }
        let nobody = Admin::with_bearer(&server, &tokens.access_token());
        for path in ["/demo/offline-sessions", "/demo/offline-sessions/summary", "/demo/client-session-stats"] {
            let answer = nobody.get(path).await;
            assert!([401, 403].contains(&answer.status), "{answer}");
        }
    }
}
