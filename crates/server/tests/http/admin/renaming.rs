//! A client is renamed: what it holds stays its own, and whoever takes the old name gets nothing of it.

use crate::support::{alices_backup, expect_alive, grant_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, TestServer, on_both_databases, token};
use serde_json::json;

const SECRET: &str = demo::NIGHTLY_BACKUP_SECRET;

/// `nightly-backup` goes on under another name.
async fn renamed(server: &TestServer, admin: &Admin) -> Client {
    admin.change_client(demo::NIGHTLY_BACKUP, json!({"clientId": "weekly-backup"})).await;
    Client::confidential(server, "weekly-backup", SECRET)
}

on_both_databases! {
    async fn the_tokens_that_a_client_has_outlive_its_name(server) {
        let admin = Admin::sign_in(&server).await;
        let (before, tokens) = alices_backup(&server).await;
        let client = renamed(&server, &admin).await;
        let answer = client.introspect(&tokens.access_token()).await.expect(200).json();
        assert_eq!((&answer["active"], &answer["client_id"]), (&json!(true), &json!("weekly-backup")));
        assert!(client.is_active(&tokens.refresh_token()).await);
        client.userinfo(&tokens.access_token()).await.expect(200);
        let told = admin.post("/demo/explain", &json!({"token": tokens.refresh_token()})).await.expect(200).json();
        assert_eq!((&told["works"], &told["clientId"]), (&json!(true), &json!("weekly-backup")), "{told}");
        before.refresh(&tokens.refresh_token()).await.expect_error(401, "invalid_client");
        let next = expect_alive(&client, &tokens).await;
        assert_eq!(token::claims(&next.access_token())["azp"], "weekly-backup");
        assert_eq!(grant_of(&next), grant_of(&tokens));
        // Any refresh token of the family ends it, also one of the time before.
        client.revoke(&tokens.refresh_token()).await.expect(200);
        client.refresh(&next.refresh_token()).await.expect_refusal("Offline session not found");
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn a_single_access_token_can_still_be_called_in(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let client = renamed(&server, &admin).await;
        client.revoke(&tokens.access_token()).await.expect(200);
        client.userinfo(&tokens.access_token()).await.expect(401);
        expect_alive(&client, &tokens).await;
    }

    async fn whoever_takes_the_old_name_gets_nothing_of_it(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let client = renamed(&server, &admin).await;
        admin.create_client(json!({"clientId": demo::NIGHTLY_BACKUP, "secret": "thief"})).await;
        let thief = Client::confidential(&server, demo::NIGHTLY_BACKUP, "thief");
        thief.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        thief.revoke(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        thief.revoke(&tokens.access_token()).await.expect_error(400, "invalid_grant");
        assert!(!thief.is_active(&tokens.refresh_token()).await);
        let url = thief.url("/protocol/openid-connect/logout");
        let logout = [("client_id", demo::NIGHTLY_BACKUP), ("client_secret", "thief"), ("refresh_token", &tokens.refresh_token())];
        assert_eq!(perennial_testkit::Answer::of(server.http().post(url).form(&logout)).await.status, 400);
        // Nothing was consumed or ended by any of it.
        client.userinfo(&tokens.access_token()).await.expect(200);
        expect_alive(&client, &tokens).await;
    }

    async fn another_clients_token_is_refused_as_before(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        renamed(&server, &admin).await;
        let frame = Client::photo_frame(&server);
        let refused = frame.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        assert!(refused.text("error_description").contains("don't match"), "{refused}");
        admin.end_offline_session(&grant_of(&tokens)).await.expect(204);
        frame.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_token_that_was_exchanged_is_still_the_exchangers(server) {
        let admin = Admin::sign_in(&server).await;
        let enabled = json!({"standard.token.exchange.enabled": "true"});
        admin.change_client("account", json!({"publicClient": false, "attributes": enabled})).await;
        let service = Client::confidential(&server, "account", &admin.client_secret("account").await);
        let frame = Client::photo_frame(&server).authorize(&server, &Person::alice(), &Choice::accept()).await;
        let own = service.exchange(&frame.access_token(), "access_token", &[]).await.expect_tokens();
        admin.change_client(demo::PHOTO_FRAME, json!({"clientId": "picture-frame"})).await;
        let told = service.introspect(&own.access_token()).await.expect(200).json();
        assert_eq!((&told["active"], &told["client_id"]), (&json!(true), &json!("account")), "{told}");
        // It is called in by its own client, not by the one that its session belongs to.
        let frame = Client::public(&server, "picture-frame");
        frame.revoke(&own.access_token()).await.expect_error(400, "invalid_grant");
        service.revoke(&own.access_token()).await.expect(200);
        assert!(!service.is_active(&own.access_token()).await);
    }

    async fn the_service_account_takes_the_new_name_along(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.create_client(json!({"clientId": "robot", "secret": "s", "serviceAccountsEnabled": true})).await;
        let path = format!("/demo/clients/{uuid}");
        let account = admin.get(&format!("{path}/service-account-user")).await.expect(200).text("id");
        admin.create_person("service-account-taken").await;
        admin.put(&path, &json!({"clientId": "taken"})).await.expect(409);
        assert_eq!(admin.get(&path).await.expect(200).text("clientId"), "robot");
        admin.put(&path, &json!({"clientId": "machine"})).await.expect(204);
        let now = admin.get(&format!("{path}/service-account-user")).await.expect(200);
        assert_eq!((now.text("id"), now.text("username")), (account, "service-account-machine".to_owned()));
        Client::confidential(&server, "machine", "s").client_credentials("openid").await.expect_tokens();
        admin.create_client(json!({"clientId": "robot", "serviceAccountsEnabled": true})).await;
    }
}
