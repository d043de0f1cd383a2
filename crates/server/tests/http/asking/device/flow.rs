//! From the code on a screen to an offline session.

use super::{INTERVAL_S, alices_device, ask};
use crate::support::DAY_S;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Browser, Choice, Client, on_both_databases, token};

on_both_databases! {
    async fn a_device_is_told_its_codes_and_where_its_user_goes(server) {
        let answer = ask(&Client::photo_frame(&server)).await;
        assert!(answer.header("cache-control").contains("no-store"), "{answer}");
        let user_code = answer.text("user_code");
        let (left, right) = user_code.split_once('-').expect("two groups");
        assert!((left.len(), right.len()) == (4, 4), "{user_code}");
        assert!(user_code.chars().all(|c| c == '-' || "BCDFGHJKLMNPQRSTVWXZ".contains(c)), "{user_code}");
        let issuer = server.issuer(demo::REALM);
        assert_eq!(answer.text("verification_uri"), format!("{issuer}/device"));
        assert_eq!(answer.text("verification_uri_complete"), format!("{issuer}/device?user_code={user_code}"));
        assert_eq!((answer.number("expires_in"), answer.number("interval")), (600, INTERVAL_S));
        assert_ne!(answer.text("device_code"), ask(&Client::photo_frame(&server)).await.text("device_code"));
    }

    async fn discovery_names_the_endpoint_and_the_grant(server) {
        let metadata = Answer::of(server.http().get(server.demo_url("/.well-known/openid-configuration"))).await.json();
        let issuer = server.issuer(demo::REALM);
        assert_eq!(metadata["device_authorization_endpoint"], format!("{issuer}/protocol/openid-connect/auth/device"));
        let grants = metadata["grant_types_supported"].as_array().expect("a list");
        assert!(grants.iter().any(|grant| grant == "urn:ietf:params:oauth:grant-type:device_code"), "{grants:?}");
    }

    async fn an_allowed_device_gets_an_offline_session_that_says_how_it_began(server) {
        let client = Client::photo_frame(&server);
        let wish = [("scope", "openid offline_access profile"), ("device_label", "Living\u{202e} room\n")];
        let device = client.ask_for_device(&wish).await.expect(200);
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        let tokens = client.poll_device(&device.text("device_code")).await.expect_tokens();
        assert_eq!(token::claims(&tokens.refresh_token())["typ"], "Offline");
        assert_eq!(token::claims(&tokens.access_token())["preferred_username"], "alice");
        assert_eq!(token::claims(&tokens.id_token())["aud"], demo::PHOTO_FRAME);
        server.advance_clock(5 * DAY_S).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let sessions = Admin::sign_in(&server).await.offline_sessions(demo::PHOTO_FRAME).await;
        assert_eq!(sessions[0]["grantType"], "urn:ietf:params:oauth:grant-type:device_code", "{sessions:?}");
        assert_eq!(sessions[0]["deviceLabel"], "Living room", "one clean line: {sessions:?}");
    }

    async fn without_offline_access_the_device_lives_and_ends_with_the_browsers_session(server) {
        let client = Client::photo_frame(&server);
        let device = client.ask_for_device(&[("scope", "openid")]).await.expect(200);
        let browser = Browser::new(&server);
        browser.connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        let tokens = client.poll_device(&device.text("device_code")).await.expect_tokens();
        assert_eq!(token::claims(&tokens.refresh_token())["typ"], "Refresh");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let page = browser.open_page(&server.demo_url("/protocol/openid-connect/logout")).await;
        browser.submit(&page.form_with("kc-logout").press("kc-logout")).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Session not active");
    }

    async fn the_consent_page_says_which_device_asks_and_warns_of_those_of_others(server) {
        let client = Client::photo_frame(&server);
        let wish = [("scope", "openid offline_access"), ("device_label", "Kitchen")];
        let browser = Browser::new(&server);
        let device = client.ask_for_device(&wish).await.expect(200);
        browser.connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        // Asked again, although alice is signed in, has consented, and the app needs no consent.
        let again = client.ask_for_device(&wish).await.expect(200);
        let page = browser.enter_code(&server, &again.text("user_code")).await;
        page.assert_hardened();
        let text = page.text();
        assert!(page.has("#kc-accept") && text.contains("Photo frame") && text.contains("Alice"), "{text}");
        assert!(text.contains("Kitchen") && text.contains("127.0.0.1"), "{text}");
        assert!(text.contains("only if the device is yours"), "{text}");
        assert!(text.to_lowercase().contains("while you are away"), "{text}");
    }

    async fn a_strict_client_gets_offline_access_by_a_device_whose_user_was_asked(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::PHOTO_FRAME, serde_json::json!({"offlineAccessConsent": "strict"})).await;
        for _ in 0..2 {
            let (client, tokens) = alices_device(&server).await;
            assert_eq!(token::claims(&tokens.refresh_token())["typ"], "Offline", "its consent page is shown each time");
            client.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
    }

    async fn the_end_chosen_for_a_device_is_kept(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::for_days(7)).await;
        server.advance_clock(60).await;
        let tokens = client.poll_device(&device.text("device_code")).await.expect_tokens();
        server.advance_clock(7 * DAY_S + 1).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn access_while_away_can_be_declined_for_a_device(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let browser = Browser::new(&server);
        let login = browser.enter_code(&server, &device.text("user_code")).await;
        let consent = browser.submit(&perennial_testkit::authorize::sign_in(&login, &Person::alice())).await.page();
        let form = consent.form_with("kc-accept").choose("offline_end", "declined").press("kc-accept");
        browser.submit(&form).await.page();
        let tokens = client.poll_device(&device.text("device_code")).await.expect_tokens();
        assert!(!tokens.scopes().contains(&"offline_access".to_owned()), "{tokens}");
    }

    async fn the_whole_code_in_the_address_is_shown_to_be_compared(server) {
        let device = ask(&Client::photo_frame(&server)).await;
        let browser = Browser::new(&server);
        let page = browser.open_page(&device.text("verification_uri_complete")).await;
        page.assert_hardened();
        assert!(page.text().contains(&device.text("user_code")), "{page}");
        assert!(!page.has("input[type=text]"), "nothing to type: {page}");
        let next = browser.submit(&page.form_with("kc-device").press("kc-device")).await.page();
        assert!(next.has("input[name=password]"), "{next}");
    }

    async fn a_code_may_be_typed_in_small_letters_without_the_dash(server) {
        let device = ask(&Client::photo_frame(&server)).await;
        let typed = device.text("user_code").to_lowercase().replace('-', " ");
        let page = Browser::new(&server).enter_code(&server, &typed).await;
        assert!(page.has("input[name=password]"), "{page}");
    }

    async fn the_pages_of_a_device_speak_spanish(server) {
        let device = ask(&Client::photo_frame(&server)).await;
        let browser = Browser::new(&server);
        let page = browser.open_page(&format!("{}&ui_locales=es", device.text("verification_uri_complete"))).await;
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("es"));
        let login = browser.submit(&page.form_with("kc-device").press("kc-device")).await.page();
        assert_eq!(login.attribute("html", "lang").as_deref(), Some("es"), "the language goes along: {login}");
        let speaking = Browser::speaking(&server, "es");
        assert!(speaking.open_page("/realms/demo/device").await.text().contains("Conectar un dispositivo"));
        assert!(speaking.open_page("/realms/demo/device/done").await.text().contains("conectado"));
    }

    async fn two_devices_of_one_person_are_two_sessions(server) {
        let (client, first) = alices_device(&server).await;
        let (_, second) = alices_device(&server).await;
        client.revoke(&first.refresh_token()).await.expect(200);
        client.refresh(&second.refresh_token()).await.expect_tokens();
        client.refresh(&first.refresh_token()).await.expect_refusal("Offline session not found");
    }
}
