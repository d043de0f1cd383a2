//! `perennial recover`: what a restored backup forgot is applied again from the audit log, and nothing is revived.

use super::together::grant_of;
use crate::support::{alices_backup, alices_frame};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, Choice, Client, Console, TestServer, on_both_databases, token};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write as _;

on_both_databases! {
    async fn what_ended_was_paused_or_narrowed_after_the_backup_is_so_again(server) {
        let (client, ended) = alices_backup(&server).await;
        let (_, paused) = alices_backup(&server).await;
        let request = perennial_testkit::AuthorizationRequest::nightly_backup().scope("openid offline_access address");
        let narrowed = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        let (_, untouched) = alices_backup(&server).await;
        let backup = server.back_up().await;

        let admin = Admin::sign_in(&server).await;
        let client = Client::nightly_backup(&server);
        client.revoke(&ended.refresh_token()).await.expect(200);
        steer(&admin, &paused, json!({"paused": true})).await;
        steer(&admin, &narrowed, json!({"scopes": ["openid", "offline_access"]})).await;
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        client.refresh(&ended.refresh_token()).await.expect_tokens();

        let said = recover(&server);
        assert!(said.contains("1  grant ended") && said.contains("1  grant paused") && said.contains("1  grant narrowed"), "{said}");
        client.refresh(&ended.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&ended.access_token()).await);
        let refused = client.refresh(&paused.refresh_token()).await;
        assert_eq!(refused.status, 503, "{refused}");
        let fresh = client.refresh(&narrowed.refresh_token()).await.expect_tokens();
        assert_eq!(fresh.scopes(), ["offline_access", "openid"]);
        client.refresh(&untouched.refresh_token()).await.expect_tokens();
    }

    async fn sessions_that_were_ended_by_a_filter_end_again_and_no_others(server) {
        let (_, first) = alices_backup(&server).await;
        let (_, second) = alices_backup(&server).await;
        let (_, other) = alices_frame(&server).await;
        let backup = server.back_up().await;
        let filter = json!({"filter": {"user": "alice", "client": "nightly-backup"}});
        Admin::sign_in(&server).await.post("/demo/offline-sessions/revoke", &filter).await.expect(200);
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        client.refresh(&first.refresh_token()).await.expect_tokens();
        let said = recover(&server);
        assert!(said.contains("1  grants ended"), "{said}");
        for tokens in [&first, &second] {
            client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        }
        Client::photo_frame(&server).refresh(&other.refresh_token()).await.expect_tokens();
        let said = recover(&server);
        assert!(said.contains("nothing had been forgotten"), "{said}");
    }

    async fn nothing_of_a_realm_that_was_deleted_works_again(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        server.advance_clock(1).await;
        Admin::sign_in(&server).await.delete("/demo").await.expect(204);
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let said = recover(&server);
        assert!(said.contains("1  realm deleted"), "{said}");
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(recover(&server).contains("nothing had been forgotten"));
    }

    async fn an_approval_that_was_taken_away_is_taken_away_again(server) {
        let admin = Admin::sign_in(&server).await;
        let tokens = approved_frame(&admin, &server).await;
        let backup = server.back_up().await;
        server.advance_clock(1).await;
        admin.delete(&approval_of_frame(&admin).await).await.expect(204);
        server.restore(&backup).await;
        let client = Client::photo_frame(&server);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let said = recover(&server);
        assert!(said.contains("1  admin consent changed"), "{said}");
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        let said = recover(&server);
        assert!(said.contains("nothing had been forgotten"), "{said}");
    }

    async fn an_approval_that_got_smaller_or_an_end_does_so_again_and_one_that_grew_does_not(server) {
        let admin = Admin::sign_in(&server).await;
        let tokens = approved_frame(&admin, &server).await;
        let backup = server.back_up().await;
        server.advance_clock(1).await;
        let path = approval_of_frame(&admin).await;
        let end = now_s(&server).await * 1_000 + 60_000;
        admin.put(&path, &json!({"scopes": ["files", "email"], "expires": end})).await.expect(204);
        server.restore(&backup).await;
        recover(&server);
        let admin = Admin::sign_in(&server).await;
        let approval = admin.get("/demo/admin-consents").await.expect(200).json()[0].clone();
        assert_eq!((&approval["scopes"], &approval["expires"]), (&json!(["files"]), &json!(end)), "{approval}");
        let client = Client::photo_frame(&server);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.advance_clock(61).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn an_approval_that_was_given_anew_since_stays(server) {
        let admin = Admin::sign_in(&server).await;
        approved_frame(&admin, &server).await;
        let path = approval_of_frame(&admin).await;
        server.advance_clock(1).await;
        admin.delete(&path).await.expect(204);
        server.advance_clock(1).await;
        admin.put(&path, &json!({"scopes": ["files"]})).await.expect(204);
        let said = recover(&server);
        assert!(said.contains("nothing had been forgotten"), "{said}");
        assert_eq!(admin.get("/demo/admin-consents").await.expect(200).json()[0]["scopes"], json!(["files"]));
    }

    async fn a_second_recovery_changes_nothing(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        Client::nightly_backup(&server).revoke(&tokens.refresh_token()).await.expect(200);
        server.restore(&backup).await;
        recover(&server);
        let said = recover(&server);
        assert!(said.contains("nothing had been forgotten"), "{said}");
    }

    async fn on_a_database_that_forgot_nothing_a_recovery_changes_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, ended) = alices_backup(&server).await;
        let (_, kept) = alices_backup(&server).await;
        client.revoke(&ended.refresh_token()).await.expect(200);
        steer(&admin, &kept, json!({"paused": true})).await;
        steer(&admin, &kept, json!({"paused": false})).await;
        let said = recover(&server);
        assert!(said.contains("nothing had been forgotten"), "{said}");
        client.refresh(&kept.refresh_token()).await.expect_tokens();
    }

    async fn a_pause_that_was_lifted_is_not_applied_again(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        let admin = Admin::sign_in(&server).await;
        steer(&admin, &tokens, json!({"paused": true})).await;
        steer(&admin, &tokens, json!({"paused": false})).await;
        server.restore(&backup).await;
        recover(&server);
        Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_resumption_in_the_log_revives_nothing(server) {
        let (_, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        steer(&admin, &tokens, json!({"paused": true})).await;
        let backup = server.back_up().await;
        steer(&Admin::sign_in(&server).await, &tokens, json!({"paused": false})).await;
        server.restore(&backup).await;
        recover(&server);
        let refused = Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await;
        assert_eq!(refused.status, 503, "whoever wants it to run resumes it: {refused}");
    }

    async fn a_consent_that_was_withdrawn_is_withdrawn_again_with_every_session(server) {
        let (_, first) = alices_backup(&server).await;
        let (_, second) = alices_backup(&server).await;
        let (_, other) = alices_frame(&server).await;
        let backup = server.back_up().await;
        Console::account(&server, &Person::alice()).await.remove_app("nightly-backup").await;
        server.restore(&backup).await;
        recover(&server);
        let client = Client::nightly_backup(&server);
        for tokens in [&first, &second] {
            client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        }
        client.password_grant(&Person::alice(), "openid offline_access").await.expect_error(400, "invalid_grant");
        Client::photo_frame(&server).refresh(&other.refresh_token()).await.expect_tokens();
    }

    async fn a_logout_of_everybody_is_repeated_for_what_began_before_it(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        let admin = Admin::sign_in(&server).await;
        let alice = admin.offline_sessions("nightly-backup").await[0]["userId"].as_str().expect("an id").to_owned();
        admin.post(&format!("/demo/users/{alice}/logout"), &json!({})).await.expect(204);
        server.restore(&backup).await;
        server.advance_clock(60).await;
        let (client, later) = alices_backup(&server).await;
        recover(&server);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        client.refresh(&later.refresh_token()).await.expect_tokens();
    }

    async fn a_not_before_that_was_set_stands_again(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        server.advance_clock(60).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"notBefore": now_s(&server).await})).await;
        server.restore(&backup).await;
        recover(&server);
        let refused = Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await;
        refused.expect_error(400, "invalid_grant");
        assert!(Admin::sign_in(&server).await.realm().await["notBefore"].as_i64() > Some(0));
    }

    async fn a_compromised_key_is_removed_again(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        let rotation = json!({"kind": "refresh", "compromised": true});
        Admin::sign_in(&server).await.post("/demo/keys/rotate", &rotation).await.expect(200);
        server.restore(&backup).await;
        recover(&server);
        let client = Client::nightly_backup(&server);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Invalid refresh token");
        let said = recover(&server);
        assert!(said.contains("nothing had been forgotten"), "{said}");
    }

    async fn tokens_of_a_key_that_is_younger_than_the_backup_work_again(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        server.advance_clock(60).await;
        Admin::sign_in(&server).await.post("/demo/keys/rotate", &json!({"kind": "refresh"})).await.expect(200);
        let client = Client::nightly_backup(&server);
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        client.refresh(&fresh).await.expect_refusal("Invalid refresh token");
        recover(&server);
        client.refresh(&fresh).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let said = recover(&server);
        assert!(said.contains("nothing had been forgotten"), "{said}");
    }

    async fn a_half_written_line_and_lines_of_other_realms_are_no_obstacle(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        Client::nightly_backup(&server).revoke(&tokens.refresh_token()).await.expect(200);
        server.restore(&backup).await;
        let foreign = json!({"at": 1, "realm": "elsewhere", "actor": "server", "action": "grant_ended", "grant": grant_of(&tokens.refresh_token()), "why": "revoked"});
        append(&server, &format!("{foreign}\n{{\"at\":12,\"realm\":\"de"));
        let said = recover(&server);
        assert!(said.contains("1  lines of the realm elsewhere") && said.contains("half-written  1"), "{said}");
        Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn a_line_of_another_realm_ends_nothing_here(server) {
        let (client, tokens) = alices_backup(&server).await;
        let foreign = json!({"at": 1, "realm": "master", "actor": "server", "action": "grant_ended", "grant": grant_of(&tokens.refresh_token()), "why": "revoked"});
        append(&server, &format!("{foreign}\n"));
        recover(&server);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_line_that_nobody_can_read_is_named_and_the_rest_applied(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        append(&server, "this is no line\n");
        Client::nightly_backup(&server).revoke(&tokens.refresh_token()).await.expect(200);
        server.restore(&backup).await;
        let log = server.audit_log();
        let (done, said) = server.run_verb(&["recover", "--from-log", log.to_str().expect("UTF-8")]);
        assert!(!done && said.contains("line ") && said.contains("1  grant ended"), "{said}");
        Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn a_log_that_is_not_there_is_named(server) {
        let (done, said) = server.run_verb(&["recover", "--from-log", "/nowhere/audit.jsonl"]);
        assert!(!done && said.contains("/nowhere/audit.jsonl"), "{said}");
        let (done, said) = server.run_verb(&["recover"]);
        assert!(!done && said.contains("--from-log"), "{said}");
    }
}

pub(super) fn recover(server: &TestServer) -> String {
    let log = server.audit_log();
    let (done, said) = server.run_verb(&["recover", "--from-log", log.to_str().expect("UTF-8")]);
    assert!(done, "{said}");
    said
}

async fn approval_of_frame(admin: &Admin) -> String {
    format!("/demo/admin-consents/{}", admin.client_uuid("photo-frame").await)
}

/// alice's session with the photo frame, for a scope that only an admin can allow.
async fn approved_frame(admin: &Admin, server: &TestServer) -> Answer {
    admin.post("/demo/client-scopes", &json!({"name": "files", "adminConsentRequired": true})).await.expect(201);
    admin.assign_scope("photo-frame", "optional", "files").await;
    let approval = json!({"scopes": ["files"]});
    admin.put(&approval_of_frame(admin).await, &approval).await.expect(204);
    let scope = "openid offline_access files";
    Client::photo_frame(server).password_grant(&Person::alice(), scope).await.expect_tokens()
}

fn append(server: &TestServer, text: &str) {
    let mut log = std::fs::File::options().append(true).open(server.audit_log()).expect("the audit log");
    log.write_all(text.as_bytes()).expect("a line");
}

async fn steer(admin: &Admin, tokens: &Answer, patch: Value) {
    let path = format!("/demo/offline-sessions/{}", grant_of(&tokens.refresh_token()));
    let answer = Answer::of(admin.request(Method::PATCH, &path).json(&patch)).await;
    assert!(matches!(answer.status, 200 | 204), "{answer}");
}

/// The server's time, which a fresh token tells.
async fn now_s(server: &TestServer) -> i64 {
    let answer = Client::nightly_backup(server).client_credentials("openid").await.expect_tokens();
    token::claims(&answer.access_token())["iat"].as_i64().expect("an iat")
}
