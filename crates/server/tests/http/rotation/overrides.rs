//! A client's own mode and window: they replace the realm's, in either direction, and act on its sessions at once.

use crate::support::{alices_backup, alices_frame};
use perennial_testkit::{Admin, on_both_databases};
use serde_json::json;

const MODE: &str = "refresh.token.rotation";
const WINDOW: &str = "refresh.token.replay.window";

on_both_databases! {
    async fn a_clients_own_mode_replaces_the_realms(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        admin.change_client("nightly-backup", json!({"attributes": {MODE: "always"}})).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_ne!(second, tokens.refresh_token(), "the realm says auto, which never rotates here");
        admin.rotate_always().await;
        admin.change_client("nightly-backup", json!({"attributes": {MODE: "never"}})).await;
        assert_eq!(client.refresh(&second).await.expect_tokens().refresh_token(), second);
        admin.change_client("nightly-backup", json!({"attributes": {MODE: ""}})).await;
        assert_ne!(client.refresh(&second).await.expect_tokens().refresh_token(), second, "the realm's again");
    }

    async fn a_public_client_cannot_be_told_not_to_rotate(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client("photo-frame", json!({"attributes": {MODE: "never"}})).await;
        let (client, tokens) = alices_frame(&server).await;
        let next = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_ne!(next, tokens.refresh_token());
    }

    async fn a_clients_own_window_replaces_the_realms(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"rotation": "always", "replayWindow": 0})).await;
        admin.change_client("nightly-backup", json!({"attributes": {WINDOW: "30"}})).await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        server.advance_clock(29).await;
        assert_eq!(client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token(), second);
        server.advance_clock(1).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_client_may_be_given_until_proven_where_the_realm_gives_seconds(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"rotation": "always", "replayWindow": 5})).await;
        admin.change_client("photo-frame", json!({"attributes": {WINDOW: "until-proven"}})).await;
        let (client, tokens) = alices_frame(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        server.advance_clock(86_400).await;
        assert_eq!(client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token(), second);
    }

    async fn a_value_that_is_none_is_refused_and_changes_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid("nightly-backup").await;
        for (name, value) in [(MODE, "sometimes"), (WINDOW, "-1"), (WINDOW, "soon"), (WINDOW, "99999999999")] {
            let refused = admin.put(&format!("/demo/clients/{uuid}"), &json!({"attributes": {name: value}})).await;
            assert_eq!(refused.status, 400, "{name}={value}: {refused}");
        }
        assert!(admin.client("nightly-backup").await["attributes"][MODE].is_null());
    }

    async fn a_disabled_client_consumes_nothing_and_goes_on_afterwards(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        admin.change_client("nightly-backup", json!({"enabled": false})).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(401, "invalid_client");
        admin.change_client("nightly-backup", json!({"enabled": true})).await;
        let next = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        client.refresh(&next).await.expect_tokens();
    }

    async fn a_client_that_may_not_use_refresh_tokens_is_told_so_and_consumes_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        admin.change_client("nightly-backup", json!({"attributes": {"use.refresh.tokens": "false"}})).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "unauthorized_client");
        // Even with no token at all: the client comes first.
        client.refresh("").await.expect_error(400, "unauthorized_client");
        admin.change_client("nightly-backup", json!({"attributes": {"use.refresh.tokens": "true"}})).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
}
