//! What somebody allowed while all was well, and what is asked for with it after they were disabled, deleted or given another password:
//! nothing begins, also once they are back.

use crate::support::{alices_frame, expect_ended};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, TestServer, on_both_databases};
use serde_json::json;

#[derive(Clone, Copy, Debug)]
enum Way {
    Disabled,
    DisabledForAWhile,
    PasswordReset,
    Deleted,
}

impl Way {
    async fn carry_out(self, admin: &Admin) {
        let alice = format!("/demo/users/{}", admin.user_id("alice").await);
        match self {
            Self::Disabled => admin.change_user("alice", json!({"enabled": false})).await,
            Self::DisabledForAWhile => {
                admin.change_user("alice", json!({"enabled": false})).await;
                admin.change_user("alice", json!({"enabled": true})).await;
            }
            Self::PasswordReset => {
                let password = json!({"type": "password", "value": Person::alice().password});
                admin.put(&format!("{alice}/reset-password"), &password).await.expect(204);
            }
            Self::Deleted => drop(admin.delete(&alice).await.expect(204)),
        }
    }
}

/// A code and a device code that alice allowed, shown after that happened to her.
async fn redeem_after(server: &TestServer, way: Way) {
    let (admin, frame, alice) = (Admin::sign_in(server).await, Client::photo_frame(server), Person::alice());
    let request = AuthorizationRequest::photo_frame();
    let redirect = Browser::new(server).authorize(server, &request, &alice, &Choice::accept()).await;
    let device = frame.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200);
    Browser::new(server).connect_device(server, &device, &alice, &Choice::accept()).await;
    way.carry_out(&admin).await;
    let redeemed = frame.redeem(&request, &redirect.code()).await;
    assert_eq!((redeemed.status, redeemed.text("error").as_str()), (400, "invalid_grant"), "{way:?}: {redeemed}");
    let polled = frame.poll_device(&device.text("device_code")).await;
    let told = polled.text("error");
    assert!(["invalid_grant", "access_denied", "expired_token"].contains(&told.as_str()), "{way:?}: {polled}");
    assert!(admin.offline_sessions(demo::PHOTO_FRAME).await.is_empty(), "{way:?}");
}

on_both_databases! {
    async fn a_code_and_a_device_that_were_allowed_before_give_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        for way in [Way::DisabledForAWhile, Way::PasswordReset, Way::Disabled] {
            redeem_after(&server, way).await;
            admin.change_user("alice", json!({"enabled": true})).await;
        }
        redeem_after(&server, Way::Deleted).await;
    }

    async fn a_token_of_theirs_is_exchanged_for_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let attributes = json!({"standard.token.exchange.enabled": "true"});
        admin.change_client("account", json!({"publicClient": false, "attributes": attributes})).await;
        let service = Client::confidential(&server, "account", &admin.client_secret("account").await);
        let (frame, mut tokens) = alices_frame(&server).await;
        for way in [Way::DisabledForAWhile, Way::PasswordReset, Way::Disabled, Way::Deleted] {
            service.exchange(&tokens.access_token(), "access_token", &[]).await.expect(200);
            way.carry_out(&admin).await;
            let refused = service.exchange(&tokens.access_token(), "access_token", &[]).await;
            assert_eq!(refused.status, 400, "{way:?}: {refused}");
            expect_ended(&frame, &tokens).await;
            if !matches!(way, Way::Deleted) {
                admin.change_user("alice", json!({"enabled": true})).await;
                (_, tokens) = alices_frame(&server).await;
            }
        }
        assert!(admin.offline_sessions("account").await.is_empty());
    }

    async fn a_service_whose_account_is_disabled_gets_no_tokens_and_loses_its_sessions(server) {
        let admin = Admin::sign_in(&server).await;
        let attributes = json!({"client_credentials.use_refresh_token": "true"});
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"attributes": attributes})).await;
        let service = Client::nightly_backup(&server);
        let tokens = service.client_credentials("openid offline_access").await.expect_tokens();
        let client = format!("/demo/clients/{}", admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        let account = admin.get(&format!("{client}/service-account-user")).await.expect(200).text("id");
        let enable = async |on: bool| admin.put(&format!("/demo/users/{account}"), &json!({"enabled": on})).await.expect(204);
        enable(false).await;
        let refused = service.client_credentials("openid").await;
        assert!((400..500).contains(&refused.status) && !refused.has("access_token"), "{refused}");
        expect_ended(&service, &tokens).await;
        enable(true).await;
        expect_ended(&service, &tokens).await;
        service.client_credentials("openid offline_access").await.expect_tokens();
    }
}
