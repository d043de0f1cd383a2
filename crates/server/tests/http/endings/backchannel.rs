//! Back-channel logout (OIDC Back-Channel Logout 1.0): when a user session ends, its clients get a signed logout token, each once.

use crate::support::{alices_backup, alices_frame, alices_online, expect_alive, is_signed_out, user_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, Browser, Client, Console, Listener, RelyingParty, TestServer, listener::Received, on_both_databases,
    on_postgres, token,
};
use serde_json::{Value, json};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

on_both_databases! {
    async fn a_logout_reaches_the_client_as_a_token_that_its_library_can_verify(server) {
        let app = told(&server, json!({})).await;
        let (browser, _, online) = alices_online(&server).await;
        sign_out(&server, &browser, &online).await;
        let received = app.wait_for(1).await.remove(0);
        assert_eq!(received.path, "/backchannel");
        assert_eq!(received.header("content-type"), "application/x-www-form-urlencoded");
        let logout_token = token_in(&received.body);
        assert_eq!(token::header(&logout_token)["typ"], "logout+jwt");
        let claims = RelyingParty::nightly_backup(&server).await.verify_access_token(&logout_token);
        assert_eq!(claims["iss"], server.issuer(demo::REALM));
        assert_eq!(claims["aud"], demo::NIGHTLY_BACKUP);
        assert_eq!(claims["sub"], user_of(&online));
        assert_eq!(claims["sid"], online.text("session_state"));
        assert_eq!(claims["events"], json!({EVENT: {}}));
        assert!(claims.get("nonce").is_none() && claims["jti"].is_string(), "{claims}");
        let (issued, ends) = (claims["iat"].as_i64().expect("iat"), claims["exp"].as_i64().expect("exp"));
        assert!(issued < ends && ends <= issued + 120, "{claims}");
        server.assert_never_logged(&[&logout_token]);
    }

    async fn a_logout_token_opens_nothing(server) {
        let app = told(&server, json!({})).await;
        let (browser, client, online) = alices_online(&server).await;
        sign_out(&server, &browser, &online).await;
        let logout_token = token_in(&app.wait_for(1).await[0].body);
        assert!(!client.is_active(&logout_token).await);
        client.userinfo(&logout_token).await.expect(401);
        let hint = format!("{}/protocol/openid-connect/logout?id_token_hint={logout_token}", server.issuer(demo::REALM));
        assert_eq!(browser.open(&hint).await.page().status, 400);
    }

    async fn the_client_chooses_what_the_token_says(server) {
        let app = told(&server, json!({
            "backchannel.logout.session.required": "false", "backchannel.logout.revoke.offline.tokens": "true"
        })).await;
        let (browser, _, online) = alices_online(&server).await;
        sign_out(&server, &browser, &online).await;
        let claims = token::claims(&token_in(&app.wait_for(1).await[0].body));
        assert!(claims.get("sid").is_none() && claims["sub"].is_string(), "{claims}");
        assert_eq!(claims["events"], json!({EVENT: {"revoke_offline_access": true}}));
    }

    async fn every_way_in_which_a_user_session_ends_is_told(server) {
        let app = told(&server, json!({})).await;
        let admin = Admin::sign_in(&server).await;
        let mut told = Vec::new();
        let (_, _, online) = alices_online(&server).await;
        told.push(online.text("session_state"));
        admin.post(&format!("/demo/users/{}/logout", user_of(&online)), &Value::Null).await.expect(204);
        let (_, _, online) = alices_online(&server).await;
        told.push(online.text("session_state"));
        admin.delete(&format!("/demo/sessions/{}", online.text("session_state"))).await.expect(204);
        let (_, _, online) = alices_online(&server).await;
        told.push(online.text("session_state"));
        admin.post("/demo/logout-all", &Value::Null).await.expect(200);
        let (_, _, online) = alices_online(&server).await;
        told.push(online.text("session_state"));
        let portal = Console::account(&server, &Person::alice()).await;
        portal.delete("/realms/demo/account/sessions").await.expect(204);
        let (_, client, online) = alices_online(&server).await;
        told.push(online.text("session_state"));
        let secret = demo::NIGHTLY_BACKUP_SECRET;
        let form = [("client_id", client.id.as_str()), ("client_secret", secret), ("refresh_token", &online.refresh_token())];
        Answer::of(server.http().post(server.demo_url("/protocol/openid-connect/logout")).form(&form)).await.expect(204);
        let (_, _, online) = alices_online(&server).await;
        told.push(online.text("session_state"));
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        admin.post(&format!("/demo/clients/{uuid}/logout-all"), &Value::Null).await.expect(200);
        let (_, _, online) = alices_online(&server).await;
        told.push(online.text("session_state"));
        let change = json!({
            "currentPassword": Person::alice().password, "newPassword": "a-new-password", "logoutSessions": true
        });
        portal.post("/realms/demo/account/credentials/password", &change).await.expect(204);
        let mut sids: Vec<String> = app.wait_for(told.len()).await.iter().map(|got| sid_in(&got.body)).collect();
        sids.sort();
        told.sort();
        assert_eq!(sids, told);
    }

    async fn a_session_that_ran_out_is_told_once_it_is_removed(server) {
        let app = told(&server, json!({})).await;
        let limits = json!({"ssoSessionIdleTimeout": 600, "ssoSessionMaxLifespan": 6_000});
        Admin::sign_in(&server).await.change_realm(limits).await;
        let (_, _, online) = alices_online(&server).await;
        server.advance_clock(1_000).await;
        server.run_jobs().await;
        let received = app.wait_for(1).await;
        assert_eq!(sid_in(&received[0].body), online.text("session_state"));
        assert_eq!(token::claims(&token_in(&received[0].body))["sub"], user_of(&online));
        server.run_jobs().await;
        let (browser, _, later) = alices_online(&server).await;
        sign_out(&server, &browser, &later).await;
        assert_eq!(sid_in(&app.wait_for(2).await[1].body), later.text("session_state"), "told once");
    }

    async fn every_way_in_which_a_user_loses_their_sessions_is_told(server) {
        let app = told(&server, json!({})).await;
        let admin = Admin::sign_in(&server).await;
        let alice = format!("/demo/users/{}", admin.user_id("alice").await);
        let password = json!({"type": "password", "value": Person::alice().password, "temporary": false});
        let now = json!({"notBefore": "now"});
        let mut told = Vec::new();
        for ending in ["reset", "disabled", "user's policy", "realm's policy", "deleted"] {
            let (_, client, online) = alices_online(&server).await;
            told.push(online.text("session_state"));
            match ending {
                "reset" => admin.put(&format!("{alice}/reset-password"), &password).await.expect(204),
                "disabled" => admin.put(&alice, &json!({"enabled": false})).await.expect(204),
                "user's policy" => admin.post(&format!("{alice}/push-revocation"), &now).await.expect(200),
                "realm's policy" => admin.post("/demo/push-revocation", &now).await.expect(200),
                _ => admin.delete(&alice).await.expect(204),
            };
            assert!(!client.is_active(&online.access_token()).await, "{ending}");
            server.run_jobs().await;
            let received = app.wait_for(told.len()).await;
            let sids: Vec<String> = received.iter().map(|got| sid_in(&got.body)).collect();
            assert_eq!(sids, told, "{ending}");
            if ending == "disabled" {
                admin.put(&alice, &json!({"enabled": true})).await.expect(204);
            }
            // No two endings fall into one instant.
            server.advance_clock(1).await;
        }
    }

    async fn a_deleted_client_ends_the_sessions_it_took_part_in_and_their_other_clients_are_told(server) {
        let app = told(&server, json!({})).await;
        let (browser, client, online) = alices_online(&server).await;
        let request = perennial_testkit::AuthorizationRequest::photo_frame().scope("openid");
        let choice = perennial_testkit::Choice::accept();
        browser.authorize(&server, &request, &Person::alice(), &choice).await;
        let framed = perennial_testkit::AuthorizationRequest::photo_frame().scope("openid").prompt("none");
        let redirect = browser.open(&framed.url(&server)).await.redirect();
        Client::photo_frame(&server).redeem(&framed, &redirect.code()).await.expect_tokens();
        let (elsewhere, _, other) = alices_online(&server).await;
        let (_, offline) = alices_backup(&server).await;
        Admin::sign_in(&server).await.delete_client(demo::PHOTO_FRAME).await;
        let received = app.wait_for(1).await;
        assert_eq!(sid_in(&received[0].body), online.text("session_state"));
        assert!(is_signed_out(&server, &browser).await);
        client.refresh(&online.refresh_token()).await.expect_refusal("Session not active");
        // Sessions that it had no part in, and offline sessions, go on.
        assert!(!is_signed_out(&server, &elsewhere).await);
        expect_alive(&client, &other).await;
        expect_alive(&client, &offline).await;
    }

    async fn the_end_of_an_offline_session_alone_tells_nobody(server) {
        let app = told(&server, json!({})).await;
        let (client, offline) = alices_backup(&server).await;
        client.revoke(&offline.refresh_token()).await.expect(200);
        alices_backup(&server).await;
        Console::account(&server, &Person::alice()).await.remove_app(demo::NIGHTLY_BACKUP).await;
        // Something that is told follows, so that nothing can be on its way behind it.
        let (browser, _, online) = alices_online(&server).await;
        sign_out(&server, &browser, &online).await;
        let received = app.wait_for(1).await;
        assert_eq!(received.iter().map(|got| sid_in(&got.body)).collect::<Vec<_>>(), [online.text("session_state")]);
    }

    async fn only_clients_that_took_part_are_told(server) {
        let app = told(&server, json!({})).await;
        let other = Listener::start().await;
        let address = json!({"attributes": {"backchannel.logout.url": other.url("/other")}});
        Admin::sign_in(&server).await.change_client(demo::PHOTO_FRAME, address).await;
        alices_frame(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        sign_out(&server, &browser, &online).await;
        app.wait_for(1).await;
        assert!(other.received().is_empty(), "another browser's session");
    }

    async fn a_client_with_an_offline_session_is_told_of_the_browsers_logout_and_keeps_it(server) {
        let app = told(&server, json!({})).await;
        let request = perennial_testkit::AuthorizationRequest::nightly_backup();
        let browser = Browser::new(&server);
        let choice = perennial_testkit::Choice::accept();
        let redirect = browser.authorize(&server, &request, &Person::alice(), &choice).await;
        let client = Client::nightly_backup(&server);
        let offline = client.redeem(&request, &redirect.code()).await.expect_tokens();
        sign_out(&server, &browser, &offline).await;
        assert_eq!(sid_in(&app.wait_for(1).await[0].body), offline.text("session_state"));
        expect_alive(&client, &offline).await;
    }

    async fn a_receiver_that_fails_is_asked_again_until_it_takes_the_token(server) {
        let app = told(&server, json!({})).await;
        app.answer_next(500, "try later");
        app.answer_next_with(302, "location: http://127.0.0.1:1/elsewhere\r\n", "");
        let (browser, _, online) = alices_online(&server).await;
        sign_out(&server, &browser, &online).await;
        let received = patiently(&server, &app, 3).await;
        let sids: Vec<String> = received.iter().map(|got| sid_in(&got.body)).collect();
        assert!(sids.iter().all(|sid| *sid == online.text("session_state")), "{sids:?}");
        assert!(received.iter().all(|got| got.path == "/backchannel"), "no redirect is followed");
        // It has been taken: nothing more comes, however long we wait.
        server.advance_clock(86_400).await;
        let (browser, _, other) = alices_online(&server).await;
        sign_out(&server, &browser, &other).await;
        assert_eq!(sid_in(&app.wait_for(4).await[3].body), other.text("session_state"));
    }

    async fn a_receiver_that_is_down_holds_nobody_up_and_is_told_later(server) {
        let port = perennial_testkit::port::free_port();
        register(&server, &format!("http://127.0.0.1:{port}/backchannel"), json!({})).await;
        let (browser, client, online) = alices_online(&server).await;
        sign_out(&server, &browser, &online).await;
        assert!(is_signed_out(&server, &browser).await, "the logout does not depend on the receiver");
        let (_, offline) = alices_backup(&server).await;
        expect_alive(&client, &offline).await;
        server.kill();
        server.restart().await;
        let app = Listener::start().await;
        register(&server, &app.url("/backchannel"), json!({})).await;
        assert_eq!(sid_in(&patiently(&server, &app, 1).await[0].body), online.text("session_state"));
    }

    async fn discovery_says_that_clients_are_told(server) {
        let metadata = Answer::of(server.http().get(server.demo_url("/.well-known/openid-configuration"))).await.json();
        assert_eq!(metadata["backchannel_logout_supported"], true);
        assert_eq!(metadata["backchannel_logout_session_supported"], true);
    }
}

on_postgres! {
    async fn two_nodes_tell_each_client_once(server) {
        let second = server.second_node().await;
        let app = told(&server, json!({})).await;
        let mut expected = Vec::new();
        for _ in 0..6 {
            expected.push(alices_online(&server).await.2.text("session_state"));
        }
        Admin::sign_in(&second).await.post("/demo/logout-all", &Value::Null).await.expect(200);
        let mut sids: Vec<String> = app.wait_for(6).await.iter().map(|got| sid_in(&got.body)).collect();
        let (browser, _, last) = alices_online(&server).await;
        sign_out(&server, &browser, &last).await;
        let received = app.wait_for(7).await;
        assert_eq!(sid_in(&received[6].body), last.text("session_state"), "nothing came twice");
        sids.sort();
        expected.sort();
        assert_eq!(sids, expected);
    }
}

/// Lets time pass, minute by minute, until so many requests have come.
async fn patiently(server: &TestServer, app: &Listener, count: usize) -> Vec<Received> {
    for _ in 0..20 {
        server.advance_clock(60).await;
        for _ in 0..30 {
            if app.received().len() >= count {
                return app.received();
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
    panic!("{} of {count} requests came", app.received().len());
}

/// nightly-backup wants to be told, and this is where.
async fn told(server: &TestServer, attributes: Value) -> Listener {
    let app = Listener::start().await;
    register(server, &app.url("/backchannel"), attributes).await;
    app
}

async fn register(server: &TestServer, url: &str, mut attributes: Value) {
    attributes["backchannel.logout.url"] = json!(url);
    Admin::sign_in(server).await.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
}

async fn sign_out(server: &TestServer, browser: &Browser, tokens: &Answer) {
    let path = format!("/protocol/openid-connect/logout?id_token_hint={}", tokens.id_token());
    let page = browser.open_page(&format!("{}{path}", server.issuer(demo::REALM))).await;
    assert_eq!(page.status, 200, "{page}");
}

#[track_caller]
fn token_in(body: &str) -> String {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    match &form[..] {
        [(name, value)] if name == "logout_token" => value.clone(),
        other => panic!("not a logout token alone: {other:?}"),
    }
}

#[track_caller]
fn sid_in(body: &str) -> String {
    token::claims(&token_in(body))["sid"].as_str().expect("sid").to_owned()
}
