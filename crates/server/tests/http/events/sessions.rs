//! What happens to one offline session after its beginning is stored with it: steered by people, or found wrong by the server.

use crate::rotation::stolen_key::StolenKey;
use crate::support::{DAY_S, alices_backup, expect_ended, grant_of, user_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Choice, Client, Console, TestServer, on_both_databases, token,
};
use serde_json::{Value, json};

const CONSENT: &str = "/realms/demo/account/applications/nightly-backup/consent";

on_both_databases! {
    async fn a_pause_and_its_end_are_stored_once_each_with_who_asked(server) {
        let (_, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        // What changes nothing is no event.
        for _ in 0..2 {
            portal.patch(&own(&tokens), &json!({"paused": true})).await.expect(204);
        }
        for _ in 0..2 {
            admin.patch(&at_admin(&tokens), &json!({"paused": false})).await.expect(204);
        }
        for (event_type, by) in [("OFFLINE_SESSION_PAUSED", "user"), ("OFFLINE_SESSION_RESUMED", "admin")] {
            let event = admin.event(event_type).await;
            expect_of_session(&event, &tokens);
            assert_eq!(event["details"]["by"], by, "{event}");
        }
    }

    async fn a_narrowed_session_is_stored_with_what_it_has_left(server) {
        let (_, tokens) = with_phone(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.patch(&at_admin(&tokens), &json!({"scopes": without(&tokens.scopes(), "phone")})).await.expect(204);
        expect_narrowed(&admin.event("OFFLINE_SESSION_NARROWED").await, &tokens, "admin");
    }

    async fn a_narrowed_consent_stands_in_the_timeline_of_each_session_that_it_narrows(server) {
        let (_, first) = with_phone(&server).await;
        let (_, second) = with_phone(&server).await;
        let (_, untouched) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        take_out(&portal, "phone").await;
        let admin = Admin::sign_in(&server).await;
        for tokens in [&first, &second] {
            let shown = timeline(&admin, tokens).await;
            expect_narrowed(&shown[0], tokens, "user");
        }
        let shown = timeline(&admin, &untouched).await;
        assert!(shown.iter().all(|event| event["type"] != "OFFLINE_SESSION_NARROWED"), "{shown:?}");
        assert_eq!(admin.events("type=OFFLINE_SESSION_NARROWED").await.len(), 2);
        assert!(admin.events("type=REVOKE_GRANT").await.is_empty(), "nothing has ended");
    }

    async fn a_consent_without_offline_access_is_stored_as_the_end_of_each_session(server) {
        let (client, first) = alices_backup(&server).await;
        let (_, second) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        take_out(&portal, "offline_access").await;
        expect_ended(&client, &first).await;
        let admin = Admin::sign_in(&server).await;
        let ended = admin.events("type=REVOKE_GRANT").await;
        assert_eq!(ended.len(), 2, "{ended:?}");
        for tokens in [&first, &second] {
            let event = ended.iter().find(|event| event["grantId"] == grant_of(tokens)).expect("its end");
            expect_of_session(event, tokens);
            assert_eq!(event["details"]["by"], "user", "{event}");
        }
        assert!(admin.events("type=OFFLINE_SESSION_NARROWED").await.is_empty());
    }

    async fn an_end_that_comes_near_and_a_long_sleep_are_stored_with_their_session(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionDormantNoticeDays": 20})).await;
        let (_, tokens) = alices_backup(&server).await;
        server.advance_clock(19 * DAY_S).await;
        server.run_jobs().await;
        let admin = Admin::sign_in(&server).await;
        assert!(admin.events("type=OFFLINE_SESSION_EXPIRING&type=OFFLINE_SESSION_DORMANT").await.is_empty());
        server.advance_clock(5 * DAY_S).await;
        for _ in 0..2 {
            server.run_jobs().await;
        }
        let admin = Admin::sign_in(&server).await;
        for event_type in ["OFFLINE_SESSION_EXPIRING", "OFFLINE_SESSION_DORMANT"] {
            expect_of_session(&admin.event(event_type).await, &tokens);
        }
        assert_eq!(admin.event("OFFLINE_SESSION_EXPIRING").await["details"]["ends_by"], "idle");
        let shown: Vec<Value> = timeline(&admin, &tokens).await.iter().map(|event| event["type"].clone()).collect();
        assert!(shown.contains(&json!("OFFLINE_SESSION_EXPIRING")) && shown.contains(&json!("OFFLINE_SESSION_DORMANT")), "{shown:?}");
    }

    async fn a_rotation_that_the_database_had_lost_is_stored_with_how_much_was_lost(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        let mut newest = tokens.refresh_token();
        for _ in 0..3 {
            newest = client.refresh(&newest).await.expect_tokens().refresh_token();
        }
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        let next = client.refresh(&newest).await.expect_tokens();
        let admin = Admin::sign_in(&server).await;
        let event = admin.event("REFRESH_TOKEN_RECOVERED").await;
        expect_of_session(&event, &tokens);
        let details = &event["details"];
        assert_eq!((&details["lost_generations"], &details["generation"]), (&json!("3"), &json!("4")), "{event}");
        // From here on it is a session like any other.
        client.refresh(&next.refresh_token()).await.expect_tokens();
        admin.event("REFRESH_TOKEN_RECOVERED").await;
    }

    async fn a_token_newer_than_any_lost_commit_explains_is_stored_as_a_suspected_key(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let issued_at = token::claims(&tokens.refresh_token())["iat"].as_i64().expect("an iat");
        let forged = StolenKey::of(&server).await.token(&tokens.refresh_token(), 65_537, issued_at);
        client.refresh(&forged).await.expect_refusal("Invalid refresh token");
        let event = admin.event("REFRESH_KEY_SUSPECTED").await;
        assert_eq!(event["grantId"], grant_of(&tokens), "{event}");
        assert_eq!(event["clientId"], demo::NIGHTLY_BACKUP, "{event}");
        assert_eq!(event["ipAddress"], "127.0.0.1", "{event}");
        assert!(!event.to_string().contains(&forged), "{event}");
        assert!(admin.events("type=REFRESH_TOKEN_RECOVERED&type=REFRESH_TOKEN_REUSED").await.is_empty());
    }
}

async fn with_phone(server: &TestServer) -> (Client, Answer) {
    let client = Client::nightly_backup(server);
    let request = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
    let tokens = client.authorize_with(server, &request, &Person::alice(), &Choice::accept()).await;
    (client, tokens)
}

async fn take_out(portal: &Console, scope: &str) {
    let stands = portal.get(CONSENT).await.expect(200).json();
    let granted = stands["grantedScopes"].as_array().expect("scopes").iter();
    let left: Vec<&Value> = granted.filter(|one| one["name"] != scope).collect();
    portal.put(CONSENT, &json!({"grantedScopes": left})).await.expect(200);
}

/// What the session's own page shows, the newest first.
async fn timeline(admin: &Admin, tokens: &Answer) -> Vec<Value> {
    let session = admin.get(&at_admin(tokens)).await.expect(200).json();
    session["events"].as_array().expect("a timeline").clone()
}

#[track_caller]
fn expect_of_session(event: &Value, tokens: &Answer) {
    assert_eq!(event["grantId"], grant_of(tokens), "{event}");
    assert_eq!(event["userId"], user_of(tokens), "{event}");
    assert_eq!(event["clientId"], demo::NIGHTLY_BACKUP, "{event}");
}

#[track_caller]
fn expect_narrowed(event: &Value, tokens: &Answer, by: &str) {
    assert_eq!(event["type"], "OFFLINE_SESSION_NARROWED", "{event}");
    expect_of_session(event, tokens);
    assert_eq!(event["details"]["by"], by, "{event}");
    let left: Vec<String> =
        event["details"]["scope"].as_str().expect("a scope").split(' ').map(str::to_owned).collect();
    assert!(left.contains(&"offline_access".to_owned()) && !left.contains(&"phone".to_owned()), "{event}");
    assert_eq!(left.len(), tokens.scopes().len() - 1, "{event}");
}

fn without(scopes: &[String], name: &str) -> Vec<String> {
    scopes.iter().filter(|scope| *scope != name).cloned().collect()
}

fn own(tokens: &Answer) -> String {
    format!("/realms/demo/account/offline-sessions/{}", grant_of(tokens))
}

fn at_admin(tokens: &Answer) -> String {
    format!("/demo/offline-sessions/{}", grant_of(tokens))
}
