//! `POST …/explain`: the refresh grant's own decision, told check by check and without effect.

use super::{explain_session, explain_token, new_client, session_of, status_of};
use crate::support::{DAY_S, alices_backup, alices_frame};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Choice, Client, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_token_that_works_is_explained_with_every_check_passed_and_every_limit(server) {
        let admin = Admin::sign_in(&server).await;
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        let told = explain_token(&admin, &tokens.refresh_token()).await;
        assert_eq!((&told["works"], &told["kind"], &told["refresh"]), (&json!(true), &json!("refresh-token"), &json!("keep")));
        assert_eq!((&told["username"], &told["clientId"]), (&json!("alice"), &json!("nightly-backup")));
        for check in told["checks"].as_array().expect("checks") {
            let status = check["status"].as_str().expect("a status");
            assert!(["passed", "assumed", "notApplicable"].contains(&status), "{check}");
            assert!(!check["public"].as_str().expect("words").is_empty() && !check["admin"].as_str().expect("words").is_empty());
        }
        assert_eq!(status_of(&told, "user-session"), "notApplicable");
        assert_eq!((&told["endsBy"], &told["offline"]), (&json!("consent"), &json!(true)));
        let limits = told["limits"].as_array().expect("limits");
        assert_eq!(limits[0]["limit"], "idle");
        assert_eq!((&limits[0]["seconds"], &limits[0]["source"]), (&json!(30 * DAY_S), &json!("realm")));
        assert_eq!(limits.iter().filter(|line| line["wins"] == true).count(), 1);
        assert!(limits[1].get("ends").is_none(), "no maximum is set: {told}");
        assert_eq!(limits[2]["ends"], told["expires"]);
    }

    async fn a_limit_names_who_set_it(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        admin.change_client("nightly-backup", json!({"attributes": {"client.offline.session.idle.timeout": "3600"}})).await;
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 60 * DAY_S})).await;
        let told = explain_token(&admin, &tokens.refresh_token()).await;
        assert_eq!((&told["limits"][0]["source"], &told["limits"][0]["seconds"]), (&json!("client"), &json!(3600)));
        assert_eq!((&told["limits"][1]["source"], &told["limits"][1]["seconds"]), (&json!("realm"), &json!(60 * DAY_S)));
        assert_eq!(told["endsBy"], "idle");
    }

    async fn explaining_changes_nothing_however_often(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let first = tokens.refresh_token();
        let second = client.refresh(&first).await.expect_tokens().refresh_token();
        for _ in 0..3 {
            assert_eq!(explain_token(&admin, &first).await["refresh"], "replay");
            assert_eq!(explain_token(&admin, &second).await["refresh"], "rotate");
        }
        // The successor is still unproven: the answer may still be asked for again.
        assert_eq!(client.refresh(&first).await.expect_tokens().refresh_token(), second);
        let third = client.refresh(&second).await.expect_tokens().refresh_token();
        let told = explain_token(&admin, &first).await;
        assert_eq!((&told["works"], &told["refresh"]), (&json!(false), &json!("reuse")));
        assert_eq!(told["refusal"]["error_description"], "Refresh token was used before; its session has ended");
        client.refresh(&third).await.expect_tokens();
    }

    async fn what_is_explained_is_what_the_client_is_then_told(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let token = tokens.refresh_token();
        let agree = async |name: &str| {
            let told = explain_token(&admin, &token).await;
            let answer = client.refresh(&token).await;
            assert_eq!(told["works"], false, "{name}: {told}");
            assert_eq!(told["refusal"]["status"], json!(answer.status), "{name}");
            assert_eq!(told["refusal"]["error"], answer.json()["error"], "{name}");
            assert_eq!(told["refusal"]["error_description"], answer.json()["error_description"], "{name}");
            let failed = told["checks"].as_array().expect("checks").iter().find(|check| check["status"] == "failed");
            failed.expect("a failed check")["name"].as_str().expect("a name").to_owned()
        };
        admin.change_client("nightly-backup", json!({"enabled": false})).await;
        assert_eq!(agree("a disabled client").await, "client-enabled");
        admin.change_client("nightly-backup", json!({"enabled": true, "attributes": {"use.refresh.tokens": "false"}})).await;
        assert_eq!(agree("no refresh tokens").await, "grant-allowed");
        admin.change_client("nightly-backup", json!({"attributes": {"use.refresh.tokens": "true"}})).await;
        assert_eq!(explain_token(&admin, &token).await["works"], true);
        server.advance_clock(31 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        let told = explain_token(&admin, &token).await;
        assert_eq!(status_of(&told, "not-ended"), "failed");
        assert_eq!(status_of(&told, "generation"), "notReached");
        client.refresh(&token).await.expect_refusal(told["refusal"]["error_description"].as_str().expect("words"));
    }

    async fn a_session_is_explained_by_its_id_as_if_its_client_came_now(server) {
        let admin = Admin::sign_in(&server).await;
        alices_frame(&server).await;
        let id = admin.offline_sessions("photo-frame").await[0]["id"].as_str().expect("an id").to_owned();
        let told = explain_session(&admin, &id).await;
        assert_eq!((&told["works"], &told["refresh"], &told["session"]), (&json!(true), &json!("rotate"), &json!(id)));
        admin.end_offline_session(&id).await.expect(204);
        admin.post("/demo/explain", &json!({"session": id})).await.expect(404);
    }

    async fn the_token_of_an_ended_session_is_known_and_its_session_is_not(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let id = admin.offline_sessions("nightly-backup").await[0]["id"].as_str().expect("an id").to_owned();
        admin.end_offline_session(&id).await.expect(204);
        let told = explain_token(&admin, &tokens.refresh_token()).await;
        assert_eq!((status_of(&told, "token-genuine"), status_of(&told, "session-exists")), ("passed", "failed"));
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(told.get("username").is_none(), "{told}");
    }

    async fn an_access_token_is_explained_by_the_check_that_every_use_of_it_meets(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let token = tokens.access_token();
        let told = explain_token(&admin, &token).await;
        assert_eq!((&told["works"], &told["kind"]), (&json!(true), &json!("access-token")));
        client.revoke(&token).await.expect(200);
        let told = explain_token(&admin, &token).await;
        assert_eq!((&told["works"], status_of(&told, "token-not-denied")), (&json!(false), "failed"));
        assert!(!client.is_active(&token).await);
        let other = client.refresh(&tokens.refresh_token()).await.expect_tokens().access_token();
        server.advance_clock(301).await;
        let told = explain_token(&Admin::sign_in(&server).await, &other).await;
        assert_eq!((&told["works"], status_of(&told, "token-not-expired")), (&json!(false), "failed"));
        assert_eq!(status_of(&told, "consent"), "notReached");
    }

    async fn a_damaged_or_foreign_token_is_told_apart_from_ours_and_from_nothing_else(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let good = tokens.refresh_token();
        let (message, mac) = good.rsplit_once('.').expect("a compact JWS");
        let other = if mac.starts_with('A') { 'B' } else { 'A' };
        let damaged = format!("{message}.{other}{}", &mac[1..]);
        // One of another realm: a genuine one, of the admins' realm.
        let cli = Client::new(&server, "master", "admin-cli", perennial_testkit::client::Authentication::None);
        let foreign = cli.password_grant(&Person::admin(), "openid").await.expect_tokens();
        for token in [damaged.as_str(), "nonsense", "a.b.c", &foreign.refresh_token(), &foreign.access_token()] {
            let told = explain_token(&admin, token).await;
            assert_eq!((&told["works"], &told["kind"]), (&json!(false), &json!("foreign")), "{token}");
            assert_eq!(status_of(&told, "token-genuine"), "failed");
            assert_eq!(told["refusal"]["error_description"], "Invalid refresh token");
            for absent in ["session", "username", "clientId", "generation", "refresh"] {
                assert!(told.get(absent).is_none(), "{absent} of a token that is not ours: {told}");
            }
            assert_eq!(told["limits"], json!([]));
        }
        let told = explain_token(&admin, &damaged).await;
        let check = &told["checks"].as_array().expect("checks")[4];
        assert!(check["admin"].as_str().expect("words").contains("wrong MAC"), "{check}");
    }

    async fn a_token_is_never_echoed_or_logged(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        for token in [tokens.refresh_token(), tokens.access_token(), "oops.not-a-token.secretpart".to_owned()] {
            let answer = admin.post("/demo/explain", &json!({"token": token})).await.expect(200);
            assert!(answer.header("cache-control").contains("no-store"));
            let signature = token.rsplit('.').next().expect("a last part");
            assert!(!answer.body.contains(signature), "echoed");
            assert!(!server.log().contains(signature), "logged");
        }
    }

    async fn what_cannot_be_explained_is_refused_with_the_field_s_name(server) {
        let admin = Admin::sign_in(&server).await;
        for (body, field) in [
            (json!({}), "token"),
            (json!({"token": ""}), "token"),
            (json!({"token": "   "}), "token"),
            (json!({"token": "x".repeat(20_000)}), "token"),
            (json!({"session": "nonsense"}), "session"),
            (json!({"token": "a", "session": "b"}), "session"),
        ] {
            let answer = admin.post("/demo/explain", &body).await.expect(400);
            assert_eq!(answer.text("field"), field, "{body}");
        }
        for body in [json!([]), json!("token"), json!({"token": 5}), json!({"session": true})] {
            admin.post("/demo/explain", &body).await.expect(400);
        }
        let unknown = "0199f0c0-0000-7000-8000-000000000001";
        admin.post("/demo/explain", &json!({"session": unknown})).await.expect(404);
        admin.post("/nowhere/explain", &json!({"token": "a"})).await.expect(404);
        admin.get("/demo/explain").await.expect(405);
    }

    async fn only_admins_of_the_realm_are_told(server) {
        let admin = Admin::sign_in(&server).await;
        let client = new_client(&server, &admin, "curious").await;
        let tokens = session_of(&client, &Person::alice()).await;
        let alice = Admin::with_bearer(&server, &tokens.access_token());
        let answer = alice.post("/demo/explain", &json!({"token": tokens.refresh_token()})).await;
        assert!([401, 403].contains(&answer.status), "{answer}");
        // Asked in another realm, a session is not there and a token is not one of that realm's.
        let id = admin.offline_sessions("curious").await[0]["id"].as_str().expect("an id").to_owned();
        admin.post("/master/explain", &json!({"session": id})).await.expect(404);
        let told = admin.post("/master/explain", &json!({"token": tokens.refresh_token()})).await.expect(200).json();
        assert_eq!(told["kind"], "foreign");
    }
}
