//! What begins without a page ends when its user said on the last one, and past that day only they can say for how much longer.

use crate::support::DAY_S;
use perennial_testkit::authorize::{decide, sign_in};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};
use serde_json::json;

/// alice signs in in a new browser, and is asked nothing more.
async fn silently(server: &TestServer, client: &Client, request: &AuthorizationRequest) -> Answer {
    let browser = Browser::new(server);
    let page = browser.open_page(&request.url(server)).await;
    let code = browser.submit(&sign_in(&page, &Person::alice())).await.redirect().code();
    client.redeem(request, &code).await.expect_tokens()
}

/// alice allows nightly-backup to act for seven days.
async fn a_week(server: &TestServer) -> Client {
    let client = Client::nightly_backup(server);
    client.authorize(server, &Person::alice(), &Choice::for_days(7)).await;
    client
}

on_both_databases! {
    async fn an_app_that_renews_silently_wins_no_day(server) {
        let client = a_week(&server).await;
        let request = AuthorizationRequest::nightly_backup();
        for day in 1..7 {
            server.advance_clock(DAY_S).await;
            let renewed = silently(&server, &client, &request).await;
            assert_eq!(renewed.number("refresh_expires_in"), (7 - day) * DAY_S, "on day {day}");
        }
        let last = silently(&server, &client, &request).await;
        server.advance_clock(DAY_S - 1).await;
        client.refresh(&last.refresh_token()).await.expect_tokens();
        server.advance_clock(1).await;
        client.refresh(&last.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn past_the_chosen_day_the_page_is_shown_and_the_user_chooses_anew(server) {
        let client = a_week(&server).await;
        server.advance_clock(8 * DAY_S).await;
        let (browser, request) = (Browser::new(&server), AuthorizationRequest::nightly_backup());
        let page = browser.reach_consent(&server, &request, &Person::alice()).await;
        let silent = AuthorizationRequest::nightly_backup().prompt("none");
        let refused = browser.open(&silent.url(&server)).await.redirect();
        refused.expect_error("consent_required", &server.issuer(demo::REALM));
        // What lasts no longer than the sign-in needs no such choice.
        browser.open(&silent.clone().scope("openid").url(&server)).await.redirect().code();
        let code = browser.submit(&decide(&page, &Choice::for_days(30))).await.redirect().code();
        let chosen = client.redeem(&request, &code).await.expect_tokens();
        assert_eq!(chosen.number("refresh_expires_in"), 30 * DAY_S);
        browser.open(&silent.url(&server)).await.redirect().code();
    }

    async fn a_client_that_needs_no_consent_keeps_to_a_choice_that_was_made(server) {
        let (client, request) = (Client::photo_frame(&server), AuthorizationRequest::photo_frame());
        let asking = request.clone().prompt("consent");
        client.authorize_with(&server, &asking, &Person::alice(), &Choice::for_days(7)).await;
        server.advance_clock(6 * DAY_S).await;
        let renewed = silently(&server, &client, &request).await;
        assert_eq!(renewed.number("refresh_expires_in"), DAY_S);
        server.advance_clock(2 * DAY_S).await;
        Browser::new(&server).reach_consent(&server, &request, &Person::alice()).await;
    }

    async fn until_i_take_it_away_has_no_day_on_which_it_is_asked_again(server) {
        let client = Client::nightly_backup(&server);
        client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        server.advance_clock(400 * DAY_S).await;
        silently(&server, &client, &AuthorizationRequest::nightly_backup()).await;
    }

    async fn a_password_wins_no_day_either(server) {
        let client = a_week(&server).await;
        server.advance_clock(6 * DAY_S).await;
        let tokens = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        assert_eq!(tokens.number("refresh_expires_in"), DAY_S);
        server.advance_clock(2 * DAY_S).await;
        let refused = client.password_grant(&Person::alice(), "openid offline_access").await;
        let refused = refused.expect_error(400, "invalid_grant");
        assert_eq!(refused.text("error_description"), "Client requires user consent");
        client.password_grant(&Person::alice(), "openid").await.expect_tokens();
    }

    async fn nor_does_an_exchange(server) {
        let enabled = json!({"attributes": {"standard.token.exchange.enabled": "true"}});
        Admin::sign_in(&server).await.change_client(demo::NIGHTLY_BACKUP, enabled).await;
        let client = Client::nightly_backup(&server);
        let lasting = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        let asking = AuthorizationRequest::nightly_backup().prompt("consent");
        client.authorize_with(&server, &asking, &Person::alice(), &Choice::for_days(7)).await;
        let wish = [
            ("scope", "openid offline_access"),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"),
        ];
        server.advance_clock(6 * DAY_S).await;
        let tokens = client.exchange(&lasting, "refresh_token", &wish).await.expect_tokens();
        assert_eq!(tokens.number("refresh_expires_in"), DAY_S);
        server.advance_clock(2 * DAY_S).await;
        client.exchange(&lasting, "refresh_token", &wish).await.expect_error(400, "invalid_scope");
        client.exchange(&lasting, "refresh_token", &[("scope", "openid")]).await.expect_tokens();
    }

    async fn a_consent_that_is_changed_without_a_choice_keeps_its_day(server) {
        let client = Client::nightly_backup(&server);
        let more = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
        client.authorize_with(&server, &more, &Person::alice(), &Choice::for_days(7)).await;
        server.advance_clock(2 * DAY_S).await;
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/users/{}/consents", admin.user_id("alice").await);
        let mut consent = admin.get(&path).await.expect(200).json()[0].clone();
        consent["grantedClientScopes"].as_array_mut().expect("scopes").retain(|scope| scope != "phone");
        admin.put(&format!("{path}/{}", demo::NIGHTLY_BACKUP), &consent).await.expect(204);
        let request = AuthorizationRequest::nightly_backup();
        let renewed = silently(&server, &client, &request).await;
        assert_eq!(renewed.number("refresh_expires_in"), 5 * DAY_S, "one scope was withdrawn");
        server.advance_clock(2 * DAY_S).await;
        let (browser, other) = (Browser::new(&server), AuthorizationRequest::nightly_backup().scope("openid address"));
        let page = browser.reach_consent(&server, &other, &Person::alice()).await;
        browser.submit(&decide(&page, &Choice::accept())).await.redirect().code();
        let renewed = silently(&server, &client, &request).await;
        assert_eq!(renewed.number("refresh_expires_in"), 3 * DAY_S, "one scope was added");
        let page = browser.open_page(&request.clone().prompt("consent").url(&server)).await;
        let proposed = page.attribute("input[name=offline_end][checked]", "value");
        assert_eq!(proposed.as_deref(), Some("604800"), "what is proposed is still the choice of the last time");
    }
}
