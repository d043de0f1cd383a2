//! What only an admin can allow, and an admin's consent in the name of every user: given, kept, ended.

use crate::support::DAY_S;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};
use serde_json::{Value, json};

/// A scope `files` that only an admin can allow, which nightly-backup may ask for.
async fn reserve_files(admin: &Admin) {
    let fields =
        json!({"name": "files", "adminConsentRequired": true, "attributes": {"consent.screen.text": "read all files"}});
    admin.post("/demo/client-scopes", &fields).await.expect(201);
    for client in [demo::NIGHTLY_BACKUP, demo::PHOTO_FRAME] {
        admin.assign_scope(client, "optional", "files").await;
    }
}

fn request() -> AuthorizationRequest {
    AuthorizationRequest::nightly_backup().scope("openid offline_access files")
}

async fn approve(admin: &Admin, client_id: &str, approval: Value) -> Answer {
    let uuid = admin.client_uuid(client_id).await;
    admin.put(&format!("/demo/admin-consents/{uuid}"), &approval).await
}

async fn approve_all(admin: &Admin) {
    let scopes = ["openid", "profile", "email", "offline_access", "files"];
    approve(admin, demo::NIGHTLY_BACKUP, json!({"scopes": scopes})).await.expect(204);
}

async fn take_away(admin: &Admin, client_id: &str) -> Answer {
    admin.delete(&format!("/demo/admin-consents/{}", admin.client_uuid(client_id).await)).await
}

/// What nightly-backup asks for, none of it reserved to admins; the end in seconds from now.
async fn approve_usual(admin: &Admin, end_s: Option<i64>) {
    let scopes = json!(["openid", "profile", "email", "offline_access"]);
    approve(admin, demo::NIGHTLY_BACKUP, json!({"scopes": scopes})).await.expect(204);
    if let Some(end_s) = end_s {
        let start = admin.get("/demo/admin-consents").await.json()[0]["lastUpdatedDate"].as_i64().expect("an instant");
        let approval = json!({"scopes": scopes, "expires": start + end_s * 1_000});
        approve(admin, demo::NIGHTLY_BACKUP, approval).await.expect(204);
    }
}

async fn silently_usual(server: &TestServer) -> Answer {
    silently_for(server, AuthorizationRequest::nightly_backup()).await
}

/// Signs alice in without any page but the password's.
async fn silently(server: &TestServer) -> Answer {
    silently_for(server, request()).await
}

async fn silently_for(server: &TestServer, request: AuthorizationRequest) -> Answer {
    let browser = Browser::new(server);
    let page = browser.open_page(&request.url(server)).await;
    let redirect = browser.submit(&perennial_testkit::authorize::sign_in(&page, &Person::alice())).await.redirect();
    Client::nightly_backup(server).redeem(&request, &redirect.code()).await.expect_tokens()
}

on_both_databases! {
    async fn a_page_says_who_must_approve_and_the_client_gets_access_denied(server) {
        let admin = Admin::sign_in(&server).await;
        reserve_files(&admin).await;
        let browser = Browser::new(&server);
        let page = browser.open_page(&request().url(&server)).await;
        let page = browser.submit(&perennial_testkit::authorize::sign_in(&page, &Person::alice())).await.page();
        page.assert_hardened();
        let text = page.text();
        assert!(text.contains("administrator of Demo") && text.contains("Nightly backup") && text.contains("read all files"), "{text}");
        assert!(!page.has("#kc-accept"), "nothing to accept: {page}");
        let redirect = browser.submit(&page.form_with("kc-back").press("kc-back")).await.redirect();
        redirect.expect_error("access_denied", &server.issuer(demo::REALM));
        let silent = browser.open(&request().prompt("none").url(&server)).await.redirect();
        silent.expect_error("access_denied", &server.issuer(demo::REALM));
    }

    async fn the_page_speaks_spanish_and_belongs_to_its_browser(server) {
        reserve_files(&Admin::sign_in(&server).await).await;
        let browser = Browser::new(&server);
        let asked = request().with("ui_locales", "es");
        let page = browser.open_page(&asked.url(&server)).await;
        let page = browser.submit(&perennial_testkit::authorize::sign_in(&page, &Person::alice())).await.page();
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("es"));
        assert!(page.text().contains("administrador"), "{}", page.text());
        let form = page.form_with("kc-back").press("kc-back");
        let foreign = Browser::new(&server).submit(&form).await.page();
        assert!(!foreign.has("#kc-back"), "another browser answers nothing: {foreign}");
        let forged = browser.submit_from(&form, Some("https://evil.example"), "cross-site").await.page();
        assert!(!forged.has("#kc-back"), "{forged}");
        browser.submit(&form).await.redirect().expect_error("access_denied", &server.issuer(demo::REALM));
    }

    async fn a_page_that_one_user_was_shown_answers_nothing_for_the_next(server) {
        reserve_files(&Admin::sign_in(&server).await).await;
        let browser = Browser::new(&server);
        let page = browser.open_page(&request().url(&server)).await;
        let hers = browser.submit(&perennial_testkit::authorize::sign_in(&page, &Person::alice())).await.page();
        let page = browser.open_page(&request().prompt("login").url(&server)).await;
        browser.submit(&perennial_testkit::authorize::sign_in(&page, &Person::bob())).await.page();
        let his = browser.submit(&hers.form_with("kc-back").press("kc-back")).await.page();
        assert!(his.has("#kc-back") && his.text().contains("Bob"), "bob is told first: {his}");
        let redirect = browser.submit(&his.form_with("kc-back").press("kc-back")).await.redirect();
        redirect.expect_error("access_denied", &server.issuer(demo::REALM));
    }

    async fn where_there_is_no_page_the_token_endpoint_refuses(server) {
        let admin = Admin::sign_in(&server).await;
        reserve_files(&admin).await;
        let client = Client::photo_frame(&server);
        let alice = Person::alice();
        let ask = || client.password_grant(&alice, "openid offline_access files");
        let refused = ask().await.expect_error(400, "access_denied");
        assert_eq!(refused.text("error_description"), "An administrator must approve this access first");
        approve(&admin, demo::PHOTO_FRAME, json!({"scopes": ["files"]})).await.expect(204);
        let tokens = ask().await.expect_tokens();
        assert!(tokens.scopes().contains(&"files".to_owned()), "{tokens}");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn an_admins_consent_makes_the_page_unnecessary_for_everybody(server) {
        let admin = Admin::sign_in(&server).await;
        reserve_files(&admin).await;
        approve_all(&admin).await;
        let tokens = silently(&server).await;
        assert!(tokens.scopes().contains(&"files".to_owned()) && tokens.scopes().contains(&"offline_access".to_owned()));
        Client::nightly_backup(&server).refresh(&tokens.refresh_token()).await.expect_tokens();
        let asked = Browser::new(&server).reach_consent(&server, &request().prompt("consent"), &Person::bob()).await;
        assert!(asked.has("#kc-accept"), "prompt=consent still asks");
    }

    async fn what_the_admin_left_out_is_still_asked_for(server) {
        let admin = Admin::sign_in(&server).await;
        reserve_files(&admin).await;
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": ["files"]})).await.expect(204);
        let tokens = Client::nightly_backup(&server).authorize_with(&server, &request(), &Person::alice(), &Choice::accept()).await;
        assert!(tokens.scopes().contains(&"files".to_owned()), "{tokens}");
    }

    async fn a_consent_that_is_taken_away_ends_the_sessions_for_good(server) {
        let admin = Admin::sign_in(&server).await;
        reserve_files(&admin).await;
        approve_all(&admin).await;
        let (client, tokens) = (Client::nightly_backup(&server), silently(&server).await);
        take_away(&admin, demo::NIGHTLY_BACKUP).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        assert!(!client.is_active(&tokens.access_token()).await);
        server.advance_clock(1).await;
        approve_all(&admin).await;
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        take_away(&admin, demo::NIGHTLY_BACKUP).await.expect(204);
        take_away(&admin, demo::NIGHTLY_BACKUP).await.expect(404);
    }

    async fn the_end_of_an_approval_ends_the_session_and_is_named(server) {
        let admin = Admin::sign_in(&server).await;
        reserve_files(&admin).await;
        approve_all(&admin).await;
        let start = admin.get("/demo/admin-consents").await.expect(200).json()[0]["createdDate"].as_i64().expect("an instant");
        let end = start + 10 * DAY_S * 1_000;
        let approval = json!({"scopes": ["openid", "profile", "email", "offline_access", "files"], "expires": end});
        approve(&admin, demo::NIGHTLY_BACKUP, approval).await.expect(204);
        let (client, tokens) = (Client::nightly_backup(&server), silently(&server).await);
        let session = &admin.offline_sessions(demo::NIGHTLY_BACKUP).await[0];
        assert_eq!((&session["expires"], &session["endsBy"]), (&json!(end), &json!("approval")));
        server.advance_clock(10 * DAY_S - 100).await;
        let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(refreshed.number("refresh_expires_in") <= 100, "{refreshed}");
        server.advance_clock(100).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
        approve_all(&Admin::sign_in(&server).await).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn a_users_own_consent_revives_nothing_of_an_approval_that_was_taken_away(server) {
        let admin = Admin::sign_in(&server).await;
        approve_usual(&admin, None).await;
        let (client, old) = (Client::nightly_backup(&server), silently_usual(&server).await);
        take_away(&admin, demo::NIGHTLY_BACKUP).await.expect(204);
        client.refresh(&old.refresh_token()).await.expect_error(400, "invalid_grant");
        let new = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        client.refresh(&new.refresh_token()).await.expect_tokens();
        client.refresh(&old.refresh_token()).await.expect_error(400, "invalid_grant");
        assert!(!client.is_active(&old.access_token()).await);
        assert_eq!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.len(), 1);
    }

    async fn nor_of_an_approval_that_came_to_its_end(server) {
        let admin = Admin::sign_in(&server).await;
        approve_usual(&admin, None).await;
        let (client, old) = (Client::nightly_backup(&server), silently_usual(&server).await);
        approve_usual(&admin, Some(DAY_S)).await;
        server.advance_clock(DAY_S).await;
        client.refresh(&old.refresh_token()).await.expect_error(400, "invalid_grant");
        let new = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        client.refresh(&new.refresh_token()).await.expect_tokens();
        client.refresh(&old.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_users_own_consent_carries_the_session_on_where_it_came_in_time(server) {
        let admin = Admin::sign_in(&server).await;
        let client = Client::nightly_backup(&server);
        let own = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        approve_usual(&admin, Some(DAY_S)).await;
        take_away(&admin, demo::NIGHTLY_BACKUP).await.expect(204);
        client.authorize_with(&server, &AuthorizationRequest::nightly_backup().prompt("consent"), &Person::alice(), &Choice::accept()).await;
        client.refresh(&own.refresh_token()).await.expect_tokens();
    }

    async fn consents_are_listed_and_wrong_ones_refused(server) {
        let admin = Admin::sign_in(&server).await;
        reserve_files(&admin).await;
        assert_eq!(admin.get("/demo/admin-consents").await.expect(200).json(), json!([]));
        approve(&admin, demo::NIGHTLY_BACKUP, json!({"scopes": ["files"]})).await.expect(204);
        let listed = admin.get("/demo/admin-consents").await.json();
        assert_eq!((&listed[0]["clientId"], &listed[0]["scopes"]), (&json!(demo::NIGHTLY_BACKUP), &json!(["files"])));
        for wrong in [json!({}), json!({"scopes": []}), json!({"scopes": ["nowhere"]}), json!({"scopes": ["files"], "expires": 1}), json!({"scopes": "files"}), json!([])] {
            approve(&admin, demo::NIGHTLY_BACKUP, wrong).await.expect(400);
        }
        admin.put("/demo/admin-consents/nonsense", &json!({"scopes": ["files"]})).await.expect(404);
        let viewer = admin.with_roles(&server, "vera", &["view-clients"]).await;
        viewer.get("/demo/admin-consents").await.expect(200);
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        viewer.put(&format!("/demo/admin-consents/{uuid}"), &json!({"scopes": ["files"]})).await.expect(403);
        viewer.delete(&format!("/demo/admin-consents/{uuid}")).await.expect(403);
        take_away(&admin, demo::PHOTO_FRAME).await.expect(404);
    }
}
