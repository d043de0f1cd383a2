//! Which events a realm stores, and for how long.

use crate::support::{DAY_S, alices_backup};
use perennial_testkit::{Admin, on_both_databases};
use serde_json::{Value, json};

on_both_databases! {
    async fn events_are_on_for_thirty_days_with_everything_but_what_is_noisy(server) {
        let admin = Admin::sign_in(&server).await;
        let config = admin.get("/demo/events/config").await.expect(200).json();
        assert_eq!(config["eventsEnabled"], true);
        assert_eq!(config["eventsExpiration"], 30 * DAY_S);
        assert_eq!(config["adminEventsEnabled"], true);
        assert_eq!(config["adminEventsDetailsEnabled"], false);
        let types = config["enabledEventTypes"].as_array().expect("a list");
        let has = |name: &str| types.contains(&Value::from(name));
        assert!(has("LOGIN") && has("REFRESH_TOKEN_ERROR") && has("REFRESH_TOKEN_REUSED") && has("OFFLINE_SESSION_EXPIRING"));
        assert!(!has("REFRESH_TOKEN") && !has("INTROSPECT_TOKEN"));
    }

    async fn what_was_read_can_be_written_back_and_a_part_changes_only_itself(server) {
        let admin = Admin::sign_in(&server).await;
        let before = admin.get("/demo/events/config").await.expect(200).json();
        admin.configure_events(before.clone()).await;
        admin.configure_events(json!({"eventsExpiration": 60, "enabledEventTypes": ["LOGIN"], "eventsListeners": []})).await;
        let after = admin.get("/demo/events/config").await.expect(200).json();
        assert_eq!((&after["eventsExpiration"], &after["enabledEventTypes"]), (&json!(60), &json!(["LOGIN"])));
        assert_eq!(after["eventsListeners"], json!([]));
        assert_eq!(after["adminEventsEnabled"], before["adminEventsEnabled"]);
        admin.configure_events(json!({"enabledEventTypes": []})).await;
        let reset = admin.get("/demo/events/config").await.expect(200).json();
        assert_eq!(reset["enabledEventTypes"], before["enabledEventTypes"]);
    }

    async fn a_choice_of_types_counts_from_the_next_event_on(server) {
        let admin = Admin::sign_in(&server).await;
        admin.configure_events(json!({"enabledEventTypes": ["CODE_TO_TOKEN"]})).await;
        alices_backup(&server).await;
        assert_eq!(admin.events("").await.len(), 1);
        admin.configure_events(json!({"eventsEnabled": false})).await;
        alices_backup(&server).await;
        assert_eq!(admin.events("").await.len(), 1);
    }

    async fn what_is_too_old_is_hidden_at_once_and_removed_by_the_next_job(server) {
        const OF_THE_SIGN_IN: &str = "type=LOGIN&type=GRANT_CONSENT&type=CODE_TO_TOKEN";
        alices_backup(&server).await;
        server.advance_clock(30 * DAY_S).await;
        server.run_jobs().await;
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.events(OF_THE_SIGN_IN).await.len(), 3);
        server.advance_clock(1).await;
        assert!(admin.events(OF_THE_SIGN_IN).await.is_empty());
        server.run_jobs().await;
        // Whatever is kept for ever from now on, nothing is left of it.
        admin.configure_events(json!({"eventsExpiration": 0})).await;
        assert!(admin.events(OF_THE_SIGN_IN).await.is_empty());
        alices_backup(&server).await;
        server.advance_clock(90 * DAY_S).await;
        server.run_jobs().await;
        assert_eq!(Admin::sign_in(&server).await.events("type=LOGIN").await.len(), 1, "and what is new is kept");
    }

    async fn admin_events_have_an_end_of_their_own(server) {
        const OF_THE_REALM: &str = "resourceTypes=REALM";
        let admin = Admin::sign_in(&server).await;
        admin.configure_events(json!({"eventsExpiration": 30, "adminEventsExpiration": 60})).await;
        admin.change_realm(json!({"displayName": "One"})).await;
        server.advance_clock(60).await;
        server.run_jobs().await;
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.admin_events(OF_THE_REALM).await.len(), 1);
        server.advance_clock(1).await;
        assert!(admin.admin_events(OF_THE_REALM).await.is_empty());
        server.run_jobs().await;
        admin.configure_events(json!({"adminEventsExpiration": 0})).await;
        assert!(admin.admin_events(OF_THE_REALM).await.is_empty());
        admin.change_realm(json!({"displayName": "Two"})).await;
        server.advance_clock(400 * DAY_S).await;
        server.run_jobs().await;
        assert_eq!(Admin::sign_in(&server).await.admin_events(OF_THE_REALM).await.len(), 1, "and what is new is kept");
    }

    async fn clearing_removes_all_events_of_this_realm_and_no_others(server) {
        let admin = Admin::sign_in(&server).await;
        alices_backup(&server).await;
        admin.delete("/demo/events").await.expect(204);
        assert!(admin.events("").await.is_empty());
        let of_master = admin.get("/master/events?type=LOGIN").await.expect(200).json();
        assert!(!of_master.as_array().expect("a list").is_empty());
        alices_backup(&server).await;
        assert_eq!(admin.events("type=LOGIN").await.len(), 1);
    }

    async fn a_configuration_that_breaks_a_rule_changes_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let before = admin.get("/demo/events/config").await.expect(200).json();
        for wrong in [
            json!({"eventsExpiration": -1}),
            json!({"eventsExpiration": 999_999_999_999_i64}),
            json!({"eventsExpiration": "soon"}),
            json!({"enabledEventTypes": ["LOGIN", "NO_SUCH_TYPE"], "eventsEnabled": false}),
            json!({"eventsListeners": [""]}),
            json!({"eventsListeners": ["a".repeat(300)]}),
            json!({"adminEventsEnabled": 1}),
            json!([]),
        ] {
            admin.put("/demo/events/config", &wrong).await.expect(400);
        }
        assert_eq!(admin.get("/demo/events/config").await.expect(200).json(), before);
    }
}
