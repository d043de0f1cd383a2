//! Reuse: what counts as it, that it ends one session for good, and what never counts as it.

use super::together::AT_ONCE;
use super::together::present;
use crate::support::alices_backup;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_token_older_than_the_predecessor_is_reuse_though_nobody_has_shown_the_current_one(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let third = client.refresh(&second.refresh_token()).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Refresh token was used before; its session has ended");
        client.refresh(&third.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn reuse_ends_the_session_really_and_durably(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let mut latest = tokens.clone();
        for _ in 0..2 {
            latest = client.refresh(&latest.refresh_token()).await.expect_tokens();
        }
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        server.kill();
        server.restart().await;
        let client = Client::nightly_backup(&server);
        client.refresh(&latest.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&latest.access_token()).await);
        let left = Admin::sign_in(&server).await.offline_sessions("nightly-backup").await;
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(left[0]["username"], "bob");
        client.refresh(&bobs.refresh_token()).await.expect_tokens();
    }

    async fn many_that_reuse_at_once_end_the_session_once(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.refresh(&second.refresh_token()).await.expect_tokens();
        for answer in present(&[&client], &tokens.refresh_token()).await {
            answer.expect_error(400, "invalid_grant");
        }
        let ended = server.audit_lines().iter().filter(|line| line["why"] == "reused").count();
        assert_eq!(ended, 1, "of {AT_ONCE}");
    }

    async fn a_reused_token_that_fails_an_earlier_check_ends_nothing(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let third = client.refresh(&second.refresh_token()).await.expect_tokens();
        let old = tokens.refresh_token();
        Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong").refresh(&old).await.expect_error(401, "invalid_client");
        Client::photo_frame(&server).refresh(&old).await.expect_error(400, "invalid_grant");
        client.refresh_narrowed(&old, "openid phone").await.expect_error(400, "invalid_scope");
        let elsewhere = [("grant_type", "refresh_token"), ("refresh_token", old.as_str()), ("resource", "https://api.example")];
        client.token(&elsewhere).await.expect_error(400, "invalid_target");
        client.refresh(&third.refresh_token()).await.expect_tokens();
    }

    async fn reuse_is_judged_in_every_mode(server) {
        let admin = Admin::sign_in(&server).await;
        for mode in ["never", "aging", "auto", "always"] {
            admin.rotate_always().await;
            let (client, tokens) = alices_backup(&server).await;
            let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
            client.refresh(&second.refresh_token()).await.expect_tokens();
            admin.change_realm(json!({"rotation": mode})).await;
            client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
            client.refresh(&second.refresh_token()).await.expect_refusal("Offline session not found");
        }
    }
}
