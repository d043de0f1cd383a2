//! Devices, exchanges and registrations leave events behind, their refusals too, and no code or token stands in any.

use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Browser, Choice, Client, on_both_databases, token};
use serde_json::json;

on_both_databases! {
    async fn a_devices_way_is_stored_from_its_wish_to_its_tokens(server) {
        let admin = Admin::sign_in(&server).await;
        let client = Client::photo_frame(&server);
        let device = client.ask_for_device(&[("scope", "openid offline_access")]).await.expect(200);
        assert_eq!(admin.event("OAUTH2_DEVICE_AUTH").await["clientId"], demo::PHOTO_FRAME);
        client.poll_device(&device.text("device_code")).await.expect_error(400, "authorization_pending");
        Browser::new(&server).enter_code(&server, "BBBB-BBBB").await;
        let guess = admin.event("OAUTH2_DEVICE_VERIFY_USER_CODE_ERROR").await;
        assert_eq!((&guess["error"], &guess["ipAddress"]), (&json!("invalid_code"), &json!("127.0.0.1")));
        assert!(!guess.to_string().contains("BBBB"), "what was typed may be a code of somebody's: {guess}");
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        server.advance_clock(5).await;
        let tokens = client.poll_device(&device.text("device_code")).await.expect_tokens();
        let redeemed = admin.event("OAUTH2_DEVICE_CODE_TO_TOKEN").await;
        assert_eq!(redeemed["grantId"], token::claims(&tokens.access_token())["gid"]);
        let all = serde_json::Value::Array(admin.events("max=100").await).to_string();
        for secret in [device.text("device_code"), device.text("user_code"), tokens.refresh_token()] {
            assert!(!all.contains(&secret), "a secret stands in an event");
        }
    }

    async fn an_exchange_names_the_grant_that_it_borrows(server) {
        let admin = Admin::sign_in(&server).await;
        let enabled = json!({"attributes": {"standard.token.exchange.enabled": "true"}});
        admin.change_client(demo::NIGHTLY_BACKUP, enabled).await;
        let (backup, tokens) = crate::support::alices_backup(&server).await;
        backup.exchange(&tokens.access_token(), "access_token", &[]).await.expect_tokens();
        let event = admin.event("TOKEN_EXCHANGE").await;
        assert_eq!(event["grantId"], token::claims(&tokens.access_token())["gid"]);
        assert_eq!(event["clientId"], demo::NIGHTLY_BACKUP);
    }

    async fn a_registration_its_change_and_its_end_are_stored(server) {
        let admin = Admin::sign_in(&server).await;
        let access = admin.post("/demo/clients-initial-access", &json!({})).await.expect(200).text("token");
        let metadata = json!({"redirect_uris": [demo::REDIRECT_URI], "token_endpoint_auth_method": "none"});
        let address = server.demo_url("/clients-registrations/openid-connect");
        let made = Answer::of(server.http().post(address).bearer_auth(access).json(&metadata)).await.expect(201);
        let (id, own) = (made.text("client_id"), made.text("registration_access_token"));
        let change = json!({"client_id": id, "redirect_uris": [demo::REDIRECT_URI], "token_endpoint_auth_method": "none"});
        let client = made.text("registration_client_uri");
        Answer::of(server.http().put(&client).bearer_auth(&own).json(&change)).await.expect(200);
        Answer::of(server.http().delete(&client).bearer_auth(&own)).await.expect(204);
        for event_type in ["CLIENT_REGISTER", "CLIENT_UPDATE", "CLIENT_DELETE"] {
            let event = admin.event(event_type).await;
            assert_eq!(event["clientId"], id.as_str(), "{event}");
            assert!(!event.to_string().contains(&own), "{event_type}");
        }
    }
}
