//! Users whose e-mail address has to be verified before anything is granted.

use crate::notices::{ALICE, mail_server};
use perennial_testkit::authorize::sign_in;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, AuthorizationRequest, Browser, Client, MailServer, Page, TestServer, on_both_databases,
};
use serde_json::json;

const BOB: &str = "bob@demo.example";

async fn require(admin: &Admin) {
    admin.change_user("alice", json!({"emailVerified": false, "requiredActions": ["VERIFY_EMAIL"]})).await;
}

/// alice has signed in, and must verify her address.
async fn asked(server: &TestServer, browser: &Browser) -> Page {
    let login = browser.open(&AuthorizationRequest::photo_frame().url(server)).await.page();
    let page = browser.submit(&sign_in(&login, &Person::alice())).await.page();
    assert!(page.has("#kc-send") && page.text().contains(ALICE), "{page}");
    page
}

async fn press(browser: &Browser, page: &Page, button: &str) -> perennial_testkit::Visit {
    browser.submit(&page.form_with("kc-send").press(button)).await
}

async fn link(server: &TestServer, mails: &MailServer) -> String {
    server.run_jobs().await;
    let mail = mails.wait_for(ALICE, 1).await.remove(0);
    mail.text.lines().find(|line| line.contains("?key=")).expect("a link").trim().to_owned()
}

on_both_databases! {
    async fn a_sign_in_waits_until_the_link_was_opened_anywhere(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        require(&admin).await;
        let client = Client::photo_frame(&server);
        let refused = client.password_grant(&Person::alice(), "openid").await.expect_error(400, "invalid_grant");
        assert_eq!(refused.text("error_description"), "Account is not fully set up");
        let browser = Browser::new(&server);
        let page = asked(&server, &browser).await;
        page.assert_hardened();
        let silent = browser.open(&AuthorizationRequest::photo_frame().prompt("none").url(&server)).await.redirect();
        silent.expect_error("interaction_required", &server.issuer(demo::REALM));
        assert_eq!(browser.open_page(&page.url.as_str().replace("/verify-email", "/consent")).await.status, 400);
        let early = press(&browser, &page, "kc-continue").await.page();
        assert!(early.text().contains("has not been opened yet"), "{early}");
        let sent = press(&browser, &page, "kc-send").await.page();
        assert!(sent.text().contains("on its way"), "{sent}");
        let phone = Browser::new(&server);
        let confirm = phone.open_page(&link(&server, &mails).await).await;
        phone.submit(&confirm.form_with("kc-confirm-email").press("kc-confirm-email")).await;
        assert!(!press(&browser, &page, "kc-continue").await.redirect().code().is_empty());
        client.password_grant(&Person::alice(), "openid").await.expect_tokens();
    }

    async fn nobody_elses_form_sends_mails_and_nobody_sends_many(server) {
        let mails = mail_server(&server).await;
        require(&Admin::sign_in(&server).await).await;
        let browser = Browser::new(&server);
        let page = asked(&server, &browser).await;
        let thief = Browser::new(&server);
        assert_eq!(press(&thief, &page, "kc-send").await.page().status, 400);
        let forged = page.form_with("kc-send").fill("csrf", "forged").press("kc-send");
        assert_eq!(browser.submit(&forged).await.page().status, 400);
        for _ in 0..5 {
            press(&browser, &page, "kc-send").await.page();
        }
        let often = press(&browser, &page, "kc-send").await.page();
        assert!(often.text().contains("Too many attempts"), "{often}");
        server.run_jobs().await;
        assert_eq!(mails.wait_for(ALICE, 5).await.len(), 5);
    }

    async fn a_page_that_one_user_was_shown_mails_nothing_and_goes_nowhere_for_the_next(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        require(&admin).await;
        admin.change_user("bob", json!({"emailVerified": false, "requiredActions": ["VERIFY_EMAIL"]})).await;
        let browser = Browser::new(&server);
        let hers = asked(&server, &browser).await;
        let login = browser.open(&AuthorizationRequest::photo_frame().prompt("login").url(&server)).await.page();
        let his = browser.submit(&sign_in(&login, &Person::bob())).await.page();
        assert!(his.has("#kc-send") && his.text().contains(BOB), "{his}");
        // The same browser, the same request: but bob is signed in by now, and sees a page of his own first.
        for button in ["kc-send", "kc-continue"] {
            let shown = press(&browser, &hers, button).await.page();
            assert!(shown.has("#kc-send") && shown.text().contains(BOB) && !shown.text().contains("on its way"), "{shown}");
        }
        server.run_jobs().await;
        assert!(mails.mails().is_empty());
        // Nor does she get his code once he has no duty left, or he hers.
        admin.change_user("bob", json!({"emailVerified": true, "requiredActions": []})).await;
        let shown = press(&browser, &hers, "kc-continue").await;
        if let perennial_testkit::Visit::Redirect(redirect) = shown {
            panic!("{redirect:?} for whoever was shown alice's page");
        }
        let sent = press(&browser, &his, "kc-continue").await.redirect();
        assert!(!sent.code().is_empty());
    }

    async fn without_a_mail_server_or_an_address_the_page_says_so(server) {
        let admin = Admin::sign_in(&server).await;
        require(&admin).await;
        let browser = Browser::new(&server);
        let page = asked(&server, &browser).await;
        let sent = press(&browser, &page, "kc-send").await.page();
        assert!(sent.text().contains("No mail can be sent"), "{sent}");
        admin.change_user("alice", json!({"email": ""})).await;
        let page = browser.open_page(page.url.as_str()).await;
        assert!(!page.has("#kc-send") && page.text().contains("we do not know it"), "{page}");
        // An admin who vouches for the address takes the duty away.
        admin.change_user("alice", json!({"email": ALICE, "emailVerified": true})).await;
        let visit = browser.open(&AuthorizationRequest::photo_frame().url(&server)).await;
        assert!(!visit.redirect().code().is_empty());
    }
}
