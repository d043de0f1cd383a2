//! What anybody can have stored without signing in has bounds: requests of browsers, of clients ahead of them and of devices, by place
//! and by realm, and their lives.

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

    async fn of_a_flood_of_pushed_requests_the_oldest_go(server) {
        limit(&server, "login.requests.limit", "3").await;
        let (frame, request) = (Client::photo_frame(&server), AuthorizationRequest::photo_frame());
        let own = request.params.iter().filter(|(name, _)| name != "client_id");
        let form: Vec<(&str, &str)> = own.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut pushed = Vec::new();
        for _ in 0..6 {
            pushed.push(frame.push_request(&form).await.expect(201).text("request_uri"));
            server.advance_clock(1).await;
        }
        server.run_jobs().await;
        for (n, reference) in pushed.iter().enumerate() {
            let query = [("client_id", frame.id.as_str()), ("request_uri", reference.as_str())];
            let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
            let url = format!("{}/protocol/openid-connect/auth?{query}", server.issuer("demo"));
            let page = Browser::new(&server).open_page(&url).await;
            assert_eq!(page.status, if n < 3 { 400 } else { 200 }, "request {n}: {page}");
        }
    }

    async fn one_place_asks_for_so_many_devices_and_no_more_until_later(server) {
        limit(&server, "login.requests.per.address", "4").await;
        let frame = Client::photo_frame(&server);
        for _ in 0..4 {
            frame.ask_for_device(&[("scope", "openid")]).await.expect(200);
        }
        frame.ask_for_device(&[("scope", "openid")]).await.expect_error(503, "temporarily_unavailable");
        // One bound for all that waits for somebody: neither is a way around the other.
        let page = Browser::new(&server).open_page(&AuthorizationRequest::photo_frame().url(&server)).await;
        assert_eq!(page.status, 503, "{page}");
        let elsewhere = Client::photo_frame(&server).from_place([127, 0, 0, 9], "Elsewhere");
        elsewhere.ask_for_device(&[("scope", "openid")]).await.expect(200);
        server.advance_clock(600).await;
        frame.ask_for_device(&[("scope", "openid")]).await.expect(200);
    }

    async fn of_a_flood_of_devices_the_oldest_go_and_those_that_somebody_allowed_stay(server) {
        limit(&server, "login.requests.limit", "3").await;
        let frame = Client::photo_frame(&server);
        let allowed = frame.ask_for_device(&[("scope", "openid")]).await.expect(200);
        Browser::new(&server).connect_device(&server, &allowed, &Person::alice(), &Choice::accept()).await;
        let mut waiting = Vec::new();
        for _ in 0..6 {
            waiting.push(frame.ask_for_device(&[("scope", "openid")]).await.expect(200).text("device_code"));
            server.advance_clock(1).await;
        }
        server.run_jobs().await;
        for (n, code) in waiting.iter().enumerate() {
            let error = if n < 3 { "invalid_grant" } else { "authorization_pending" };
            frame.poll_device(code).await.expect_error(400, error);
        }
        frame.poll_device(&allowed.text("device_code")).await.expect_tokens();
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
