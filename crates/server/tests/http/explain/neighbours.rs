//! A small realm beside a large one: what its admins see is exact, complete, and of its own sessions alone.

use super::{ids, next_of};
use perennial_bench::{Populated, server};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Backend, Client, TestServer, on_each};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// More than one request may look at.
const NEXT_DOOR: u64 = 10_000;
const APPS: [&str; 3] = ["backup", "mailer", "printer"];

/// Seven sessions at three apps, in the order of their start.
async fn move_in(server: &TestServer, admin: &Admin) -> Vec<String> {
    admin.post("", &json!({"realm": "small", "offlineSessionLimit": 0})).await.expect(201);
    let eve = json!({
        "username": "eve", "enabled": true,
        "credentials": [{"type": "password", "value": "eves-password", "temporary": false}],
    });
    admin.post("/small/users", &eve).await.expect(201);
    for app in APPS {
        let own = json!({"clientId": app, "secret": "s", "directAccessGrantsEnabled": true});
        admin.post("/small/clients", &own).await.expect(201);
    }
    let mut begun = Vec::new();
    for number in 0..7 {
        server.advance_clock(2).await;
        let app = Client::new(server, "small", APPS[number % APPS.len()], Authentication::Basic("s".into()));
        app.password_grant(&Person::new("eve", "eves-password"), "openid offline_access").await.expect_tokens();
        let newest = ids(&admin.get("/small/offline-sessions?max=1").await.expect(200).json());
        begun.extend(newest);
    }
    begun
}

/// All pages, and that each cursor names a session of the realm.
async fn pages(admin: &Admin, query: &str, own: &[String]) -> Vec<String> {
    let mut path = format!("/small/offline-sessions?{query}");
    let mut shown = Vec::new();
    for _ in 0..=own.len() {
        let page = admin.get(&path).await.expect(200);
        shown.extend(ids(&page.json()));
        match next_of(&page) {
            None => return shown,
            Some(next) => {
                assert!(own.iter().any(|id| next.contains(id.as_str())), "a cursor of somebody else's: {next}");
                path = next;
            }
        }
    }
    panic!("{query} has more pages than sessions");
}

async fn a_small_realm_beside_a_large_one_is_listed_counted_and_ended_exactly(backend: Backend) {
    let Populated { server, .. } = server(env!("CARGO_BIN_EXE_perennial"), backend, NEXT_DOOR).await;
    let admin = Admin::sign_in(&server).await;
    let oldest_first = move_in(&server, &admin).await;
    assert_eq!(oldest_first.iter().collect::<BTreeSet<_>>().len(), 7, "each began a session of its own");
    let newest_first: Vec<String> = oldest_first.iter().rev().cloned().collect();
    for (query, expected) in [
        ("max=100", &newest_first),
        ("max=2", &newest_first),
        ("max=100&order=asc", &oldest_first),
        ("max=3&order=asc", &oldest_first),
        ("max=2&sort=lastUse&order=asc", &oldest_first),
        ("max=100&sort=end&order=desc", &newest_first),
        ("max=2&ipAddress=127.0.0.1", &newest_first),
    ] {
        assert_eq!(pages(&admin, query, &oldest_first).await, *expected, "{query}");
    }
    let whole = admin.get("/small/offline-sessions?max=100").await.expect(200);
    assert_eq!(next_of(&whole), None, "nothing follows the last of them");
    let of_scope = "/small/offline-sessions/summary?scope=offline_access";
    for path in ["/small/offline-sessions/summary", of_scope] {
        let summary = admin.get(path).await.expect(200).json();
        assert_eq!((&summary["total"], &summary["complete"]), (&json!(7), &json!(true)), "{path}");
    }
    let body = |dry: bool| json!({"filter": {"scope": "offline_access"}, "dryRun": dry});
    let counted: Value = admin.post("/small/offline-sessions/revoke", &body(true)).await.expect(200).json();
    assert_eq!(counted["count"], json!(7));
    let next_door = admin.get("/demo/offline-sessions?max=1").await.expect(200).json();
    let ended: Value = admin.post("/small/offline-sessions/revoke", &body(false)).await.expect(200).json();
    assert_eq!(ended["count"], json!(7));
    assert_eq!(pages(&admin, "max=100", &oldest_first).await, Vec::<String>::new());
    assert_eq!(ids(&admin.get("/demo/offline-sessions?max=1").await.expect(200).json()), ids(&next_door));
}

on_each!(a_small_realm_beside_a_large_one_is_listed_counted_and_ended_exactly);
