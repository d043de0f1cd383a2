//! Every ending, pause and narrowing is one line of the audit log before it is answered, so that a restored backup can be told.

use crate::support::{alices_backup, alices_online, grant_of, user_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Backend, Console, TestServer};
use serde_json::{Value, json};
use std::path::Path;

#[tokio::test]
async fn what_ends_pauses_or_narrows_is_in_the_log_when_it_is_answered() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let log = folder.path().join("audit.jsonl");
    let setting = [("PERENNIAL_AUDIT_LOG", log.to_str().expect("a path"))];
    let server = TestServer::start_with(env!("CARGO_BIN_EXE_perennial"), Backend::Sqlite, &setting).await;
    let (client, first) = alices_backup(&server).await;
    let (_, second) = alices_backup(&server).await;
    let (_, third) = alices_backup(&server).await;
    let (_, _, online) = alices_online(&server).await;
    let (admin, portal) = (Admin::sign_in(&server).await, Console::account(&server, &Person::alice()).await);
    let at = format!("/demo/offline-sessions/{}", grant_of(&first));

    admin.patch(&at, &json!({"paused": true})).await.expect(204);
    assert_eq!((&last(&log)["action"], &last(&log)["actor"]), (&json!("grant_paused"), &json!("admin")));
    admin.patch(&at, &json!({"paused": false})).await.expect(204);
    assert_eq!(last(&log)["action"], "grant_resumed");
    let end = admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0]["start"].as_i64().expect("start") + 86_400_000;
    admin.patch(&at, &json!({"expires": end})).await.expect(204);
    assert_eq!((&last(&log)["action"], &last(&log)["ends_at"]), (&json!("grant_end_chosen"), &json!(end)));
    let less: Vec<String> = first.scopes().into_iter().filter(|scope| scope != "email").collect();
    admin.patch(&at, &json!({"scopes": less})).await.expect(204);
    assert_eq!((&last(&log)["action"], &last(&log)["grant"]), (&json!("grant_narrowed"), &json!(grant_of(&first))));

    admin.end_offline_session(&grant_of(&first)).await.expect(204);
    assert_eq!((&last(&log)["why"], &last(&log)["grant"]), (&json!("revoked"), &json!(grant_of(&first))));
    let form = [("token", second.refresh_token())];
    Answer::of(server.http().post(server.url("/revoke-leaked")).form(&form)).await.expect(204);
    assert_eq!((&last(&log)["why"], &last(&log)["actor"]), (&json!("leaked"), &json!("anyone")));
    client.revoke(&third.access_token()).await.expect(200);
    assert_eq!(last(&log)["action"], "access_token_denied");
    portal.delete(&format!("/realms/demo/account/sessions/{}", online.text("session_state"))).await.expect(204);
    assert_eq!(last(&log)["session"], online.text("session_state"));
    portal.remove_app(demo::NIGHTLY_BACKUP).await;
    assert_eq!((&last(&log)["action"], &last(&log)["user"]), (&json!("consent_revoked"), &json!(user_of(&third))));

    admin.post(&format!("/demo/users/{}/logout", user_of(&third)), &Value::Null).await.expect(204);
    assert_eq!((&last(&log)["action"], &last(&log)["of"]["user"]), (&json!("sessions_ended"), &json!(user_of(&third))));
    admin.post("/demo/push-revocation", &json!({"notBefore": "now"})).await.expect(200);
    assert_eq!((&last(&log)["action"], &last(&log)["of"]), (&json!("not_before_set"), &json!("realm")));
    admin.post("/demo/logout-all", &Value::Null).await.expect(200);
    assert_eq!((&last(&log)["action"], &last(&log)["of"]), (&json!("sessions_ended"), &json!("realm")));
}

fn last(log: &Path) -> Value {
    let text = std::fs::read_to_string(log).expect("the audit log");
    serde_json::from_str(text.lines().next_back().expect("a line")).expect("JSON")
}
