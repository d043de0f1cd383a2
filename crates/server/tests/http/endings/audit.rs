//! Every ending, pause and narrowing is one line of the audit log before it is answered, so that a restored backup can be told.

use crate::support::{alices_backup, alices_online, grant_of, user_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Choice, Console, TestServer, on_both_databases};
use serde_json::{Value, json};
use std::path::Path;

on_both_databases! {
    async fn what_ends_pauses_or_narrows_is_in_the_log_when_it_is_answered(server) {
        what_is_steered_or_ended(&server, &server.audit_log()).await;
    }

    async fn what_users_and_apps_do_is_in_the_log_too(server) {
        let log = server.audit_log();
        let (client, first) = alices_backup(&server).await;
        let given = lines(&log).into_iter().find(|line| line["action"] == "consent_given").expect("the consent");
        assert_eq!((&given["user"], &given["actor"]), (&json!(user_of(&first)), &json!("user")));
        let request = AuthorizationRequest::nightly_backup();
        let code = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await.code();
        let tokens = client.redeem(&request, &code).await.expect_tokens();
        client.redeem(&request, &code).await.expect_error(400, "invalid_grant");
        assert_eq!((&last(&log)["why"], &last(&log)["grant"]), (&json!("code_replayed"), &json!(grant_of(&tokens))));
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionLimit": 1})).await;
        alices_backup(&server).await;
        let evicted = lines(&log).into_iter().find(|line| line["why"] == "session_limit").expect("who made room");
        assert_eq!((&evicted["grant"], &evicted["actor"]), (&json!(grant_of(&first)), &json!("server")));
        let portal = Console::account(&server, &Person::alice()).await;
        let change = json!({"currentPassword": "alice-demo", "newPassword": "another-password", "endOfflineSessions": true});
        portal.post("/realms/demo/account/credentials/password", &change).await.expect(204);
        assert_eq!((&last(&log)["why"], &last(&log)["actor"]), (&json!("password_changed"), &json!("user")));
    }

    async fn what_admins_do_to_whole_users_clients_and_realms_is_in_the_log_too(server) {
        let (log, admin) = (server.audit_log(), Admin::sign_in(&server).await);
        let (_, tokens) = alices_backup(&server).await;
        let user = format!("/demo/users/{}", user_of(&tokens));
        let password = json!({"type": "password", "value": "another-password", "temporary": false});
        admin.put(&format!("{user}/reset-password"), &password).await.expect(204);
        assert_eq!((&last(&log)["why"], &last(&log)["of"]["user"]), (&json!("password_reset"), &json!(user_of(&tokens))));
        admin.put(&user, &json!({"enabled": false})).await.expect(204);
        assert_eq!(last(&log)["why"], "user_disabled");
        admin.delete(&user).await.expect(204);
        let two: Vec<Value> = lines(&log).into_iter().rev().take(2).collect();
        assert_eq!((&two[0]["action"], &two[1]["why"]), (&json!("user_deleted"), &json!("user_deleted")));
        let frame = admin.client_uuid(demo::PHOTO_FRAME).await;
        admin.delete_client(demo::PHOTO_FRAME).await;
        assert_eq!((&last(&log)["action"], &last(&log)["client"]), (&json!("client_deleted"), &json!(frame)));
        admin.delete("/demo").await.expect(204);
        assert_eq!((&last(&log)["action"], &last(&log)["realm"]), (&json!("realm_deleted"), &json!("demo")));
    }
}

async fn what_is_steered_or_ended(server: &TestServer, log: &Path) {
    let (client, first) = alices_backup(server).await;
    let (_, second) = alices_backup(server).await;
    let (_, third) = alices_backup(server).await;
    let (_, _, online) = alices_online(server).await;
    let (admin, portal) = (Admin::sign_in(server).await, Console::account(server, &Person::alice()).await);
    let at = format!("/demo/offline-sessions/{}", grant_of(&first));

    admin.patch(&at, &json!({"paused": true})).await.expect(204);
    assert_eq!((&last(log)["action"], &last(log)["actor"]), (&json!("grant_paused"), &json!("admin")));
    admin.patch(&at, &json!({"paused": false})).await.expect(204);
    assert_eq!(last(log)["action"], "grant_resumed");
    let end = admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0]["start"].as_i64().expect("start") + 86_400_000;
    admin.patch(&at, &json!({"expires": end})).await.expect(204);
    assert_eq!((&last(log)["action"], &last(log)["ends_at"]), (&json!("grant_end_chosen"), &json!(end)));
    let less: Vec<String> = first.scopes().into_iter().filter(|scope| scope != "email").collect();
    admin.patch(&at, &json!({"scopes": less})).await.expect(204);
    assert_eq!((&last(log)["action"], &last(log)["grant"]), (&json!("grant_narrowed"), &json!(grant_of(&first))));

    admin.end_offline_session(&grant_of(&first)).await.expect(204);
    assert_eq!((&last(log)["why"], &last(log)["grant"]), (&json!("revoked"), &json!(grant_of(&first))));
    let form = [("token", second.refresh_token())];
    Answer::of(server.http().post(server.url("/revoke-leaked")).form(&form)).await.expect(204);
    assert_eq!((&last(log)["why"], &last(log)["actor"]), (&json!("leaked"), &json!("anyone")));
    client.revoke(&third.access_token()).await.expect(200);
    assert_eq!(last(log)["action"], "access_token_denied");
    portal.delete(&format!("/realms/demo/account/sessions/{}", online.text("session_state"))).await.expect(204);
    assert_eq!(last(log)["session"], online.text("session_state"));
    portal.remove_app(demo::NIGHTLY_BACKUP).await;
    assert_eq!((&last(log)["action"], &last(log)["user"]), (&json!("consent_revoked"), &json!(user_of(&third))));

    admin.post(&format!("/demo/users/{}/logout", user_of(&third)), &Value::Null).await.expect(204);
    assert_eq!((&last(log)["action"], &last(log)["of"]["user"]), (&json!("sessions_ended"), &json!(user_of(&third))));
    admin.post("/demo/push-revocation", &json!({"notBefore": "now"})).await.expect(200);
    assert_eq!((&last(log)["action"], &last(log)["of"]), (&json!("not_before_set"), &json!("realm")));
    admin.post("/demo/logout-all", &Value::Null).await.expect(200);
    assert_eq!((&last(log)["action"], &last(log)["of"]), (&json!("sessions_ended"), &json!("realm")));
}

fn lines(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).expect("the audit log");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn last(log: &Path) -> Value {
    lines(log).pop().expect("a line")
}
