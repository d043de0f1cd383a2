//! Admins end all sessions of a user, a client or a realm: refused from the next request on, and really deleted.

use crate::support::{
    alices_backup, alices_frame, alices_online, expect_alive, expect_ended, expect_gone, is_signed_out, user_of,
};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, TestServer, on_both_databases, on_postgres};
use serde_json::{Value, json};
use std::time::Duration;

on_both_databases! {
    async fn all_of_a_user_ends_and_nothing_of_anybody_else(server) {
        let (backup, offline) = alices_backup(&server).await;
        let (frame, framed) = alices_frame(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let bobs = backup.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let admin = Admin::sign_in(&server).await;
        admin.post(&format!("/demo/users/{}/logout", user_of(&offline)), &Value::Null).await.expect(204);
        expect_gone(&backup, &offline).await;
        expect_gone(&frame, &framed).await;
        expect_ended(&backup, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        expect_alive(&backup, &bobs).await;
        assert_eq!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.len(), 1, "no row stays behind");
        assert!(admin.offline_sessions(demo::PHOTO_FRAME).await.is_empty());
    }

    async fn whoever_was_logged_out_can_sign_in_again_at_once(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.post(&format!("/demo/users/{}/logout", user_of(&tokens)), &Value::Null).await.expect(204);
        admin.post("/demo/logout-all", &Value::Null).await.expect(200);
        let (_, again) = alices_backup(&server).await;
        let fresh = expect_alive(&client, &again).await;
        assert!(client.is_active(&fresh.access_token()).await);
        let (browser, _, online) = alices_online(&server).await;
        expect_alive(&client, &online).await;
        assert!(!is_signed_out(&server, &browser).await);
        expect_ended(&client, &tokens).await;
    }

    async fn all_of_a_realm_ends_and_another_realm_goes_on(server) {
        let (backup, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let (frame, framed) = alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let answer = admin.post("/demo/logout-all", &Value::Null).await.expect(200).json();
        assert_eq!(answer, json!({"successRequests": [], "failedRequests": []}));
        expect_ended(&backup, &online).await;
        expect_gone(&backup, &offline).await;
        expect_gone(&frame, &framed).await;
        assert!(is_signed_out(&server, &browser).await);
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
        admin.get("/demo").await.expect(200);
    }

    async fn all_of_a_client_ends_with_the_sign_ins_it_took_part_in(server) {
        let (backup, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let (frame, framed) = alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        admin.post(&format!("/demo/clients/{uuid}/logout-all"), &Value::Null).await.expect(200);
        expect_gone(&backup, &offline).await;
        expect_ended(&backup, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        expect_alive(&frame, &framed).await;
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
    }

    async fn one_online_session_is_ended_by_its_id_and_offline_sessions_stay(server) {
        let (backup, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.delete(&format!("/demo/sessions/{}", online.text("session_state"))).await.expect(204);
        expect_ended(&backup, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        expect_alive(&backup, &offline).await;
    }

    async fn a_code_from_before_the_end_gives_nothing(server) {
        alices_backup(&server).await;
        let request = perennial_testkit::AuthorizationRequest::nightly_backup();
        let browser = perennial_testkit::Browser::new(&server);
        let redirect = browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        Admin::sign_in(&server).await.post("/demo/logout-all", &Value::Null).await.expect(200);
        Client::nightly_backup(&server).redeem(&request, &redirect.code()).await.expect_error(400, "invalid_grant");
    }

    async fn more_sessions_than_one_unit_removes_are_all_refused_at_once_and_gone_soon(server) {
        let admin = Admin::sign_in(&server).await;
        let client = robot(&server, &admin).await;
        let mut tokens = Vec::new();
        for _ in 0..130 {
            tokens.push(client.client_credentials("openid offline_access").await.expect_tokens());
        }
        let uuid = admin.client_uuid("robot").await;
        admin.post(&format!("/demo/clients/{uuid}/logout-all"), &Value::Null).await.expect(200);
        for some in tokens.iter().step_by(16) {
            expect_ended(&client, some).await;
        }
        assert!(admin.offline_sessions("robot").await.is_empty(), "none is shown, removed or not");
        // Once all rows are gone, a token of any of them is not found rather than not active.
        for _ in 0..200 {
            let mut left = 0;
            for some in tokens.iter().step_by(16) {
                let refused = client.refresh(&some.refresh_token()).await.expect_error(400, "invalid_grant");
                left += usize::from(refused.text("error_description") != "Offline session not found");
            }
            if left == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("rows of ended sessions stay behind");
    }

    async fn only_those_who_may_end_many_sessions_do(server) {
        let (client, tokens) = alices_backup(&server).await;
        let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        let bearer = cli.password_grant(&Person::alice(), "openid").await.expect_tokens().access_token();
        let alice = Admin::with_bearer(&server, &bearer);
        let (own, admin) = (user_of(&tokens), Admin::sign_in(&server).await);
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        for path in [
            "/demo/logout-all".to_owned(),
            "/demo/push-revocation".to_owned(),
            format!("/demo/users/{own}/logout"),
            format!("/demo/clients/{uuid}/logout-all"),
            format!("/demo/clients/{uuid}/push-revocation"),
        ] {
            alice.post(&path, &json!({"notBefore": "now"})).await.expect(403);
        }
        expect_alive(&client, &tokens).await;
    }

    async fn what_does_not_exist_is_named(server) {
        let admin = Admin::sign_in(&server).await;
        for unknown in ["00000000-0000-7000-8000-000000000000", "nonsense"] {
            let user = admin.post(&format!("/demo/users/{unknown}/logout"), &Value::Null).await.expect(404);
            assert_eq!(user.text("error"), "User not found");
            let client = admin.post(&format!("/demo/clients/{unknown}/logout-all"), &Value::Null).await.expect(404);
            assert_eq!(client.text("error"), "Client not found");
        }
        admin.post("/nowhere/logout-all", &Value::Null).await.expect(404);
    }
}

on_postgres! {
    async fn an_end_on_one_node_holds_on_the_other_from_the_next_request_on(server) {
        let second = server.second_node().await;
        let (_, tokens) = alices_backup(&server).await;
        let elsewhere = Client::nightly_backup(&second);
        expect_alive(&elsewhere, &tokens).await;
        Admin::sign_in(&server).await.post("/demo/logout-all", &Value::Null).await.expect(200);
        expect_ended(&elsewhere, &tokens).await;
    }
}

/// A service account: it may have any number of sessions.
async fn robot(server: &TestServer, admin: &Admin) -> Client {
    admin
        .create_client(json!({
            "clientId": "robot", "secret": "robot-secret", "serviceAccountsEnabled": true,
            "attributes": {"client_credentials.use_refresh_token": "true"}
        }))
        .await;
    Client::confidential(server, "robot", "robot-secret")
}
