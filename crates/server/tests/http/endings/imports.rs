//! A partial import changes clients, users and resources like an admin does: what that ends is ended for good, and is told.

use crate::support::{DAY_S, alices_backup, expect_alive, user_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};

const GONE: &str = "Offline session not found";
const MAIL: &str = "https://mail.example/api";

async fn overwrite(admin: &Admin, mut part: Value) {
    part["ifResourceExists"] = json!("OVERWRITE");
    admin.post("/demo/partialImport", &part).await.expect(200);
}

fn has_line(server: &TestServer, holds: impl Fn(&Value) -> bool) -> bool {
    server.audit_lines().iter().any(holds)
}

on_both_databases! {
    async fn a_revocation_policy_of_a_client_ends_what_began_before_it_and_leaves_no_row(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let now_s = server.now_s().await;
        overwrite(&admin, json!({"clients": [{"clientId": demo::NIGHTLY_BACKUP, "notBefore": now_s}]})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        assert_eq!(admin.client(demo::NIGHTLY_BACKUP).await["notBefore"], now_s);
        assert!(has_line(&server, |line| line["action"] == "not_before_set" && line["not_before_at"] != 0));
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"notBefore": 0})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        let (_, again) = alices_backup(&server).await;
        expect_alive(&client, &again).await;
    }

    async fn so_does_one_of_a_user(server) {
        let (client, tokens) = alices_backup(&server).await;
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let admin = Admin::sign_in(&server).await;
        let now_s = server.now_s().await;
        overwrite(&admin, json!({"users": [{"username": "alice", "enabled": true, "notBefore": now_s}]})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        assert!(has_line(&server, |line| line["action"] == "not_before_set" && line["of"]["user"] == user_of(&tokens)));
        admin.change_user("alice", json!({"notBefore": 0})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        expect_alive(&client, &bobs).await;
    }

    async fn a_user_who_is_disabled_by_a_file_loses_every_session_and_the_log_says_so(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        overwrite(&admin, json!({"users": [{"username": "alice", "enabled": false}]})).await;
        let told = |line: &Value| line["why"] == "user_disabled" && line["of"]["user"] == user_of(&tokens);
        assert!(has_line(&server, |line| told(line) && line["actor"] == "admin"), "{:?}", server.audit_lines());
        admin.change_user("alice", json!({"enabled": true})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
    }

    async fn what_a_resources_limit_had_ended_is_not_revived_by_a_file(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.create_resource(MAIL, json!({"offlineSessionIdleTimeout": DAY_S})).await;
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().for_resources(&[MAIL]);
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        server.advance_clock(2 * DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
        let admin = Admin::sign_in(&server).await;
        let longer = json!({"protectedResources": [{"resource": MAIL, "offlineSessionIdleTimeout": 60 * DAY_S}]});
        overwrite(&admin, longer.clone()).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
        assert!(has_line(&server, |line| line["action"] == "resource_changed" && line["resource"] == MAIL && line["after"]["token_policy"] != Value::Null));
        admin.delete_resource(&id).await;
        overwrite(&admin, longer).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
        let again = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        server.advance_clock(2 * DAY_S).await;
        expect_alive(&client, &again).await;
    }
}
