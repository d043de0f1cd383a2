//! A user who signs out at an upstream provider is signed out here, and loses their offline sessions where the provider says so (OIDC
//! Back-Channel Logout §2.5 to §2.8). First two realms of one server meet, then a provider that the test signs for.

use super::upstream_provider::{CLIENT, EVENT, PATH, PROVIDERS, Provider, described, jwks, link, refused, tell};
use crate::support::{alices_backup, alices_online, expect_alive, expect_gone, is_signed_out, user_of};
use perennial_crypto::{SigningAlgorithm, SigningKey};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, Listener, TestServer, on_both_databases, token,
};
use serde_json::{Value, json};

on_both_databases! {
    async fn a_logout_at_the_provider_ends_the_users_sessions_here_and_offline_ones_stay(server) {
        let above = Above::new(&server, "false").await;
        let (browser, client, online) = alices_online(&server).await;
        let (_, offline) = alices_backup(&server).await;
        above.sign_in_and_out(&server).await;
        until_ended(&client, &online).await;
        assert!(is_signed_out(&server, &browser).await);
        client.refresh(&online.refresh_token()).await.expect_refusal("Session not active");
        expect_alive(&client, &offline).await;
    }

    async fn a_logout_that_revokes_offline_access_ends_the_offline_sessions_too(server) {
        let above = Above::new(&server, "true").await;
        let bob = Client::nightly_backup(&server).authorize(&server, &Person::bob(), &Choice::accept()).await;
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        above.sign_in_and_out(&server).await;
        until_ended(&client, &offline).await;
        expect_gone(&client, &offline).await;
        client.refresh(&online.refresh_token()).await.expect_refusal("Session not active");
        assert!(is_signed_out(&server, &browser).await);
        // Nobody else is meant.
        expect_alive(&client, &bob).await;
    }

    async fn what_ended_is_told_to_the_clients_in_events_and_in_the_audit_log(server) {
        let up = Provider::new(&server).await;
        let (admin, app) = (Admin::sign_in(&server).await, Listener::start().await);
        let address = json!({"attributes": {"backchannel.logout.url": app.url("/backchannel")}});
        admin.change_client(demo::NIGHTLY_BACKUP, address).await;
        let (_, offline) = alices_backup(&server).await;
        let (_, _, online) = alices_online(&server).await;
        let told = up.tell(&server, &up.revoking()).await.expect(200);
        assert_eq!(told.header("cache-control"), "no-store");
        let sids: Vec<String> = app.wait_for(2).await.iter().map(|got| sid_in(&got.body)).collect();
        assert!(sids.contains(&online.text("session_state")) && sids.contains(&offline.text("session_state")), "{sids:?}");
        let events = admin.events("type=LOGOUT").await;
        assert_eq!(events.len(), 2, "one for each browser: {events:?}");
        for event in &events {
            assert_eq!(event["details"]["identity_provider"], "up");
            assert_eq!(event["details"]["revoke_offline_access"], "true");
            assert_eq!((&event["userId"], &event["ipAddress"]), (&json!(user_of(&online)), &json!("127.0.0.1")));
        }
        assert_eq!(admin.event("REVOKE_GRANT").await["details"]["by"], "user");
        let lines: Vec<Value> = server.audit_lines().into_iter().filter(|line| line["why"] == "upstream_logout").collect();
        let extents: Vec<&Value> = lines.iter().map(|line| &line["extent"]).collect();
        let (only_online, only_offline) = (json!({"online": true, "offline": false}), json!({"online": false, "offline": true}));
        assert_eq!(extents, [&only_online, &only_offline]);
        assert!(lines.iter().all(|line| line["actor"] == "server" && line["of"]["user"] == user_of(&online)), "{lines:?}");
    }

    async fn offline_access_is_revoked_by_the_event_alone_and_only_by_true(server) {
        let up = Provider::new(&server).await;
        let (client, offline) = alices_backup(&server).await;
        for event in [json!({}), json!({"revoke_offline_access": false}), json!({"revoke_offline_access": "true"})] {
            let mut claims = up.claims();
            claims["events"] = json!({EVENT: event});
            claims["revoke_offline_access"] = json!(true);
            up.tell(&server, &claims).await.expect(200);
        }
        expect_alive(&client, &offline).await;
    }

    async fn a_token_may_say_of_itself_what_it_is_or_nothing(server) {
        let up = Provider::new(&server).await;
        for typ in ["logout+jwt", "application/logout+jwt", "JWT"] {
            tell(&server, &up.key.sign_jwt(typ, &up.claims()).expect("signed")).await.expect(200);
        }
    }

    async fn keys_behind_an_address_are_fetched_once_and_again_for_a_new_one(server) {
        let (up, place) = (Provider::new(&server).await, Listener::start().await);
        let admin = Admin::sign_in(&server).await;
        let config = json!({"useJwksUrl": "true", "jwksUrl": place.url("/certs")});
        admin.put(&format!("{PROVIDERS}/up"), &json!({"config": config})).await.expect(204);
        place.answer_next(200, &jwks(&up.key));
        up.tell(&server, &up.claims()).await.expect(200);
        up.tell(&server, &up.claims()).await.expect(200);
        assert_eq!(place.received().len(), 1, "the keys are kept");
        // An unknown key has them fetched anew, but not at every call.
        let next = SigningKey::generate(SigningAlgorithm::EdDSA).expect("a key");
        let signed_by_next = |claims: &Value| next.sign_jwt("logout+jwt", claims).expect("signed");
        refused(tell(&server, &signed_by_next(&up.claims())).await);
        assert_eq!(place.received().len(), 1);
        server.advance_clock(2).await;
        place.answer_next(200, &jwks(&next));
        tell(&server, &signed_by_next(&up.claims())).await.expect(200);
        refused(up.tell(&server, &up.claims()).await);
        assert_eq!(place.received().len(), 2);
    }

    async fn made_up_keys_take_nothing_from_those_that_are_known(server) {
        let (up, place) = (Provider::new(&server).await, Listener::start().await);
        let config = json!({"useJwksUrl": "true", "jwksUrl": place.url("/certs")});
        let admin = Admin::sign_in(&server).await;
        admin.put(&format!("{PROVIDERS}/up"), &json!({"config": config})).await.expect(204);
        place.answer_next(200, &jwks(&up.key));
        up.tell(&server, &up.claims()).await.expect(200);
        let stranger = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
        let forged = stranger.sign_jwt("logout+jwt", &up.claims()).expect("signed");
        for (status, body) in [(500, ""), (200, "{}")] {
            server.advance_clock(2).await;
            place.answer_next(status, body);
            tell(&server, &forged).await.expect_error(503, "temporarily_unavailable");
            up.tell(&server, &up.claims()).await.expect(200);
        }
        assert_eq!(place.received().len(), 3, "known keys are not asked for");
    }

    async fn a_key_that_stays_unknown_is_asked_for_ever_less_often(server) {
        let (mut up, place) = (Provider::new(&server).await, Listener::start().await);
        let admin = Admin::sign_in(&server).await;
        admin.put(&format!("{PROVIDERS}/up"), &json!({"config": behind(&place)})).await.expect(204);
        place.answer_next(200, &jwks(&up.key));
        up.tell(&server, &up.claims()).await.expect(200);
        let stranger = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
        for (asked, pause_s) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 64)] {
            server.advance_clock(pause_s - 1).await;
            up.now_s = server.now_s().await;
            let answer = tell(&server, &stranger.sign_jwt("logout+jwt", &up.claims()).expect("signed")).await;
            if pause_s == 1 {
                refused(answer);
            } else {
                // Nobody has looked for a while: it may be one of theirs by now.
                let told = answer.expect_error(503, "temporarily_unavailable");
                assert!(!told.header("retry-after").is_empty(), "{told}");
            }
            assert_eq!(place.received().len(), asked, "after a pause of {pause_s} seconds");
            up.tell(&server, &up.claims()).await.expect(200);
            server.advance_clock(1).await;
            place.answer_next(200, &jwks(&up.key));
            refused(tell(&server, &stranger.sign_jwt("logout+jwt", &up.claims()).expect("signed")).await);
            assert_eq!(place.received().len(), asked + 1, "after a pause of {pause_s} seconds");
            up.tell(&server, &up.claims()).await.expect(200);
        }
        // A real one is found at the next look, and from then on they come quickly again.
        server.advance_clock(64).await;
        up.now_s = server.now_s().await;
        place.answer_next(200, &jwks(&stranger));
        tell(&server, &stranger.sign_jwt("logout+jwt", &up.claims()).expect("signed")).await.expect(200);
        server.advance_clock(1).await;
        place.answer_next(200, &jwks(&up.key));
        up.tell(&server, &up.claims()).await.expect(200);
        assert_eq!(place.received().len(), 11);
    }

    async fn known_keys_stay_good_for_a_day_while_their_provider_is_down(server) {
        let (mut up, place) = (Provider::new(&server).await, Listener::start().await);
        let admin = Admin::sign_in(&server).await;
        admin.put(&format!("{PROVIDERS}/up"), &json!({"config": behind(&place)})).await.expect(204);
        place.answer_next(200, &jwks(&up.key));
        up.tell(&server, &up.claims()).await.expect(200);
        let stranger = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
        for (asked, later_s) in [(2, 601), (3, 3_600), (4, 82_000)] {
            server.advance_clock(later_s).await;
            up.now_s = server.now_s().await;
            place.answer_next(500, "down");
            up.tell(&server, &up.claims()).await.expect(200);
            up.tell(&server, &up.claims()).await.expect(200);
            let forged = stranger.sign_jwt("logout+jwt", &up.claims()).expect("signed");
            tell(&server, &forged).await.expect_error(503, "temporarily_unavailable");
            assert_eq!(place.received().len(), asked, "each look is shared");
        }
        server.advance_clock(300).await;
        up.now_s = server.now_s().await;
        place.answer_next(500, "down");
        up.tell(&server, &up.claims()).await.expect_error(503, "temporarily_unavailable");
        server.advance_clock(1).await;
        place.answer_next(200, &jwks(&up.key));
        up.tell(&server, &up.claims()).await.expect(200);
    }

    async fn keys_that_cannot_be_had_are_trouble_of_ours_and_the_provider_may_try_again(server) {
        let (up, place) = (Provider::new(&server).await, Listener::start().await);
        let (client, offline) = alices_backup(&server).await;
        let config = json!({"useJwksUrl": "true", "jwksUrl": place.url("/certs")});
        let admin = Admin::sign_in(&server).await;
        admin.put(&format!("{PROVIDERS}/up"), &json!({"config": config})).await.expect(204);
        let claims = up.revoking();
        let endless = format!("{{\"keys\": [], \"padding\": \"{}\"}}", "x".repeat(200_000));
        for (status, body) in [(500, "down"), (404, ""), (200, "<html>"), (200, "{\"keys\": []}"), (200, endless.as_str())] {
            place.answer_next(status, body);
            let answer = up.tell(&server, &claims).await.expect_error(503, "temporarily_unavailable");
            assert!(!answer.header("retry-after").is_empty(), "{answer}");
            server.advance_clock(2).await;
        }
        place.answer_next_with(302, &format!("location: {}\r\n", place.url("/elsewhere")), "");
        up.tell(&server, &claims).await.expect_error(503, "temporarily_unavailable");
        assert!(place.received().iter().all(|got| got.path == "/certs"), "no redirect is followed");
        server.advance_clock(2).await;
        expect_alive(&client, &offline).await;
        place.answer_next(200, &jwks(&up.key));
        up.tell(&server, &claims).await.expect(200);
        expect_gone(&client, &offline).await;
    }
}

/// The settings of a provider whose keys are had from there.
fn behind(place: &Listener) -> serde_json::Value {
    json!({"useJwksUrl": "true", "jwksUrl": place.url("/certs")})
}

/// Another realm of the server as the provider above the demo realm, and ulla, who is alice there.
struct Above {
    ulla: Person,
}

impl Above {
    async fn new(server: &TestServer, revokes: &str) -> Self {
        let (admin, ulla) = (Admin::sign_in(server).await, Person::new("ulla", "ulla-password"));
        admin.post("", &json!({"realm": "above"})).await.expect(201);
        let attributes = json!({
            "backchannel.logout.url": on_loopback(&server.demo_url(PATH)),
            "backchannel.logout.revoke.offline.tokens": revokes,
        });
        let client = json!({
            "clientId": CLIENT, "secret": "above-secret", "redirectUris": [demo::REDIRECT_URI], "attributes": attributes
        });
        admin.post("/above/clients", &client).await.expect(201);
        let credentials = json!([{"type": "password", "value": ulla.password}]);
        let fields = json!({"username": ulla.username, "enabled": true, "credentials": credentials});
        let id = admin.post("/above/users", &fields).await.created_id();
        let keys = on_loopback(&server.url("/realms/above/protocol/openid-connect/certs"));
        let config =
            json!({"issuer": server.issuer("above"), "clientId": CLIENT, "useJwksUrl": "true", "jwksUrl": keys});
        admin.post(PROVIDERS, &described("up", &config)).await.expect(201);
        link(&admin, "alice", &id).await;
        Self { ulla }
    }

    async fn sign_in_and_out(&self, server: &TestServer) {
        let request = AuthorizationRequest { realm: "above".to_owned(), ..AuthorizationRequest::new(CLIENT) };
        let (request, browser) = (request.scope("openid"), Browser::new(server));
        let redirect = browser.authorize(server, &request, &self.ulla, &Choice::accept()).await;
        let client = Client::new(server, "above", CLIENT, Authentication::Post("above-secret".to_owned()));
        let tokens = client.redeem(&request, &redirect.code()).await.expect_tokens();
        let path = format!("/protocol/openid-connect/logout?id_token_hint={}", tokens.id_token());
        let page = browser.open_page(&format!("{}{path}", server.issuer("above"))).await;
        assert_eq!(page.status, 200, "{page}");
    }
}

/// What is told over the back channel takes its time.
async fn until_ended(client: &Client, tokens: &Answer) {
    for _ in 0..300 {
        if !client.is_active(&tokens.access_token()).await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the session goes on");
}

/// The server looks names up by itself.
fn on_loopback(url: &str) -> String {
    url.replace("//localhost", "//127.0.0.1")
}

#[track_caller]
fn sid_in(body: &str) -> String {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    token::claims(&form[0].1)["sid"].as_str().expect("sid").to_owned()
}
