//! The admin API as far as the consoles need it: a client's offline sessions, token settings, and who may call it.

mod action_mails;
mod attributes;
mod bounds;
mod clients;
mod endings;
mod escalation;
mod groups;
mod identity_providers;
mod imports_at_once;
mod languages;
mod lists;
mod lost_updates;
mod mappers;
mod permissions;
mod realm_files;
mod realms;
mod renaming;
mod resources;
mod roles;
mod round_trip;
mod scopes;
mod settings;
mod spanish;
mod strictness;
mod user_search;
mod users;
mod walk;
mod walk_foreign;

use crate::support::{DAY_S, alices_backup};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Choice, Client, on_both_databases, token};
use reqwest::Method;
use serde_json::json;

on_both_databases! {
    async fn the_offline_access_tab_lists_sessions_with_user_start_last_use_address_and_end(server) {
        let (client, tokens) = alices_backup(&server).await;
        client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        server.advance_clock(3_600).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let sessions = Admin::sign_in(&server).await.offline_sessions("nightly-backup").await;
        assert_eq!(sessions.len(), 2, "{sessions:?}");
        let alices = sessions.iter().find(|session| session["username"] == "alice").expect("alice's session");
        assert_eq!(alices["offline"], true);
        assert_eq!(alices["grantType"], "authorization_code");
        assert_eq!(alices["ipAddress"], "127.0.0.1");
        assert!(alices["lastAccess"].as_i64() >= alices["start"].as_i64().map(|start| start + 3_600_000), "{alices}");
        let bobs = sessions.iter().find(|session| session["username"] == "bob").expect("bob's session");
        assert_eq!(bobs["endsBy"], "idle", "{bobs}");
        assert!(bobs["expires"].is_i64() && bobs["scopes"].as_array().is_some_and(|all| !all.is_empty()), "{bobs}");
    }

    async fn the_count_is_that_of_the_list_and_the_pages_join_without_gap(server) {
        let client = Client::nightly_backup(&server);
        for _ in 0..5 {
            client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        }
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid("nightly-backup").await;
        let count = admin.get(&format!("/demo/clients/{uuid}/offline-session-count")).await.expect(200);
        assert_eq!(count.number("count"), 5);
        let all: Vec<_> = admin.offline_sessions("nightly-backup").await.iter().map(|one| one["id"].clone()).collect();
        let mut paged = Vec::new();
        for first in [0, 2, 4, 6] {
            let page = admin.get(&format!("/demo/clients/{uuid}/offline-sessions?first={first}&max=2")).await.expect(200);
            paged.extend(page.json().as_array().expect("a list").iter().map(|one| one["id"].clone()));
        }
        assert_eq!(paged, all);
    }

    async fn the_cursor_in_the_link_header_leads_through_the_whole_list(server) {
        let client = Client::nightly_backup(&server);
        for _ in 0..5 {
            client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        }
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid("nightly-backup").await;
        let mut path = format!("/demo/clients/{uuid}/offline-sessions?max=2");
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..4 {
            let page = admin.get(&path).await.expect(200);
            seen.extend(page.json().as_array().expect("a list").iter().map(|one| one["id"].to_string()));
            let link = page.header("link").to_owned();
            let Some((_, rest)) = link.split_once('<') else { break };
            let next = rest.split_once('>').expect("a link").0;
            path = next.split_once("/admin/realms").expect("an admin path").1.to_owned();
        }
        assert_eq!(seen.len(), 5);
    }

    async fn a_revoked_session_is_really_deleted_and_its_tokens_are_dead(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let id = admin.offline_sessions("nightly-backup").await[0]["id"].as_str().expect("an id").to_owned();
        admin.end_offline_session(&id).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&tokens.access_token()).await);
        assert!(admin.offline_sessions("nightly-backup").await.is_empty());
        admin.end_offline_session(&id).await.expect(404);
    }

    async fn the_realms_default_algorithm_signs_from_the_next_token_on(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.realm().await["defaultSignatureAlgorithm"], "RS256");
        admin.change_realm(json!({"defaultSignatureAlgorithm": "ES256"})).await;
        assert_eq!(admin.realm().await["defaultSignatureAlgorithm"], "ES256");
        let answer = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(token::header(&answer.access_token())["alg"], "ES256");
        assert!(client.is_active(&answer.access_token()).await);
        // One that is unknown, and one that the realm has no key for.
        for refused in ["HS256", "EdDSA"] {
            admin.put("/demo", &json!({"defaultSignatureAlgorithm": refused})).await.expect(400);
        }
        assert_eq!(admin.realm().await["defaultSignatureAlgorithm"], "ES256");
    }

    async fn token_settings_are_read_changed_and_kept(server) {
        let admin = Admin::sign_in(&server).await;
        let before = admin.realm().await;
        assert_eq!(before["offlineSessionIdleTimeout"], 30 * DAY_S);
        assert_eq!(before["offlineSessionMaxLifespan"], 60 * DAY_S);
        assert_eq!(before["offlineSessionMaxLifespanEnabled"], false);
        assert_eq!(before["accessTokenLifespan"], 300);
        admin.change_realm(json!({"offlineSessionIdleTimeout": 7 * DAY_S, "accessTokenLifespan": 600})).await;
        let after = admin.realm().await;
        assert_eq!(after["offlineSessionIdleTimeout"], 7 * DAY_S);
        assert_eq!(after["accessTokenLifespan"], 600);
        assert_eq!(after["offlineSessionMaxLifespan"], before["offlineSessionMaxLifespan"], "absent fields stay");
        server.kill();
        server.restart().await;
        assert_eq!(Admin::sign_in(&server).await.realm().await["offlineSessionIdleTimeout"], 7 * DAY_S);
    }

    async fn the_preview_tells_how_many_sessions_a_policy_would_end_and_ends_none(server) {
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(10 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        let preview = admin.post("/demo/token-policy/preview", &json!({"offlineSessionIdleTimeout": 5 * DAY_S})).await.expect(200);
        assert!(preview.body.contains('1') && preview.body.contains("nightly-backup"), "{preview}");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn wrong_values_are_refused_and_nothing_is_half_written(server) {
        let admin = Admin::sign_in(&server).await;
        let before = admin.realm().await;
        for wrong in [
            json!({"offlineSessionIdleTimeout": -1, "accessTokenLifespan": 60}),
            json!({"offlineSessionIdleTimeout": 0}),
            json!({"offlineSessionIdleTimeout": "soon"}),
            json!({"offlineSessionMaxLifespanEnabled": "yes"}),
            json!({"accessTokenLifespan": 0}),
            json!({"accessTokenLifespan": i64::MAX}),
            json!({"rotation": "weekly"}),
            json!({"replayWindow": -5}),
            json!({"offlineSessionLimit": -1}),
            json!([]),
            json!(null),
        ] {
            let answer = admin.put("/demo", &wrong).await;
            assert_eq!(answer.status, 400, "{wrong}: {answer}");
            let body = answer.json();
            assert!(body["errorMessage"].is_string() || body["error"].is_string() || body["errors"].is_array(), "{answer}");
            assert!(!answer.body.contains("panicked") && !answer.body.contains(".rs:"), "{answer}");
        }
        let broken = admin.request(Method::PUT, "/demo").header("Content-Type", "application/json").body("{\"a\":");
        Answer::of(broken).await.expect(400);
        assert_eq!(admin.realm().await, before);
    }

    async fn what_does_not_exist_is_named_as_keycloak_names_it(server) {
        let admin = Admin::sign_in(&server).await;
        let unknown = "00000000-0000-7000-8000-000000000000";
        assert_eq!(admin.get("/nowhere").await.expect(404).text("error"), "Realm not found.");
        let client = admin.get(&format!("/demo/clients/{unknown}")).await.expect(404);
        assert_eq!(client.json()["error"].as_str().or(client.json()["errorMessage"].as_str()), Some("Client not found"));
        admin.get("/demo/clients/nonsense/offline-sessions").await.expect(404);
        admin.end_offline_session(unknown).await.expect(404);
        admin.end_offline_session("nonsense").await.expect(404);
    }

    async fn only_admins_get_in(server) {
        Answer::of(server.http().get(server.url("/admin/realms/demo"))).await.expect(401);
        Admin::with_bearer(&server, "garbage").get("/demo").await.expect(401);
        let (client, tokens) = alices_backup(&server).await;
        let answer = Admin::with_bearer(&server, &tokens.access_token()).get("/demo").await;
        assert!(answer.status == 401 || answer.status == 403, "alice is no admin: {answer}");
        let users = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        let alice = users.password_grant(&Person::alice(), "openid").await.expect_tokens().access_token();
        Admin::with_bearer(&server, &alice).get("/demo").await.expect(403);
        Admin::with_bearer(&server, &alice).put("/demo", &json!({"accessTokenLifespan": 5})).await.expect(403);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn clients_never_show_their_secret_in_a_list(server) {
        let admin = Admin::sign_in(&server).await;
        let list = admin.get("/demo/clients").await.expect(200);
        assert!(list.body.contains("nightly-backup") && list.body.contains("photo-frame"), "{list}");
        assert!(!list.body.contains(demo::NIGHTLY_BACKUP_SECRET), "{list}");
    }
}
