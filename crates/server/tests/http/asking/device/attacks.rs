//! Attacks on the device grant (RFC 8628 §5): guessing, luring, posing as another client or browser, mixing realms up.

use super::ask;
use perennial_testkit::authorize::{decide, sign_in};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Browser, Choice, Client, on_both_databases};
use serde_json::json;

const ENABLED: &str = "oauth2.device.authorization.grant.enabled";

on_both_databases! {
    async fn the_grant_is_off_unless_an_admin_switches_it_on(server) {
        let backup = Client::nightly_backup(&server);
        backup.ask_for_device(&[("scope", "openid")]).await.expect_error(400, "unauthorized_client");
        backup.poll_device("anything").await.expect_error(400, "unauthorized_client");
    }

    async fn switching_the_grant_off_ends_what_was_asked_for(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::PHOTO_FRAME, json!({"attributes": {ENABLED: "false"}})).await;
        client.poll_device(&device.text("device_code")).await.expect_error(400, "unauthorized_client");
        let page = Browser::new(&server).enter_code(&server, &device.text("user_code")).await;
        assert!(page.has("#user_code") && page.text().contains("not valid"), "{page}");
    }

    async fn user_codes_cannot_be_guessed_by_trying(server) {
        let device = ask(&Client::photo_frame(&server)).await;
        let browser = Browser::new(&server);
        for n in 0..10 {
            let page = browser.enter_code(&server, ["BBBB-BBBB", "CCCCCCCC", "not a code"][n % 3]).await;
            assert!(page.text().contains("not valid"), "{n}: {page}");
        }
        // Now even the right one is not looked up, in whatever browser.
        for browser in [browser, Browser::new(&server)] {
            let page = browser.enter_code(&server, &device.text("user_code")).await;
            assert!(page.text().contains("Too many attempts"), "{page}");
            page.assert_hardened();
        }
        server.advance_clock(590).await;
        assert!(Browser::new(&server).enter_code(&server, &device.text("user_code")).await.text().contains("Too many"));
        let fresh = ask(&Client::photo_frame(&server)).await;
        server.advance_clock(11).await;
        let page = Browser::new(&server).enter_code(&server, &fresh.text("user_code")).await;
        assert!(page.has("input[name=password]"), "the window ends: {page}");
    }

    async fn right_codes_are_no_guesses(server) {
        let client = Client::photo_frame(&server);
        for _ in 0..12 {
            let device = ask(&client).await;
            let page = Browser::new(&server).enter_code(&server, &device.text("user_code")).await;
            assert!(page.has("input[name=password]"), "a busy household: {page}");
        }
    }

    async fn a_wrong_and_an_answered_code_look_alike(server) {
        let device = ask(&Client::photo_frame(&server)).await;
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        let text = |page: perennial_testkit::Page| page.text();
        let answered = text(Browser::new(&server).enter_code(&server, &device.text("user_code")).await);
        let unknown = text(Browser::new(&server).enter_code(&server, "BBBB-BBBB").await);
        assert_eq!(answered, unknown);
    }

    async fn opening_an_address_with_a_code_looks_nothing_up_and_approves_nothing(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let browser = Browser::new(&server);
        browser.connect_device(&server, &ask(&client).await, &Person::alice(), &Choice::accept()).await;
        let right = browser.open_page(&device.text("verification_uri_complete")).await;
        let wrong = browser.open_page("/realms/demo/device?user_code=BBBB-BBBB").await;
        assert_eq!(right.text().replace(&device.text("user_code"), "…"), wrong.text().replace("BBBB-BBBB", "…"));
        client.poll_device(&device.text("device_code")).await.expect_error(400, "authorization_pending");
    }

    async fn a_code_form_that_another_site_sends_is_refused(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let browser = Browser::new(&server);
        browser.connect_device(&server, &ask(&client).await, &Person::alice(), &Choice::accept()).await;
        let form = browser.code_form(&server, &device.text("user_code")).await;
        let foreign = Browser::new(&server).code_form(&server, "x").await.find("csrf").expect("a token").value.clone();
        for forged in [form.clone().without("csrf"), form.clone().fill("csrf", ""), form.clone().fill("csrf", &foreign)] {
            let page = browser.submit(&forged).await.page();
            assert!((400..500).contains(&page.status), "{page}");
        }
        for origin in [Some("https://evil.example"), Some("null")] {
            let page = browser.submit_from(&form, origin, "cross-site").await.page();
            assert!((400..500).contains(&page.status), "{page}");
        }
        client.poll_device(&device.text("device_code")).await.expect_error(400, "authorization_pending");
    }

    async fn a_consent_page_begun_in_one_browser_cannot_be_answered_in_another(server) {
        // The attacker enters the code of their own device and hands the victim the page that comes next.
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let attacker = Browser::new(&server);
        let login = attacker.enter_code(&server, &device.text("user_code")).await;
        let victim = Browser::new(&server);
        victim.connect_device(&server, &ask(&client).await, &Person::alice(), &Choice::accept()).await;
        for path in ["login", "consent"] {
            let address = login.url.as_str().replace("/login?", &format!("/{path}?"));
            let page = victim.open_page(&address).await;
            assert!((400..500).contains(&page.status), "{page}");
        }
        let page = victim.submit(&sign_in(&login, &Person::alice())).await.page();
        assert!((400..500).contains(&page.status), "{page}");
        client.poll_device(&device.text("device_code")).await.expect_error(400, "authorization_pending");
    }

    async fn a_consent_form_sent_twice_or_by_two_people_answers_once(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let mut forms = Vec::new();
        for person in [Person::alice(), Person::bob()] {
            let browser = Browser::new(&server);
            let login = browser.enter_code(&server, &device.text("user_code")).await;
            let consent = browser.submit(&sign_in(&login, &person)).await.page();
            forms.push((decide(&consent, &Choice::accept()), browser));
        }
        let (alices, browser) = &forms[0];
        assert!(browser.submit(alices).await.page().text().contains("connected"));
        let again = browser.submit(alices).await.page();
        assert!((400..500).contains(&again.status), "{again}");
        let (bobs, browser) = &forms[1];
        let late = browser.submit(bobs).await.page();
        assert!((400..500).contains(&late.status), "alice was first: {late}");
        let tokens = client.poll_device(&device.text("device_code")).await.expect_tokens();
        assert_eq!(perennial_testkit::token::claims(&tokens.access_token())["preferred_username"], "alice");
    }

    async fn a_device_code_is_worth_nothing_to_another_client(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": {ENABLED: "true"}})).await;
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        let code = device.text("device_code");
        Client::nightly_backup(&server).poll_device(&code).await.expect_error(400, "invalid_grant");
        Client::public(&server, demo::NIGHTLY_BACKUP).poll_device(&code).await.expect_error(401, "invalid_client");
        client.poll_device(&device.text("user_code")).await.expect_error(400, "invalid_grant");
        client.poll_device(&code).await.expect_tokens();
    }

    async fn codes_of_one_realm_mean_nothing_in_another(server) {
        let device = ask(&Client::photo_frame(&server)).await;
        let browser = Browser::new(&server);
        let page = browser.open_page("/realms/master/device").await;
        let form = page.form_with("kc-device").fill("user_code", &device.text("user_code")).press("kc-device");
        let page = browser.submit(&form).await.page();
        assert!(page.text().contains("not valid"), "{page}");
        let foreign = Client::new(&server, demo::MASTER, "admin-cli", Authentication::None);
        let answer = foreign.poll_device(&device.text("device_code")).await;
        assert_eq!(answer.status, 400, "{answer}");
        let nowhere = browser.open_page("/realms/nowhere/device").await;
        assert_eq!(nowhere.status, 404, "{nowhere}");
    }

    async fn hostile_codes_and_names_stay_text(server) {
        let browser = Browser::new(&server);
        for hostile in ["%3Cscript%3Ealert(1)%3C/script%3E", "%00", "%22%3E%3Cimg", "WDJB-MJHT%0d%0aX:y"] {
            let page = browser.open_page(&format!("/realms/demo/device?user_code={hostile}")).await;
            page.assert_hardened();
        }
        let client = Client::photo_frame(&server);
        let wish = [("scope", "openid"), ("device_label", "<script>alert(1)</script>")];
        let device = client.ask_for_device(&wish).await.expect(200);
        let login = browser.enter_code(&server, &device.text("user_code")).await;
        browser.submit(&sign_in(&login, &Person::alice())).await.page().assert_hardened();
        let long = "x".repeat(5_000);
        let page = browser.enter_code(&server, &long).await;
        assert!(page.text().contains("not valid"), "{}", page.status);
    }

    async fn no_code_is_ever_logged(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        client.poll_device(&device.text("device_code")).await.expect_tokens();
        client.poll_device(&device.text("device_code")).await.expect(400);
        server.assert_never_logged(&[&device.text("device_code"), &device.text("user_code")]);
    }
}
