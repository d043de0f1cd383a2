//! A protected resource's limits replace the client's and the realm's, longer or shorter; of several the shortest counts. A
//! change acts at once, and what has ended stays ended.

use crate::support::DAY_S;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};

const MAIL: &str = "https://mail.example/api";
const FILES: &str = "https://files.example/api";

/// alice allows nightly-backup to use these resources until she takes it away.
async fn session_for(server: &TestServer, uris: &[&str]) -> (Client, Answer) {
    let client = Client::nightly_backup(server);
    let request = AuthorizationRequest::nightly_backup().for_resources(uris);
    let tokens = client.authorize_with(server, &request, &Person::alice(), &Choice::for_days(0)).await;
    (client, tokens)
}

fn idle(days: i64) -> Value {
    json!({"offlineSessionIdleTimeout": days * DAY_S})
}

const ENDED: &str = "Offline session not active";

on_both_databases! {
    async fn a_resources_idle_timeout_replaces_the_realms_longer_or_shorter(server) {
        let admin = Admin::sign_in(&server).await;
        admin.create_resource(MAIL, idle(90)).await;
        admin.create_resource(FILES, idle(3)).await;
        let (client, long) = session_for(&server, &[MAIL]).await;
        let (_, short) = session_for(&server, &[FILES]).await;
        let (_, plain) = session_for(&server, &[]).await;
        assert_eq!(long.number("refresh_expires_in"), 90 * DAY_S);
        assert_eq!(short.number("refresh_expires_in"), 3 * DAY_S);
        assert_eq!(plain.number("refresh_expires_in"), 30 * DAY_S);
        server.advance_clock(3 * DAY_S + 1).await;
        client.refresh(&short.refresh_token()).await.expect_refusal(ENDED);
        server.advance_clock(40 * DAY_S).await;
        client.refresh(&plain.refresh_token()).await.expect_refusal(ENDED);
        client.refresh(&long.refresh_token()).await.expect_tokens();
    }

    async fn of_several_resources_the_session_takes_the_shortest_granted(server) {
        let admin = Admin::sign_in(&server).await;
        admin.create_resource(MAIL, json!({"offlineSessionIdleTimeout": 90 * DAY_S, "offlineSessionMaxLifespan": 8 * DAY_S})).await;
        admin.create_resource(FILES, json!({"offlineSessionIdleTimeout": 5 * DAY_S, "offlineSessionMaxLifespan": 9 * DAY_S})).await;
        let (client, tokens) = session_for(&server, &[MAIL, FILES]).await;
        assert_eq!(tokens.number("refresh_expires_in"), 5 * DAY_S);
        server.advance_clock(4 * DAY_S).await;
        // A token for one of them does not change what the session lives by.
        let answer = client.refresh_for(&tokens.refresh_token(), &[MAIL]).await.expect_tokens();
        assert_eq!(answer.number("refresh_expires_in"), 4 * DAY_S);
        server.advance_clock(4 * DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(ENDED);
    }

    async fn a_resource_without_a_limit_of_its_own_counts_with_the_inherited_one(server) {
        let admin = Admin::sign_in(&server).await;
        admin.create_resource(MAIL, idle(90)).await;
        admin.create_resource(FILES, json!({})).await;
        let (_, tokens) = session_for(&server, &[MAIL, FILES]).await;
        assert_eq!(tokens.number("refresh_expires_in"), 30 * DAY_S);
    }

    async fn the_end_and_its_source_are_told(server) {
        let admin = Admin::sign_in(&server).await;
        let mail = admin.create_resource(MAIL, idle(10)).await;
        session_for(&server, &[MAIL]).await;
        let shown = async || admin.offline_sessions("nightly-backup").await[0].clone();
        let session = shown().await;
        assert_eq!((&session["endsBy"], &session["endsBySource"]), (&json!("idle"), &json!("resource")));
        assert_eq!(session["expiresIn"], json!(10 * DAY_S));
        assert_eq!(session["resources"], json!([MAIL]));
        admin.change_resource(&mail, json!({"offlineSessionMaxLifespan": DAY_S})).await;
        let session = shown().await;
        assert_eq!((&session["endsBy"], &session["endsBySource"]), (&json!("max"), &json!("resource")));
        admin.change_resource(&mail, json!({"offlineSessionMaxLifespan": 0, "offlineSessionIdleTimeout": 0})).await;
        let session = shown().await;
        assert_eq!((&session["endsBy"], &session["endsBySource"]), (&json!("idle"), &json!("realm")));
        admin.change_realm(json!({"clientOfflineSessionIdleTimeout": DAY_S})).await;
        assert_eq!(shown().await["endsBySource"], json!("realm-client"));
    }

    async fn a_changed_limit_acts_on_existing_sessions_in_both_directions(server) {
        let admin = Admin::sign_in(&server).await;
        let mail = admin.create_resource(MAIL, idle(20)).await;
        let (client, tokens) = session_for(&server, &[MAIL]).await;
        server.advance_clock(10 * DAY_S).await;
        Admin::sign_in(&server).await.change_resource(&mail, idle(40)).await;
        server.advance_clock(25 * DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.advance_clock(5 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_resource(&mail, idle(5)).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(ENDED);
    }

    async fn lengthening_a_resources_limit_revives_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let mail = admin.create_resource(MAIL, idle(2)).await;
        let (client, dead) = session_for(&server, &[MAIL]).await;
        server.advance_clock(DAY_S).await;
        let (_, alive) = session_for(&server, &[MAIL]).await;
        server.advance_clock(DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_resource(&mail, idle(90)).await;
        client.refresh(&dead.refresh_token()).await.expect_refusal(ENDED);
        server.advance_clock(50 * DAY_S).await;
        client.refresh(&alive.refresh_token()).await.expect_tokens();
    }

    async fn deleting_a_resource_revives_nothing_and_neither_does_creating_it_again(server) {
        let admin = Admin::sign_in(&server).await;
        let mail = admin.create_resource(MAIL, idle(2)).await;
        admin.create_resource(FILES, json!({})).await;
        let (client, dead) = session_for(&server, &[MAIL, FILES]).await;
        server.advance_clock(2 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        admin.delete_resource(&mail).await;
        client.refresh(&dead.refresh_token()).await.expect_refusal(ENDED);
        admin.create_resource(MAIL, idle(90)).await;
        client.refresh(&dead.refresh_token()).await.expect_refusal(ENDED);
    }

    async fn a_lengthened_limit_of_the_realm_ends_no_session_that_lives_by_a_resources(server) {
        let admin = Admin::sign_in(&server).await;
        admin.create_resource(MAIL, idle(90)).await;
        let (client, of_mail) = session_for(&server, &[MAIL]).await;
        let (_, plain) = session_for(&server, &[]).await;
        server.advance_clock(40 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 60 * DAY_S})).await;
        client.refresh(&plain.refresh_token()).await.expect_refusal(ENDED);
        client.refresh(&of_mail.refresh_token()).await.expect_tokens();
    }

    async fn an_access_token_lives_as_long_as_its_resource_says_and_of_several_the_shortest(server) {
        let admin = Admin::sign_in(&server).await;
        admin.create_resource(MAIL, json!({"accessTokenLifespan": 900, "offlineSessionIdleTimeout": 3_600})).await;
        admin.create_resource(FILES, json!({"accessTokenLifespan": 60})).await;
        let (client, tokens) = session_for(&server, &[MAIL, FILES]).await;
        assert_eq!(tokens.number("expires_in"), 60);
        let offline = tokens.refresh_token();
        assert_eq!(client.refresh_for(&offline, &[MAIL]).await.expect_tokens().number("expires_in"), 900);
        assert_eq!(client.refresh_for(&offline, &[FILES]).await.expect_tokens().number("expires_in"), 60);
        let (_, plain) = session_for(&server, &[]).await;
        assert_eq!(plain.number("expires_in"), 300);
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 3_600})).await;
        server.advance_clock(3_600 - 100).await;
        let capped = client.refresh_for(&offline, &[MAIL]).await.expect_tokens();
        assert_eq!(capped.number("expires_in"), 100, "never beyond the session's end");
    }

    async fn counts_and_the_preview_are_exact_with_resources(server) {
        let admin = Admin::sign_in(&server).await;
        admin.create_resource(MAIL, idle(90)).await;
        admin.create_resource(FILES, idle(3)).await;
        for uris in [&[MAIL][..], &[FILES], &[MAIL, FILES], &[]] {
            session_for(&server, uris).await;
        }
        server.advance_clock(4 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid("nightly-backup").await;
        let count = admin.get(&format!("/demo/clients/{uuid}/offline-session-count")).await.expect(200);
        assert_eq!(count.number("count"), 2);
        assert_eq!(admin.offline_sessions("nightly-backup").await.len(), 2);
        let proposed = json!({"offlineSessionIdleTimeout": DAY_S});
        let preview = admin.post("/demo/token-policy/preview", &proposed).await.expect(200);
        assert_eq!((preview.number("total"), preview.number("endsNow")), (2, 1), "the resource's own limit stays");
    }
}
