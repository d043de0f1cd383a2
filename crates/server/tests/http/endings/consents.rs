//! Consents, as their user looks at and changes them: what is taken out is taken from every session of the app.

use crate::support::{alices_backup, alices_frame, alices_online, expect_alive, expect_ended};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{AuthorizationRequest, Browser, Choice, Client, Console, TestServer, on_both_databases};
use serde_json::{Value, json};

const CONSENT: &str = "/realms/demo/account/applications/nightly-backup/consent";

on_both_databases! {
    async fn a_consent_is_shown_with_its_scopes_and_dates(server) {
        let portal = Console::account(&server, &Person::alice()).await;
        portal.get(CONSENT).await.expect(204);
        alices_backup(&server).await;
        let shown = portal.get(CONSENT).await.expect(200).json();
        assert!(scopes_of(&shown).contains(&"offline_access".to_owned()), "{shown}");
        assert!(shown["createdDate"].is_i64() && shown["lastUpdatedDate"].is_i64(), "{shown}");
        portal.get("/realms/demo/account/applications/no-such-app/consent").await.expect(404);
    }

    async fn a_scope_taken_out_of_a_consent_is_gone_from_all_sessions_which_stay(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
        let first = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        let again = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
        let second = client.authorize_with(&server, &again, &Person::alice(), &Choice::accept()).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let stands = portal.get(CONSENT).await.expect(200).json();
        let answer = portal.put(CONSENT, &without(&stands, "phone")).await.expect(200).json();
        assert!(!scopes_of(&answer).contains(&"phone".to_owned()), "{answer}");
        for tokens in [&first, &second] {
            assert!(!client.is_active(&tokens.access_token()).await);
            let fresh = expect_alive(&client, tokens).await;
            assert!(!fresh.scopes().contains(&"phone".to_owned()), "{fresh}");
        }
    }

    async fn without_offline_access_a_consent_leaves_no_offline_session(server) {
        let (client, tokens) = alices_backup(&server).await;
        let (_, _, online) = alices_online(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let stands = portal.get(CONSENT).await.expect(200).json();
        portal.put(CONSENT, &without(&stands, "offline_access")).await.expect(200);
        expect_ended(&client, &tokens).await;
        expect_alive(&client, &online).await;
        let silent = AuthorizationRequest::nightly_backup().prompt("none");
        portal.browser.open(&silent.url(&server)).await.redirect().expect_error("consent_required", &server.issuer("demo"));
    }

    async fn removing_an_app_ends_what_it_has_while_its_user_stays_signed_in(server) {
        let (client, offline) = alices_backup(&server).await;
        let (browser, _, online) = alices_online(&server).await;
        let (frame, framed) = alices_frame(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.remove_app(demo::NIGHTLY_BACKUP).await;
        expect_ended(&client, &offline).await;
        expect_ended(&client, &online).await;
        expect_alive(&frame, &framed).await;
        let silent = AuthorizationRequest::nightly_backup().scope("openid").prompt("none");
        let redirect = browser.open(&silent.url(&server)).await.redirect();
        redirect.expect_error("consent_required", &server.issuer(demo::REALM));
        portal.get(CONSENT).await.expect(204);
    }

    async fn a_code_does_not_outlive_the_removal_of_its_app(server) {
        for request in [AuthorizationRequest::photo_frame(), AuthorizationRequest::nightly_backup()] {
            let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
            let portal = Console::account(&server, &Person::alice()).await;
            portal.remove_app(request.get("client_id")).await;
            let client = match request.get("client_id") {
                demo::PHOTO_FRAME => Client::photo_frame(&server),
                _ => Client::nightly_backup(&server),
            };
            client.redeem(&request, &redirect.code()).await.expect_error(400, "invalid_grant");
        }
    }

    async fn only_what_the_client_may_ask_for_can_be_consented_to(server) {
        let (client, tokens) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let stands = portal.get(CONSENT).await.expect(200).json();
        for wrong in ["no-such-scope", "a b", ""] {
            let mut more = stands.clone();
            more["grantedScopes"].as_array_mut().expect("scopes").push(json!({"name": wrong}));
            portal.put(CONSENT, &more).await.expect(400);
        }
        portal.put(CONSENT, &json!([])).await.expect(400);
        portal.put(CONSENT, &json!({"grantedScopes": "openid"})).await.expect(400);
        assert_eq!(portal.get(CONSENT).await.expect(200).json(), stands);
        expect_alive(&client, &tokens).await;
    }

    async fn an_empty_consent_is_none(server) {
        let (client, tokens) = alices_backup(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        portal.put(CONSENT, &json!({"grantedScopes": []})).await.expect(200);
        expect_ended(&client, &tokens).await;
        portal.get(CONSENT).await.expect(204);
    }

    async fn nobody_changes_another_users_consent(server) {
        let (client, tokens) = alices_backup(&server).await;
        let bob = Console::account(&server, &Person::bob()).await;
        bob.get(CONSENT).await.expect(204);
        bob.put(CONSENT, &json!({"grantedScopes": []})).await.expect(404);
        assert_still_consented(&server).await;
        expect_alive(&client, &tokens).await;
    }
}

async fn assert_still_consented(server: &TestServer) {
    let portal = Console::account(server, &Person::alice()).await;
    portal.get(CONSENT).await.expect(200);
}

fn scopes_of(consent: &Value) -> Vec<String> {
    let scopes = consent["grantedScopes"].as_array().expect("scopes").iter();
    scopes.map(|scope| scope["name"].as_str().expect("a name").to_owned()).collect()
}

fn without(consent: &Value, name: &str) -> Value {
    let left: Vec<Value> =
        scopes_of(consent).into_iter().filter(|own| own != name).map(|own| json!({"name": own})).collect();
    json!({"grantedScopes": left})
}
