//! `POST …/token-policy/preview`: what a policy would end before anybody saves it.

use crate::support::{DAY_S, alices_backup, alices_frame};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};

async fn preview(admin: &Admin, body: &Value) -> Value {
    admin.post("/demo/token-policy/preview", body).await.expect(200).json()
}

/// nightly-backup's session is 10 days old and unused; photo-frame's is new.
async fn two(server: &TestServer) -> Admin {
    Client::nightly_backup(server).authorize(server, &Person::alice(), &Choice::for_days(0)).await;
    server.advance_clock(10 * DAY_S).await;
    alices_frame(server).await;
    Admin::sign_in(server).await
}

on_both_databases! {
    async fn a_clients_policy_is_counted_for_that_client_alone(server) {
        let admin = two(&server).await;
        let idle = |seconds: i64| json!({"client.offline.session.idle.timeout": seconds.to_string()});
        let told = preview(&admin, &json!({"client": {"clientId": "nightly-backup", "attributes": idle(5 * DAY_S)}})).await;
        assert_eq!((&told["total"], &told["endsNow"], &told["endsWithin7Days"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!(told["clients"][0]["clientId"], "nightly-backup");
        let uuid = admin.client_uuid("nightly-backup").await;
        let told = preview(&admin, &json!({"client": {"id": uuid, "attributes": idle(15 * DAY_S)}})).await;
        assert_eq!((&told["endsNow"], &told["endsWithin7Days"]), (&json!(0), &json!(1)));
        let told = preview(&admin, &json!({"client": {"clientId": "photo-frame", "attributes": idle(5 * DAY_S)}})).await;
        assert_eq!((&told["total"], &told["endsNow"], &told["endsWithin7Days"]), (&json!(1), &json!(0), &json!(1)));
        // Nothing was saved by asking.
        assert!(admin.client("nightly-backup").await["attributes"].get("client.offline.session.idle.timeout").is_none());
    }

    async fn what_is_foretold_is_what_happens(server) {
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(10 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        let proposal = json!({"clientId": "nightly-backup", "attributes": {"client.offline.session.max.lifespan": (9 * DAY_S).to_string()}});
        assert_eq!(preview(&admin, &json!({"client": proposal})).await["endsNow"], 1);
        assert_eq!(preview(&admin, &json!({"offlineSessionIdleTimeout": 9 * DAY_S})).await["endsNow"], 1);
        admin.change_client("nightly-backup", json!({"attributes": proposal["attributes"]})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
        assert_eq!(preview(&admin, &json!({"offlineSessionIdleTimeout": 9 * DAY_S})).await["total"], 0);
    }

    async fn a_proposal_that_makes_no_sense_is_refused(server) {
        let admin = Admin::sign_in(&server).await;
        for body in [
            json!([]),
            json!({"client": "nightly-backup"}),
            json!({"client": {"attributes": {}}}),
            json!({"client": {"clientId": "nightly-backup", "attributes": {"client.offline.session.idle.timeout": "soon"}}}),
            json!({"client": {"clientId": "nightly-backup", "offlineSessionLimit": -1}}),
            json!({"offlineSessionIdleTimeout": "soon"}),
            json!({"offlineSessionIdleTimeout": -1}),
        ] {
            let answer = admin.post("/demo/token-policy/preview", &body).await;
            assert_eq!(answer.status, 400, "{body}: {answer}");
        }
        admin.post("/demo/token-policy/preview", &json!({"client": {"clientId": "nobody"}})).await.expect(404);
        admin.post("/nowhere/token-policy/preview", &json!({})).await.expect(404);
    }
}
