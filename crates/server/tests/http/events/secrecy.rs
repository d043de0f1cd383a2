//! No token, secret or password stands in any stored event.

use crate::support::{alices_backup, alices_frame};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Browser, Choice, Client, Console, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn no_stored_event_holds_a_token_a_secret_or_a_password(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let all_types = admin.get("/demo/events/config").await.expect(200).json()["enabledEventTypes"].clone();
        let mut types = all_types.as_array().expect("a list").clone();
        types.extend([json!("REFRESH_TOKEN"), json!("INTROSPECT_TOKEN")]);
        admin.configure_events(json!({"enabledEventTypes": types, "adminEventsDetailsEnabled": true})).await;

        let mut secrets = vec!["alice-demo".to_owned(), demo::NIGHTLY_BACKUP_SECRET.into(), "typed-by-mistake".into()];
        let (client, tokens) = alices_backup(&server).await;
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.introspect(&fresh.access_token()).await.expect(200);
        let last = client.refresh(&fresh.refresh_token()).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        client.refresh("typed-by-mistake.a.b").await.expect_error(400, "invalid_grant");
        Client::confidential(&server, demo::NIGHTLY_BACKUP, "typed-by-mistake").refresh(&last.refresh_token()).await.expect(401);
        let (frame, shown) = alices_frame(&server).await;
        frame.revoke(&shown.access_token()).await.expect(200);
        frame.revoke(&shown.refresh_token()).await.expect(200);
        let request = AuthorizationRequest::nightly_backup();
        let redirect = Browser::new(&server).authorize(&server, &request, &Person::alice(), &Choice::accept()).await;
        client.redeem(&request, &redirect.code()).await.expect_tokens();
        client.redeem(&request, &redirect.code()).await.expect_error(400, "invalid_grant");
        let browser = Browser::new(&server);
        for person in [Person::new("alice", "typed-by-mistake"), Person::new("typed-by-mistake", "x")] {
            let page = browser.open(&request.url(&server)).await.page();
            browser.submit(&perennial_testkit::authorize::sign_in(&page, &person)).await.page();
        }
        admin.post("/demo/clients", &json!({"clientId": "a", "secret": "typed-by-mistake"})).await.expect(201);
        Console::account(&server, &Person::alice()).await.sign_out().await;

        secrets.push(redirect.code());
        for answer in [&tokens, &fresh, &last, &shown] {
            secrets.extend([answer.access_token(), answer.refresh_token(), answer.id_token()]);
        }
        let mut stored = String::new();
        for path in ["/demo/events?max=500", "/demo/admin-events?max=500", "/master/events?max=500", "/master/admin-events?max=500"] {
            stored.push_str(&admin.get(path).await.expect(200).body);
        }
        assert!(stored.contains("REFRESH_TOKEN_REUSED") && stored.contains("INTROSPECT_TOKEN"), "nothing to search in");
        for secret in secrets {
            let tail = secret.rsplit('.').next().unwrap_or(&secret);
            assert!(!stored.contains(&secret) && !stored.contains(tail), "a secret is stored: {secret}");
        }
    }

    async fn a_webhooks_address_is_told_by_an_admin_event_as_far_as_its_host(server) {
        let admin = Admin::sign_in(&server).await;
        admin.configure_events(json!({"adminEventsDetailsEnabled": true})).await;
        let first = json!({"url": "https://hooks.example/services/HOOKTOKEN", "eventTypes": ["LOGIN"]});
        let hook = admin.post("/demo/webhooks", &first).await.expect(201).json();
        let path = format!("/demo/webhooks/{}", hook["id"].as_str().expect("an id"));
        admin.put(&path, &json!({"url": "https://hooks.example/?key=HOOKTOKEN"})).await.expect(204);
        let vera = admin.with_roles(&server, "vera", &["view-events"]).await;
        let told = vera.get("/demo/admin-events?resourceTypes=WEBHOOK").await.expect(200).json();
        let all: Vec<&str> = told.as_array().expect("a list").iter().filter_map(|event| event["representation"].as_str()).collect();
        assert_eq!(all.len(), 2, "{told}");
        assert!(all.iter().all(|text| text.contains("https://hooks.example/…") && !text.contains("HOOKTOKEN")), "{all:?}");
        assert!(all.iter().any(|text| text.contains("LOGIN")), "what is no secret is told: {all:?}");
    }
}
