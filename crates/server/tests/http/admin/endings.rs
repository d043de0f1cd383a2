//! Who may end what belongs to others: whoever may not touch a client may not silence it either, nor all admins of a realm.

use super::escalation::a_robot_that_is_an_admin;
use crate::support::{expect_alive, grant_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, on_both_databases};
use serde_json::{Value, json};

const REVOKE: &str = "/demo/offline-sessions/revoke";

on_both_databases! {
    async fn a_client_that_carries_more_than_the_caller_is_not_theirs_to_silence(server) {
        let admin = Admin::sign_in(&server).await;
        let robot = a_robot_that_is_an_admin(&admin).await;
        let clara = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        let rita = admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let cli = admin.client_uuid("admin-cli").await;
        let console = admin.client_uuid("security-admin-console").await;
        let now = json!({"notBefore": "now"});
        for uuid in [&robot, &cli, &console] {
            let path = format!("/demo/clients/{uuid}");
            clara.post(&format!("{path}/push-revocation"), &now).await.expect(403);
            clara.post(&format!("{path}/push-revocation"), &Value::Null).await.expect(403);
            clara.post(&format!("{path}/logout-all"), &json!({})).await.expect(403);
            clara.put(&path, &json!({"notBefore": 1})).await.expect(403);
            clara.put(&format!("/demo/admin-consents/{uuid}"), &json!({"scopes": ["phone"]})).await.expect(403);
            clara.delete(&format!("/demo/admin-consents/{uuid}")).await.expect(403);
            assert_eq!(admin.get(&path).await.expect(200).number("notBefore"), 0);
        }
        // What is read may be written back, and other clients are hers.
        let shown = admin.get(&format!("/demo/clients/{console}")).await.expect(200).json();
        clara.put(&format!("/demo/clients/{console}"), &shown).await.expect(204);
        let backup = format!("/demo/clients/{}", admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        clara.post(&format!("{backup}/push-revocation"), &now).await.expect(200);
        clara.post(&format!("{backup}/logout-all"), &json!({})).await.expect(200);
        rita.post(&format!("/demo/clients/{robot}/push-revocation"), &now).await.expect(200);
        rita.post(&format!("/demo/clients/{robot}/logout-all"), &json!({})).await.expect(200);
    }

    async fn a_mark_and_the_fields_beside_it_are_written_together_or_not_at_all(server) {
        let admin = Admin::sign_in(&server).await;
        let paths = [
            ("/demo".to_owned(), "displayName"),
            (format!("/demo/clients/{}", admin.client_uuid(demo::PHOTO_FRAME).await), "name"),
            (format!("/demo/users/{}", admin.user_id("bob").await), "firstName"),
        ];
        for (path, field) in paths {
            let before = admin.get(&path).await.expect(200);
            admin.put(&path, &json!({field: "half", "notBefore": 99_999_999_999_i64})).await.expect(400);
            let stale = admin.request(reqwest::Method::PUT, &path).header("If-Match", "\"another\"");
            perennial_testkit::Answer::of(stale.json(&json!({field: "half", "notBefore": 1}))).await.expect(412);
            assert_eq!(admin.get(&path).await.expect(200).json(), before.json(), "{path}");
            let fresh = admin.request(reqwest::Method::PUT, &path).header("If-Match", before.header("etag"));
            perennial_testkit::Answer::of(fresh.json(&json!({field: "whole", "notBefore": 1}))).await.expect(204);
            let now = admin.get(&path).await.expect(200).json();
            assert_eq!((&now[field], &now["notBefore"]), (&json!("whole"), &json!(1)), "{path}");
        }
    }

    async fn a_bulk_ending_asks_what_the_single_ones_ask(server) {
        let admin = Admin::sign_in(&server).await;
        let ursula = admin.with_roles(&server, "ursula", &["manage-users"]).await;
        admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let rita = Person::new("rita", "rita-password");
        let client = Client::nightly_backup(&server);
        let ritas = client.authorize(&server, &rita, &Choice::for_days(0)).await;
        let alices = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        for (filter, sessions) in [
            (json!({}), json!([grant_of(&ritas)])),
            (json!({}), json!([grant_of(&alices), grant_of(&ritas)])),
            (json!({"user": "rita"}), json!([])),
            (json!({"user": "rita", "client": demo::NIGHTLY_BACKUP}), json!([])),
            (json!({"client": demo::NIGHTLY_BACKUP}), json!([])),
            (json!({"scope": "offline_access"}), json!([])),
            (json!({"paused": false, "startedAfter": 0}), json!([])),
        ] {
            for dry_run in [true, false] {
                let body = json!({"filter": filter, "sessions": sessions, "dryRun": dry_run});
                let answer = ursula.post(REVOKE, &body).await;
                assert_eq!(answer.status, 403, "{body}: {answer}");
            }
        }
        ursula.post(REVOKE, &json!({"all": true})).await.expect(403);
        ursula.post(REVOKE, &json!({"all": true, "dryRun": true})).await.expect(403);
        let next = expect_alive(&client, &ritas).await;
        // What is of others is hers to end, one by one and together.
        let told = ursula.post(REVOKE, &json!({"filter": {"user": "alice"}})).await.expect(200);
        assert_eq!(told.number("count"), 1);
        client.refresh(&alices.refresh_token()).await.expect_refusal("Offline session not found");
        expect_alive(&client, &next).await;
        admin.end_offline_session(&grant_of(&ritas)).await.expect(204);
        let bobs = client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        assert_eq!(ursula.post(REVOKE, &json!({"sessions": [grant_of(&bobs)]})).await.expect(200).number("count"), 1);
        client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        let of_client = json!({"filter": {"client": demo::NIGHTLY_BACKUP}});
        assert_eq!(ursula.post(REVOKE, &of_client).await.expect(200).number("count"), 1);
    }

    async fn whose_the_client_or_realm_is_to_manage_ends_all_of_it(server) {
        let admin = Admin::sign_in(&server).await;
        admin.with_roles(&server, "rita", &["realm-admin"]).await;
        let rita = Person::new("rita", "rita-password");
        let client = Client::nightly_backup(&server);
        let of_client = json!({"filter": {"client": demo::NIGHTLY_BACKUP}});
        client.authorize(&server, &rita, &Choice::for_days(0)).await;
        let clara = admin.with_roles(&server, "clara", &["manage-users", "manage-clients"]).await;
        assert_eq!(clara.post(REVOKE, &of_client).await.expect(200).number("count"), 1);
        // What begins in the same instant has begun before.
        server.advance_clock(1).await;
        client.authorize(&server, &rita, &Choice::for_days(0)).await;
        clara.post(REVOKE, &json!({"all": true})).await.expect(403);
        let mona = admin.with_roles(&server, "mona", &["manage-users", "manage-realm"]).await;
        assert_eq!(mona.post(REVOKE, &json!({"all": true})).await.expect(200).number("count"), 1);
        // All of the realm in other words, whether or not anybody is concerned.
        clara.post(REVOKE, &json!({"filter": {"startedBefore": 4_102_444_800_000_i64}})).await.expect(403);
        server.advance_clock(1).await;
        // A group's role counts as one's own.
        let group = admin.post("/demo/groups", &json!({"name": "staff"})).await.created_id();
        let management = admin.client_uuid("realm-management").await;
        let roles = format!("/demo/groups/{group}/role-mappings/clients/{management}");
        admin.post(&roles, &json!([{"name": "manage-events"}])).await.expect(204);
        let bob = admin.user_id("bob").await;
        admin.put(&format!("/demo/users/{bob}/groups/{group}"), &json!({})).await.expect(204);
        let bobs = client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        mona.post(REVOKE, &json!({"sessions": [grant_of(&bobs)]})).await.expect(403);
        mona.post(REVOKE, &json!({"filter": {"paused": false}})).await.expect(403);
        expect_alive(&client, &bobs).await;
    }
}
