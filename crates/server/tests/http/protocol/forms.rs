//! The pages' forms against other sites, other browsers and planted cookies.

use perennial_testkit::authorize::{decide, sign_in};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{AuthorizationRequest, Browser, Choice, TestServer, Visit, on_both_databases};

on_both_databases! {
    async fn the_login_form_needs_its_own_csrf_token_and_origin(server) {
        let browser = Browser::new(&server);
        let page = browser.open_page(&AuthorizationRequest::nightly_backup().url(&server)).await;
        page.assert_hardened();
        let form = sign_in(&page, &Person::alice());
        let elsewhere = Browser::new(&server).open_page(&AuthorizationRequest::nightly_backup().url(&server)).await;
        let foreign = elsewhere.form_with("password").find("csrf").expect("a csrf field").value.clone();
        for forged in [form.clone().without("csrf"), form.clone().fill("csrf", ""), form.clone().fill("csrf", &foreign), form.clone().fill("csrf", &"a".repeat(64))] {
            assert_refused(&server, &browser, browser.submit(&forged).await).await;
        }
        assert_refused(&server, &browser, browser.submit_from(&form, Some("https://evil.example"), "cross-site").await).await;
        assert_refused(&server, &browser, browser.submit_from(&form, Some("null"), "cross-site").await).await;
        let page = browser.submit(&form).await.page();
        assert!(page.has("#kc-accept"), "the honest form still works: {page}");
    }

    async fn the_consent_form_needs_its_own_csrf_token_and_origin(server) {
        let browser = Browser::new(&server);
        let page = browser.reach_consent(&server, &AuthorizationRequest::nightly_backup(), &Person::alice()).await;
        let form = decide(&page, &Choice::accept());
        for forged in [form.clone().without("csrf"), form.clone().fill("csrf", "forged")] {
            let page = browser.submit(&forged).await.page();
            assert!((400..500).contains(&page.status), "{page}");
        }
        let page = browser.submit_from(&form, Some("https://evil.example"), "cross-site").await.page();
        assert!((400..500).contains(&page.status), "{page}");
        browser.submit(&form).await.redirect().code();
    }

    async fn a_request_begun_in_another_browser_cannot_be_continued_here(server) {
        let attacker = Browser::new(&server);
        let page = attacker.open_page(&AuthorizationRequest::nightly_backup().url(&server)).await;
        let victim = Browser::new(&server);
        let Visit::Page(shown) = victim.open(page.url.as_str()).await else { panic!("sent away") };
        assert!((400..500).contains(&shown.status), "the page is bound to the browser: {shown}");
        let page = victim.submit(&sign_in(&page, &Person::alice())).await.page();
        assert!((400..500).contains(&page.status), "{page}");
        assert!(!is_signed_in(&server, &victim).await && !is_signed_in(&server, &attacker).await);
    }

    async fn a_cookie_planted_before_the_sign_in_is_worth_nothing_after_it(server) {
        let attacker = Browser::new(&server);
        let request = AuthorizationRequest::nightly_backup();
        let page = attacker.open_page(&request.url(&server)).await;
        let planted = attacker.cookies(page.url.path());
        let victim = Browser::new(&server);
        for cookie in planted.split("; ") {
            victim.plant_cookie(&format!("{cookie}; Path=/"));
        }
        victim.authorize(&server, &AuthorizationRequest::nightly_backup(), &Person::alice(), &Choice::accept()).await;
        assert!(is_signed_in(&server, &victim).await);
        assert!(!is_signed_in(&server, &attacker).await, "the attacker got the victim's session");
    }

    async fn signing_in_renews_the_session_cookie(server) {
        let browser = Browser::new(&server);
        let request = AuthorizationRequest::nightly_backup();
        browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        let before = browser.cookies("/realms/demo/login");
        let again = AuthorizationRequest::nightly_backup().prompt("login");
        browser.authorize(&server, &again, &Person::alice(), &Choice::accept()).await;
        let after = browser.cookies("/realms/demo/login");
        assert_ne!(before, after);
        let old = Browser::new(&server);
        for cookie in before.split("; ") {
            old.plant_cookie(&format!("{cookie}; Path=/"));
        }
        assert!(!is_signed_in(&server, &old).await, "the old cookie lives on");
    }

    async fn the_providers_cookies_are_closed_to_scripts_and_other_sites(server) {
        let browser = Browser::new(&server);
        let answer = browser.get(&AuthorizationRequest::nightly_backup().url(&server)).await;
        let cookies = answer.headers_named("set-cookie");
        assert!(!cookies.is_empty(), "no binding cookie: {answer}");
        for cookie in cookies {
            assert!(cookie.contains("HttpOnly"), "{cookie}");
            assert!(cookie.contains("SameSite=Lax") || cookie.contains("SameSite=Strict"), "{cookie}");
            assert!(!cookie.contains("Domain="), "{cookie}");
        }
    }

    async fn a_wrong_password_keeps_the_name_and_says_nothing_about_who_exists(server) {
        let browser = Browser::new(&server);
        let page = browser.open_page(&AuthorizationRequest::nightly_backup().url(&server)).await;
        let mut texts = std::collections::BTreeSet::new();
        for name in ["alice", "nobody"] {
            let shown = browser.submit(&sign_in(&page, &Person::new(name, "wrong"))).await.page();
            assert_eq!(shown.attribute("input[name=username]", "value").as_deref(), Some(name), "{shown}");
            assert_eq!(shown.attribute("input[name=password]", "value").unwrap_or_default(), "", "{shown}");
            shown.assert_hardened();
            texts.insert(shown.text());
        }
        assert_eq!(texts.len(), 1, "{texts:?}");
    }

    async fn a_sign_in_that_takes_too_long_is_told_so(server) {
        let browser = Browser::new(&server);
        let page = browser.open_page(&AuthorizationRequest::nightly_backup().url(&server)).await;
        server.advance_clock(2 * 3_600).await;
        let shown = browser.submit(&sign_in(&page, &Person::alice())).await.page();
        assert!((400..500).contains(&shown.status), "{shown}");
    }

    async fn a_consent_form_sent_twice_gives_one_code(server) {
        let browser = Browser::new(&server);
        let page = browser.reach_consent(&server, &AuthorizationRequest::nightly_backup(), &Person::alice()).await;
        let form = decide(&page, &Choice::accept());
        browser.submit(&form).await.redirect().code();
        let again = browser.submit(&form).await.page();
        assert!((400..500).contains(&again.status), "{again}");
    }

    async fn pages_with_unknown_or_malformed_requests_are_clear_errors(server) {
        let browser = Browser::new(&server);
        for path in ["login", "consent"] {
            for id in ["00000000-0000-7000-8000-000000000000", "nonsense", "", "%00", "..%2f..%2fetc%2fpasswd"] {
                let page = browser.open_page(&format!("/realms/demo/{path}?request={id}")).await;
                assert!((400..500).contains(&page.status), "{path} {id:?}: {page}");
                page.assert_hardened();
            }
        }
    }
}

async fn assert_refused(server: &TestServer, browser: &Browser, visit: Visit) {
    let page = visit.page();
    assert!((400..500).contains(&page.status), "{page}");
    assert!(!is_signed_in(server, browser).await, "signed in by a forged form");
}

/// Whether the browser has a session: consent is missing then, not the sign-in.
async fn is_signed_in(server: &TestServer, browser: &Browser) -> bool {
    let silent = AuthorizationRequest::nightly_backup().prompt("none");
    let redirect = browser.open(&silent.url(server)).await.redirect();
    assert_eq!(redirect.get("iss"), Some(server.issuer(demo::REALM).as_str()));
    redirect.get("error") != Some("login_required")
}
