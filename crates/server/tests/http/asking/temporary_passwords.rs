//! Passwords that an admin gave somebody, to be replaced at the next sign-in.

use crate::support::alices_backup;
use perennial_testkit::authorize::sign_in;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, AuthorizationRequest, Browser, Choice, Client, Page, TestServer, Visit, on_both_databases,
};
use serde_json::{Value, json};

fn temporary() -> Person {
    Person::new("alice", "for-once-only")
}

async fn give(admin: &Admin) {
    let path = format!("/demo/users/{}/reset-password", admin.user_id("alice").await);
    admin.put(&path, &json!({"type": "password", "value": temporary().password, "temporary": true})).await.expect(204);
}

async fn actions(admin: &Admin) -> Value {
    admin.get(&format!("/demo/users/{}", admin.user_id("alice").await)).await.expect(200).json()["requiredActions"]
        .clone()
}

/// alice has signed in with the temporary password.
async fn asked(server: &TestServer, browser: &Browser) -> Page {
    let login = browser.open(&AuthorizationRequest::photo_frame().url(server)).await.page();
    let page = browser.submit(&sign_in(&login, &temporary())).await.page();
    assert!(page.has("#kc-new-password"), "not the page for a new password: {page}");
    page
}

async fn choose(browser: &Browser, page: &Page, password: &str, again: &str) -> Visit {
    let form = page.form_with("password-new").fill("password-new", password).fill("password-confirm", again);
    browser.submit(&form.press("kc-new-password")).await
}

on_both_databases! {
    async fn a_temporary_password_is_good_for_choosing_another_one_only(server) {
        let admin = Admin::sign_in(&server).await;
        give(&admin).await;
        assert_eq!(actions(&admin).await, json!(["UPDATE_PASSWORD"]));
        let client = Client::photo_frame(&server);
        let refused = client.password_grant(&temporary(), "openid").await.expect_error(400, "invalid_grant");
        assert_eq!(refused.text("error_description"), "Account is not fully set up");
        let browser = Browser::new(&server);
        let page = asked(&server, &browser).await;
        // Signed in, and yet nobody gets anything without the page.
        let silent = browser.open(&AuthorizationRequest::photo_frame().prompt("none").url(&server)).await.redirect();
        silent.expect_error("interaction_required", &server.issuer(demo::REALM));
        for (password, again) in [("short", "short"), ("long-enough-1", "long-enough-2"), ("for-once-only", "for-once-only"), ("", "")] {
            let again = choose(&browser, &page, password, again).await.page();
            assert!(again.has("#kc-new-password"), "{again}");
        }
        assert_eq!(actions(&admin).await, json!(["UPDATE_PASSWORD"]));
        let visit = choose(&browser, &page, "alices-own-words", "alices-own-words").await;
        let redirect = visit.redirect();
        assert!(!redirect.code().is_empty());
        assert_eq!(actions(&admin).await, json!([]));
        client.password_grant(&temporary(), "openid").await.expect_error(400, "invalid_grant");
        client.password_grant(&Person::new("alice", "alices-own-words"), "openid").await.expect_tokens();
    }

    async fn the_page_is_for_who_must_choose_and_sits_in_front_of_it(server) {
        let admin = Admin::sign_in(&server).await;
        give(&admin).await;
        let browser = Browser::new(&server);
        let page = asked(&server, &browser).await;
        // Another browser with the same form, and a form without the token that ties it to its browser.
        let thief = Browser::new(&server);
        let form = page.form_with("password-new").fill("password-new", "thiefs-choice").fill("password-confirm", "thiefs-choice");
        assert_eq!(thief.submit(&form.clone().press("kc-new-password")).await.page().status, 400);
        assert_eq!(browser.submit(&form.fill("csrf", "forged").press("kc-new-password")).await.page().status, 400);
        // An admin who sets a password that is not temporary takes the duty away, and with it the page.
        let path = format!("/demo/users/{}/reset-password", admin.user_id("alice").await);
        admin.put(&path, &json!({"type": "password", "value": "set-for-good"})).await.expect(204);
        assert_eq!(actions(&admin).await, json!([]));
        assert_eq!(choose(&browser, &page, "alices-own-words", "alices-own-words").await.page().status, 400);
        Client::photo_frame(&server).password_grant(&Person::new("alice", "set-for-good"), "openid").await.expect_tokens();
    }

    async fn the_page_can_neither_be_skipped_nor_sent_again(server) {
        let admin = Admin::sign_in(&server).await;
        give(&admin).await;
        let browser = Browser::new(&server);
        let page = asked(&server, &browser).await;
        page.assert_hardened();
        let consent = page.url.as_str().replace("/new-password", "/consent");
        assert_eq!(browser.open_page(&consent).await.status, 400);
        // A second request leads to the page as well.
        let again = browser.open(&AuthorizationRequest::photo_frame().url(&server)).await.page();
        assert!(again.has("#kc-new-password"), "{again}");
        choose(&browser, &page, "alices-own-words", "alices-own-words").await.redirect();
        // With the password, the page is gone.
        assert_eq!(choose(&browser, &page, "another-choice", "another-choice").await.page().status, 400);
        assert_eq!(browser.open_page(page.url.as_str()).await.status, 400);
        Client::photo_frame(&server).password_grant(&Person::new("alice", "alices-own-words"), "openid").await.expect_tokens();
        server.assert_never_logged(&["alices-own-words", &temporary().password]);
    }

    async fn another_users_form_changes_nobodys_password(server) {
        let admin = Admin::sign_in(&server).await;
        give(&admin).await;
        admin.change_user("bob", json!({"requiredActions": ["UPDATE_PASSWORD"]})).await;
        let (hers, his) = (Browser::new(&server), Browser::new(&server));
        let page = asked(&server, &hers).await;
        let login = his.open(&AuthorizationRequest::photo_frame().url(&server)).await.page();
        let own = his.submit(&sign_in(&login, &Person::bob())).await.page();
        let of_alice = page.form_with("password-new").find("csrf").expect("a token").value.clone();
        for form in [page.form_with("password-new"), own.form_with("password-new").fill("csrf", &of_alice)] {
            let form = form.fill("password-new", "bobs-choice").fill("password-confirm", "bobs-choice");
            assert_eq!(his.submit(&form.press("kc-new-password")).await.page().status, 400);
        }
        // From another site's page, with the cookies of whoever is here.
        let form = page.form_with("password-new").fill("password-new", "evils-choice").fill("password-confirm", "evils-choice");
        let foreign = hers.submit_from(&form.press("kc-new-password"), Some("https://evil.example"), "cross-site").await;
        assert_eq!(foreign.page().status, 400);
        assert_eq!(actions(&admin).await, json!(["UPDATE_PASSWORD"]));
    }

    async fn a_page_that_one_user_was_shown_chooses_no_password_for_the_next(server) {
        let admin = Admin::sign_in(&server).await;
        give(&admin).await;
        admin.change_user("bob", json!({"requiredActions": ["UPDATE_PASSWORD"]})).await;
        let browser = Browser::new(&server);
        let hers = asked(&server, &browser).await;
        let login = browser.open(&AuthorizationRequest::photo_frame().prompt("login").url(&server)).await.page();
        browser.submit(&sign_in(&login, &Person::bob())).await.page();
        // The same browser, the same request: but bob is signed in by now, and sees a page of his own first.
        let shown = choose(&browser, &hers, "alices-own-words", "alices-own-words").await.page();
        assert!(shown.has("#kc-new-password"), "{shown}");
        let bob = admin.get(&format!("/demo/users/{}", admin.user_id("bob").await)).await.expect(200).json();
        assert_eq!(bob["requiredActions"], json!(["UPDATE_PASSWORD"]));
        choose(&browser, &shown, "bobs-own-words", "bobs-own-words").await;
        let client = Client::photo_frame(&server);
        client.password_grant(&Person::new("bob", "bobs-own-words"), "openid").await.expect_tokens();
        assert_eq!(actions(&admin).await, json!(["UPDATE_PASSWORD"]));
    }

    async fn a_session_that_was_left_open_does_not_choose_a_password(server) {
        let admin = Admin::sign_in(&server).await;
        let browser = Browser::new(&server);
        browser.authorize(&server, &AuthorizationRequest::photo_frame(), &Person::alice(), &Choice::accept()).await;
        admin.change_user("alice", json!({"requiredActions": ["UPDATE_PASSWORD"]})).await;
        server.advance_clock(301).await;
        let silent = browser.open(&AuthorizationRequest::photo_frame().prompt("none").url(&server)).await.redirect();
        silent.expect_error("login_required", &server.issuer(demo::REALM));
        let login = browser.open(&AuthorizationRequest::photo_frame().url(&server)).await.page();
        assert!(login.has("#kc-login"), "{login}");
        let page = browser.submit(&sign_in(&login, &Person::alice())).await.page();
        choose(&browser, &page, "alices-own-words", "alices-own-words").await;
        assert_eq!(actions(&Admin::sign_in(&server).await).await, json!([]));
    }

    async fn what_else_ends_with_the_password_is_ticked(server) {
        let (nightly, offline) = alices_backup(&server).await;
        let elsewhere = Browser::new(&server);
        elsewhere.authorize(&server, &AuthorizationRequest::photo_frame(), &Person::alice(), &Choice::accept()).await;
        let silent = AuthorizationRequest::photo_frame().prompt("none").scope("openid").url(&server);
        let admin = Admin::sign_in(&server).await;
        admin.change_user("alice", json!({"requiredActions": ["UPDATE_PASSWORD"]})).await;
        let browser = Browser::new(&server);
        let login = browser.open(&AuthorizationRequest::photo_frame().url(&server)).await.page();
        let page = browser.submit(&sign_in(&login, &Person::alice())).await.page();
        choose(&browser, &page, "alices-own-words", "alices-own-words").await;
        // Signed out everywhere else, as is ticked unless one unticks it; apps go on.
        elsewhere.open(&silent).await.redirect().expect_error("login_required", &server.issuer(demo::REALM));
        nightly.refresh(&offline.refresh_token()).await.expect_tokens();
        admin.change_user("alice", json!({"requiredActions": ["UPDATE_PASSWORD"]})).await;
        let page = browser.open(&AuthorizationRequest::photo_frame().url(&server)).await.page();
        let form = page.form_with("password-new").fill("password-new", "second-words").fill("password-confirm", "second-words");
        browser.submit(&form.fill("logout-offline", "on").press("kc-new-password")).await;
        nightly.refresh(&offline.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn the_page_is_no_place_to_guess_at(server) {
        let admin = Admin::sign_in(&server).await;
        give(&admin).await;
        let browser = Browser::new(&server);
        let page = asked(&server, &browser).await;
        for _ in 0..10 {
            choose(&browser, &page, "for-once-only", "for-once-only").await.page();
        }
        let often = choose(&browser, &page, "alices-own-words", "alices-own-words").await.page();
        assert!(often.text().contains("Too many attempts"), "{often}");
        server.advance_clock(601).await;
        choose(&browser, &page, "alices-own-words", "alices-own-words").await.redirect();
    }

    async fn the_duty_can_be_set_by_itself_and_names_only_what_exists(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_user("alice", json!({"requiredActions": ["UPDATE_PASSWORD"]})).await;
        admin.change_user("alice", json!({"firstName": "Ally"})).await;
        assert_eq!(actions(&admin).await, json!(["UPDATE_PASSWORD"]));
        let path = format!("/demo/users/{}", admin.user_id("alice").await);
        for wrong in [json!(["PHONE_HOME"]), json!("UPDATE_PASSWORD"), json!([1])] {
            admin.put(&path, &json!({"requiredActions": wrong})).await.expect(400);
        }
        admin.change_user("alice", json!({"requiredActions": []})).await;
        assert_eq!(actions(&admin).await, json!([]));
        let credentials = json!([{"type": "password", "value": "first-word", "temporary": true}]);
        let carol = admin.create_user(json!({"username": "carol", "enabled": true, "credentials": credentials})).await;
        let read = admin.get(&format!("/demo/users/{carol}")).await.expect(200).json();
        assert_eq!(read["requiredActions"], json!(["UPDATE_PASSWORD"]));
    }

    async fn no_other_app_no_device_and_no_second_tab_gets_past_the_page(server) {
        let admin = Admin::sign_in(&server).await;
        // A consent page that stood open before the duty came.
        let browser = Browser::new(&server);
        let consent = browser.reach_consent(&server, &AuthorizationRequest::nightly_backup(), &Person::alice()).await;
        admin.change_user("alice", json!({"requiredActions": ["UPDATE_PASSWORD"]})).await;
        let form = perennial_testkit::authorize::decide(&consent, &Choice::accept());
        assert_eq!(browser.submit(&form).await.page().status, 400);
        for request in [AuthorizationRequest::nightly_backup(), AuthorizationRequest::photo_frame().prompt("consent")] {
            let page = browser.open(&request.url(&server)).await.page();
            assert!(page.has("#kc-new-password"), "{page}");
        }
        let frame = Client::photo_frame(&server);
        let device = frame.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200);
        let page = browser.enter_code(&server, &device.text("user_code")).await;
        assert!(page.has("#kc-new-password"), "{page}");
        let scope = "openid offline_access";
        let backup = Client::nightly_backup(&server);
        for client in [&frame, &backup] {
            let refused = client.password_grant(&Person::alice(), scope).await.expect_error(400, "invalid_grant");
            assert_eq!(refused.text("error_description"), "Account is not fully set up");
            assert!(admin.offline_sessions(&client.id).await.is_empty());
        }
        // With it, each goes on where it stood.
        let consent = choose(&browser, &page, "alices-own-words", "alices-own-words").await.page();
        assert!(consent.has("#kc-accept"), "{consent}");
    }

    async fn a_password_given_together_with_the_duty_leaves_the_duty(server) {
        let admin = Admin::sign_in(&server).await;
        let credentials = json!([{"type": "password", "value": temporary().password}]);
        admin.change_user("alice", json!({"credentials": credentials, "requiredActions": ["UPDATE_PASSWORD"]})).await;
        assert_eq!(actions(&admin).await, json!(["UPDATE_PASSWORD"]));
        asked(&server, &Browser::new(&server)).await;
        admin.change_user("alice", json!({"credentials": credentials})).await;
        assert_eq!(actions(&admin).await, json!([]));
    }

    async fn a_file_brings_the_duties_that_are_known_and_tells_of_the_rest(server) {
        let admin = Admin::sign_in(&server).await;
        let user = json!({"username": "dora", "requiredActions": ["CONFIGURE_TOTP", "UPDATE_PASSWORD"]});
        let taken = admin.post("/demo/partialImport", &json!({"users": [user]})).await.expect(200);
        assert!(taken.body.contains("CONFIGURE_TOTP") && !taken.body.contains("UPDATE_PASSWORD"), "{taken}");
        let dora = admin.get(&format!("/demo/users/{}", admin.user_id("dora").await)).await.expect(200).json();
        assert_eq!(dora["requiredActions"], json!(["UPDATE_PASSWORD"]));
    }
}
