//! Attacks that a review found, kept as tests: each fails against the server that was open to it.

use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Choice, Client, Console, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_flood_of_parameters_or_scopes_is_refused_before_it_costs_anything(server) {
        let url = format!("{}/protocol/openid-connect/token", server.issuer(demo::REALM));
        let flood: Vec<(String, &str)> = (0..20_000).map(|n| (format!("p{n}"), "")).collect();
        let answer = Answer::of(server.http().post(&url).form(&flood)).await;
        assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_request"), "{answer}");
        let words: Vec<String> = (0..30_000).map(|n| format!("s{n}")).collect();
        let answer = Client::nightly_backup(&server).client_credentials(&words.join(" ")).await;
        assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_scope"), "{answer}");
    }

    async fn a_form_posted_by_another_site_signs_nobody_out(server) {
        let url = format!("{}/protocol/openid-connect/logout", server.issuer(demo::REALM));
        // `Lax` cookies do not come along with it, so it looks like nobody's.
        let answer = Answer::of(server.http().post(&url).form(&[("client_id", "nightly-backup")])).await;
        assert_eq!(answer.status, 303, "{answer}");
        assert!(answer.header("location").contains("/logout?"), "asked again with the cookies: {answer}");
        assert!(answer.header("set-cookie").is_empty(), "no cookie may be taken away: {answer}");
    }

    async fn who_signs_in_next_does_not_inherit_the_portal(server) {
        let console = Console::account(&server, &Person::alice()).await;
        let browser = console.browser;
        let request = AuthorizationRequest::nightly_backup().prompt("login");
        let login = browser.open_page(&request.url(&server)).await;
        browser.submit(&perennial_testkit::authorize::sign_in(&login, &Person::bob())).await;
        let me = Answer::of(browser.fetch(reqwest::Method::GET, "/realms/demo/account/console/me")).await;
        assert_eq!(me.status, 401, "{me}");
    }

    async fn lengthening_an_offline_limit_signs_nobody_out_of_the_consoles(server) {
        let console = Console::account(&server, &Person::alice()).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 60})).await;
        server.advance_clock(120).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 2_592_000})).await;
        assert_eq!(console.me().await.status, 200, "the floor is for offline sessions only");
    }

    async fn a_code_is_worth_nothing_once_its_consent_is_taken_away(server) {
        let browser = Browser::new(&server);
        let request = AuthorizationRequest::nightly_backup();
        let redirect = browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        Console::account_in(browser, &Person::alice()).await.remove_app("nightly-backup").await;
        let refused = Client::nightly_backup(&server).redeem(&request, &redirect.code()).await;
        assert_eq!(refused.text("error"), "invalid_grant", "{refused}");
    }
}
