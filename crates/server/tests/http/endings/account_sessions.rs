//! Where a user is signed in, and what a new password ends.

use crate::support::{alices_backup, alices_online, expect_alive, expect_ended, is_signed_out};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Answer, Client, Console, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

const SESSIONS: &str = "/realms/demo/account/sessions";
const PASSWORD: &str = "/realms/demo/account/credentials/password";
const NEW: &str = "a-new-password";

on_both_databases! {
    async fn a_user_sees_where_they_are_signed_in(server) {
        let (_, _, online) = alices_online(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let sessions = portal.get(SESSIONS).await.expect(200).json();
        let all = sessions.as_array().expect("a list").clone();
        assert_eq!(all.len(), 2, "{sessions}");
        let other = all.iter().find(|session| session["id"] == online.text("session_state")).expect("the app's");
        assert_eq!((&other["current"], &other["ipAddress"]), (&json!(false), &json!("127.0.0.1")));
        assert_eq!(other["clients"][0]["clientId"], demo::NIGHTLY_BACKUP);
        assert!(other["expires"].as_i64() > other["started"].as_i64(), "{other}");
        assert_eq!(all.iter().filter(|session| session["current"] == true).count(), 1, "{sessions}");
        let devices = portal.get(&format!("{SESSIONS}/devices")).await.expect(200).json();
        let listed: usize = devices.as_array().expect("devices").iter().map(|device| device["sessions"].as_array().expect("sessions").len()).sum();
        assert_eq!(listed, 2, "{devices}");
        let bobs = Console::account(&server, &Person::bob()).await.get(SESSIONS).await.expect(200).json();
        assert_eq!(bobs.as_array().map(Vec::len), Some(1), "{bobs}");
    }

    async fn where_a_user_is_signed_in_comes_in_pages_the_newest_first(server) {
        let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        let mut own = Vec::new();
        for _ in 0..7 {
            own.push(cli.password_grant(&Person::alice(), "openid").await.expect_tokens().text("session_state"));
            server.advance_clock(1).await;
        }
        let portal = Console::account(&server, &Person::alice()).await;
        portal.delete(&format!("{SESSIONS}/{}", own.remove(3))).await.expect(204);
        let (mut seen, mut next) = (Vec::new(), Some(format!("{SESSIONS}?max=3")));
        for expected in [3, 3, 1] {
            let page = portal.get(&next.expect("a page")).await.expect(200);
            let all = page.json().as_array().expect("a list").clone();
            assert_eq!(all.len(), expected, "{page}");
            seen.extend(all);
            next = next_of(&page);
        }
        assert_eq!(next, None, "the last page leads nowhere");
        assert_eq!(seen[0]["current"], true, "the newest is the portal's own");
        let ids: Vec<&str> = seen[1..].iter().filter_map(|session| session["id"].as_str()).collect();
        assert_eq!(ids, own.iter().rev().map(String::as_str).collect::<Vec<_>>());
        assert!(seen[1..].iter().all(|session| session["clients"][0]["clientId"] == "admin-cli"), "{seen:?}");
        let skipped = portal.get(&format!("{SESSIONS}?first=1&max=2")).await.expect(200).json();
        assert_eq!((&skipped[0]["id"], &skipped[1]["id"]), (&seen[1]["id"], &seen[2]["id"]));
        for wrong in ["after=nonsense", "first=10001", "first=-1", "max=many"] {
            portal.get(&format!("{SESSIONS}?{wrong}")).await.expect(400);
        }
        let bobs = Console::account(&server, &Person::bob()).await;
        let page = bobs.get(&format!("{SESSIONS}?after={}", own[0])).await.expect(200).json();
        assert_eq!(page, json!([]), "nobody else's are behind a cursor of alice's");
    }

    async fn one_sign_in_is_ended_and_the_others_stay(server) {
        let (browser, client, online) = alices_online(&server).await;
        let (_, offline) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let path = format!("{SESSIONS}/{}", online.text("session_state"));
        Console::account(&server, &Person::bob()).await.delete(&path).await.expect(404);
        expect_alive(&client, &online).await;
        portal.delete(&path).await.expect(204);
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        expect_alive(&client, &offline).await;
        portal.me().await.expect(200);
        portal.delete(&path).await.expect(404);
        portal.delete(&format!("{SESSIONS}/nonsense")).await.expect(404);
    }

    async fn all_others_are_ended_and_with_them_the_current_one_if_asked(server) {
        let (browser, client, online) = alices_online(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.delete(SESSIONS).await.expect(204);
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        portal.me().await.expect(200);
        portal.delete(&format!("{SESSIONS}?current=true")).await.expect(204);
        portal.me().await.expect(401);
    }

    async fn a_new_password_alone_ends_nothing(server) {
        let (browser, client, online) = alices_online(&server).await;
        let (_, offline) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.post(PASSWORD, &change("alice-demo", &json!({}))).await.expect(204);
        expect_alive(&client, &online).await;
        expect_alive(&client, &offline).await;
        assert!(!is_signed_out(&server, &browser).await);
        let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        cli.password_grant(&Person::alice(), "openid").await.expect(400);
        cli.password_grant(&Person::new("alice", NEW), "openid").await.expect_tokens();
        server.assert_never_logged(&[NEW]);
    }

    async fn the_first_box_ends_the_other_sign_ins(server) {
        let (browser, client, online) = alices_online(&server).await;
        let (_, offline) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.post(PASSWORD, &change("alice-demo", &json!({"logoutSessions": true}))).await.expect(204);
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        expect_alive(&client, &offline).await;
        portal.me().await.expect(200);
    }

    async fn the_second_box_ends_what_apps_may_do_meanwhile(server) {
        let (_, client, online) = alices_online(&server).await;
        let (_, offline) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.post(PASSWORD, &change("alice-demo", &json!({"endOfflineSessions": true}))).await.expect(204);
        expect_ended(&client, &offline).await;
        expect_alive(&client, &online).await;
        assert!(portal.get("/realms/demo/account/offline-sessions").await.expect(200).json().as_array().is_some_and(Vec::is_empty));
    }

    async fn a_password_is_changed_only_by_who_knows_it_and_in_person(server) {
        let (client, offline) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let all = json!({"logoutSessions": true, "endOfflineSessions": true});
        portal.post(PASSWORD, &change("wrong", &all)).await.expect(400);
        portal.post(PASSWORD, &json!({"currentPassword": "alice-demo", "newPassword": "short"})).await.expect(400);
        portal.post(PASSWORD, &json!({"currentPassword": "alice-demo", "newPassword": "x".repeat(2_000)})).await.expect(400);
        portal.post(PASSWORD, &change("alice-demo", &json!({"confirmation": "another"}))).await.expect(400);
        portal.post(PASSWORD, &json!({})).await.expect(400);
        portal.post(PASSWORD, &json!({"currentPassword": 7})).await.expect(400);
        let unmarked = portal.browser.fetch(Method::POST, PASSWORD).json(&change("alice-demo", &all));
        Answer::of(unmarked).await.expect(403);
        let request = server.http().post(server.url(PASSWORD)).bearer_auth(alices_bearer(&server).await);
        Answer::of(request.json(&change("alice-demo", &all))).await.expect(403);
        expect_alive(&client, &offline).await;
        alices_bearer(&server).await;
    }
}

fn change(current: &str, more: &Value) -> Value {
    let mut change = json!({"currentPassword": current, "newPassword": NEW});
    for (name, value) in more.as_object().expect("an object") {
        change[name] = value.clone();
    }
    change
}

async fn alices_bearer(server: &TestServer) -> String {
    let cli = Client::new(server, demo::REALM, "admin-cli", Authentication::None);
    cli.password_grant(&Person::alice(), "openid").await.expect_tokens().access_token()
}

/// The next page's address.
fn next_of(page: &Answer) -> Option<String> {
    let link = page.header("link");
    Some(link.strip_prefix('<')?.split_once('>')?.0.to_owned())
}
