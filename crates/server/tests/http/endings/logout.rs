//! RP-initiated logout: the browser's session ends, offline sessions stay.

use crate::support::DAY_S;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{
    Admin, Answer, AuthorizationRequest, Browser, Choice, Client, Page, TestServer, Visit, on_both_databases,
};
use serde_json::json;

on_both_databases! {
    async fn a_logout_with_the_sessions_own_hint_needs_no_question_and_leaves_offline_sessions(server) {
        let (browser, tokens) = signed_in(&server).await;
        let page = browser.open_page(&logout(&server, &[("id_token_hint", &tokens.id_token())])).await;
        page.assert_hardened();
        assert!(is_signed_out(&server, &browser).await, "{page}");
        Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_logout_without_a_hint_asks_first(server) {
        let (browser, tokens) = signed_in(&server).await;
        let page = browser.open_page(&logout(&server, &[])).await;
        assert!(page.has("#kc-logout"), "{page}");
        page.assert_hardened();
        assert!(!is_signed_out(&server, &browser).await, "a link alone signs nobody out");
        let done = browser.submit(&page.form_with("kc-logout").press("kc-logout")).await.page();
        assert_eq!(done.status, 200, "{done}");
        assert!(is_signed_out(&server, &browser).await);
        Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn the_logout_form_of_another_browser_is_refused(server) {
        let (browser, _) = signed_in(&server).await;
        let (attacker, _) = signed_in(&server).await;
        let foreign = attacker.open_page(&logout(&server, &[])).await.form_with("kc-logout").press("kc-logout");
        let page = browser.submit(&foreign).await.page();
        assert!(page.status >= 400, "{page}");
        let own = browser.open_page(&logout(&server, &[])).await.form_with("kc-logout").press("kc-logout");
        let crossing = browser.submit_from(&own, Some("https://evil.example"), "cross-site").await.page();
        assert!(crossing.status >= 400, "{crossing}");
        let page = browser.submit(&own.without("csrf")).await.page();
        assert!(page.status >= 400, "{page}");
        assert!(!is_signed_out(&server, &browser).await);
    }

    async fn the_way_back_leads_only_to_registered_addresses(server) {
        let (browser, tokens) = signed_in(&server).await;
        let hint = tokens.id_token();
        for hostile in ["https://evil.example/", "javascript:alert(1)", "http://localhost:9999/callback/../other"] {
            let visit = browser.open(&logout(&server, &[("id_token_hint", &hint), ("post_logout_redirect_uri", hostile)])).await;
            let page: Page = visit.page();
            assert_eq!(page.status, 400, "{page}");
        }
        let back = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", demo::REDIRECT_URI), ("state", "s1")];
        match browser.open(&logout(&server, &back)).await {
            Visit::Redirect(redirect) => {
                assert!(redirect.to.as_str().starts_with(demo::REDIRECT_URI));
                assert_eq!(redirect.get("state"), Some("s1"));
            }
            Visit::Page(page) => panic!("not sent back: {page}"),
        }
        assert!(is_signed_out(&server, &browser).await);
    }

    async fn a_hint_of_another_session_signs_nobody_out_without_asking(server) {
        let (browser, _) = signed_in(&server).await;
        let (_, others) = signed_in(&server).await;
        let page = browser.open_page(&logout(&server, &[("id_token_hint", &others.id_token())])).await;
        assert!(page.has("#kc-logout"), "{page}");
        assert!(!is_signed_out(&server, &browser).await);
    }

    async fn a_hint_is_good_for_as_long_as_its_sign_in_can_last_whatever_keys_came_since(server) {
        let admin = Admin::sign_in(&server).await;
        let month_s = 30 * DAY_S;
        admin.change_realm(json!({"ssoSessionMaxLifespan": month_s, "ssoSessionIdleTimeout": month_s})).await;
        let (browser, tokens) = signed_in(&server).await;
        admin.post("/demo/keys/rotate", &json!({"kind": "signing"})).await.expect(200);
        let address = logout(&server, &[("id_token_hint", &tokens.id_token())]);
        for (later_s, status) in [(29 * DAY_S, 200), (DAY_S + 60, 400)] {
            server.advance_clock(later_s).await;
            let (done, text) = server.run_verb(&["keys", "retire", "--realm", demo::REALM]);
            assert!(done, "{text}");
            let page = browser.open_page(&address).await;
            assert_eq!(page.status, status, "after {later_s} s: {page}");
            assert!(is_signed_out(&server, &browser).await, "{page}");
        }
    }

    async fn the_logout_endpoint_ends_an_offline_session_given_its_token(server) {
        let (_, tokens) = signed_in(&server).await;
        let client = Client::nightly_backup(&server);
        let (secret, offline) = (demo::NIGHTLY_BACKUP_SECRET, tokens.refresh_token());
        let form = [("client_id", demo::NIGHTLY_BACKUP), ("client_secret", secret), ("refresh_token", offline.as_str())];
        let answer = Answer::of(server.http().post(server.demo_url("/protocol/openid-connect/logout")).form(&form)).await;
        assert_eq!(answer.status, 204, "{answer}");
        client.refresh(&offline).await.expect_refusal("Offline session not found");
    }
}

async fn signed_in(server: &TestServer) -> (Browser, Answer) {
    let (browser, request) = (Browser::new(server), AuthorizationRequest::nightly_backup());
    let redirect = browser.authorize(server, &request, &Person::alice(), &Choice::accept()).await;
    let tokens = Client::nightly_backup(server).redeem(&request, &redirect.code()).await.expect_tokens();
    (browser, tokens)
}

fn logout(server: &TestServer, params: &[(&str, &str)]) -> String {
    let mut url =
        url::Url::parse(&format!("{}/protocol/openid-connect/logout", server.issuer(demo::REALM))).expect("a URL");
    url.query_pairs_mut().extend_pairs(params);
    url.into()
}

async fn is_signed_out(server: &TestServer, browser: &Browser) -> bool {
    let silent = AuthorizationRequest::nightly_backup().prompt("none");
    browser.open(&silent.url(server)).await.redirect().get("error") == Some("login_required")
}
