//! Asking for offline access: consent, its choices, what is remembered, `prompt`, and how every answer goes back.

use crate::support::DAY_S;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, Visit, on_both_databases, token};
use serde_json::json;

/// What continues, that it is no additional permission, until when, how it ends earlier, and what the app sees.
const SAID_IN_ENGLISH: [&str; 6] = [
    "While you are away",
    "Nightly backup can keep doing what you allow here when you are not signed in, until the end that you choose.",
    "It gets no additional permission by this.",
    "This access lasts 7 days 30 days 90 days until I take it away",
    "it ends earlier if the app does not use it for 30 days.",
    "see your phone number",
];
const SAID_IN_SPANISH: [&str; 6] = [
    "Mientras usted no está",
    "puede seguir haciendo lo que usted permita aquí cuando no tenga la sesión iniciada, hasta el final que elija.",
    "No obtiene con ello ningún permiso adicional.",
    "Este acceso dura 7 días 30 días 90 días hasta que yo lo retire",
    "termina antes si la aplicación no lo usa durante 30 días.",
    "ver su número de teléfono",
];

on_both_databases! {
    async fn the_consent_page_names_who_asks_and_whom(server) {
        let browser = Browser::new(&server);
        let page = browser.reach_consent(&server, &AuthorizationRequest::nightly_backup(), &Person::alice()).await;
        page.assert_hardened();
        let text = page.text();
        assert!(text.contains("Nightly backup") && text.contains("Alice"), "{text}");
        assert!(page.has("#kc-accept") && page.has("#kc-cancel"));
    }

    async fn in_either_language_it_says_what_goes_on_while_one_is_away_that_this_permits_no_more_and_until_when(server) {
        for (language, said) in [("en", SAID_IN_ENGLISH), ("es", SAID_IN_SPANISH)] {
            let request = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
            let browser = Browser::speaking(&server, language);
            let page = browser.reach_consent(&server, &request, &Person::alice()).await;
            assert_eq!(page.attribute("html", "lang").as_deref(), Some(language));
            let text = page.text();
            for sentence in said {
                assert!(text.contains(sentence), "{sentence:?} is not said: {text}");
            }
        }
    }

    async fn a_page_speaks_spanish_to_who_asks_for_it(server) {
        let request = AuthorizationRequest::nightly_backup().with("ui_locales", "es");
        let page = Browser::new(&server).open_page(&request.url(&server)).await;
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("es"));
        let page = Browser::speaking(&server, "es-MX,es;q=0.9").open_page(&AuthorizationRequest::nightly_backup().url(&server)).await;
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("es"));
    }

    async fn a_stored_consent_is_not_asked_for_again(server) {
        let browser = Browser::new(&server);
        let first = AuthorizationRequest::nightly_backup();
        browser.authorize(&server, &first, &Person::alice(), &Choice::accept()).await.code();
        let again = browser.open(&AuthorizationRequest::nightly_backup().url(&server)).await.redirect();
        let silent = browser.open(&AuthorizationRequest::nightly_backup().prompt("none").url(&server)).await.redirect();
        assert!(!again.code().is_empty() && !silent.code().is_empty());
    }

    async fn two_authorizations_are_two_sessions_of_their_own(server) {
        let client = Client::nightly_backup(&server);
        let first = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        let second = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        client.revoke(&first.refresh_token()).await.expect(200);
        client.refresh(&second.refresh_token()).await.expect_tokens();
        client.refresh(&first.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn prompt_none_says_what_is_missing_instead_of_showing_a_page(server) {
        let browser = Browser::new(&server);
        let silent = AuthorizationRequest::nightly_backup().prompt("none");
        let issuer = server.issuer(demo::REALM);
        browser.open(&silent.url(&server)).await.redirect().expect_error("login_required", &issuer);
        browser.reach_consent(&server, &AuthorizationRequest::nightly_backup(), &Person::alice()).await;
        browser.open(&silent.url(&server)).await.redirect().expect_error("consent_required", &issuer);
    }

    async fn prompt_consent_always_shows_the_page(server) {
        let browser = Browser::new(&server);
        let first = AuthorizationRequest::nightly_backup();
        browser.authorize(&server, &first, &Person::alice(), &Choice::accept()).await.code();
        let page = browser.open_page(&AuthorizationRequest::nightly_backup().prompt("consent").url(&server)).await;
        assert!(page.has("#kc-accept"), "{page}");
        let frame = AuthorizationRequest::photo_frame().scope("openid").prompt("consent");
        let page = browser.open_page(&frame.url(&server)).await;
        assert!(page.has("#kc-accept"), "also for a client that needs none: {page}");
    }

    async fn prompt_login_and_max_age_zero_ask_for_the_password_again(server) {
        let browser = Browser::new(&server);
        let first = AuthorizationRequest::nightly_backup();
        browser.authorize(&server, &first, &Person::alice(), &Choice::accept()).await.code();
        for request in [
            AuthorizationRequest::nightly_backup().prompt("login"),
            AuthorizationRequest::nightly_backup().with("max_age", "0"),
        ] {
            let page = browser.open_page(&request.url(&server)).await;
            assert!(page.has("input[name=password]"), "{page}");
            let redirect = browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
            assert!(!redirect.code().is_empty(), "once signed in, the same request passes");
        }
    }

    async fn a_sign_in_older_than_max_age_is_not_enough(server) {
        let browser = Browser::new(&server);
        let first = AuthorizationRequest::nightly_backup();
        browser.authorize(&server, &first, &Person::alice(), &Choice::accept()).await.code();
        server.advance_clock(120).await;
        let recent = AuthorizationRequest::nightly_backup().with("max_age", "300");
        browser.open(&recent.url(&server)).await.redirect().code();
        let older = AuthorizationRequest::nightly_backup().with("max_age", "60").prompt("none");
        browser.open(&older.url(&server)).await.redirect().expect_error("login_required", &server.issuer(demo::REALM));
    }

    async fn a_refused_consent_gives_nothing(server) {
        let browser = Browser::new(&server);
        let request = AuthorizationRequest::nightly_backup();
        let redirect = browser.authorize(&server, &request, &Person::alice(), &Choice::cancel()).await;
        redirect.expect_error("access_denied", &server.issuer(demo::REALM));
        assert_eq!(redirect.get("state"), Some(request.get("state")));
        let silent = browser.open(&AuthorizationRequest::nightly_backup().prompt("none").url(&server)).await.redirect();
        silent.expect_error("consent_required", &server.issuer(demo::REALM));
    }

    async fn a_declined_optional_scope_is_not_granted(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().scope("openid offline_access address phone");
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::decline("phone")).await;
        let scopes = tokens.scopes();
        assert!(scopes.contains(&"address".to_owned()) && scopes.contains(&"offline_access".to_owned()), "{scopes:?}");
        assert!(!scopes.contains(&"phone".to_owned()), "{scopes:?}");
        let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(!refreshed.scopes().contains(&"phone".to_owned()));
        let claims = token::claims(&refreshed.access_token());
        assert!(!claims["scope"].as_str().unwrap_or_default().contains("phone"));
    }

    async fn access_while_away_is_declined_without_the_rest(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup();
        let browser = Browser::new(&server);
        let page = browser.reach_consent(&server, &request, &Person::alice()).await;
        let form = page.form_with("kc-accept").choose("offline_end", "declined").press("kc-accept");
        let tokens = client.redeem(&request, &browser.submit(&form).await.redirect().code()).await.expect_tokens();
        assert!(!tokens.scopes().contains(&"offline_access".to_owned()), "{tokens}");
        assert_eq!(token::claims(&tokens.refresh_token())["typ"], "Refresh");
    }

    async fn the_end_that_the_user_chose_is_kept_to_the_second_however_often_it_is_used(server) {
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        let offline = tokens.refresh_token();
        for _ in 0..3 {
            server.advance_clock(2 * DAY_S).await;
            client.refresh(&offline).await.expect_tokens();
        }
        server.advance_clock(DAY_S + 1).await;
        client.refresh(&offline).await.expect_refusal("Offline session not active");
    }

    async fn the_chosen_end_is_proposed_the_next_time(server) {
        let browser = Browser::new(&server);
        let first = AuthorizationRequest::nightly_backup();
        browser.authorize(&server, &first, &Person::alice(), &Choice::for_days(90)).await.code();
        let page = browser.open_page(&AuthorizationRequest::nightly_backup().prompt("consent").url(&server)).await;
        let chosen = page.attribute("input[name=offline_end][checked]", "value");
        assert_eq!(chosen.as_deref(), Some("7776000"), "90 days");
    }

    async fn no_end_beyond_the_policys_maximum_is_offered_or_taken(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": 10 * DAY_S})).await;
        let browser = Browser::new(&server);
        let page = browser.reach_consent(&server, &AuthorizationRequest::nightly_backup(), &Person::alice()).await;
        assert!(page.has("input[name=offline_end][value='604800']"), "7 days fit: {page}");
        assert!(!page.has("input[name=offline_end][value='7776000']"), "90 days do not: {page}");
        let mut form = page.form_with("kc-accept").choose("offline_end", "604800").press("kc-accept");
        for control in form.controls.iter_mut().filter(|control| control.name == "offline_end" && control.active) {
            control.value = "7776000".to_owned();
        }
        let visit = browser.submit(&form).await;
        let page = visit.page();
        assert_eq!(page.status, 400, "{page}");
    }

    async fn a_public_app_that_any_program_could_pose_as_is_asked_for_each_time_it_needs_consent(server) {
        let browser = Browser::new(&server);
        let request = AuthorizationRequest::photo_frame().prompt("consent");
        browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await.code();
        let page = browser.open_page(&request.url(&server)).await;
        assert!(page.has("#kc-accept"), "{page}");
    }

    async fn a_stored_consent_gives_nothing_silently_where_another_program_could_take_the_redirect(server) {
        let admin = Admin::sign_in(&server).await;
        let app = "com.example.frame:/callback";
        let redirects = json!([demo::REDIRECT_URI, "http://127.0.0.1/callback", app, "https://frame.example/callback"]);
        admin.change_client(demo::PHOTO_FRAME, json!({"consentRequired": true, "redirectUris": redirects})).await;
        for (redirect_uri, asks_again) in [
            (demo::REDIRECT_URI, true),
            ("http://127.0.0.1:51234/callback", true),
            (app, true),
            ("https://frame.example/callback", false),
        ] {
            let browser = Browser::new(&server);
            let request = AuthorizationRequest::photo_frame().with("redirect_uri", redirect_uri);
            browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await.code();
            match browser.open(&request.url(&server)).await {
                Visit::Page(page) => assert!(asks_again && page.has("#kc-accept"), "{redirect_uri}: {page}"),
                Visit::Redirect(redirect) => assert!(!asks_again && !redirect.code().is_empty(), "{redirect_uri}"),
            }
            let silent = browser.open(&request.clone().prompt("none").url(&server)).await.redirect();
            assert_eq!(silent.get("error") == Some("consent_required"), asks_again, "{redirect_uri}: {silent:?}");
            let online = request.scope("openid").prompt("none");
            browser.open(&online.url(&server)).await.redirect().code();
        }
    }

    async fn another_person_in_the_same_browser_inherits_nothing(server) {
        let browser = Browser::new(&server);
        let request = AuthorizationRequest::nightly_backup();
        browser.authorize(&server, &request, &Person::alice(), &Choice::accept()).await.code();
        let again = AuthorizationRequest::nightly_backup().prompt("login");
        let page = browser.open_page(&again.url(&server)).await;
        let page = browser.submit(&perennial_testkit::authorize::sign_in(&page, &Person::bob())).await.page();
        assert!(page.has("#kc-accept"), "bob has not consented: {page}");
        assert!(page.text().contains("Bob"), "{page}");
    }

    async fn the_oldest_of_too_many_sessions_makes_room(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionLimit": 2})).await;
        let client = Client::nightly_backup(&server);
        let mut tokens = Vec::new();
        for _ in 0..3 {
            server.advance_clock(10).await;
            tokens.push(client.authorize(&server, &Person::alice(), &Choice::accept()).await.refresh_token());
        }
        client.refresh(&tokens[0]).await.expect_refusal("Offline session not found");
        client.refresh(&tokens[1]).await.expect_tokens();
        client.refresh(&tokens[2]).await.expect_tokens();
    }

    async fn a_new_grant_extends_the_stored_consent(server) {
        let browser = Browser::new(&server);
        let less = AuthorizationRequest::nightly_backup().scope("openid");
        browser.authorize(&server, &less, &Person::alice(), &Choice::accept()).await.code();
        let more = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
        let page = browser.open_page(&more.url(&server)).await;
        assert!(page.has("#kc-accept"), "what is new is asked for: {page}");
        browser.authorize(&server, &more, &Person::alice(), &Choice::accept()).await.code();
        for known in ["openid", "openid phone", "openid offline_access", "openid offline_access phone"] {
            let request = AuthorizationRequest::nightly_backup().scope(known).prompt("none");
            browser.open(&request.url(&server)).await.redirect().code();
        }
    }

    async fn prompt_select_account_asks_who_it_is(server) {
        let browser = Browser::new(&server);
        let first = AuthorizationRequest::nightly_backup();
        browser.authorize(&server, &first, &Person::alice(), &Choice::accept()).await.code();
        let page = browser.open_page(&AuthorizationRequest::nightly_backup().prompt("select_account").url(&server)).await;
        assert!(page.has("input[name=password]"), "{page}");
    }

    async fn a_form_post_answer_travels_in_a_form_without_scripts(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().with("response_mode", "form_post");
        let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        assert!(redirect.posted);
        assert_eq!(redirect.to.as_str(), demo::REDIRECT_URI);
        let code = perennial_testkit::client::checked_code(&server, &request, &redirect);
        client.redeem(&request, &code).await.expect_tokens();
    }
}
