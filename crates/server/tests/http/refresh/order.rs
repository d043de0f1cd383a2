//! The order of the refresh grant's checks: of two that fail, the earlier one answers; and whichever fails, nothing is consumed.

use crate::support::{DAY_S, alices_backup, alices_frame};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Choice, Client, on_both_databases, token};
use serde_json::json;

on_both_databases! {
    async fn the_client_is_judged_before_its_token(server) {
        let thief = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong");
        for token in ["", "garbage", "a.b.c"] {
            thief.refresh(token).await.expect_error(401, "invalid_client");
        }
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let good = tokens.refresh_token();
        admin.change_client("nightly-backup", json!({"enabled": false})).await;
        for token in [good.as_str(), "", "garbage"] {
            client.refresh(token).await.expect_error(401, "invalid_client");
        }
        let switched_off = json!({"enabled": true, "attributes": {"use.refresh.tokens": "false"}});
        admin.change_client("nightly-backup", switched_off).await;
        for token in [good.as_str(), "", "garbage"] {
            client.refresh(token).await.expect_error(400, "unauthorized_client");
        }
    }

    async fn the_tokens_form_and_mac_are_judged_before_whose_it_is(server) {
        let (_, tokens) = alices_backup(&server).await;
        let frame = Client::photo_frame(&server);
        for (what, damaged) in token::damaged(&tokens.refresh_token()) {
            let answer = frame.refresh(&damaged).await;
            assert_eq!(answer.text("error_description"), "Invalid refresh token", "{what}");
        }
    }

    async fn whose_token_it_is_is_judged_before_whether_its_session_exists(server) {
        let (backup, tokens) = alices_backup(&server).await;
        backup.revoke(&tokens.refresh_token()).await.expect(200);
        let foreign = Client::photo_frame(&server).refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        assert!(foreign.text("error_description").contains("don't match"), "{foreign}");
        backup.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn the_session_is_judged_before_the_scope_and_the_scope_before_the_resource(server) {
        let (client, tokens) = alices_backup(&server).await;
        let bent = [("scope", "openid phone"), ("resource", "https://api.example")];
        refresh_with(&client, &tokens, &bent).await.expect_error(400, "invalid_scope");
        refresh_with(&client, &tokens, &bent[1..]).await.expect_error(400, "invalid_target");
        server.advance_clock(31 * DAY_S).await;
        refresh_with(&client, &tokens, &bent).await.expect_refusal("Offline session not active");
        client.revoke(&tokens.refresh_token()).await.expect(200);
        refresh_with(&client, &tokens, &bent).await.expect_refusal("Offline session not found");
    }

    async fn an_online_session_that_is_gone_has_words_of_its_own(server) {
        let client = Client::photo_frame(&server);
        let tokens = client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        assert_eq!(token::claims(&tokens.refresh_token())["typ"], "Refresh");
        client.revoke(&tokens.refresh_token()).await.expect(200);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Session not active");
    }

    async fn whatever_check_fails_the_token_is_good_afterwards(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let offline = tokens.refresh_token();
        Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong").refresh(&offline).await.expect_error(401, "invalid_client");
        Client::public(&server, demo::NIGHTLY_BACKUP).refresh(&offline).await.expect_error(401, "invalid_client");
        Client::photo_frame(&server).refresh(&offline).await.expect_error(400, "invalid_grant");
        client.refresh(&format!("{offline}x")).await.expect_refusal("Invalid refresh token");
        client.refresh_narrowed(&offline, "openid admin").await.expect_error(400, "invalid_scope");
        client.refresh_narrowed(&offline, "not\u{7f}a\"scope").await.expect_error(400, "invalid_scope");
        refresh_with(&client, &tokens, &[("resource", "https://api.example")]).await.expect_error(400, "invalid_target");
        let twice = [("grant_type", "refresh_token"), ("refresh_token", offline.as_str()), ("refresh_token", offline.as_str())];
        client.token(&twice).await.expect_error(400, "invalid_request");
        admin.change_realm(json!({"enabled": false})).await;
        client.refresh(&offline).await.expect_error(401, "invalid_client");
        admin.change_realm(json!({"enabled": true})).await;
        assert_eq!(generation(&admin).await, 0);
        client.refresh(&offline).await.expect_tokens();
        assert_eq!(generation(&admin).await, 1);
    }

    async fn a_refresh_records_when_and_from_where_and_a_refused_one_does_not(server) {
        let (client, tokens) = alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let seen = async || admin.offline_sessions("photo-frame").await.remove(0);
        let began = seen().await;
        server.advance_clock(200).await;
        let away = client.clone().from_place([127, 0, 0, 9], "frame/2.0");
        away.refresh_narrowed(&tokens.refresh_token(), "openid admin").await.expect_error(400, "invalid_scope");
        let refused = seen().await;
        for field in ["lastAccess", "lastIpAddress", "userAgent", "generation", "replays"] {
            assert_eq!(refused[field], began[field], "{field}");
        }
        away.refresh(&tokens.refresh_token()).await.expect_tokens();
        let used = seen().await;
        assert!(used["lastAccess"].as_i64() >= began["lastAccess"].as_i64().map(|at| at + 200_000), "{used}");
        assert_eq!(used["start"], began["start"]);
        assert_eq!(used["userAgent"], "frame/2.0", "{used}");
        assert_eq!(used["lastIpAddress"], "127.0.0.9", "{used}");
    }

    async fn two_sessions_of_one_user_and_client_rotate_apart(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, first) = alices_backup(&server).await;
        let second = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let next = client.refresh(&first.refresh_token()).await.expect_tokens().refresh_token();
        client.refresh(&next).await.expect_tokens();
        assert_eq!(client.refresh(&second.refresh_token()).await.expect_tokens().status, 200);
    }
}

async fn refresh_with(client: &Client, tokens: &Answer, more: &[(&str, &str)]) -> Answer {
    let offline = tokens.refresh_token();
    let params = [("grant_type", "refresh_token"), ("refresh_token", offline.as_str())];
    client.token(&[&params, more].concat()).await
}

async fn generation(admin: &Admin) -> i64 {
    admin.offline_sessions("nightly-backup").await[0]["generation"].as_i64().expect("a generation")
}
