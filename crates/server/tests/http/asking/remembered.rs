//! What a consent page proposes and stores: the choice of the last time, for the user who was shown the page, and for all that it
//! asks for.

use crate::support::DAY_S;
use perennial_testkit::authorize::{decide, sign_in};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, Page, TestServer, on_both_databases};
use serde_json::{Value, json};

fn proposed(page: &Page) -> String {
    page.attribute("input[name=offline_end][checked]", "value").expect("something is proposed")
}

async fn asked_again(server: &TestServer, browser: &Browser) -> Page {
    browser.open_page(&AuthorizationRequest::nightly_backup().prompt("consent").url(server)).await
}

/// What alice and bob have allowed apps, as an admin sees it.
async fn consents(admin: &Admin, username: &str) -> Vec<Value> {
    let path = format!("/demo/users/{}/consents", admin.user_id(username).await);
    admin.get(&path).await.expect(200).json().as_array().expect("a list").clone()
}

on_both_databases! {
    async fn until_i_take_it_away_is_proposed_again(server) {
        let (browser, request) = (Browser::new(&server), AuthorizationRequest::nightly_backup());
        browser.authorize(&server, &request, &Person::alice(), &Choice::for_days(0)).await.code();
        assert_eq!(proposed(&asked_again(&server, &browser).await), "until_revoked");
    }

    async fn what_a_policy_allows_no_longer_gives_way_to_the_longest_that_it_does(server) {
        let (browser, request) = (Browser::new(&server), AuthorizationRequest::nightly_backup());
        browser.authorize(&server, &request, &Person::alice(), &Choice::for_days(90)).await.code();
        let shorter = json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 40 * DAY_S});
        Admin::sign_in(&server).await.change_realm(shorter).await;
        assert_eq!(proposed(&asked_again(&server, &browser).await), "2592000", "30 days");
    }

    async fn whoever_never_gave_access_while_away_is_proposed_the_usual(server) {
        let (browser, less) = (Browser::new(&server), AuthorizationRequest::nightly_backup().scope("openid"));
        browser.authorize(&server, &less, &Person::alice(), &Choice::accept()).await.code();
        assert_eq!(proposed(&asked_again(&server, &browser).await), "2592000", "30 days");
    }

    async fn a_page_that_alice_was_shown_is_no_consent_of_bobs(server) {
        let (admin, browser) = (Admin::sign_in(&server).await, Browser::new(&server));
        let request = AuthorizationRequest::nightly_backup();
        let alices = browser.reach_consent(&server, &request, &Person::alice()).await;
        let other = AuthorizationRequest::photo_frame().prompt("login");
        let page = browser.open_page(&other.url(&server)).await;
        browser.submit(&sign_in(&page, &Person::bob())).await;
        let shown = browser.submit(&decide(&alices, &Choice::accept())).await.page();
        assert!(shown.has("#kc-accept") && shown.text().contains("Bob"), "bob sees the page first: {shown}");
        for person in ["alice", "bob"] {
            assert!(consents(&admin, person).await.iter().all(|given| given["clientId"] != demo::NIGHTLY_BACKUP), "{person}");
        }
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
        // The page that he was shown is his.
        let code = browser.submit(&decide(&shown, &Choice::accept())).await.redirect().code();
        let tokens = Client::nightly_backup(&server).redeem(&request, &code).await.expect_tokens();
        assert_eq!(perennial_testkit::token::claims(&tokens.access_token())["preferred_username"], "bob");
    }

    async fn whoever_signs_in_again_as_the_same_person_may_go_on_with_the_page(server) {
        let (browser, request) = (Browser::new(&server), AuthorizationRequest::nightly_backup());
        let page = browser.reach_consent(&server, &request, &Person::alice()).await;
        let again = AuthorizationRequest::photo_frame().prompt("login");
        let login = browser.open_page(&again.url(&server)).await;
        browser.submit(&sign_in(&login, &Person::alice())).await;
        browser.submit(&decide(&page, &Choice::accept())).await.redirect().code();
    }

    async fn a_scope_that_the_page_does_not_list_comes_with_the_rest(server) {
        let client = Client::nightly_backup(&server);
        let (browser, request) = (Browser::new(&server), AuthorizationRequest::nightly_backup().scope("openid offline_access microprofile-jwt"));
        let page = browser.reach_consent(&server, &request, &Person::alice()).await;
        assert!(!page.has("input[name=scope][value='microprofile-jwt']"), "{page}");
        let code = browser.submit(&decide(&page, &Choice::accept())).await.redirect().code();
        let tokens = client.redeem(&request, &code).await.expect_tokens();
        assert!(tokens.scopes().contains(&"microprofile-jwt".to_owned()), "{tokens}");
        browser.open(&request.clone().prompt("none").url(&server)).await.redirect().code();
    }

    async fn nobody_is_asked_for_access_that_the_client_could_not_keep(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": {"use.refresh.tokens": "false"}})).await;
        let (browser, request) = (Browser::new(&server), AuthorizationRequest::nightly_backup());
        let page = browser.reach_consent(&server, &request, &Person::alice()).await;
        assert!(!page.has("input[name=offline_end]"), "{page}");
        browser.submit(&decide(&page, &Choice::accept())).await.redirect().code();
        let given = consents(&admin, "alice").await;
        assert!(!given[0]["grantedClientScopes"].to_string().contains("offline_access"), "{given:?}");
    }

    async fn the_end_that_the_user_chose_holds_for_a_password_too(server) {
        let client = Client::nightly_backup(&server);
        client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        let tokens = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        assert_eq!(tokens.number("refresh_expires_in"), 7 * DAY_S);
        server.advance_clock(7 * DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn an_exchanged_session_ends_no_later_than_the_approval_of_the_one_it_came_from(server) {
        let admin = Admin::sign_in(&server).await;
        let enabled = json!({"standard.token.exchange.enabled": "true"});
        admin.change_client("account", json!({"publicClient": false, "attributes": enabled})).await;
        let service = Client::confidential(&server, "account", &admin.client_secret("account").await);
        // Its tokens carry alice's roles of the account service, and so name it.
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"fullScopeAllowed": true})).await;
        let backup = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        let approve = async |end: Option<i64>| {
            let approval = json!({"scopes": ["openid", "profile", "email", "roles", "offline_access"], "expires": end});
            admin.put(&format!("/demo/admin-consents/{backup}"), &approval).await.expect(204);
        };
        approve(None).await;
        let (browser, request) = (Browser::new(&server), AuthorizationRequest::nightly_backup());
        let page = browser.open_page(&request.url(&server)).await;
        let code = browser.submit(&sign_in(&page, &Person::alice())).await.redirect().code();
        let tokens = Client::nightly_backup(&server).redeem(&request, &code).await.expect_tokens();
        approve(Some((server.now_s().await + DAY_S) * 1_000)).await;
        let subject = tokens.access_token();
        let wanted = [("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"), ("scope", "openid offline_access")];
        let exchanged = service.exchange(&subject, "access_token", &wanted).await.expect_tokens();
        // The approval ends on a whole second.
        assert!((DAY_S - 1..=DAY_S).contains(&exchanged.number("refresh_expires_in")), "{exchanged}");
    }

    async fn a_session_began_where_its_user_signed_in_and_is_used_where_its_app_runs(server) {
        let client = Client::nightly_backup(&server).from_place([127, 0, 0, 9], "backup/1.0");
        client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let session = Admin::sign_in(&server).await.offline_sessions(demo::NIGHTLY_BACKUP).await.remove(0);
        assert_eq!(session["ipAddress"], "127.0.0.1", "{session}");
        assert!(session.to_string().contains("127.0.0.9"), "where it was used last: {session}");
    }
}
