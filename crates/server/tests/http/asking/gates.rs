//! The gates of offline access, one by one, at the first endpoint where they can be known.

use crate::support::alices_backup;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};
use serde_json::json;

const OFFLINE: &str = "offline_access";

/// Takes the role that offline access needs away from everybody who has it by default.
async fn keep_role_from_all(admin: &Admin) {
    let role = json!([admin.realm_role(OFFLINE).await]);
    admin.delete_with("/demo/roles/default-roles-demo/composites", &role).await.expect(204);
}

/// alice asks with photo-frame by password, which needs no page.
async fn ask_by_password(server: &TestServer) -> perennial_testkit::Answer {
    Client::photo_frame(server).password_grant(&Person::alice(), "openid offline_access").await
}

fn is_offline(answer: &perennial_testkit::Answer) -> bool {
    answer.scopes().contains(&OFFLINE.to_owned())
}

/// A code that alice brought to nightly-backup, not yet redeemed.
struct Code(AuthorizationRequest, String);

impl Code {
    async fn of_alice(server: &TestServer) -> Self {
        let request = AuthorizationRequest::nightly_backup();
        let redirect = Browser::new(server).authorize(server, &request, &Person::alice(), &Choice::accept()).await;
        Self(request, redirect.code())
    }

    async fn redeem(&self, server: &TestServer) -> perennial_testkit::Answer {
        Client::nightly_backup(server).redeem(&self.0, &self.1).await
    }
}

/// The device code of a photo frame that alice has allowed.
async fn allowed_device(server: &TestServer, client: &Client) -> String {
    let device = client.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200);
    Browser::new(server).connect_device(server, &device, &Person::alice(), &Choice::accept()).await;
    device.text("device_code")
}

on_both_databases! {
    async fn a_client_without_the_scope_is_refused_by_name_at_both_endpoints(server) {
        let admin = Admin::sign_in(&server).await;
        admin.withdraw_scope(demo::PHOTO_FRAME, "optional", OFFLINE).await;
        let refused = ask_by_password(&server).await.expect_error(400, "invalid_scope");
        assert_eq!(refused.text("error_description"), "Invalid scopes: offline_access");
        let redirect = Browser::new(&server).open(&AuthorizationRequest::photo_frame().url(&server)).await.redirect();
        redirect.expect_error("invalid_scope", &server.issuer(demo::REALM));
    }

    async fn a_default_scope_is_granted_without_being_asked_for(server) {
        let admin = Admin::sign_in(&server).await;
        admin.assign_scope(demo::PHOTO_FRAME, "default", OFFLINE).await;
        let client = Client::photo_frame(&server);
        assert!(is_offline(&client.password_grant(&Person::alice(), "openid").await.expect_tokens()));
        assert!(is_offline(&ask_by_password(&server).await.expect_tokens()));
    }

    async fn a_user_without_the_role_is_refused_at_the_authorization_and_at_the_token_endpoint(server) {
        let admin = Admin::sign_in(&server).await;
        keep_role_from_all(&admin).await;
        let request = AuthorizationRequest::photo_frame();
        let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        redirect.expect_error("access_denied", &server.issuer(demo::REALM));
        ask_by_password(&server).await.expect_refusal("Offline tokens not allowed for the user or client");
    }

    async fn the_role_counts_directly_and_through_composites(server) {
        let admin = Admin::sign_in(&server).await;
        keep_role_from_all(&admin).await;
        admin.give_realm_role("alice", OFFLINE).await;
        assert!(is_offline(&ask_by_password(&server).await.expect_tokens()));
        admin.take_realm_role("alice", OFFLINE).await;
        ask_by_password(&server).await.expect_error(400, "invalid_grant");
        for name in ["outer", "inner"] {
            admin.post("/demo/roles", &json!({"name": name})).await.expect(201);
        }
        admin.post("/demo/roles/outer/composites", &json!([admin.realm_role("inner").await])).await.expect(204);
        admin.post("/demo/roles/inner/composites", &json!([admin.realm_role(OFFLINE).await])).await.expect(204);
        admin.give_realm_role("alice", "outer").await;
        assert!(is_offline(&ask_by_password(&server).await.expect_tokens()));
    }

    async fn a_new_user_has_the_role_through_the_default_role(server) {
        let admin = Admin::sign_in(&server).await;
        let carol = admin.create_person("carol").await;
        let client = Client::photo_frame(&server);
        assert!(is_offline(&client.password_grant(&carol, "openid offline_access").await.expect_tokens()));
        admin.take_realm_role("carol", "default-roles-demo").await;
        client.password_grant(&carol, "openid offline_access").await.expect_error(400, "invalid_grant");
    }

    async fn a_client_without_full_scope_needs_a_mapping_of_the_role(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.create_client(json!({
            "clientId": "narrow", "publicClient": true, "fullScopeAllowed": false,
            "redirectUris": [demo::REDIRECT_URI],
        })).await;
        let client = Client::public(&server, "narrow");
        let ask = "openid offline_access";
        client.password_grant(&Person::alice(), ask).await.expect_refusal("Offline tokens not allowed for the client");
        let request = AuthorizationRequest::new("narrow");
        let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        redirect.expect_error("access_denied", &server.issuer(demo::REALM));
        let role = json!([admin.realm_role(OFFLINE).await]);
        admin.post(&format!("/demo/clients/{uuid}/scope-mappings/realm"), &role).await.expect(204);
        let tokens = client.password_grant(&Person::alice(), ask).await.expect_tokens();
        assert!(is_offline(&tokens));
        admin.delete_with(&format!("/demo/clients/{uuid}/scope-mappings/realm"), &role).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn where_denial_means_online_the_scope_is_dropped_and_the_answer_says_so(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineAccessDenied": "online"})).await;
        keep_role_from_all(&admin).await;
        for tokens in [
            ask_by_password(&server).await.expect_tokens(),
            Client::photo_frame(&server).authorize(&server, &Person::alice(), &Choice::accept()).await,
        ] {
            assert!(!is_offline(&tokens), "{tokens}");
            assert_eq!(perennial_testkit::token::claims(&tokens.refresh_token())["typ"], "Refresh");
        }
        assert!(admin.offline_sessions(demo::PHOTO_FRAME).await.is_empty());
    }

    async fn a_role_or_scope_taken_away_before_a_code_is_redeemed_refuses_the_code(server) {
        let admin = Admin::sign_in(&server).await;
        let codes = [Code::of_alice(&server).await, Code::of_alice(&server).await];
        keep_role_from_all(&admin).await;
        codes[0].redeem(&server).await.expect_refusal("Offline tokens not allowed for the user or client");
        admin.give_realm_role("alice", OFFLINE).await;
        admin.withdraw_scope(demo::NIGHTLY_BACKUP, "optional", OFFLINE).await;
        codes[1].redeem(&server).await.expect_error(400, "invalid_grant");
        assert!(admin.offline_sessions(demo::NIGHTLY_BACKUP).await.is_empty());
    }

    async fn a_role_taken_away_before_a_device_gets_its_tokens_refuses_them(server) {
        let admin = Admin::sign_in(&server).await;
        let client = Client::photo_frame(&server);
        let device = allowed_device(&server, &client).await;
        keep_role_from_all(&admin).await;
        let refused = client.poll_device(&device).await;
        refused.expect_refusal("Offline tokens not allowed for the user or client");
        assert!(admin.offline_sessions(demo::PHOTO_FRAME).await.is_empty());
    }

    async fn where_denial_means_online_a_role_taken_away_in_between_leaves_online_tokens(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineAccessDenied": "online"})).await;
        let client = Client::photo_frame(&server);
        let (code, device) = (Code::of_alice(&server).await, allowed_device(&server, &client).await);
        keep_role_from_all(&admin).await;
        for (client, tokens) in [
            (Client::nightly_backup(&server), code.redeem(&server).await.expect_tokens()),
            (client.clone(), client.poll_device(&device).await.expect_tokens()),
        ] {
            assert!(!is_offline(&tokens), "{tokens}");
            client.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
    }

    async fn a_role_or_scope_taken_away_refuses_the_next_refresh_and_given_back_resumes(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let gone = "Offline session invalid because offline access not granted anymore";
        admin.take_realm_role("alice", "default-roles-demo").await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(gone);
        assert!(!client.is_active(&tokens.access_token()).await);
        admin.give_realm_role("alice", "default-roles-demo").await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        admin.withdraw_scope(demo::NIGHTLY_BACKUP, "optional", OFFLINE).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal(gone);
        admin.assign_scope(demo::NIGHTLY_BACKUP, "optional", OFFLINE).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_strict_client_gets_offline_access_only_with_prompt_consent(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::PHOTO_FRAME, json!({"offlineAccessConsent": "strict"})).await;
        let client = Client::photo_frame(&server);
        let without = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        assert!(!is_offline(&without), "{without}");
        let request = AuthorizationRequest::photo_frame().prompt("consent");
        let with = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        assert!(is_offline(&with), "{with}");
    }

    async fn a_strict_client_gets_no_offline_access_where_there_is_no_page(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_client(demo::PHOTO_FRAME, json!({"offlineAccessConsent": "strict"})).await;
        let tokens = ask_by_password(&server).await.expect_tokens();
        assert!(!is_offline(&tokens), "{tokens}");
        assert_eq!(perennial_testkit::token::claims(&tokens.refresh_token())["typ"], "Refresh");
        assert!(admin.offline_sessions(demo::PHOTO_FRAME).await.is_empty());
        // A parameter that only the authorization endpoint knows changes nothing.
        let person = Person::alice();
        let form = [
            ("grant_type", "password"), ("username", &person.username), ("password", &person.password),
            ("scope", "openid offline_access"), ("prompt", "consent"),
        ];
        assert!(!is_offline(&Client::photo_frame(&server).token(&form).await.expect_tokens()));
        admin.assign_scope(demo::PHOTO_FRAME, "default", OFFLINE).await;
        assert!(!is_offline(&ask_by_password(&server).await.expect_tokens()), "not as a default either");
        admin.change_client(demo::PHOTO_FRAME, json!({"offlineAccessConsent": "stored"})).await;
        assert!(is_offline(&ask_by_password(&server).await.expect_tokens()));
    }

    async fn a_client_that_may_not_use_refresh_tokens_gets_none(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": {"use.refresh.tokens": "false"}})).await;
        let answer = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        assert!(!answer.has("refresh_token") && !is_offline(&answer), "{answer}");
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "unauthorized_client");
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": {"use.refresh.tokens": "true"}})).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_service_account_gets_a_refresh_token_only_where_its_client_may(server) {
        let admin = Admin::sign_in(&server).await;
        let fields = json!({"clientId": "robot", "secret": "robot-secret", "serviceAccountsEnabled": true});
        admin.create_client(fields).await;
        let robot = Client::confidential(&server, "robot", "robot-secret");
        let answer = robot.client_credentials("openid offline_access").await.expect_tokens();
        assert!(!answer.has("refresh_token") && !is_offline(&answer), "{answer}");
        admin.change_client("robot", json!({"attributes": {"client_credentials.use_refresh_token": "true"}})).await;
        let answer = robot.client_credentials("openid offline_access").await.expect_tokens();
        assert!(is_offline(&answer), "{answer}");
        robot.refresh(&answer.refresh_token()).await.expect_tokens();
        keep_role_from_all(&admin).await;
        robot.client_credentials("openid offline_access").await.expect_error(400, "invalid_grant");
    }
}
