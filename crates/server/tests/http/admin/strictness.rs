//! What is sent is done or refused, never left out without a word: misspelt members of our own bodies, and parts of users.

use crate::support::{alices_backup, expect_alive, grant_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_misspelt_member_never_turns_a_trial_into_the_real_thing(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let keys = admin.get("/demo/keys").await.expect(200).json();
        for wrong in [
            json!({"kind": "refresh", "compromised": true, "dryrun": true}),
            json!({"kind": "refresh", "compromise": true}),
            json!({"kind": "signing", "keyId": "x"}),
        ] {
            let refused = admin.post("/demo/keys/rotate", &wrong).await;
            assert_eq!(refused.status, 400, "{wrong}: {refused}");
        }
        assert_eq!(admin.get("/demo/keys").await.expect(200).json(), keys);
        let session = format!("/demo/offline-sessions/{}", grant_of(&tokens));
        for wrong in [json!({"scope": ["openid"]}), json!({"pause": true}), json!({"paused": true, "label": "x"})] {
            admin.patch(&session, &wrong).await.expect(400);
        }
        expect_alive(&client, &tokens).await;
    }

    async fn a_misspelt_limit_is_not_one_that_ends_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        for (wrong, named) in [
            (json!({"offlineSessionIdleTimout": 1}), "offlineSessionIdleTimout"),
            (json!({"client": {"clientId": demo::NIGHTLY_BACKUP, "offlineSessionLimits": 1}}), "client.offlineSessionLimits"),
            (json!({"resource": {"resource": "https://api.example/", "offlineIdle": 1}}), "resource.offlineIdle"),
        ] {
            let refused = admin.post("/demo/token-policy/preview", &wrong).await.expect(400);
            assert!(refused.to_string().contains(named), "{refused}");
        }
        // What was read is a proposal, too.
        let realm = admin.realm().await;
        admin.post("/demo/token-policy/preview", &realm).await.expect(200);
        let client = admin.client(demo::NIGHTLY_BACKUP).await;
        admin.post("/demo/token-policy/preview", &json!({"client": client})).await.expect(200);
    }

    async fn a_password_among_a_users_changes_is_set(server) {
        let admin = Admin::sign_in(&server).await;
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        let path = format!("/demo/users/{}", admin.user_id("alice").await);
        let password = |value: &str| json!({"type": "password", "value": value});
        for wrong in [
            json!({"firstName": "A", "credentials": [password("a"), password("b")]}),
            json!({"firstName": "A", "credentials": [password("")]}),
            json!({"firstName": "A", "credentials": [{"type": "otp", "value": "a"}]}),
            json!({"firstName": "A", "credentials": [password(&"x".repeat(5_000))]}),
        ] {
            admin.put(&path, &wrong).await.expect(400);
        }
        expect_alive(&client, &tokens).await;
        admin.put(&path, &json!({"firstName": "Alicia", "credentials": [password("another")]})).await.expect(204);
        assert_eq!(admin.get(&path).await.expect(200).text("firstName"), "Alicia");
        let cli = Client::public(&server, "admin-cli");
        cli.password_grant(&Person::alice(), "openid").await.expect_error(400, "invalid_grant");
        cli.password_grant(&Person::new("alice", "another"), "openid").await.expect_tokens();
        // Whoever knew the old one is signed out everywhere.
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        let ursula = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        let rita = { admin.with_roles(&server, "rita", &["realm-admin"]).await; admin.user_id("rita").await };
        ursula.put(&format!("/demo/users/{rita}"), &json!({"credentials": [password("hers")]})).await.expect(403);
    }

    async fn a_new_user_joins_the_groups_that_are_named_or_is_not_made(server) {
        let admin = Admin::sign_in(&server).await;
        let staff = admin.post("/demo/groups", &json!({"name": "staff"})).await.created_id();
        admin.post(&format!("/demo/groups/{staff}/children"), &json!({"name": "night shift"})).await.expect(201);
        let id = admin.create_user(json!({"username": "nina", "groups": ["/staff/night shift"]})).await;
        let groups = admin.get(&format!("/demo/users/{id}/groups")).await.expect(200).json();
        assert_eq!(groups[0]["path"], "/staff/night shift", "{groups}");
        admin.post("/demo/users", &json!({"username": "otto", "groups": ["/nowhere"]})).await.expect(400);
        admin.post("/demo/users", &json!({"username": "otto", "groups": "staff"})).await.expect(400);
        assert_eq!(admin.get("/demo/users?username=otto").await.expect(200).json(), json!([]));
        admin.put(&format!("/demo/users/{id}"), &json!({"firstName": "N", "groups": []})).await.expect(400);
        // Nobody makes a user who gets more than they have.
        let management = admin.client_uuid("realm-management").await;
        let roles = format!("/demo/groups/{staff}/role-mappings/clients/{management}");
        admin.post(&roles, &json!([{"name": "realm-admin"}])).await.expect(204);
        let ursula = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        ursula.post("/demo/users", &json!({"username": "otto", "groups": ["/staff/night shift"]})).await.expect(403);
    }

    async fn whoever_reads_a_realm_changes_a_switch_and_writes_it_back_has_changed_it(server) {
        let admin = Admin::sign_in(&server).await;
        let mut realm = admin.realm().await;
        for (wanted, mode) in [(true, "always"), (false, "auto")] {
            realm["revokeRefreshToken"] = json!(wanted);
            admin.change_realm(realm).await;
            realm = admin.realm().await;
            assert_eq!((&realm["rotation"], &realm["revokeRefreshToken"]), (&json!(mode), &json!(wanted)));
        }
        for window in [json!("until-proven"), json!(90)] {
            admin.change_realm(json!({"replayWindow": window})).await;
            let mut realm = admin.realm().await;
            realm["refreshTokenMaxReuse"] = json!(3);
            admin.change_realm(realm).await;
            assert_eq!(admin.realm().await["refreshTokenMaxReuse"], 3, "{window}");
            let mut realm = admin.realm().await;
            realm["replayWindow"] = window.clone();
            admin.change_realm(realm).await;
            let realm = admin.realm().await;
            assert_eq!((&realm["replayWindow"], &realm["refreshTokenMaxReuse"]), (&window, &json!(0)));
        }
    }

    // Who takes away a consent to the client `..` by its path would delete the user who gave it.
    async fn a_name_that_a_path_takes_for_a_way_up_is_refused(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        for dots in [".", ".."] {
            let client = admin.post("/demo/clients", &json!({"clientId": dots})).await.expect(400).json();
            assert_eq!(client["field"], "clientId", "{client}");
            admin.put(&format!("/demo/clients/{uuid}"), &json!({"clientId": dots})).await.expect(400);
            for place in ["/demo/roles".to_owned(), format!("/demo/clients/{uuid}/roles")] {
                let role = admin.post(&place, &json!({"name": dots})).await.expect(400).json();
                assert_eq!(role["field"], "name", "{role}");
            }
        }
        admin.post("/demo/clients", &json!({"clientId": "..."})).await.expect(201);
    }

    async fn whoever_has_a_part_in_a_realm_finds_it(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post("", &json!({"realm": "branch"})).await.expect(201);
        for (person, role) in [("quentin", "query-realms"), ("clara", "manage-clients"), ("vera", "view-users"), ("eve", "view-events")] {
            let found = admin.with_roles(&server, person, &[role]).await.get("").await.expect(200).json();
            assert_eq!(found, json!([{"realm": "demo"}]), "{role}: the name, and nothing else of it");
        }
        let viewer = admin.with_roles(&server, "victor", &["view-realm"]).await.get("").await.expect(200).json();
        assert_eq!(viewer, json!([admin.realm().await]));
    }
}
