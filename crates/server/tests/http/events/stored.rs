//! Each type is stored with its fields when what it names happens.

use crate::support::{alices_backup, alices_frame, alices_online, user_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, Console, TestServer, on_both_databases, token,
};
use serde_json::{Value, json};

fn gid(access_token: &str) -> Value {
    token::claims(access_token)["gid"].clone()
}

#[track_caller]
fn expect_signed_out(logout: &Value, tokens: &Answer) {
    assert_eq!(logout["userId"], user_of(tokens), "{logout}");
    assert_eq!(logout["sessionId"], tokens.text("session_state"), "{logout}");
    assert_eq!(logout["ipAddress"], "127.0.0.1", "{logout}");
    assert_eq!(logout["error"], Value::Null, "{logout}");
}

/// alice types a wrong password for nightly-backup.
async fn mistype(server: &TestServer, person: &Person) {
    let browser = Browser::new(server);
    let page = browser.open(&AuthorizationRequest::nightly_backup().url(server)).await.page();
    browser.submit(&perennial_testkit::authorize::sign_in(&page, person)).await.page();
}

on_both_databases! {
    async fn a_sign_in_its_consent_and_its_code_are_stored_with_who_where_and_for_whom(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let claims = token::claims(&tokens.access_token());
        for event_type in ["LOGIN", "GRANT_CONSENT", "CODE_TO_TOKEN"] {
            let event = admin.event(event_type).await;
            assert_eq!(event["clientId"], demo::NIGHTLY_BACKUP, "{event}");
            assert_eq!(event["userId"], claims["sub"], "{event}");
            assert_eq!(event["sessionId"], claims["sid"], "{event}");
            assert_eq!(event["ipAddress"], "127.0.0.1", "{event}");
            assert_eq!(event["realmId"], admin.realm().await["id"], "{event}");
            assert_eq!(event["error"], Value::Null, "{event}");
        }
        let code = admin.event("CODE_TO_TOKEN").await;
        assert_eq!(code["grantId"], claims["gid"]);
        assert!(code["details"]["scope"].as_str().expect("a scope").contains("offline_access"), "{code}");
        assert!(admin.event("GRANT_CONSENT").await["details"]["chosen_end_s"].is_string());
    }

    async fn a_consent_given_again_is_an_update(server) {
        let admin = Admin::sign_in(&server).await;
        alices_backup(&server).await;
        let request = AuthorizationRequest::nightly_backup().prompt("consent");
        Client::nightly_backup(&server).authorize_with(&server, &request, &Person::alice(), &Choice::for_days(7)).await;
        let event = admin.event("UPDATE_CONSENT").await;
        assert_eq!(event["details"]["chosen_end_s"], "604800");
        assert_eq!(admin.events("type=GRANT_CONSENT").await.len(), 1);
    }

    async fn a_wrong_password_is_stored_with_its_user(server) {
        let admin = Admin::sign_in(&server).await;
        mistype(&server, &Person::new("alice", "wrong")).await;
        let event = admin.event("LOGIN_ERROR").await;
        assert_eq!(event["error"], "invalid_user_credentials");
        assert_eq!(event["clientId"], demo::NIGHTLY_BACKUP);
        assert_eq!(event["details"]["username"], "alice");
        assert!(event["userId"].is_string(), "{event}");
    }

    async fn what_was_typed_as_a_name_that_nobody_has_is_not_stored(server) {
        let admin = Admin::sign_in(&server).await;
        mistype(&server, &Person::new("my-Secret-Passphrase", "alice")).await;
        let event = admin.event("LOGIN_ERROR").await;
        assert_eq!(event["userId"], Value::Null);
        assert!(!event.to_string().to_lowercase().contains("passphrase"), "{event}");
    }

    async fn a_refused_consent_is_stored(server) {
        let admin = Admin::sign_in(&server).await;
        let request = AuthorizationRequest::nightly_backup();
        Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::cancel()).await;
        let event = admin.event("LOGIN_ERROR").await;
        assert_eq!((event["error"].as_str(), event["clientId"].as_str()), (Some("rejected_by_user"), Some("nightly-backup")));
        assert!(admin.events("type=GRANT_CONSENT&type=CODE_TO_TOKEN").await.is_empty());
    }

    async fn a_redirect_uri_that_is_not_the_clients_is_stored(server) {
        let admin = Admin::sign_in(&server).await;
        let request = AuthorizationRequest::nightly_backup().with("redirect_uri", "https://attacker.example/");
        Browser::new(&server).open(&request.url(&server)).await.page();
        assert_eq!(admin.event("LOGIN_ERROR").await["clientId"], demo::NIGHTLY_BACKUP);
    }

    async fn a_refused_refresh_is_stored_with_its_session_and_the_reason(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        client.refresh_narrowed(&tokens.refresh_token(), "openid phone").await.expect_error(400, "invalid_scope");
        let event = admin.event("REFRESH_TOKEN_ERROR").await;
        assert_eq!(event["error"], "invalid_scope");
        assert_eq!(event["grantId"], gid(&tokens.access_token()));
        assert_eq!(event["userId"], token::claims(&tokens.access_token())["sub"]);
        assert!(event["details"]["reason"].is_string(), "{event}");
    }

    async fn a_token_that_is_shown_again_and_again_is_told_of_once_a_generation_and_counted(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let mut current = tokens.refresh_token();
        for generation in 1..=2 {
            let next = client.refresh(&current).await.expect_tokens().refresh_token();
            for _ in 0..5 {
                assert_eq!(client.refresh(&current).await.expect_tokens().refresh_token(), next);
            }
            assert_eq!(admin.events("type=REFRESH_TOKEN_REPLAYED").await.len(), generation);
            assert_eq!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0]["replays"], 5);
            current = next;
        }
    }

    async fn a_replayed_refresh_is_stored_and_a_reused_one_with_the_end_of_its_session(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let second = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(admin.event("REFRESH_TOKEN_REPLAYED").await["grantId"], gid(&tokens.access_token()));
        assert!(admin.events("type=REFRESH_TOKEN_REUSED").await.is_empty());

        client.refresh(&second.refresh_token()).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        let reused = admin.event("REFRESH_TOKEN_REUSED").await;
        assert_eq!(reused["grantId"], gid(&tokens.access_token()));
        assert_eq!(reused["clientId"], demo::NIGHTLY_BACKUP);
        assert!(reused["userId"].is_string(), "{reused}");
        // What comes after the end is a refusal and no second end.
        client.refresh(&second.refresh_token()).await.expect_error(400, "invalid_grant");
        admin.event("REFRESH_TOKEN_REUSED").await;
    }

    async fn a_session_that_made_room_is_stored_as_evicted(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionLimit": 1})).await;
        let (_, first) = alices_backup(&server).await;
        server.advance_clock(1).await;
        let (_, second) = alices_backup(&server).await;
        let event = admin.event("OFFLINE_SESSION_EVICTED").await;
        assert_eq!(event["grantId"], gid(&first.access_token()));
        assert_eq!(event["details"]["made_room_for"], gid(&second.access_token()));
    }

    async fn a_code_shown_twice_is_stored_with_the_end_of_what_it_gave(server) {
        let admin = Admin::sign_in(&server).await;
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup();
        let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        let tokens = client.redeem(&request, &redirect.code()).await.expect_tokens();
        client.redeem(&request, &redirect.code()).await.expect_error(400, "invalid_grant");
        let ended = admin.event("REVOKE_GRANT").await;
        assert_eq!(ended["grantId"], gid(&tokens.access_token()));
        assert_eq!(ended["details"]["reason"], "code_replayed");
        assert_eq!(admin.event("CODE_TO_TOKEN_ERROR").await["clientId"], demo::NIGHTLY_BACKUP);
    }

    async fn whoever_ends_a_session_is_named(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, by_client) = alices_backup(&server).await;
        client.revoke(&by_client.refresh_token()).await.expect(200);
        assert_eq!(admin.event("REVOKE_GRANT").await["details"]["by"], "client");

        let (_, by_admin) = alices_backup(&server).await;
        let id = gid(&by_admin.access_token());
        admin.end_offline_session(id.as_str().expect("an id")).await.expect(204);
        let newest = &admin.events("type=REVOKE_GRANT").await[0];
        assert_eq!((&newest["grantId"], newest["details"]["by"].as_str()), (&id, Some("admin")));

        alices_frame(&server).await;
        Console::account(&server, &Person::alice()).await.remove_app(demo::PHOTO_FRAME).await;
        let newest = &admin.events("type=REVOKE_GRANT").await[0];
        assert_eq!(newest["details"]["by"], "user");
        assert_eq!(newest["clientId"], demo::PHOTO_FRAME);
    }

    async fn a_logout_is_stored_with_who_signed_out_of_which_session_and_where(server) {
        let admin = Admin::sign_in(&server).await;
        let address = format!("{}/protocol/openid-connect/logout", server.issuer(demo::REALM));
        let (browser, _, online) = alices_online(&server).await;
        let page = browser.open_page(&format!("{address}?id_token_hint={}", online.id_token())).await;
        assert_eq!(page.status, 200, "{page}");
        let logout = admin.event("LOGOUT").await;
        expect_signed_out(&logout, &online);
        assert_eq!(logout["clientId"], demo::NIGHTLY_BACKUP, "whose hint it was: {logout}");

        let (_, client, online) = alices_online(&server).await;
        client.log_out(&online.refresh_token()).await.expect(204);
        let logout = admin.events("type=LOGOUT").await.remove(0);
        expect_signed_out(&logout, &online);
        assert_eq!(logout["clientId"], demo::NIGHTLY_BACKUP, "whose token it was: {logout}");

        let (browser, _, online) = alices_online(&server).await;
        let question = browser.open_page(&address).await;
        browser.submit(&question.form_with("kc-logout").press("kc-logout")).await.page();
        let logouts = admin.events("type=LOGOUT").await;
        expect_signed_out(&logouts[0], &online);
        assert_eq!(logouts[0]["clientId"], Value::Null, "no client has asked for it: {logouts:?}");
        assert_eq!(logouts.len(), 3, "{logouts:?}");
        assert!(admin.events("type=USER_SESSION_DELETED").await.is_empty());
    }

    async fn a_session_ended_by_an_admin_is_stored_apart_from_logouts(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let sid = token::claims(&tokens.access_token())["sid"].clone();
        admin.delete(&format!("/demo/sessions/{}", sid.as_str().expect("an id"))).await.expect(204);
        let ended = admin.event("USER_SESSION_DELETED").await;
        assert_eq!((&ended["sessionId"], ended["details"]["by"].as_str()), (&sid, Some("admin")));
        assert_eq!(ended["userId"], user_of(&tokens), "{ended}");
        assert!(admin.events("type=LOGOUT").await.is_empty());
    }

    async fn a_direct_grant_is_a_sign_in_and_a_refused_one_is_its_error(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"consentRequired": false, "directAccessGrantsEnabled": true})).await;
        let client = Client::nightly_backup(&server);
        client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        client.password_grant(&Person::new("alice", "wrong"), "openid").await.expect_error(400, "invalid_grant");
        let sign_in = admin.event("LOGIN").await;
        assert_eq!(sign_in["details"]["grant_type"], "password");
        assert_eq!(admin.event("LOGIN_ERROR").await["userId"], sign_in["userId"]);
    }

    async fn a_service_signs_in_as_itself(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"serviceAccountsEnabled": true})).await;
        Client::nightly_backup(&server).client_credentials("openid").await.expect_tokens();
        assert_eq!(admin.event("CLIENT_LOGIN").await["clientId"], demo::NIGHTLY_BACKUP);
        Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong").client_credentials("openid").await.expect(401);
        assert_eq!(admin.event("CLIENT_LOGIN_ERROR").await["error"], "invalid_client");
    }

    async fn every_refresh_and_introspection_is_stored_once_an_admin_asks_for_it_and_only_counted_before(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(client.is_active(&tokens.access_token()).await);
        assert!(admin.events("type=REFRESH_TOKEN&type=INTROSPECT_TOKEN").await.is_empty());
        let metrics = perennial_testkit::Answer::of(server.http().get(server.url("/metrics"))).await.body;
        for counted in ["REFRESH_TOKEN", "INTROSPECT_TOKEN", "CODE_TO_TOKEN"] {
            assert!(metrics.contains(&format!("perennial_events_total{{type=\"{counted}\"}} 1")), "{counted}");
        }

        admin.configure_events(json!({"enabledEventTypes": ["REFRESH_TOKEN", "INTROSPECT_TOKEN"]})).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(client.is_active(&tokens.access_token()).await);
        let refresh = admin.event("REFRESH_TOKEN").await;
        assert_eq!(refresh["grantId"], gid(&tokens.access_token()));
        let introspection = admin.event("INTROSPECT_TOKEN").await;
        assert_eq!((introspection["userId"].clone(), introspection["details"]["active"].as_str()), (refresh["userId"].clone(), Some("true")));
    }

    async fn garbage_of_nobody_is_counted_and_not_stored_and_that_of_a_client_only_up_to_a_bound(server) {
        let admin = Admin::sign_in(&server).await;
        let nobody = Client::confidential(&server, "no-such-client", "x");
        nobody.refresh("garbage").await.expect(401);
        assert!(admin.events("").await.is_empty());
        let client = Client::nightly_backup(&server);
        for _ in 0..60 {
            client.refresh("garbage").await.expect_error(400, "invalid_grant");
        }
        assert_eq!(admin.events("type=REFRESH_TOKEN_ERROR").await.len(), 30);
        server.advance_clock(60).await;
        client.refresh("garbage").await.expect_error(400, "invalid_grant");
        assert_eq!(admin.events("type=REFRESH_TOKEN_ERROR").await.len(), 31);
    }
}
