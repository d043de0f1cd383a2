//! What becomes of sessions whose client is disabled, deleted, or loses the scope.

use crate::support::{alices_backup, alices_frame, alices_online, expect_alive, is_signed_out};
use perennial_testkit::{Admin, demo, on_both_databases};
use serde_json::{Value, json};

const GONE: &str = "Offline session invalid because offline access not granted anymore";

on_both_databases! {
    async fn a_disabled_client_is_refused_and_goes_on_afterwards(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"enabled": false})).await;
        client.refresh(&offline.refresh_token()).await.expect_error(401, "invalid_client");
        client.refresh(&online.refresh_token()).await.expect_error(401, "invalid_client");
        client.userinfo(&offline.access_token()).await.expect(401);
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"enabled": true})).await;
        expect_alive(&client, &offline).await;
        expect_alive(&client, &online).await;
        assert!(!is_signed_out(&server, &browser).await);
    }

    async fn a_deleted_client_takes_its_sessions_along_and_a_new_one_of_its_name_finds_none(server) {
        let (client, offline) = alices_backup(&server).await;
        let (frame, framed) = alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let before = admin.client(demo::NIGHTLY_BACKUP).await;
        let uuid = before["id"].as_str().expect("an id").to_owned();
        admin.delete(&format!("/demo/clients/{uuid}")).await.expect(204);
        client.refresh(&offline.refresh_token()).await.expect_error(401, "invalid_client");
        client.userinfo(&offline.access_token()).await.expect(401);
        expect_alive(&frame, &framed).await;
        let again = json!({
            "id": uuid, "clientId": demo::NIGHTLY_BACKUP, "secret": demo::NIGHTLY_BACKUP_SECRET,
            "redirectUris": [demo::REDIRECT_URI]
        });
        admin.create_client(again).await;
        client.refresh(&offline.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&offline.access_token()).await);
    }

    async fn without_the_scope_a_client_is_blocked_until_it_has_it_again(server) {
        let (client, offline) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let before = admin.client(demo::NIGHTLY_BACKUP).await["optionalClientScopes"].clone();
        let left: Vec<&Value> =
            before.as_array().expect("scopes").iter().filter(|scope| *scope != "offline_access").collect();
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"optionalClientScopes": left})).await;
        client.refresh(&offline.refresh_token()).await.expect_refusal(GONE);
        assert!(!client.is_active(&offline.access_token()).await);
        assert_eq!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0]["blockedBy"], "scope");
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"optionalClientScopes": before})).await;
        expect_alive(&client, &offline).await;
    }
}
