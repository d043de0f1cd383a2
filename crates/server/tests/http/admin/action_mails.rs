//! Mails with a link to act on: what an admin may have sent, and what whoever holds the link can do, once.

use crate::notices::{ALICE, mail_server};
use crate::support::alices_backup;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, AuthorizationRequest, Browser, Choice, Client, MailServer, Page, TestServer, Visit, on_both_databases,
};
use serde_json::{Value, json};

const PASSWORD: &str = "alices-own-words";

fn path(id: &str, what: &str) -> String {
    format!("/demo/users/{id}/{what}")
}

/// Has a mail sent to alice; the link in it.
async fn link(server: &TestServer, mails: &MailServer, actions: Value) -> String {
    let admin = Admin::sign_in(server).await;
    let path = path(&admin.user_id("alice").await, "execute-actions-email");
    let before = mails.mails().len();
    admin.put(&path, &actions).await.expect(204);
    link_in_mail(server, mails, before + 1).await
}

async fn link_in_mail(server: &TestServer, mails: &MailServer, count: usize) -> String {
    server.run_jobs().await;
    let mail = mails.wait_for(ALICE, count).await.remove(count - 1);
    let link = mail.text.lines().find(|line| line.contains("/login-actions/action-token?key=")).expect("a link").trim();
    assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.html);
    link.to_owned()
}

async fn choose(browser: &Browser, page: &Page, password: &str) -> Visit {
    let form = page.form_with("password-new").fill("password-new", password).fill("password-confirm", password);
    browser.submit(&form.press("kc-new-password")).await
}

async fn alice(admin: &Admin) -> Value {
    admin.get(&format!("/demo/users/{}", admin.user_id("alice").await)).await.expect(200).json()
}

on_both_databases! {
    async fn a_link_sets_a_new_password_once(server) {
        let mails = mail_server(&server).await;
        let link = link(&server, &mails, json!(["UPDATE_PASSWORD"])).await;
        let browser = Browser::new(&server);
        let page = browser.open_page(&link).await;
        page.assert_hardened();
        // Neither the page's address nor anything on it has the link's token any more.
        let token = link.split("key=").nth(1).expect("a token").to_owned();
        assert!(!page.url.as_str().contains(&token) && !page.html.contains(&token), "{page}");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        let short = choose(&browser, &page, "short").await.page();
        assert!(short.has("#kc-new-password") && short.text().contains("8 to 1024"), "{short}");
        let done = choose(&browser, &page, PASSWORD).await.page();
        assert!(done.text().contains("Your new password is set"), "{done}");
        let client = Client::photo_frame(&server);
        client.password_grant(&Person::alice(), "openid").await.expect_error(400, "invalid_grant");
        client.password_grant(&Person::new("alice", PASSWORD), "openid").await.expect_tokens();
        // Used up: the form once more, and the link in another browser.
        assert_eq!(choose(&browser, &page, "thiefs-choice").await.page().status, 400);
        assert_eq!(Browser::new(&server).open_page(&link).await.status, 400);
        server.assert_never_logged(&[&token, PASSWORD]);
    }

    async fn looking_at_a_link_changes_nothing_and_signs_nobody_in(server) {
        let mails = mail_server(&server).await;
        let link = link(&server, &mails, json!(["VERIFY_EMAIL"])).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_user("alice", json!({"emailVerified": false})).await;
        for _ in 0..3 {
            let page = Browser::new(&server).open_page(&link).await;
            assert!(page.has("#kc-confirm-email") && page.text().contains(ALICE), "{page}");
        }
        assert_eq!(alice(&admin).await["emailVerified"], false);
        let browser = Browser::new(&server);
        let page = browser.open_page(&link).await;
        let done = browser.submit(&page.form_with("kc-confirm-email").press("kc-confirm-email")).await.page();
        assert!(done.text().contains(&format!("{ALICE} is verified")), "{done}");
        assert_eq!(alice(&admin).await["emailVerified"], true);
        let silent = AuthorizationRequest::photo_frame().prompt("none").url(&server);
        browser.open(&silent).await.redirect().expect_error("login_required", &server.issuer(demo::REALM));
        assert_eq!(admin.event("VERIFY_EMAIL").await["userId"], admin.user_id("alice").await);
    }

    async fn a_link_ends_with_its_time_and_with_what_it_rests_on(server) {
        let mails = mail_server(&server).await;
        let first = link(&server, &mails, json!(["UPDATE_PASSWORD"])).await;
        server.advance_clock(43_199).await;
        let browser = Browser::new(&server);
        let page = browser.open_page(&first).await;
        assert_eq!(page.status, 200);
        server.advance_clock(1).await;
        assert_eq!(choose(&browser, &page, PASSWORD).await.page().status, 400);
        assert_eq!(Browser::new(&server).open_page(&first).await.status, 400);
        // Another address, a disabled user, another password: the link was for none of them, and does not come back with what was.
        let admin = Admin::sign_in(&server).await;
        for (change, back) in [
            (json!({"email": "moved@demo.example"}), json!({"email": ALICE})),
            (json!({"enabled": false}), json!({"enabled": true})),
            (json!({"credentials": [{"type": "password", "value": "set-by-an-admin"}]}), json!({})),
        ] {
            let next = link(&server, &mails, json!(["UPDATE_PASSWORD"])).await;
            let opened = Browser::new(&server);
            let page = opened.open_page(&next).await;
            admin.change_user("alice", change).await;
            assert_eq!(Browser::new(&server).open_page(&next).await.status, 400);
            admin.change_user("alice", back).await;
            assert_eq!(Browser::new(&server).open_page(&next).await.status, 400);
            assert_eq!(choose(&opened, &page, PASSWORD).await.page().status, 400);
        }
        Client::photo_frame(&server).password_grant(&Person::new("alice", "set-by-an-admin"), "openid").await.expect_tokens();
    }

    async fn a_mail_that_waits_is_worth_nothing_at_an_address_that_is_given_up(server) {
        let mut mails = mail_server(&server).await;
        mails.go_away().await;
        let admin = Admin::sign_in(&server).await;
        let id = admin.user_id("alice").await;
        admin.put(&path(&id, "send-verify-email"), &json!({})).await.expect(204);
        admin.change_user("alice", json!({"email": "moved@demo.example"})).await;
        mails.come_back().await;
        server.advance_clock(3_000).await;
        let link = link_in_mail(&server, &mails, 1).await;
        assert_eq!(Browser::new(&server).open_page(&link).await.status, 400);
    }

    async fn nobodys_mailbox_is_filled(server) {
        let _mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        let path = path(&admin.user_id("alice").await, "send-verify-email");
        for _ in 0..20 {
            admin.put(&path, &json!({})).await.expect(204);
        }
        let refused = admin.put(&path, &json!({})).await.expect(400);
        assert!(refused.text("errorMessage").starts_with("Too many mails"), "{refused}");
        server.advance_clock(3_601).await;
        Admin::sign_in(&server).await.put(&path, &json!({})).await.expect(204);
    }

    async fn only_the_browser_that_opened_the_link_sends_its_form(server) {
        let mails = mail_server(&server).await;
        let link = link(&server, &mails, json!(["UPDATE_PASSWORD"])).await;
        let (browser, thief) = (Browser::new(&server), Browser::new(&server));
        let page = browser.open_page(&link).await;
        assert_eq!(choose(&thief, &page, "thiefs-choice").await.page().status, 400);
        let form = page.form_with("password-new").fill("password-new", PASSWORD).fill("password-confirm", PASSWORD);
        let forged = form.clone().fill("csrf", "forged").press("kc-new-password");
        assert_eq!(browser.submit(&forged).await.page().status, 400);
        let foreign = browser.submit_from(&form.press("kc-new-password"), Some("https://evil.example"), "cross-site").await;
        assert_eq!(foreign.page().status, 400);
        let address = page.url.as_str().to_owned();
        let long = format!("?key={}", "x".repeat(5_000));
        for wrong in ["?key=", "?key=nonsense", long.as_str(), ""] {
            assert!([400, 414].contains(&thief.open_page(&format!("{address}{wrong}")).await.status), "{wrong}");
        }
        let elsewhere = link.replace("/realms/demo/", "/realms/master/");
        assert_eq!(thief.open_page(&elsewhere).await.status, 400);
        Client::photo_frame(&server).password_grant(&Person::alice(), "openid").await.expect_tokens();
    }

    async fn two_who_follow_one_link_at_once_set_one_password(server) {
        let mails = mail_server(&server).await;
        let link = link(&server, &mails, json!(["UPDATE_PASSWORD"])).await;
        let (one, other) = (Browser::new(&server), Browser::new(&server));
        let (first, second) = (one.open_page(&link).await, other.open_page(&link).await);
        let (first, second) =
            tokio::join!(choose(&one, &first, "the-first-choice"), choose(&other, &second, "the-other-choice"));
        let mut statuses = [first.page().status, second.page().status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    }

    async fn the_user_goes_on_to_the_app_and_what_else_ends_is_ticked(server) {
        let mails = mail_server(&server).await;
        let (nightly, offline) = alices_backup(&server).await;
        let elsewhere = Browser::new(&server);
        elsewhere.authorize(&server, &AuthorizationRequest::photo_frame(), &Person::alice(), &Choice::accept()).await;
        let admin = Admin::sign_in(&server).await;
        let back = format!("client_id={}&redirect_uri={}&lifespan=60", demo::PHOTO_FRAME, demo::REDIRECT_URI);
        let path = path(&admin.user_id("alice").await, &format!("execute-actions-email?{back}"));
        admin.put(&path, &json!(["VERIFY_EMAIL", "UPDATE_PASSWORD"])).await.expect(204);
        let link = link_in_mail(&server, &mails, 1).await;
        let browser = Browser::new(&server);
        let page = browser.open_page(&link).await;
        let done = choose(&browser, &page, PASSWORD).await.page();
        assert_eq!(done.attribute("a.pn-button-primary", "href").as_deref(), Some(demo::REDIRECT_URI));
        let silent = AuthorizationRequest::photo_frame().prompt("none").scope("openid").url(&server);
        elsewhere.open(&silent).await.redirect().expect_error("login_required", &server.issuer(demo::REALM));
        nightly.refresh(&offline.refresh_token()).await.expect_tokens();
    }

    async fn a_mail_is_written_in_the_users_language(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_user("alice", json!({"attributes": {"locale": ["es"]}})).await;
        let id = admin.user_id("alice").await;
        admin.put(&path(&id, "send-verify-email"), &json!({})).await.expect(204);
        let link = link_in_mail(&server, &mails, 1).await;
        let mail = mails.mails().remove(0);
        assert!(mail.subject.starts_with("Verifica tu correo") && mail.html.contains("<html lang=\"es\">"), "{}", mail.subject);
        let page = Browser::speaking(&server, "de").open_page(&link).await;
        assert!(page.text().contains("Verifique su correo"), "{page}");
    }

    async fn what_cannot_be_sent_is_said_in_keycloaks_words(server) {
        let admin = Admin::sign_in(&server).await;
        let id = admin.user_id("alice").await;
        let actions = json!(["UPDATE_PASSWORD"]);
        let none = admin.put(&path(&id, "execute-actions-email"), &actions).await.expect(400);
        assert_eq!(none.text("errorMessage"), "No mail server is configured");
        let mails = mail_server(&server).await;
        let carol = admin.create_user(json!({"username": "carol", "enabled": true})).await;
        let dora = admin.create_user(json!({"username": "dora", "email": "dora@demo.example"})).await;
        for (user, query, words) in [
            (&carol, "", "User email missing"),
            (&dora, "", "User is disabled"),
            (&id, "?redirect_uri=http://localhost:9999/callback", "Client id missing"),
            (&id, "?client_id=nobody", "Client doesn't exist"),
            (&id, "?client_id=photo-frame&redirect_uri=https://evil.example/", "Invalid redirect uri."),
        ] {
            let refused = admin.put(&path(user, &format!("execute-actions-email{query}")), &actions).await.expect(400);
            assert_eq!(refused.text("errorMessage"), words);
        }
        for lifespan in ["0", "-1", "99999999", "soon"] {
            admin.put(&path(&id, &format!("send-verify-email?lifespan={lifespan}")), &json!({})).await.expect(400);
        }
        for wrong in [json!([]), json!(["PHONE_HOME"]), json!({"actions": []}), json!("UPDATE_PASSWORD"), json!([1])] {
            admin.put(&path(&id, "execute-actions-email"), &wrong).await.expect(400);
        }
        for missing in ["nonsense", "0199f0c0-0000-7000-8000-0000000000ff"] {
            let refused = admin.put(&path(missing, "execute-actions-email"), &actions).await.expect(404);
            assert_eq!(refused.text("error"), "User not found");
        }
        server.run_jobs().await;
        assert!(mails.mails().is_empty());
    }

    async fn an_admin_sends_nothing_to_whoever_may_do_more_than_they(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        let helper = admin.with_roles(&server, "helper", &["manage-users"]).await;
        admin.with_roles(&server, "boss", &["realm-admin"]).await;
        admin.change_user("boss", json!({"email": "boss@demo.example"})).await;
        let boss = admin.user_id("boss").await;
        helper.put(&path(&boss, "execute-actions-email"), &json!(["UPDATE_PASSWORD"])).await.expect(403);
        let viewer = admin.with_roles(&server, "viewer", &["view-users"]).await;
        let id = admin.user_id("alice").await;
        viewer.put(&path(&id, "send-verify-email"), &json!({})).await.expect(403);
        helper.put(&path(&id, "send-verify-email"), &json!({})).await.expect(204);
        link_in_mail(&server, &mails, 1).await;
    }
}
