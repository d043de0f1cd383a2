//! What ends with an admin's approval, by its end or by being taken away: no switch of the client or of a scope gives it back.

use crate::support::{DAY_S, expect_alive, expect_ended, expect_gone, grant_of};
use perennial_testkit::authorize::sign_in;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};

const USUAL: [&str; 4] = ["openid", "profile", "email", "offline_access"];
/// More than end in the request itself.
const MANY: usize = 300;
const GONE: &str = "Offline session not found";

async fn approve(admin: &Admin, client_id: &str, approval: Value) {
    let uuid = admin.client_uuid(client_id).await;
    admin.put(&format!("/demo/admin-consents/{uuid}"), &approval).await.expect(204);
}

async fn take_away(admin: &Admin, client_id: &str) {
    let uuid = admin.client_uuid(client_id).await;
    admin.delete(&format!("/demo/admin-consents/{uuid}")).await.expect(204);
}

/// alice signs in without any page but the password's.
async fn silently(server: &TestServer) -> Answer {
    let (browser, request) = (Browser::new(server), AuthorizationRequest::nightly_backup());
    let page = browser.open_page(&request.url(server)).await;
    let redirect = browser.submit(&sign_in(&page, &Person::alice())).await.redirect();
    Client::nightly_backup(server).redeem(&request, &redirect.code()).await.expect_tokens()
}

on_both_databases! {
    async fn what_lived_by_an_approval_is_removed_with_it_and_no_switch_brings_it_back(server) {
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": USUAL})).await;
        let tokens = silently(&server).await;
        take_away(&admin, demo::NIGHTLY_BACKUP).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        assert!(!client.is_active(&tokens.access_token()).await);
        let lines = server.audit_lines();
        let line = lines.iter().find(|line| line["why"] == "approval_gone").expect("an audit line");
        assert_eq!(line["grants"], json!([grant_of(&tokens)]));
        let event = admin.event("REVOKE_GRANT").await;
        assert_eq!(event["details"]["reason"], "approval_gone", "{event}");
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"consentRequired": false})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        expect_alive(&client, &silently(&server).await).await;
    }

    async fn an_approval_that_has_come_to_its_end_gives_nothing_back_where_none_is_needed_any_more(server) {
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": USUAL})).await;
        let tokens = silently(&server).await;
        let end = (server.now_s().await + DAY_S) * 1_000;
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": USUAL, "expires": end})).await;
        server.advance_clock(DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"consentRequired": false})).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        expect_alive(&client, &silently(&server).await).await;
    }

    async fn nor_does_a_scope_that_anybody_can_allow_from_now_on(server) {
        let (admin, frame) = (Admin::sign_in(&server).await, Client::photo_frame(&server));
        admin.post("/demo/client-scopes", &json!({"name": "files", "adminConsentRequired": true})).await.expect(201);
        admin.assign_scope(demo::PHOTO_FRAME, "optional", "files").await;
        let end = (server.now_s().await + DAY_S) * 1_000;
        approve(&admin, demo::PHOTO_FRAME, json!({"scopes": ["files"]})).await;
        let alice = Person::alice();
        let ask = async || frame.password_grant(&alice, "openid offline_access files").await.expect_tokens();
        let first = ask().await;
        let plain = frame.password_grant(&alice, "openid offline_access").await.expect_tokens();
        take_away(&admin, demo::PHOTO_FRAME).await;
        approve(&admin, demo::PHOTO_FRAME, json!({"scopes": ["files"]})).await;
        let second = ask().await;
        approve(&admin, demo::PHOTO_FRAME, json!({"scopes": ["files"], "expires": end})).await;
        server.advance_clock(DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        let scope = admin.scope_id("files").await;
        let free = json!({"name": "files", "adminConsentRequired": false});
        admin.put(&format!("/demo/client-scopes/{scope}"), &free).await.expect(204);
        for ended in [&first, &second] {
            frame.refresh(&ended.refresh_token()).await.expect_refusal(GONE);
        }
        expect_alive(&frame, &plain).await;
        expect_alive(&frame, &ask().await).await;
    }

    async fn a_scope_that_is_left_out_of_a_new_approval_ends_what_had_it_and_nothing_else(server) {
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": USUAL})).await;
        let alices = silently(&server).await;
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": ["openid", "profile", "offline_access"]})).await;
        client.refresh(&alices.refresh_token()).await.expect_refusal(GONE);
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": USUAL})).await;
        client.refresh(&alices.refresh_token()).await.expect_refusal(GONE);
        expect_alive(&client, &bobs).await;
        expect_alive(&client, &silently(&server).await).await;
    }

    async fn what_a_service_did_in_its_own_name_ends_with_its_approval_and_what_it_did_for_users_goes_on(server) {
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        let reserved = json!({"name": "files", "applicationAdminConsentRequired": true});
        admin.post("/demo/client-scopes", &reserved).await.expect(201);
        admin.assign_scope(demo::NIGHTLY_BACKUP, "optional", "files").await;
        let switched_on = json!({"attributes": {"client_credentials.use_refresh_token": "true"}});
        admin.change_client(demo::NIGHTLY_BACKUP, switched_on).await;
        let scope = "openid offline_access files";
        let request = AuthorizationRequest::nightly_backup().scope(scope);
        let hers = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        client.client_credentials(scope).await.expect_error(400, "access_denied");
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": ["files"]})).await;
        let own = client.client_credentials(scope).await.expect_tokens();
        client.refresh(&own.refresh_token()).await.expect_tokens();
        take_away(&admin, demo::NIGHTLY_BACKUP).await;
        client.refresh(&own.refresh_token()).await.expect_refusal(GONE);
        expect_alive(&client, &hers).await;
        // Nor does it come back where nobody has to allow it any more.
        let free = json!({"applicationAdminConsentRequired": false});
        admin.put(&format!("/demo/client-scopes/{}", admin.scope_id("files").await), &free).await.expect(204);
        client.refresh(&own.refresh_token()).await.expect_refusal(GONE);
        expect_alive(&client, &client.client_credentials(scope).await.expect_tokens()).await;
    }

    async fn what_an_approval_ended_by_its_end_is_removed_by_the_jobs(server) {
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": USUAL})).await;
        let tokens = silently(&server).await;
        let end = (server.now_s().await + DAY_S) * 1_000;
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": USUAL, "expires": end})).await;
        server.advance_clock(DAY_S).await;
        server.run_jobs().await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(GONE);
        expect_alive(&client, &bobs).await;
    }

    async fn however_many_lived_by_an_approval_none_is_shown_from_then_on_and_a_job_removes_them_all(server) {
        let (admin, client) = (Admin::sign_in(&server).await, Client::nightly_backup(&server));
        let many = json!({"standard.token.exchange.enabled": "true", "offline.session.limit": "0"});
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": many})).await;
        let bobs = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": USUAL})).await;
        let oldest = silently(&server).await;
        let wish = [
            ("scope", "openid offline_access"),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"),
        ];
        for _ in 0..MANY {
            client.exchange(&oldest.refresh_token(), "refresh_token", &wish).await.expect_tokens();
        }
        take_away(&admin, demo::NIGHTLY_BACKUP).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        let count = admin.get(&format!("/demo/clients/{uuid}/offline-session-count")).await.expect(200).json();
        assert_eq!(count["count"], 1, "bob allowed his himself: {count}");
        let listed = admin.offline_sessions(demo::NIGHTLY_BACKUP).await;
        assert!(listed.len() == 1 && listed[0]["username"] == "bob", "{listed:?}");
        let alice = admin.user_id("alice").await;
        let hers = admin.get(&format!("/demo/users/{alice}/offline-sessions/{uuid}")).await.expect(200).json();
        assert_eq!(hers, json!([]));
        expect_ended(&client, &oldest).await;
        server.run_jobs().await;
        expect_gone(&client, &oldest).await;
        let lines = server.audit_lines();
        let told = lines.iter().filter(|line| line["why"] == "approval_gone");
        let ended: usize = told.map(|line| line["grants"].as_array().expect("grants").len()).sum();
        assert_eq!(ended, MANY + 1, "each is in the audit log, once");
        expect_alive(&client, &bobs).await;
    }
}
