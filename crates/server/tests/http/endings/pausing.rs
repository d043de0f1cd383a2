//! A paused session is refused until it is resumed; nothing of it is lost.

use crate::support::{alices_backup, expect_alive, expect_ended, grant_of};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Client, Console, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::json;

on_both_databases! {
    async fn a_paused_session_is_told_to_come_back_and_goes_on_where_it_was(server) {
        let (client, tokens) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.patch(&own(&tokens), &json!({"paused": true})).await.expect(204);
        let refused = client.refresh(&tokens.refresh_token()).await.expect_error(503, "temporarily_unavailable");
        assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0), "{refused}");
        assert!(!client.is_active(&tokens.access_token()).await);
        assert!(!client.is_active(&tokens.refresh_token()).await);
        client.userinfo(&tokens.access_token()).await.expect(401);
        let shown = portal.get("/realms/demo/account/offline-sessions").await.expect(200).json();
        assert_eq!((&shown[0]["paused"], &shown[0]["blockedBy"]), (&json!(true), &json!("paused")));
        assert_eq!(shown[0]["pausedBy"], "user");

        portal.patch(&own(&tokens), &json!({"paused": false})).await.expect(204);
        let fresh = expect_alive(&client, &tokens).await;
        assert!(client.is_active(&fresh.access_token()).await);
        assert!(!client.is_active(&tokens.access_token()).await, "what was out when the pause began stays inactive");
    }

    async fn an_admin_pauses_and_resumes_too(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/offline-sessions/{}", grant_of(&tokens));
        for _ in 0..2 {
            admin.patch(&path, &json!({"paused": true})).await.expect(204);
        }
        client.refresh(&tokens.refresh_token()).await.expect_error(503, "temporarily_unavailable");
        for _ in 0..2 {
            admin.patch(&path, &json!({"paused": false})).await.expect(204);
        }
        expect_alive(&client, &tokens).await;
    }

    async fn an_admins_pause_is_lifted_by_admins_only(server) {
        let (client, tokens) = alices_backup(&server).await;
        let (admin, portal) = (Admin::sign_in(&server).await, Console::account(&server, &Person::alice()).await);
        let path = format!("/demo/offline-sessions/{}", grant_of(&tokens));
        admin.patch(&path, &json!({"paused": true})).await.expect(204);
        portal.patch(&own(&tokens), &json!({"paused": false})).await.expect(403);
        client.refresh(&tokens.refresh_token()).await.expect_error(503, "temporarily_unavailable");
        assert_eq!(admin.get(&path).await.expect(200).json()["pausedBy"], "admin");
        admin.patch(&path, &json!({"paused": false})).await.expect(204);
        expect_alive(&client, &tokens).await;
        // The user's, an admin lifts as well.
        portal.patch(&own(&tokens), &json!({"paused": true})).await.expect(204);
        admin.patch(&path, &json!({"paused": false})).await.expect(204);
        expect_alive(&client, &tokens).await;
        assert!(admin.get(&path).await.expect(200).json().get("pausedBy").is_none());
    }

    async fn where_two_have_paused_it_each_lifts_their_own(server) {
        let (client, tokens) = alices_backup(&server).await;
        let (admin, portal) = (Admin::sign_in(&server).await, Console::account(&server, &Person::alice()).await);
        let path = format!("/demo/offline-sessions/{}", grant_of(&tokens));
        for users_first in [false, true] {
            for by_user in [users_first, !users_first] {
                let paused = json!({"paused": true});
                let answer = if by_user { portal.patch(&own(&tokens), &paused).await } else { admin.patch(&path, &paused).await };
                answer.expect(204);
            }
            assert_eq!(admin.get(&path).await.expect(200).json()["pausedBy"], "both");
            admin.patch(&path, &json!({"paused": false})).await.expect(204);
            client.refresh(&tokens.refresh_token()).await.expect_error(503, "temporarily_unavailable");
            assert_eq!(admin.get(&path).await.expect(200).json()["pausedBy"], "user");
            admin.patch(&path, &json!({"paused": true})).await.expect(204);
            portal.patch(&own(&tokens), &json!({"paused": false})).await.expect(204);
            portal.patch(&own(&tokens), &json!({"paused": false})).await.expect(403);
            client.refresh(&tokens.refresh_token()).await.expect_error(503, "temporarily_unavailable");
            admin.patch(&path, &json!({"paused": false})).await.expect(204);
            expect_alive(&client, &tokens).await;
        }
    }

    async fn a_pause_survives_a_killed_server(server) {
        let (_, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.patch(&format!("/demo/offline-sessions/{}", grant_of(&tokens)), &json!({"paused": true})).await.expect(204);
        server.kill();
        server.restart().await;
        let client = Client::nightly_backup(&server);
        client.refresh(&tokens.refresh_token()).await.expect_error(503, "temporarily_unavailable");
    }

    async fn a_pause_stops_no_clock_and_no_revocation(server) {
        let (client, tokens) = alices_backup(&server).await;
        let (_, other) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        for session in [&tokens, &other] {
            let path = format!("/demo/offline-sessions/{}", grant_of(session));
            admin.patch(&path, &json!({"paused": true})).await.expect(204);
        }
        client.revoke(&other.refresh_token()).await.expect(200);
        expect_ended(&client, &other).await;
        server.advance_clock(31 * crate::support::DAY_S).await;
        expect_ended(&client, &tokens).await;
    }

    async fn an_app_with_a_token_of_the_users_may_pause_but_not_resume(server) {
        let (client, tokens) = alices_backup(&server).await;
        let (url, bearer) = (server.url(&own(&tokens)), alices_bearer(&server).await);
        let patch = |body| Answer::of(server.http().request(Method::PATCH, &url).bearer_auth(&bearer).json(&body));
        patch(json!({"paused": true})).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_error(503, "temporarily_unavailable");
        patch(json!({"paused": false})).await.expect(403);
        client.refresh(&tokens.refresh_token()).await.expect_error(503, "temporarily_unavailable");
    }

    async fn nobody_elses_session_can_be_paused(server) {
        let (client, tokens) = alices_backup(&server).await;
        let bob = Console::account(&server, &Person::bob()).await;
        bob.patch(&own(&tokens), &json!({"paused": true})).await.expect(404);
        let anonymous = server.http().request(Method::PATCH, server.url(&own(&tokens))).json(&json!({"paused": true}));
        Answer::of(anonymous).await.expect(401);
        let alice = Console::account(&server, &Person::alice()).await;
        let unmarked = alice.browser.fetch(Method::PATCH, &own(&tokens)).json(&json!({"paused": true}));
        Answer::of(unmarked).await.expect(403);
        Admin::with_bearer(&server, &alices_bearer(&server).await)
            .patch(&format!("/demo/offline-sessions/{}", grant_of(&tokens)), &json!({"paused": true}))
            .await
            .expect(403);
        expect_alive(&client, &tokens).await;
    }
}

fn own(tokens: &Answer) -> String {
    format!("/realms/demo/account/offline-sessions/{}", grant_of(tokens))
}

/// A token of alice's that names the account API, held by a program.
async fn alices_bearer(server: &TestServer) -> String {
    let cli = Client::new(server, demo::REALM, "admin-cli", Authentication::None);
    cli.password_grant(&Person::alice(), "openid").await.expect_tokens().access_token()
}
