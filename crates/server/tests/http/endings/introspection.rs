//! RFC 7662: active only while every session check holds.

use crate::support::{alices_backup, alices_frame, alices_online};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo;
use perennial_testkit::{Admin, Answer, Client, on_both_databases, token};
use serde_json::json;

on_both_databases! {
    async fn an_active_token_is_described(server) {
        let (client, tokens) = alices_backup(&server).await;
        let answer = client.introspect(&tokens.access_token()).await.expect(200).json();
        assert_eq!(answer["active"], true);
        assert_eq!(answer["client_id"], demo::NIGHTLY_BACKUP);
        assert_eq!(answer["username"], "alice");
        assert_eq!(answer["iss"], server.issuer(demo::REALM));
        assert_eq!(answer["sub"], token::claims(&tokens.access_token())["sub"]);
        assert!(answer["scope"].as_str().is_some_and(|scope| scope.contains("offline_access")), "{answer}");
        assert!(answer["exp"].is_i64(), "{answer}");
    }

    async fn a_refresh_token_is_shown_to_its_own_client_only(server) {
        let (backup, tokens) = alices_backup(&server).await;
        assert!(backup.is_active(&tokens.refresh_token()).await);
        let (_, frames) = alices_frame(&server).await;
        assert!(!backup.is_active(&frames.refresh_token()).await);
    }

    async fn a_refresh_token_that_its_client_may_not_use_any_more_is_inactive_and_exchanged_for_nothing(server) {
        let (admin, (backup, tokens)) = (Admin::sign_in(&server).await, alices_backup(&server).await);
        let offline = tokens.refresh_token();
        let switch = async |on: &str| {
            let attributes = json!({"standard.token.exchange.enabled": "true", "use.refresh.tokens": on});
            admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
        };
        switch("false").await;
        backup.refresh(&offline).await.expect_error(400, "unauthorized_client");
        assert!(!backup.is_active(&offline).await);
        backup.exchange(&offline, "refresh_token", &[]).await.expect_error(400, "invalid_request");
        assert!(backup.is_active(&tokens.access_token()).await, "its session lives");
        switch("true").await;
        assert!(backup.is_active(&offline).await);
        backup.exchange(&offline, "refresh_token", &[]).await.expect_tokens();
        backup.refresh(&offline).await.expect_tokens();
    }

    async fn a_refresh_token_that_a_service_may_not_have_any_more_is_inactive_and_exchanged_for_nothing(server) {
        let (admin, service) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        let switch = async |on: &str| {
            let attributes =
                json!({"standard.token.exchange.enabled": "true", "client_credentials.use_refresh_token": on});
            admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
        };
        switch("true").await;
        let own = service.client_credentials("openid offline_access").await.expect_tokens().refresh_token();
        let users = alices_backup(&server).await.1.refresh_token();
        assert!(service.is_active(&own).await);
        service.exchange(&own, "refresh_token", &[]).await.expect_tokens();
        switch("false").await;
        assert!(!service.is_active(&own).await);
        service.exchange(&own, "refresh_token", &[]).await.expect_error(400, "invalid_request");
        assert!(service.is_active(&users).await, "of a user it may go on");
        switch("true").await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"serviceAccountsEnabled": false})).await;
        assert!(!service.is_active(&own).await);
    }

    async fn a_refresh_token_is_called_what_its_claims_call_it(server) {
        let (backup, lasting) = alices_backup(&server).await;
        let (_browser, _, ordinary) = alices_online(&server).await;
        for (tokens, name) in [(lasting, "Offline"), (ordinary, "Refresh")] {
            let shown = tokens.refresh_token();
            assert_eq!(backup.introspect(&shown).await.expect(200).text("token_type"), name);
            assert_eq!(token::claims(&shown)["typ"], name);
        }
    }

    async fn garbage_is_inactive_and_nothing_more(server) {
        let (client, tokens) = alices_backup(&server).await;
        for offered in [tokens.access_token(), tokens.refresh_token()] {
            for (what, damaged) in token::damaged(&offered) {
                assert!(!client.is_active(&damaged).await, "{what}");
            }
        }
        assert!(!client.is_active(&tokens.id_token()).await, "an ID token is no access token");
    }

    async fn a_token_of_another_realm_is_inactive(server) {
        let master = Client::new(&server, demo::MASTER, "admin-cli", Authentication::None);
        let foreign = master.password_grant(&demo::Person::admin(), "openid").await.expect_tokens();
        assert!(!Client::nightly_backup(&server).is_active(&foreign.access_token()).await);
    }

    async fn only_authenticated_clients_may_ask(server) {
        let (client, tokens) = alices_backup(&server).await;
        let access = tokens.access_token();
        let wrong = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong").introspect(&access).await;
        assert_eq!(wrong.expect_error(401, "invalid_client").header("www-authenticate").get(..5), Some("Basic"));
        Client::photo_frame(&server).introspect(&access).await.expect(401);
        let url = client.url("/protocol/openid-connect/token/introspect");
        Answer::of(server.http().post(url).form(&[("token", &access)])).await.expect(401);
    }

    async fn a_missing_token_is_an_invalid_request(server) {
        Client::nightly_backup(&server).introspect("").await.expect_error(400, "invalid_request");
    }
}
