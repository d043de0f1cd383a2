//! What anybody can have stored without signing in has bounds: authorization requests by place and by realm, and their lives.

use perennial_testkit::demo::Person;
use perennial_testkit::{
    Admin, AuthorizationRequest, Browser, Choice, Client, TestServer, Visit, authorize, on_both_databases,
};
use serde_json::json;

async fn limit(server: &TestServer, name: &str, value: &str) {
    Admin::sign_in(server).await.change_realm(json!({"attributes": {name: value}})).await;
}

on_both_databases! {
    async fn one_place_has_so_many_requests_stored_and_no_more_until_later(server) {
        limit(&server, "login.requests.per.address", "5").await;
        let url = AuthorizationRequest::photo_frame().url(&server);
        for _ in 0..5 {
            assert_eq!(Browser::new(&server).open_page(&url).await.status, 200);
        }
        let refused = Browser::new(&server).open_page(&url).await;
        assert_eq!(refused.status, 503, "{refused}");
        assert!(!refused.header("retry-after").is_empty());
        // Who need not be asked is answered: nothing is stored for them.
        let silent = AuthorizationRequest::photo_frame().prompt("none");
        let redirect = Browser::new(&server).open(&silent.url(&server)).await.redirect();
        redirect.expect_error("login_required", &server.issuer("demo"));
        server.advance_clock(600).await;
        Client::photo_frame(&server).authorize(&server, &Person::alice(), &Choice::accept()).await;
    }

    async fn of_a_flood_the_oldest_requests_go_and_those_that_somebody_signed_in_for_stay(server) {
        limit(&server, "login.requests.limit", "3").await;
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup();
        let person = Browser::new(&server);
        let consent = person.reach_consent(&server, &request, &Person::alice()).await;
        let url = AuthorizationRequest::photo_frame().url(&server);
        let mut waiting = Vec::new();
        for _ in 0..6 {
            let browser = Browser::new(&server);
            let page = browser.open_page(&url).await;
            waiting.push((browser, page));
            server.advance_clock(1).await;
        }
        server.run_jobs().await;
        for (n, (browser, page)) in waiting.iter().enumerate() {
            let visit = browser.submit(&authorize::sign_in(page, &Person::bob())).await;
            let was_there = matches!(visit, Visit::Redirect(_));
            assert_eq!(was_there, n >= 3, "request {n}: {visit:?}");
        }
        let redirect = person.submit(&authorize::decide(&consent, &Choice::accept())).await.redirect();
        client.redeem(&request, &redirect.code()).await.expect_tokens();
    }

    async fn a_request_that_nobody_answers_is_gone_after_its_time(server) {
        let browser = Browser::new(&server);
        let page = browser.open_page(&AuthorizationRequest::photo_frame().url(&server)).await;
        server.advance_clock(1_801).await;
        let late = browser.submit(&authorize::sign_in(&page, &Person::alice())).await.page();
        assert_eq!(late.status, 400, "{late}");
        server.run_jobs().await;
        let gone = browser.submit(&authorize::sign_in(&page, &Person::alice())).await.page();
        assert_eq!(gone.status, 400, "{gone}");
    }
}
