//! One running session is narrowed, given an earlier end, or named; its other tokens follow.

use crate::support::{DAY_S, alices_backup, expect_alive, expect_ended, grant_of, user_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Choice, Client, Console, TestServer, on_both_databases};
use serde_json::{Value, json};

const UPDATED: &str = "type=OFFLINE_SESSION_UPDATED";

on_both_databases! {
    async fn a_withdrawn_scope_is_gone_from_every_token_and_the_session_stays(server) {
        let (client, tokens) = with_profile(&server).await;
        assert!(tokens.scopes().contains(&"phone".to_owned()), "{tokens}");
        let portal = Console::account(&server, &Person::alice()).await;
        let left: Vec<String> = tokens.scopes().into_iter().filter(|scope| scope != "phone").collect();
        portal.patch(&own(&tokens), &json!({"scopes": left})).await.expect(204);
        assert!(!client.is_active(&tokens.access_token()).await, "older access tokens carry the scope");
        let fresh = expect_alive(&client, &tokens).await;
        assert!(!fresh.scopes().contains(&"phone".to_owned()), "{fresh}");
        assert!(client.is_active(&fresh.access_token()).await);
        expect_left(&client, &tokens).await;
    }

    async fn a_session_that_an_admin_narrowed_stays_narrowed_and_no_other_is(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = with_profile(&server).await;
        let (_, other) = with_profile(&server).await;
        let admin = Admin::sign_in(&server).await;
        let left: Vec<String> = tokens.scopes().into_iter().filter(|scope| scope != "phone").collect();
        admin.patch(&at_admin(&tokens), &json!({"scopes": left})).await.expect(204);
        assert!(!client.is_active(&tokens.access_token()).await, "older access tokens carry the scope");
        // Neither its own successors, nor a later consent to all of it, nor a restart gives the scope back.
        let mut current = expect_alive(&client, &tokens).await;
        assert_eq!(current.scopes(), left, "{current}");
        current = expect_alive(&client, &current).await;
        assert_eq!(current.scopes(), left, "{current}");
        let (_, later) = with_profile(&server).await;
        assert!(later.scopes().contains(&"phone".to_owned()), "{later}");
        admin.patch(&at_admin(&tokens), &json!({"scopes": tokens.scopes()})).await.expect(400);
        server.kill();
        server.restart().await;
        let client = Client::nightly_backup(&server);
        current = expect_alive(&client, &current).await;
        assert_eq!(current.scopes(), left, "{current}");
        expect_left(&client, &current).await;
        assert_eq!(expect_alive(&client, &other).await.scopes(), tokens.scopes());
    }

    async fn without_offline_access_the_session_ends(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.patch(&at_admin(&tokens), &json!({"scopes": ["openid"]})).await.expect(204);
        expect_ended(&client, &tokens).await;
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
        admin.patch(&at_admin(&tokens), &json!({"scopes": ["openid", "offline_access"]})).await.expect(404);
    }

    async fn nobody_can_widen_a_session(server) {
        let (client, tokens) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let mut more = tokens.scopes();
        more.push("phone".to_owned());
        portal.patch(&own(&tokens), &json!({"scopes": more})).await.expect(400);
        Admin::sign_in(&server).await.patch(&at_admin(&tokens), &json!({"scopes": more})).await.expect(400);
        assert_eq!(expect_alive(&client, &tokens).await.scopes(), tokens.scopes());
    }

    async fn a_session_gets_an_earlier_end_and_keeps_it(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let start = session(&admin).await["start"].as_i64().expect("start");
        let end = start + 2 * DAY_S * 1_000;
        admin.patch(&at_admin(&tokens), &json!({"expires": end})).await.expect(204);
        let shown = session(&admin).await;
        assert_eq!((&shown["expires"], &shown["endsBy"]), (&json!(end), &json!("consent")));
        expect_updated(&admin, &tokens, "admin").await;
        assert!(!client.is_active(&tokens.access_token()).await, "older access tokens were made for a later end");
        let fresh = expect_alive(&client, &tokens).await;
        assert!(fresh.number("refresh_expires_in") <= 2 * DAY_S, "{fresh}");
        server.advance_clock(2 * DAY_S + 1).await;
        client.refresh(&fresh.refresh_token()).await.expect_refusal("Offline session not active");
        assert!(!client.is_active(&fresh.access_token()).await);
    }

    async fn only_the_user_in_person_gives_access_for_longer(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        let admin = Admin::sign_in(&server).await;
        let start = session(&admin).await["start"].as_i64().expect("start");
        let later = json!({"expires": start + 20 * DAY_S * 1_000});
        admin.patch(&at_admin(&tokens), &later).await.expect(403);
        admin.patch(&at_admin(&tokens), &json!({"expires": null})).await.expect(403);
        let portal = Console::account(&server, &Person::alice()).await;
        assert!(admin.events(UPDATED).await.is_empty(), "nothing has changed");
        portal.patch(&own(&tokens), &later).await.expect(204);
        expect_updated(&admin, &tokens, "user").await;
        assert!(client.is_active(&tokens.access_token()).await, "more time takes nothing away");
        server.advance_clock(8 * DAY_S).await;
        expect_alive(&client, &tokens).await;
    }

    async fn no_end_lies_beyond_the_realms_longest_time_or_in_the_past(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        let admin = Admin::sign_in(&server).await;
        let longest = json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 10 * DAY_S});
        admin.change_realm(longest).await;
        let start = session(&admin).await["start"].as_i64().expect("start");
        let portal = Console::account(&server, &Person::alice()).await;
        for wrong in [start + 11 * DAY_S * 1_000, start - 1, 0, i64::MIN, i64::MAX] {
            portal.patch(&own(&tokens), &json!({"expires": wrong})).await.expect(400);
        }
        assert_eq!(session(&admin).await["expires"], start + 7 * DAY_S * 1_000);
    }

    async fn a_device_has_the_name_that_its_user_gave_it(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.patch(&own(&tokens), &json!({"deviceLabel": " The cellar · 地下室 "})).await.expect(204);
        assert_eq!(session(&admin).await["deviceLabel"], "The cellar · 地下室");
        assert!(client.is_active(&tokens.access_token()).await, "a name ends nothing");
        for wrong in [json!("x".repeat(65)), json!("a\nb"), json!(7)] {
            portal.patch(&own(&tokens), &json!({"deviceLabel": wrong})).await.expect(400);
        }
        portal.patch(&own(&tokens), &json!({"deviceLabel": null})).await.expect(204);
        assert!(session(&admin).await["deviceLabel"].is_null());
    }

    async fn a_request_with_one_wrong_part_changes_nothing(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        for wrong in [
            json!({"paused": true, "expires": 1}),
            json!({"paused": true, "scopes": ["nonsense"]}),
            json!({"paused": true, "scopes": ["a b"]}),
            json!({"paused": true, "scopes": [""]}),
            json!({"paused": "yes"}),
            json!({"paused": true, "scopes": "openid"}),
            json!([]),
            json!(null),
        ] {
            let answer = admin.patch(&at_admin(&tokens), &wrong).await;
            assert_eq!(answer.status, 400, "{wrong}: {answer}");
        }
        admin.patch(&at_admin(&tokens), &json!({})).await.expect(204);
        for unknown in ["00000000-0000-7000-8000-000000000000", "nonsense"] {
            admin.patch(&format!("/demo/offline-sessions/{unknown}"), &json!({"paused": true})).await.expect(404);
        }
        expect_alive(&client, &tokens).await;
        assert!(client.is_active(&tokens.access_token()).await);
    }
}

/// A client that always sends the scope it was given keeps its session without what was withdrawn; what it never had is refused.
async fn expect_left(client: &Client, tokens: &Answer) {
    let narrowed = client.refresh_narrowed(&tokens.refresh_token(), "openid phone").await.expect_tokens();
    assert_eq!(narrowed.scopes(), ["openid"], "{narrowed}");
    let nothing = client.refresh_narrowed(&narrowed.refresh_token(), "phone").await.expect_tokens();
    assert!(nothing.scopes().iter().all(String::is_empty), "{nothing}");
    client.refresh_narrowed(&nothing.refresh_token(), "openid address").await.expect_error(400, "invalid_scope");
}

/// It is stored once, with who chose the end.
async fn expect_updated(admin: &Admin, tokens: &Answer, by: &str) {
    let events = admin.events(UPDATED).await;
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    assert_eq!((&event["grantId"], &event["userId"]), (&json!(grant_of(tokens)), &json!(user_of(tokens))), "{event}");
    assert_eq!((&event["clientId"], &event["details"]["by"]), (&json!(demo::NIGHTLY_BACKUP), &json!(by)), "{event}");
}

async fn with_profile(server: &TestServer) -> (Client, Answer) {
    let client = Client::nightly_backup(server);
    let request = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
    let tokens = client.authorize_with(server, &request, &Person::alice(), &Choice::accept()).await;
    (client, tokens)
}

async fn session(admin: &Admin) -> Value {
    admin.offline_sessions(demo::NIGHTLY_BACKUP).await.remove(0)
}

fn own(tokens: &Answer) -> String {
    format!("/realms/demo/account/offline-sessions/{}", grant_of(tokens))
}

fn at_admin(tokens: &Answer) -> String {
    format!("/demo/offline-sessions/{}", grant_of(tokens))
}
