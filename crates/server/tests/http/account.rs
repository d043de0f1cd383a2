//! The account API: what a user sees of the apps that act for them, and takes away.

use crate::support::{DAY_S, alices_backup, grant_of};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Choice, Client, Console, on_both_databases};
use reqwest::Method;
use serde_json::json;

/// One field of everything in a list, page by page.
async fn followed(portal: &Console, path: &str, field: &str) -> Vec<String> {
    let (mut found, mut path) = (Vec::new(), Some(path.to_owned()));
    while let Some(here) = path {
        let page = portal.get(&here).await.expect(200);
        let all = page.json();
        found.extend(all.as_array().expect("a list").iter().map(|one| one[field].as_str().expect("a text").to_owned()));
        let next = page.header("link").split_once('<').and_then(|(_, rest)| rest.split_once('>'));
        path = next.map(|(next, _)| next.to_owned()).filter(|_| found.len() < 100);
    }
    found
}

on_both_databases! {
    async fn an_app_is_shown_with_what_it_may_do_when_it_was_used_and_when_it_ends(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        server.advance_clock(3_600).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let apps = Console::account(&server, &Person::alice()).await.applications().await;
        let app = apps.iter().find(|app| app["clientId"] == "nightly-backup").expect("the app is listed");
        assert_eq!(app["clientName"], "Nightly backup");
        assert_eq!(app["offlineAccess"], true);
        let granted: Vec<_> =
            app["consent"]["grantedScopes"].as_array().expect("scopes").iter().map(|scope| scope["name"].clone()).collect();
        assert!(granted.contains(&"offline_access".into()), "{granted:?}");
        let session = &app["offlineSessions"][0];
        assert_eq!(session["endsBy"], "consent", "{session}");
        let (start, used, ends) = (instant(session, "start"), instant(session, "lastAccess"), instant(session, "expires"));
        assert!(used - start >= 3_600_000, "{session}");
        assert!((ends - start - 7 * DAY_S * 1_000).abs() < 60_000, "{session}");
        assert_eq!(session["ipAddress"], "127.0.0.1");
    }

    async fn removing_an_app_refuses_its_next_refresh_and_kills_its_access_token(server) {
        let (client, tokens) = alices_backup(&server).await;
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let portal = Console::account(&server, &Person::alice()).await;
        portal.remove_app("nightly-backup").await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&fresh.access_token()).await);
        client.userinfo(&fresh.access_token()).await.expect(401);
        assert!(portal.applications().await.iter().all(|app| app["clientId"] != "nightly-backup"));
    }

    async fn after_a_removal_consent_is_asked_for_again(server) {
        alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.remove_app("nightly-backup").await;
        let silent = AuthorizationRequest::nightly_backup().prompt("none");
        let redirect = portal.browser.open(&silent.url(&server)).await.redirect();
        redirect.expect_error("consent_required", &server.issuer("demo"));
    }

    async fn a_user_sees_and_ends_only_their_own(server) {
        let (client, tokens) = alices_backup(&server).await;
        let bob = Console::account(&server, &Person::bob()).await;
        assert!(bob.applications().await.iter().all(|app| app["clientId"] != "nightly-backup"));
        let alice = Console::account(&server, &Person::alice()).await;
        let sessions = alice.get("/realms/demo/account/offline-sessions").await.expect(200).json();
        let id = sessions[0]["id"].as_str().expect("an id").to_owned();
        bob.delete(&format!("/realms/demo/account/offline-sessions/{id}")).await.expect(404);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        alice.delete(&format!("/realms/demo/account/offline-sessions/{id}")).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn one_installation_is_ended_without_the_others(server) {
        let (client, first) = alices_backup(&server).await;
        let (_, second) = alices_backup(&server).await;
        let alice = Console::account(&server, &Person::alice()).await;
        let id = perennial_testkit::token::claims(&first.access_token())["gid"].as_str().expect("gid").to_owned();
        alice.delete(&format!("/realms/demo/account/offline-sessions/{id}")).await.expect(204);
        client.refresh(&first.refresh_token()).await.expect_refusal("Offline session not found");
        client.refresh(&second.refresh_token()).await.expect_tokens();
    }

    async fn long_lists_go_on_behind_a_cursor_and_leave_nothing_out(server) {
        let (admin, alice) = (Admin::sign_in(&server).await, Person::alice());
        admin.change_realm(json!({"offlineSessionLimit": 0})).await;
        let mut newest_first = Vec::new();
        for app in ["one", "two", "three"] {
            admin.create_client(json!({"clientId": app, "publicClient": true})).await;
            for _ in 0..3 {
                server.advance_clock(1).await;
                let tokens = Client::public(&server, app).password_grant(&alice, "openid offline_access").await.expect_tokens();
                newest_first.insert(0, grant_of(&tokens));
            }
        }
        let portal = Console::account(&server, &alice).await;
        let sessions = "/realms/demo/account/offline-sessions";
        for query in ["", "?max=2", "?max=9"] {
            assert_eq!(followed(&portal, &format!("{sessions}{query}"), "id").await, newest_first, "{query}");
        }
        assert_eq!(followed(&portal, &format!("{sessions}?first=4&max=4"), "id").await, newest_first[4..]);
        let apps = "/realms/demo/account/applications";
        assert_eq!(followed(&portal, apps, "clientId").await, ["one", "three", "two"], "by name");
        let mut by_pages = followed(&portal, &format!("{apps}?max=2"), "clientId").await;
        by_pages.sort();
        assert_eq!(by_pages, ["one", "three", "two"]);
        for wrong in ["after=nonsense", "first=10001", "first=x", "max=-1"] {
            portal.get(&format!("{sessions}?{wrong}")).await.expect(400);
            portal.get(&format!("{apps}?{wrong}")).await.expect(400);
        }
    }

    async fn nobody_gets_in_without_a_session_or_with_a_token_for_something_else(server) {
        let (_, tokens) = alices_backup(&server).await;
        let apps = server.demo_url("/account/applications");
        let anonymous = server.http().get(&apps).header("Accept", "application/json");
        Answer::of(anonymous).await.expect(401);
        let foreign = server.http().get(&apps).header("Accept", "application/json").bearer_auth(tokens.access_token());
        let answer = Answer::of(foreign).await;
        assert!(answer.status == 401 || answer.status == 403, "its audience does not name the account API: {answer}");
    }

    async fn unknown_and_malformed_ids_are_clear_errors(server) {
        let alice = Console::account(&server, &Person::alice()).await;
        for id in ["00000000-0000-7000-8000-000000000000", "nonsense", "..%2f..%2fetc%2fpasswd", "%00", "'%20or%201=1"] {
            let answer = alice.delete(&format!("/realms/demo/account/offline-sessions/{id}")).await;
            assert!(answer.status == 404 || answer.status == 400, "{id}: {answer}");
        }
        let answer = alice.delete("/realms/demo/account/applications/no-such-app/consent").await;
        assert_eq!(answer.status, 404, "{answer}");
    }

    async fn a_change_from_another_site_is_refused(server) {
        let (client, tokens) = alices_backup(&server).await;
        let alice = Console::account(&server, &Person::alice()).await;
        let path = "/realms/demo/account/applications/nightly-backup/consent";
        let without_header = alice.browser.fetch(Method::DELETE, path).header("Origin", alice.browser.origin());
        assert_eq!(Answer::of(without_header).await.status, 403);
        let crossing = server.http().delete(server.url(path)).header("Cookie", alice.browser.cookies(path));
        let crossing = crossing.header("X-Perennial-Console", "1").header("Origin", "https://evil.example");
        assert_eq!(Answer::of(crossing.header("Sec-Fetch-Site", "cross-site")).await.status, 403);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
}

fn instant(session: &serde_json::Value, name: &str) -> i64 {
    session[name].as_i64().unwrap_or_else(|| panic!("no {name} in {session}"))
}
