//! Token exchange (RFC 8693): a service that was handed a user's token goes on under its own name, also while the user is away.

use crate::support::{DAY_S, alices_backup, alices_frame};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Choice, Client, TestServer, on_both_databases, token};
use serde_json::json;

const ENABLED: &str = "standard.token.exchange.enabled";
pub(super) const REFRESH: (&str, &str) = ("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token");

/// A service in the audience of every token with full scope: all users have roles of `account`.
pub(super) async fn service(server: &TestServer) -> Client {
    let admin = Admin::sign_in(server).await;
    admin.change_client("account", json!({"publicClient": false, "attributes": {ENABLED: "true"}})).await;
    Client::confidential(server, "account", &admin.client_secret("account").await)
}

/// alice's access token for the photo frame, whose session lasts while she is away.
async fn subject(server: &TestServer) -> (Client, Answer) {
    alices_frame(server).await
}

/// A service with a role of its own, which alice has: a token that carries it names the service.
async fn notes(server: &TestServer) -> Client {
    let admin = Admin::sign_in(server).await;
    let enabled = json!({ENABLED: "true"});
    admin.create_client(json!({"clientId": "notes", "secret": "notes-secret", "attributes": enabled})).await;
    let uuid = admin.client_uuid("notes").await;
    admin.post(&format!("/demo/clients/{uuid}/roles"), &json!({"name": "reader"})).await.expect(201);
    let path = format!("/demo/users/{}/role-mappings/clients/{uuid}", admin.user_id("alice").await);
    admin.post(&path, &json!([{"name": "reader"}])).await.expect(204);
    Client::confidential(server, "notes", "notes-secret")
}

/// From now on the photo frame's tokens carry that role and no other.
async fn limit_frame_to_notes(server: &TestServer) {
    let admin = Admin::sign_in(server).await;
    admin.change_client(demo::PHOTO_FRAME, json!({"fullScopeAllowed": false})).await;
    let (frame, uuid) = (admin.client_uuid(demo::PHOTO_FRAME).await, admin.client_uuid("notes").await);
    let path = format!("/demo/clients/{frame}/scope-mappings/clients/{uuid}");
    admin.post(&path, &json!([{"name": "reader"}])).await.expect(204);
}

on_both_databases! {
    async fn no_role_and_no_audience_is_won_by_exchanging(server) {
        let notes = notes(&server).await;
        let (frame, _) = subject(&server).await;
        limit_frame_to_notes(&server).await;
        let narrow = frame.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        let before = token::claims(&narrow.access_token());
        assert_eq!(before["aud"], "notes", "{before}");
        let given = (narrow.access_token(), "access_token");
        let answer = notes.exchange(&given.0, given.1, &[]).await.expect_tokens();
        let own = token::claims(&answer.access_token());
        assert!(own["realm_access"]["roles"].as_array().is_none_or(|roles| {
            let carried = before["realm_access"]["roles"].as_array();
            roles.iter().all(|role| carried.is_some_and(|carried| carried.contains(role)))
        }), "{own}");
        assert_eq!(own["resource_access"], json!({"notes": {"roles": ["reader"]}}));
        assert!(!own["aud"].to_string().contains("account"), "{own}");
        notes.exchange(&given.0, given.1, &[("audience", "account")]).await.expect_error(400, "invalid_target");
        // A session of the client's own would carry its roles at each refresh.
        let wish = [("scope", "openid offline_access"), REFRESH];
        notes.exchange(&given.0, given.1, &wish).await.expect_error(400, "invalid_request");
        Admin::sign_in(&server).await.change_client("notes", json!({"fullScopeAllowed": false})).await;
        let answer = notes.exchange(&given.0, given.1, &wish).await;
        assert_eq!(answer.status, 400, "offline access takes its role, which is not in the scope: {answer}");
    }

    async fn an_exchanged_token_opens_neither_the_admin_api_nor_the_account(server) {
        let notes = notes(&server).await;
        let admin = Admin::sign_in(&server).await;
        let management = admin.client_uuid("realm-management").await;
        let path = format!("/demo/users/{}/role-mappings/clients/{management}", admin.user_id("alice").await);
        admin.post(&path, &json!([{"name": "view-clients"}])).await.expect(204);
        for name in [demo::PHOTO_FRAME, "notes"] {
            let path = format!("/demo/clients/{}/scope-mappings/clients/{management}", admin.client_uuid(name).await);
            admin.post(&path, &json!([{"name": "view-clients"}])).await.expect(204);
        }
        let (_, tokens) = subject(&server).await;
        let clients = |bearer: String| { let api = Admin::with_bearer(&server, &bearer); async move { api.get("/demo/clients").await } };
        let account = |bearer: String| {
            Answer::of(server.http().get(server.demo_url("/account/offline-sessions")).bearer_auth(bearer))
        };
        clients(tokens.access_token()).await.expect(200);
        account(tokens.access_token()).await.expect(200);
        let given = tokens.access_token();
        let borrowed = notes.exchange(&given, "access_token", &[]).await.expect_tokens();
        let own = notes.exchange(&given, "access_token", &[("scope", "openid offline_access"), REFRESH]).await.expect_tokens();
        let refreshed = notes.refresh(&own.refresh_token()).await.expect_tokens();
        for answer in [borrowed, own, refreshed] {
            let audience = token::claims(&answer.access_token())["aud"].to_string();
            assert!(audience.contains("realm-management") && audience.contains("account"), "{audience}");
            clients(answer.access_token()).await.expect(403);
            account(answer.access_token()).await.expect(403);
        }
    }

    async fn exchanging_with_oneself_wins_no_time_beyond_the_maximum_lifespan(server) {
        let admin = Admin::sign_in(&server).await;
        let max = (7 * DAY_S).to_string();
        let attributes = json!({ENABLED: "true", "client.offline.session.max.lifespan": max});
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
        let (backup, tokens) = alices_backup(&server).await;
        server.advance_clock(6 * DAY_S).await;
        let wish = [("scope", "openid offline_access"), REFRESH];
        let answer = backup.exchange(&tokens.refresh_token(), "refresh_token", &wish).await.expect_tokens();
        backup.refresh(&answer.refresh_token()).await.expect_tokens();
        server.advance_clock(DAY_S + 1).await;
        backup.refresh(&answer.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn a_service_in_the_audience_gets_a_token_of_its_own_for_the_same_user(server) {
        let service = service(&server).await;
        let (_, tokens) = subject(&server).await;
        let answer = service.exchange(&tokens.access_token(), "access_token", &[]).await.expect_tokens();
        assert_eq!(answer.text("issued_token_type"), "urn:ietf:params:oauth:token-type:access_token");
        assert!(!answer.has("refresh_token") && !answer.has("id_token"), "{answer}");
        let (own, before) = (token::claims(&answer.access_token()), token::claims(&tokens.access_token()));
        assert_eq!((&own["sub"], &own["gid"]), (&before["sub"], &before["gid"]), "the same user and grant");
        assert_eq!(own["azp"], "account");
        assert!(own["exp"].as_i64() <= before["exp"].as_i64(), "it never outlives what it came from");
        assert!(!answer.scopes().contains(&"offline_access".to_owned()), "never unasked: {answer}");
        assert!(Client::nightly_backup(&server).is_active(&answer.access_token()).await);
        service.userinfo(&answer.access_token()).await.expect(200);
        assert_eq!(Admin::sign_in(&server).await.offline_sessions("account").await.len(), 0, "no session of its own");
    }

    async fn an_exchanged_access_token_ends_with_the_subjects_grant(server) {
        let service = service(&server).await;
        let (frame, tokens) = subject(&server).await;
        let exchanged = service.exchange(&tokens.access_token(), "access_token", &[]).await.expect_tokens().access_token();
        frame.revoke(&tokens.refresh_token()).await.expect(200);
        assert!(!Client::nightly_backup(&server).is_active(&exchanged).await);
        service.userinfo(&exchanged).await.expect(401);
        service.exchange(&tokens.access_token(), "access_token", &[]).await.expect_error(400, "invalid_request");
    }

    async fn exchanging_again_and_again_wins_no_time(server) {
        let service = service(&server).await;
        let (_, tokens) = subject(&server).await;
        let end = token::claims(&tokens.access_token())["exp"].as_i64();
        server.advance_clock(100).await;
        let once = service.exchange(&tokens.access_token(), "access_token", &[]).await.expect_tokens();
        let twice = service.exchange(&once.access_token(), "access_token", &[]).await.expect_tokens();
        assert!(token::claims(&twice.access_token())["exp"].as_i64() <= end);
        server.advance_clock(201).await;
        service.exchange(&twice.access_token(), "access_token", &[]).await.expect_error(400, "invalid_request");
    }

    async fn from_an_offline_session_comes_one_of_the_exchanging_clients_own(server) {
        let service = service(&server).await;
        let (frame, tokens) = subject(&server).await;
        let wish = [("scope", "openid offline_access"), REFRESH];
        let answer = service.exchange(&tokens.access_token(), "access_token", &wish).await.expect_tokens();
        assert_eq!(answer.text("issued_token_type"), REFRESH.1);
        assert_eq!(token::claims(&answer.refresh_token())["typ"], "Offline");
        let sessions = Admin::sign_in(&server).await.offline_sessions("account").await;
        assert_eq!(sessions[0]["grantType"], "urn:ietf:params:oauth:grant-type:token-exchange", "{sessions:?}");
        assert_eq!(sessions[0]["username"], "alice");
        frame.revoke(&tokens.refresh_token()).await.expect(200);
        server.advance_clock(10 * DAY_S).await;
        let refreshed = service.refresh(&answer.refresh_token()).await.expect_tokens();
        for id_token in [answer.id_token(), refreshed.id_token()] {
            let told = token::claims(&id_token);
            let signed_in = &token::claims(&tokens.id_token())["auth_time"];
            assert_eq!((&told["aud"], &told["auth_time"]), (&json!("account"), signed_in), "at first as at each refresh");
        }
    }

    async fn offline_access_comes_only_of_a_session_that_has_it(server) {
        let service = service(&server).await;
        let frame = Client::photo_frame(&server);
        let online = frame.password_grant(&Person::alice(), "openid").await.expect_tokens();
        let wish = [("scope", "openid offline_access")];
        service.exchange(&online.access_token(), "access_token", &wish).await.expect_error(400, "invalid_scope");
        let (_, tokens) = subject(&server).await;
        let narrowed = frame.refresh_narrowed(&tokens.refresh_token(), "openid").await.expect_tokens();
        service.exchange(&narrowed.access_token(), "access_token", &wish).await.expect_error(400, "invalid_scope");
    }

    async fn the_gates_of_offline_access_hold_for_the_exchanging_client(server) {
        let service = service(&server).await;
        let (_, tokens) = subject(&server).await;
        let admin = Admin::sign_in(&server).await;
        let wish = [("scope", "openid offline_access")];
        admin.change_client("account", json!({"optionalClientScopes": ["address"]})).await;
        service.exchange(&tokens.access_token(), "access_token", &wish).await.expect_error(400, "invalid_scope");
        admin.change_client("account", json!({"optionalClientScopes": ["offline_access"], "consentRequired": true})).await;
        let refused = service.exchange(&tokens.access_token(), "access_token", &wish).await.expect_error(400, "invalid_scope");
        assert!(refused.text("error_description").contains("Missing consents"), "{refused}");
    }

    async fn a_strict_client_gets_no_offline_access_by_exchanging_which_has_no_page(server) {
        let service = service(&server).await;
        let (_, tokens) = subject(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_client("account", json!({"offlineAccessConsent": "strict"})).await;
        let wish = [("scope", "openid offline_access"), ("prompt", "consent")];
        let answer = service.exchange(&tokens.access_token(), "access_token", &wish).await.expect_tokens();
        assert!(!answer.has("refresh_token") && !answer.scopes().contains(&"offline_access".to_owned()), "{answer}");
        assert!(admin.offline_sessions("account").await.is_empty());
        let online = service.exchange(&tokens.access_token(), "access_token", &[wish[0], REFRESH]).await.expect_tokens();
        assert_eq!(token::claims(&online.refresh_token())["typ"], "Refresh", "it lives in the user's session");
        assert!(admin.offline_sessions("account").await.is_empty());
        admin.change_client("account", json!({"offlineAccessConsent": "stored"})).await;
        let answer = service.exchange(&tokens.access_token(), "access_token", &wish).await.expect_tokens();
        assert!(answer.has("refresh_token"), "{answer}");
    }

    async fn no_scope_is_won_by_exchanging(server) {
        let service = service(&server).await;
        let (frame, tokens) = subject(&server).await;
        for wish in ["openid phone", "openid nonsense", "openid \u{e9}"] {
            let answer = service.exchange(&tokens.access_token(), "access_token", &[("scope", wish)]).await;
            answer.expect_error(400, "invalid_scope");
        }
        let narrowed = frame.refresh_narrowed(&tokens.refresh_token(), "openid").await.expect_tokens();
        let answer = service.exchange(&narrowed.access_token(), "access_token", &[("scope", "openid email")]).await;
        answer.expect_error(400, "invalid_scope");
    }

    async fn a_refresh_token_without_offline_access_lives_in_the_users_session(server) {
        let service = service(&server).await;
        let frame = Client::photo_frame(&server);
        let online = frame.password_grant(&Person::alice(), "openid").await.expect_tokens();
        let answer = service.exchange(&online.access_token(), "access_token", &[REFRESH]).await.expect_tokens();
        assert_eq!(token::claims(&answer.refresh_token())["typ"], "Refresh");
        service.refresh(&answer.refresh_token()).await.expect_tokens();
        let away = frame.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        service.exchange(&away.access_token(), "access_token", &[REFRESH]).await.expect_error(400, "invalid_request");
    }

    async fn a_refresh_token_is_exchanged_by_its_own_client_and_not_used_up(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": {ENABLED: "true"}})).await;
        let (backup, tokens) = alices_backup(&server).await;
        let offline = tokens.refresh_token();
        let answer = backup.exchange(&offline, "refresh_token", &[("scope", "openid")]).await.expect_tokens();
        assert!(backup.is_active(&answer.access_token()).await);
        let next = backup.refresh(&offline).await.expect_tokens();
        backup.refresh(&next.refresh_token()).await.expect_tokens();
        backup.exchange(&offline, "refresh_token", &[]).await.expect_error(400, "invalid_request");
        // Only the refresh grant detects reuse: the session goes on.
        backup.refresh(&next.refresh_token()).await.expect_tokens();
        let service = service(&server).await;
        service.exchange(&offline, "refresh_token", &[]).await.expect_error(400, "invalid_request");
    }

    async fn the_end_that_the_user_chose_is_not_outlived_through_another_client(server) {
        let service = service(&server).await;
        let frame = Client::photo_frame(&server);
        let request = perennial_testkit::AuthorizationRequest::photo_frame().prompt("consent");
        let tokens = frame.authorize_with(&server, &request, &Person::alice(), &Choice::for_days(7)).await;
        let wish = [("scope", "openid offline_access")];
        let answer = service.exchange(&tokens.access_token(), "access_token", &wish).await.expect_tokens();
        server.advance_clock(6 * DAY_S).await;
        service.refresh(&answer.refresh_token()).await.expect_tokens();
        server.advance_clock(DAY_S + 1).await;
        service.refresh(&answer.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn who_may_not_exchange_is_refused(server) {
        let (frame, tokens) = subject(&server).await;
        let access = tokens.access_token();
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::PHOTO_FRAME, json!({"attributes": {ENABLED: "true"}})).await;
        frame.exchange(&access, "access_token", &[]).await.expect_error(400, "unauthorized_client");
        let backup = Client::nightly_backup(&server);
        backup.exchange(&access, "access_token", &[]).await.expect_error(400, "unauthorized_client");
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": {ENABLED: "true"}})).await;
        let outside = backup.exchange(&access, "access_token", &[]).await.expect_error(400, "invalid_request");
        assert!(outside.text("error_description").contains("audience"), "{outside}");
        let wrong = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong");
        wrong.exchange(&access, "access_token", &[]).await.expect_error(401, "invalid_client");
    }

    async fn a_bad_subject_token_is_an_invalid_request(server) {
        let service = service(&server).await;
        let (_, tokens) = subject(&server).await;
        for (what, damaged) in token::damaged(&tokens.access_token()) {
            let answer = service.exchange(&damaged, "access_token", &[]).await;
            assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_request"), "{what}: {answer}");
        }
        let id_token = tokens.id_token();
        service.exchange(&id_token, "access_token", &[]).await.expect_error(400, "invalid_request");
        service.exchange(&tokens.refresh_token(), "access_token", &[]).await.expect_error(400, "invalid_request");
        service.exchange(&tokens.access_token(), "refresh_token", &[]).await.expect_error(400, "invalid_request");
        service.exchange(&tokens.access_token(), "saml2", &[]).await.expect_error(400, "invalid_request");
        let master = Client::new(&server, demo::MASTER, "admin-cli", perennial_testkit::client::Authentication::None);
        let foreign = master.password_grant(&Person::admin(), "openid").await.expect_tokens();
        service.exchange(&foreign.access_token(), "access_token", &[]).await.expect_error(400, "invalid_request");
        server.advance_clock(301).await;
        service.exchange(&tokens.access_token(), "access_token", &[]).await.expect_error(400, "invalid_request");
    }

    async fn what_the_request_lacks_or_has_too_much_of_is_named(server) {
        let service = service(&server).await;
        let (_, tokens) = subject(&server).await;
        let access = tokens.access_token();
        let exchange = async |extra: (&str, &str)| service.exchange(&access, "access_token", &[extra]).await;
        let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        service.token(&[grant]).await.expect_error(400, "invalid_request");
        service.token(&[grant, ("subject_token", &access)]).await.expect_error(400, "invalid_request");
        exchange(("actor_token", "x")).await.expect_error(400, "invalid_request");
        exchange(("requested_token_type", "urn:x")).await.expect_error(400, "invalid_request");
        exchange(("audience", "nobody")).await.expect_error(400, "invalid_target");
        exchange(("resource", "https://nowhere.example")).await.expect_error(400, "invalid_target");
    }

    async fn a_disabled_client_loses_its_exchanged_tokens_and_others_cannot_use_its(server) {
        let service = service(&server).await;
        let (frame, tokens) = subject(&server).await;
        let exchanged = service.exchange(&tokens.access_token(), "access_token", &[]).await.expect_tokens().access_token();
        frame.revoke(&exchanged).await.expect_error(400, "invalid_grant");
        let admin = Admin::sign_in(&server).await;
        admin.change_client("account", json!({"enabled": false})).await;
        assert!(!Client::nightly_backup(&server).is_active(&exchanged).await);
    }
}
