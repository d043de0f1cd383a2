//! What ends with a user or their role: some of it for good, some until it is given back.

use crate::support::{
    DAY_S, alices_backup, alices_online, expect_alive, expect_ended, expect_gone, is_signed_out, user_of,
};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, on_both_databases};
use serde_json::json;

const DEFAULT_ROLES: &str = "default-roles-demo";
const GONE: &str = "Offline session invalid because offline access not granted anymore";

on_both_databases! {
    async fn a_disabled_user_loses_every_session_for_good(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let admin = Admin::sign_in(&server).await;
        enable(&admin, &user_of(&offline), false).await;
        expect_gone(&client, &offline).await;
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        enable(&admin, &user_of(&offline), true).await;
        expect_gone(&client, &offline).await;
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        expect_alive(&client, &bobs).await;
        let (_, again) = alices_backup(&server).await;
        expect_alive(&client, &again).await;
    }

    async fn a_realm_may_keep_a_disabled_users_offline_sessions_until_they_are_enabled_again(server) {
        let (client, offline) = alices_backup(&server).await;
        let (_, _, online) = alices_online(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"disablingKeepsOfflineSessions": true})).await;
        enable(&admin, &user_of(&offline), false).await;
        client.refresh(&offline.refresh_token()).await.expect_refusal("User disabled");
        assert!(!client.is_active(&offline.access_token()).await);
        enable(&admin, &user_of(&offline), true).await;
        expect_alive(&client, &offline).await;
        expect_ended(&client, &online).await;
    }

    async fn a_reset_password_signs_out_whoever_knew_the_old_one(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let admin = Admin::sign_in(&server).await;
        reset(&admin, &user_of(&offline)).await;
        expect_gone(&client, &offline).await;
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        let person = Person::new("alice", "a-new-password");
        let again = client.authorize(&server, &person, &Choice::accept()).await;
        expect_alive(&client, &again).await;
    }

    async fn a_realm_may_keep_offline_sessions_over_a_reset_password(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"passwordResetKeepsOfflineSessions": true})).await;
        reset(&admin, &user_of(&offline)).await;
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        expect_alive(&client, &offline).await;
    }

    async fn whoever_resets_a_password_may_choose_what_ends_against_the_realms_rule(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/users/{}/reset-password", user_of(&offline));
        let password = |keeps: bool| json!({"type": "password", "value": "a-new-one", "keepOfflineSessions": keeps});
        admin.put(&path, &json!({"type": "password", "value": "x", "keepOfflineSessions": "yes"})).await.expect(400);
        admin.put(&path, &password(true)).await.expect(204);
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        expect_alive(&client, &offline).await;
        admin.change_realm(json!({"passwordResetKeepsOfflineSessions": true})).await;
        admin.put(&path, &password(false)).await.expect(204);
        expect_ended(&client, &offline).await;
    }

    async fn a_deleted_user_leaves_nothing_behind(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.delete(&format!("/demo/users/{}", user_of(&offline))).await.expect(204);
        expect_gone(&client, &offline).await;
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
    }

    async fn a_users_policy_is_set_and_cleared_in_their_representation_and_revives_nothing(server) {
        let (client, offline) = alices_backup(&server).await;
        server.advance_clock(DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/users/{}", user_of(&offline));
        let started = admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0]["start"].as_i64().expect("start") / 1_000;
        admin.put(&path, &json!({"notBefore": -1})).await.expect(400);
        expect_alive(&client, &offline).await;
        admin.put(&path, &json!({"notBefore": started + 60})).await.expect(204);
        assert_eq!(admin.get(&path).await.expect(200).json()["notBefore"], started + 60);
        expect_gone(&client, &offline).await;
        admin.put(&path, &json!({"notBefore": 0})).await.expect(204);
        expect_gone(&client, &offline).await;
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
    }

    async fn without_the_role_a_session_is_blocked_at_once_and_ends_after_the_idle_timeout(server) {
        let (client, offline) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.take_realm_role("alice", DEFAULT_ROLES).await;
        client.refresh(&offline.refresh_token()).await.expect_refusal(GONE);
        assert!(!client.is_active(&offline.access_token()).await);
        let shown = admin.offline_sessions(demo::NIGHTLY_BACKUP).await;
        assert_eq!((shown.len(), &shown[0]["blockedBy"]), (1, &json!("role")));
        admin.give_realm_role("alice", DEFAULT_ROLES).await;
        expect_alive(&client, &offline).await;
        admin.take_realm_role("alice", DEFAULT_ROLES).await;
        server.advance_clock(30 * DAY_S + 1).await;
        let admin = Admin::sign_in(&server).await;
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
        admin.give_realm_role("alice", DEFAULT_ROLES).await;
        expect_ended(&client, &offline).await;
    }
}

async fn enable(admin: &Admin, user: &str, enabled: bool) {
    admin.put(&format!("/demo/users/{user}"), &json!({"enabled": enabled})).await.expect(204);
}

async fn reset(admin: &Admin, user: &str) {
    let password = json!({"type": "password", "value": "a-new-password", "temporary": false});
    admin.put(&format!("/demo/users/{user}/reset-password"), &password).await.expect(204);
}
