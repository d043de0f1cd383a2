//! Admin events: who changed what, recorded by the change's own unit, whatever the route.

use crate::support::alices_backup;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Console, on_both_databases, token};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases! {
    async fn a_change_is_recorded_with_who_made_it_to_what(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        admin.change_client(demo::NIGHTLY_BACKUP, json!({"description": "x"})).await;
        let event = &admin.admin_events("").await[0];
        assert_eq!(event["operationType"], "UPDATE");
        assert_eq!(event["resourceType"], "CLIENT");
        assert_eq!(event["resourcePath"], format!("clients/{uuid}"));
        assert_eq!(event["authDetails"]["realmId"], demo::MASTER);
        assert_eq!(event["authDetails"]["clientId"], "admin-cli");
        assert_eq!(event["authDetails"]["ipAddress"], "127.0.0.1");
        assert!(event["authDetails"]["userId"].is_string(), "{event}");
        assert_eq!(event["representation"], Value::Null);
    }

    async fn each_changing_route_is_recorded_once_and_no_reading_one(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let claims = token::claims(&tokens.access_token());
        let (gid, sid) = (claims["gid"].as_str().expect("an id"), claims["sid"].as_str().expect("an id"));
        let created = admin.post("/demo/clients", &json!({"clientId": "new-app"})).await.expect(201).created_id();
        admin.post(&format!("/demo/clients/{created}/client-secret"), &json!({})).await.expect(200);
        admin.put(&format!("/demo/clients/{created}"), &json!({"name": "New"})).await.expect(204);
        admin.delete(&format!("/demo/clients/{created}")).await.expect(204);
        admin.change_realm(json!({"displayName": "Demo!"})).await;
        admin.configure_events(json!({"eventsExpiration": 60})).await;
        admin.end_offline_session(gid).await.expect(204);
        admin.delete(&format!("/demo/sessions/{sid}")).await.expect(204);
        admin.delete("/demo/events").await.expect(204);
        // These change nothing.
        admin.get("/demo/clients").await.expect(200);
        admin.post("/demo/token-policy/preview", &json!({"offlineSessionIdleTimeout": 60})).await.expect(200);

        let all = admin.admin_events("direction=asc").await;
        let told: Vec<String> = all.iter().map(|event| {
            let part = |name: &str| event[name].as_str().expect("a text").to_owned();
            format!("{} {} {}", part("operationType"), part("resourceType"), part("resourcePath"))
        }).collect();
        assert_eq!(told, [
            format!("CREATE CLIENT clients/{created}"),
            format!("ACTION CLIENT clients/{created}/client-secret"),
            format!("UPDATE CLIENT clients/{created}"),
            format!("DELETE CLIENT clients/{created}"),
            "UPDATE REALM ".into(),
            "UPDATE EVENTS events/config".into(),
            format!("DELETE USER_SESSION sessions/{gid}"),
            format!("DELETE USER_SESSION sessions/{sid}"),
            "DELETE EVENTS events".into(),
        ]);
    }

    async fn what_was_refused_is_not_recorded(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let alice = Admin::with_bearer(&server, &tokens.access_token());
        alice.put("/demo", &json!({"displayName": "x"})).await.expect(403);
        admin.put("/demo", &json!({"offlineSessionIdleTimeout": 0})).await.expect(400);
        admin.delete("/demo/sessions/0199f0c0-0000-7000-8000-000000000001?isOffline=true").await.expect(404);
        assert!(admin.admin_events("").await.is_empty());
    }

    async fn the_console_is_named_where_a_change_comes_from_it(server) {
        let console = Console::admin(&server, &Person::admin()).await;
        console.put("/admin/realms/demo", &json!({"displayName": "From the console"})).await.expect(204);
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.admin_events("").await[0]["authDetails"]["clientId"], "security-admin-console");
        assert_eq!(admin.admin_events("authClient=admin-cli").await.len(), 0);
    }

    async fn what_was_sent_is_kept_on_request_and_without_secrets(server) {
        let admin = Admin::sign_in(&server).await;
        admin.configure_events(json!({"adminEventsDetailsEnabled": true})).await;
        let sent = json!({"clientId": "kept-app", "secret": "the-very-secret-one", "name": "Kept"});
        admin.post("/demo/clients", &sent).await.expect(201);
        let event = &admin.admin_events("operationTypes=CREATE").await[0];
        let kept: Value = serde_json::from_str(event["representation"].as_str().expect("JSON")).expect("JSON");
        assert_eq!((&kept["clientId"], &kept["name"]), (&sent["clientId"], &sent["name"]));
        assert!(!kept.to_string().contains("the-very-secret-one"), "{kept}");
    }

    async fn an_address_written_in_another_way_is_recorded_all_the_same(server) {
        let admin = Admin::sign_in(&server).await;
        admin.put("/d%65mo", &json!({"displayName": "Sly"})).await.expect(204);
        let event = &admin.admin_events("").await[0];
        assert_eq!((&event["resourceType"], &event["resourcePath"]), (&json!("REALM"), &json!("")));
        // The path before the realm is no way round either.
        for (number, path) in ["/%61dmin/realms/demo/roles", "/admin/%72ealms/demo/roles"].into_iter().enumerate() {
            let role = json!({"name": format!("ghost-{number}")});
            admin.request_at(Method::POST, path).json(&role).send().await.expect("an answer");
            let event = &admin.admin_events("operationTypes=CREATE").await[0];
            assert_eq!(event["resourcePath"], json!(format!("roles/ghost-{number}")), "{path}");
        }
    }

    async fn each_criterion_finds_what_it_names(server) {
        let admin = Admin::sign_in(&server).await;
        let created = admin.post("/demo/clients", &json!({"clientId": "new-app"})).await.expect(201).created_id();
        admin.put(&format!("/demo/clients/{created}"), &json!({"name": "New"})).await.expect(204);
        admin.change_realm(json!({"displayName": "Demo!"})).await;
        let one = admin.admin_events("").await.remove(0);
        let user = one["authDetails"]["userId"].as_str().expect("an id").to_owned();
        let time = one["time"].as_i64().expect("a time");
        for (query, found) in [
            ("operationTypes=UPDATE".to_owned(), 2),
            ("operationTypes=UPDATE&operationTypes=CREATE".into(), 3),
            ("resourceTypes=CLIENT".into(), 2),
            ("resourceTypes=CLIENT&resourceTypes=REALM&operationTypes=UPDATE".into(), 2),
            (format!("resourcePath=clients/{created}"), 2),
            ("resourcePath=clients/*".into(), 2),
            ("resourcePath=clients/%25".into(), 0),
            ("resourcePath=client_/*".into(), 0),
            (format!("authUser={user}"), 3),
            ("authUser=0199f0c0-0000-7000-8000-000000000001".into(), 0),
            ("authClient=admin-cli&authIpAddress=127.0.0.1&authRealm=master".into(), 3),
            ("authRealm=demo".into(), 0),
            (format!("dateFrom={time}&dateTo={time}"), 3),
            (format!("dateTo={}", time - 1), 0),
            ("max=2".into(), 2),
        ] {
            assert_eq!(admin.admin_events(&query).await.len(), found, "{query}");
        }
    }

    async fn switched_off_they_are_not_stored_and_clearing_leaves_a_trace_of_itself(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"displayName": "One"})).await;
        server.advance_clock(1).await;
        admin.delete("/demo/admin-events").await.expect(204);
        let left = admin.admin_events("").await;
        assert!(left.len() <= 1 && left.iter().all(|event| event["resourceType"] == "ADMIN_EVENTS"), "{left:?}");
        admin.configure_events(json!({"adminEventsEnabled": false})).await;
        let before = admin.admin_events("").await.len();
        admin.change_realm(json!({"displayName": "Two"})).await;
        assert_eq!(admin.admin_events("").await.len(), before);
    }
}
