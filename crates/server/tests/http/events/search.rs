//! Searching events: each criterion, their combinations, and what cannot be meant.

use crate::support::{DAY_S, alices_backup, alices_frame};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Choice, Client, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

async fn count(admin: &Admin, query: &str) -> usize {
    admin.events(query).await.len()
}

/// bob allows nightly-backup to act while he is away.
async fn bobs_backup(server: &TestServer) -> Answer {
    Client::nightly_backup(server).authorize(server, &Person::bob(), &Choice::accept()).await
}

on_both_databases! {
    async fn each_criterion_finds_what_it_names_and_together_they_all_must_hold(server) {
        let admin = Admin::sign_in(&server).await;
        admin.configure_events(json!({"enabledEventTypes": ["LOGIN", "CODE_TO_TOKEN"]})).await;
        alices_backup(&server).await;
        bobs_backup(&server).await;
        alices_frame(&server).await;
        let user_of = async |username: &str| {
            let logins = admin.events(&format!("type=CODE_TO_TOKEN&client={username}")).await;
            logins.iter().map(|event| event["userId"].as_str().expect("a user").to_owned()).collect::<Vec<_>>()
        };
        let alice = user_of(demo::PHOTO_FRAME).await.remove(0);
        let bob = user_of(demo::NIGHTLY_BACKUP).await.into_iter().find(|id| *id != alice).expect("bob");
        for (query, found) in [
            (String::new(), 6),
            ("type=LOGIN".into(), 3),
            ("type=LOGIN&type=CODE_TO_TOKEN".into(), 6),
            ("client=nightly-backup".into(), 4),
            (format!("user={alice}"), 4),
            ("ipAddress=127.0.0.1".into(), 6),
            ("ipAddress=192.0.2.1".into(), 0),
            (format!("user={alice}&client=nightly-backup"), 2),
            (format!("user={alice}&client=nightly-backup&type=LOGIN&ipAddress=127.0.0.1"), 1),
            (format!("user={bob}&client=photo-frame"), 0),
            ("client=nightly-backup&type=LOGIN&type=LOGOUT".into(), 2),
            ("client=nightly-backup&ipAddress=127.0.0.1".into(), 4),
            ("client=no-such-client".into(), 0),
            ("client=' OR 1=1 --".into(), 0),
            ("client=nightly%25".into(), 0),
            ("max=2".into(), 2),
            ("first=4&max=5".into(), 2),
            ("type=LOGIN&type=CODE_TO_TOKEN&first=4".into(), 2),
        ] {
            assert_eq!(count(&admin, &query).await, found, "{query}");
        }
    }

    async fn events_are_found_by_their_time(server) {
        let admin = Admin::sign_in(&server).await;
        alices_backup(&server).await;
        let first = admin.event("LOGIN").await["time"].as_i64().expect("a time");
        server.advance_clock(2 * DAY_S).await;
        alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let second = first + 2 * DAY_S * 1_000;
        for (query, found) in [
            (format!("type=LOGIN&dateTo={first}"), 1),
            (format!("type=LOGIN&dateTo={}", first - 1), 0),
            (format!("type=LOGIN&dateFrom={second}"), 1),
            (format!("type=LOGIN&dateFrom={}", second + 1), 0),
            (format!("type=LOGIN&dateFrom={first}&dateTo={second}"), 2),
            ("type=LOGIN&dateFrom=1999-12-31".into(), 2),
            ("type=LOGIN&dateTo=1999-12-31".into(), 0),
            (format!("client=nightly-backup&dateFrom={second}&type=LOGIN"), 1),
        ] {
            assert_eq!(count(&admin, &query).await, found, "{query}");
        }
    }

    async fn the_newest_come_first_unless_the_oldest_are_asked_for(server) {
        let admin = Admin::sign_in(&server).await;
        alices_backup(&server).await;
        let types = |events: Vec<Value>| events.iter().map(|event| event["type"].as_str().expect("a type").to_owned()).collect::<Vec<_>>();
        assert_eq!(types(admin.events("").await), ["CODE_TO_TOKEN", "GRANT_CONSENT", "LOGIN"]);
        assert_eq!(types(admin.events("direction=asc").await), ["LOGIN", "GRANT_CONSENT", "CODE_TO_TOKEN"]);
        assert_eq!(types(admin.events("direction=asc&type=CODE_TO_TOKEN&type=LOGIN").await), ["LOGIN", "CODE_TO_TOKEN"]);
    }

    async fn what_cannot_be_meant_is_refused_with_its_parameter_named(server) {
        let admin = Admin::sign_in(&server).await;
        let long = format!("client={}", "a".repeat(300));
        let many = "type=LOGIN&".repeat(101);
        for query in [
            "type=login", "type=%00", "user=alice", "user=1%27", "dateFrom=yesterday", "dateFrom=2026-13-01", "dateTo=-5",
            "dateTo=99999999999999999999", "first=-1", "first=10001", "max=-1", "max=x", "direction=sideways", "after=1",
            "after=%27%3B", "client=a&client=b", "client=%00", "ipAddress=%00", &long, &many,
        ] {
            let answer = admin.get(&format!("/demo/events?{query}")).await.expect(400).json();
            assert!(answer["errorMessage"].is_string(), "{query}: {answer}");
        }
        for query in ["operationTypes=create", "authUser=admin", "resourcePath=%00", "dateFrom=1-1-1", "after=x", "max=1e3"] {
            admin.get(&format!("/demo/admin-events?{query}")).await.expect(400);
        }
        admin.get("/no-such-realm/events").await.expect(404);
        Answer::of(admin.request(Method::PUT, "/demo/events")).await.expect(405);
    }

    async fn only_those_who_may_see_events_do(server) {
        let (client, tokens) = alices_backup(&server).await;
        drop(client);
        let alice = Admin::with_bearer(&server, &tokens.access_token());
        for path in ["/demo/events", "/demo/admin-events", "/demo/events/config"] {
            alice.get(path).await.expect(403);
            Admin::with_bearer(&server, "garbage").get(path).await.expect(401);
        }
        for path in ["/demo/events", "/demo/admin-events"] {
            alice.delete(path).await.expect(403);
        }
        assert_eq!(count(&Admin::sign_in(&server).await, "type=LOGIN").await, 1);
    }
}
