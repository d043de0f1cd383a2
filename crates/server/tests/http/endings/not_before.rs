//! Revocation policies of a realm, a client and a user: tokens issued earlier are refused, their sessions end, and no later change
//! brings anything back.

use crate::support::{
    DAY_S, alices_backup, alices_frame, alices_online, expect_alive, expect_ended, expect_gone, is_signed_out, user_of,
};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, on_both_databases};
use serde_json::{Value, json};

on_both_databases! {
    async fn a_realms_policy_ends_everything_from_before_it(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.post("/demo/push-revocation", &json!({"notBefore": "now"})).await.expect(200);
        expect_gone(&client, &offline).await;
        expect_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty(), "no row stays behind");
        assert!(admin.realm().await["notBefore"].as_i64().is_some_and(|mark| mark > 0));
        let (_, later) = alices_backup(&server).await;
        expect_alive(&client, &later).await;
        assert_eq!(later.json()["not-before-policy"], admin.realm().await["notBefore"]);
    }

    async fn clearing_a_policy_revives_nothing(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.post("/demo/push-revocation", &json!({"notBefore": "now"})).await.expect(200);
        admin.change_realm(json!({"notBefore": 0})).await;
        assert_eq!(admin.realm().await["notBefore"], 0);
        expect_gone(&client, &tokens).await;
        let (_, later) = alices_backup(&server).await;
        expect_alive(&client, &later).await;
    }

    async fn a_policy_of_a_time_in_the_past_spares_what_began_later(server) {
        let (client, early) = alices_backup(&server).await;
        server.advance_clock(10 * DAY_S).await;
        let (_, late) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let sessions = admin.offline_sessions(demo::NIGHTLY_BACKUP).await;
        let newest = sessions[0]["start"].as_i64().expect("start") / 1_000;
        admin.change_realm(json!({"notBefore": newest - DAY_S})).await;
        assert_eq!(admin.realm().await["notBefore"], newest - DAY_S);
        expect_gone(&client, &early).await;
        expect_alive(&client, &late).await;
        assert_eq!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.len(), 1);
    }

    async fn a_realm_that_is_read_changed_and_written_back_ends_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post("/demo/push-revocation", &json!({"notBefore": "now"})).await.expect(200);
        server.advance_clock(60).await;
        let (client, tokens) = alices_backup(&server).await;
        let mut whole = admin.realm().await;
        whole["displayName"] = json!("Another name");
        admin.change_realm(whole).await;
        expect_alive(&client, &tokens).await;
    }

    async fn a_clients_policy_ends_its_sessions_and_no_others(server) {
        let (backup, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let (frame, framed) = alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        admin.post(&format!("/demo/clients/{uuid}/push-revocation"), &json!({"notBefore": "now"})).await.expect(200);
        expect_gone(&backup, &offline).await;
        expect_ended(&backup, &online).await;
        assert!(!is_signed_out(&server, &browser).await, "its users stay signed in");
        expect_alive(&frame, &framed).await;
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"notBefore": 0})).await;
        assert_eq!(admin.client(demo::NIGHTLY_BACKUP).await["notBefore"], 0);
        expect_gone(&backup, &offline).await;
    }

    async fn a_users_policy_ends_their_sessions_and_no_others(server) {
        let (client, alices) = alices_backup(&server).await;
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/users/{}/push-revocation", user_of(&alices));
        admin.post(&path, &json!({"notBefore": "now"})).await.expect(200);
        expect_gone(&client, &alices).await;
        expect_alive(&client, &bobs).await;
        admin.post(&path, &json!({"notBefore": 0})).await.expect(200);
        expect_gone(&client, &alices).await;
    }

    async fn pushing_a_policy_changes_none(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let answer = admin.post("/demo/push-revocation", &json!({})).await.expect(200).json();
        assert_eq!(answer, json!({"successRequests": [], "failedRequests": []}));
        expect_alive(&client, &tokens).await;
    }

    async fn marks_that_make_no_sense_are_refused_and_change_nothing(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let before = admin.realm().await;
        for wrong in [json!(-1), json!(i64::MAX), json!(4_102_444_800_i64), json!("soon"), json!(1.5), json!([])] {
            admin.post("/demo/push-revocation", &json!({"notBefore": wrong})).await.expect(400);
            let with_more = json!({"notBefore": wrong, "displayName": "half"});
            admin.put("/demo", &with_more).await.expect(400);
        }
        assert_eq!(admin.realm().await, before);
        admin.post("/demo/users/nonsense/push-revocation", &Value::Null).await.expect(404);
        expect_alive(&client, &tokens).await;
    }
}
