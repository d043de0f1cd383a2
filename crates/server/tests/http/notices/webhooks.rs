//! Webhooks: signed, retried with growing pauses under one id, logged, redelivered.

use super::{deliveries, newest_delivery, ping, webhook};
use crate::support::{DAY_S, alices_backup};
use perennial_testkit::{Admin, Listener, on_both_databases, on_postgres};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

on_both_databases! {
    async fn a_delivery_is_signed_with_the_webhooks_secret(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        let id = ping(&server, &hook).await;
        let received = listener.wait_for(1).await.remove(0);
        let secret = hook["secret"].as_str().expect("told once");
        assert!(received.is_signed_with(secret), "{received:?}");
        assert!(!received.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        assert_eq!(received.header("webhook-id"), id);
        assert_eq!((received.path.as_str(), received.header("content-type")), ("/hook", "application/json"));
        assert_eq!(received.json()["type"], "PING");
        assert!(received.json()["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{}", received.body);
        let delivery = newest_delivery(&server, &hook, |newest| newest["status"] == "delivered").await;
        assert_eq!((&delivery["attempts"], &delivery["responseStatus"]), (&json!(1), &json!(204)), "{delivery}");
        server.assert_never_logged(&[secret]);
    }

    async fn an_event_goes_to_the_webhooks_that_want_its_type(server) {
        let (logins, logouts, all, refreshes) =
            (Listener::start().await, Listener::start().await, Listener::start().await, Listener::start().await);
        webhook(&server, &logins, &["LOGIN"]).await;
        webhook(&server, &logouts, &["LOGOUT"]).await;
        webhook(&server, &all, &["*"]).await;
        webhook(&server, &refreshes, &["REFRESH_TOKEN"]).await;
        let (client, tokens) = alices_backup(&server).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let login = logins.wait_for(1).await.remove(0).json();
        assert_eq!((&login["type"], &login["data"]["type"]), (&json!("LOGIN"), &json!("LOGIN")), "{login}");
        assert!(login["data"]["userId"].is_string() && login["data"]["ipAddress"] == "127.0.0.1", "{login}");
        let refresh = refreshes.wait_for(1).await.remove(0);
        assert_eq!(refresh.json()["data"]["clientId"], "nightly-backup");
        assert!(!refresh.body.contains(&tokens.refresh_token()), "a token left the server");
        server.run_jobs().await;
        assert!(logouts.received().is_empty());
        let types: Vec<_> = all.received().iter().map(|one| one.json()["type"].clone()).collect();
        assert!(types.contains(&json!("LOGIN")) && !types.contains(&json!("REFRESH_TOKEN")), "{types:?}");
    }

    async fn a_realm_that_stores_no_events_still_tells_its_webhooks(server) {
        let listener = Listener::start().await;
        webhook(&server, &listener, &["LOGIN"]).await;
        let admin = Admin::sign_in(&server).await;
        admin.put("/demo/events/config", &json!({"eventsEnabled": false})).await.expect(204);
        alices_backup(&server).await;
        listener.wait_for(1).await;
    }

    async fn a_secret_is_told_once_and_can_be_replaced(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        let secret = hook["secret"].as_str().expect("told once").to_owned();
        assert!(secret.starts_with("whsec_"), "{secret}");
        let path = format!("/demo/webhooks/{}", hook["id"].as_str().expect("an id"));
        let admin = Admin::sign_in(&server).await;
        for shown in [admin.get(&path).await.expect(200), admin.get("/demo/webhooks").await.expect(200)] {
            assert!(!shown.body.contains("secret") && !shown.body.contains(&secret), "{shown}");
        }
        let next = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        admin.put(&path, &json!({"secret": next})).await.expect(204);
        ping(&server, &hook).await;
        assert!(listener.wait_for(1).await[0].is_signed_with(next));
    }

    async fn a_delivery_that_fails_is_tried_again_under_the_same_id_after_a_growing_pause(server) {
        let listener = Listener::start().await;
        listener.answer_next(500, "out of order");
        listener.answer_next(503, "still");
        let hook = webhook(&server, &listener, &["*"]).await;
        let id = ping(&server, &hook).await;
        let waiting = newest_delivery(&server, &hook, |newest| newest["responseStatus"] == 500).await;
        assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("waiting"), &json!(1)), "{waiting}");
        assert_eq!(waiting["response"], "out of order");
        let pause = waiting["nextAttempt"].as_i64().zip(waiting["lastAttempt"].as_i64()).map(|(next, last)| next - last);
        assert!(pause.is_some_and(|ms| (10_000..=12_000).contains(&ms)), "{waiting}");
        server.advance_clock(9).await;
        server.run_jobs().await;
        assert_eq!(listener.received().len(), 1, "not before its time");
        server.advance_clock(4).await;
        server.run_jobs().await;
        let waiting = newest_delivery(&server, &hook, |newest| newest["responseStatus"] == 503).await;
        let pause = waiting["nextAttempt"].as_i64().zip(waiting["lastAttempt"].as_i64()).map(|(next, last)| next - last);
        assert!(pause.is_some_and(|ms| (40_000..=48_000).contains(&ms)), "{waiting}");
        server.advance_clock(50).await;
        server.run_jobs().await;
        newest_delivery(&server, &hook, |newest| newest["status"] == "delivered" && newest["attempts"] == 3).await;
        let ids: BTreeSet<_> = listener.received().iter().map(|one| one.header("webhook-id").to_owned()).collect();
        assert_eq!(ids, BTreeSet::from([id]));
    }

    async fn a_delivery_is_given_up_after_three_days_and_can_be_sent_once_more(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        for _ in 0..20 {
            listener.answer_next(500, "no");
        }
        let id = ping(&server, &hook).await;
        listener.wait_for(1).await;
        for _ in 0..10 {
            server.advance_clock(DAY_S / 2).await;
            server.run_jobs().await;
        }
        let failed = newest_delivery(&server, &hook, |newest| newest["status"] == "failed").await;
        assert!(failed["nextAttempt"].is_null(), "{failed}");
        let tried = listener.received().len();
        assert!((5..=20).contains(&tried), "{tried} attempts");
        let listener_is_well = Listener::start().await;
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/webhooks/{}", hook["id"].as_str().expect("an id"));
        admin.put(&path, &json!({"url": listener_is_well.url("/new")})).await.expect(204);
        admin.post(&format!("{path}/deliveries/{id}/redeliver"), &json!({})).await.expect(202);
        let again = listener_is_well.wait_for(1).await.remove(0);
        assert_eq!((again.header("webhook-id"), again.path.as_str()), (id.as_str(), "/new"));
        newest_delivery(&server, &hook, |newest| newest["status"] == "delivered").await;
    }

    async fn a_delivered_event_can_be_sent_again(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        let id = ping(&server, &hook).await;
        newest_delivery(&server, &hook, |newest| newest["status"] == "delivered").await;
        let path = format!("/demo/webhooks/{}/deliveries/{id}/redeliver", hook["id"].as_str().expect("an id"));
        Admin::sign_in(&server).await.post(&path, &json!({})).await.expect(202);
        let received = listener.wait_for(2).await;
        assert_eq!(received[0].header("webhook-id"), received[1].header("webhook-id"));
    }

    async fn a_redirect_is_not_followed_and_little_of_an_answer_is_kept(server) {
        let (listener, elsewhere) = (Listener::start().await, Listener::start().await);
        listener.answer_next_with(302, &format!("location: {}\r\n", elsewhere.url("/inner")), &"x".repeat(5_000));
        let hook = webhook(&server, &listener, &["*"]).await;
        ping(&server, &hook).await;
        let refused = newest_delivery(&server, &hook, |newest| newest["responseStatus"] == 302).await;
        assert_eq!(refused["response"].as_str().map(str::len), Some(200), "{refused}");
        assert!(elsewhere.received().is_empty());
    }

    async fn a_target_that_says_gone_is_not_asked_again(server) {
        let listener = Listener::start().await;
        listener.answer_next(410, "gone");
        let hook = webhook(&server, &listener, &["*"]).await;
        ping(&server, &hook).await;
        newest_delivery(&server, &hook, |newest| newest["status"] == "failed").await;
    }

    async fn a_target_that_is_away_delays_no_other(server) {
        let (listener, away) = (Listener::start().await, Listener::start().await);
        let dead = webhook(&server, &away, &["*"]).await;
        drop(away);
        let hook = webhook(&server, &listener, &["*"]).await;
        for _ in 0..3 {
            ping(&server, &dead).await;
        }
        ping(&server, &hook).await;
        listener.wait_for(1).await;
        let waiting = newest_delivery(&server, &dead, |newest| newest["nextAttempt"].is_i64()).await;
        assert_eq!(waiting["status"], "waiting", "{waiting}");
    }

    async fn a_target_that_answers_slowly_holds_up_no_other_and_no_other_realm(server) {
        let (slow, fast, elsewhere) = (Listener::start().await, Listener::start().await, Listener::start().await);
        let backlog = webhook(&server, &slow, &["*"]).await;
        let admin = Admin::sign_in(&server).await;
        for _ in 0..8 {
            slow.answer_next(500, "not now");
            ping(&server, &backlog).await;
        }
        newest_delivery(&server, &backlog, |newest| newest["responseStatus"] == 500).await;
        // All are due again at once, and together take longer than anybody waits for here.
        slow.answer_slowly(Duration::from_secs(12));
        server.advance_clock(60).await;
        slow.wait_for(9).await;
        let hook = webhook(&server, &fast, &["*"]).await;
        ping(&server, &hook).await;
        admin.post("", &json!({"realm": "branch"})).await.expect(201);
        let wanted = json!({"url": elsewhere.url("/hook"), "eventTypes": ["*"]});
        let other = admin.post("/branch/webhooks", &wanted).await.expect(201).text("id");
        admin.post(&format!("/branch/webhooks/{other}/ping"), &json!({})).await.expect(202);
        fast.wait_for(1).await;
        elsewhere.wait_for(1).await;
        assert!(slow.received().len() < 16, "nobody waited for it");
    }

    async fn a_deleted_or_disabled_webhook_gets_nothing_more(server) {
        let listener = Listener::start().await;
        listener.answer_next(500, "");
        let hook = webhook(&server, &listener, &["*"]).await;
        let path = format!("/demo/webhooks/{}", hook["id"].as_str().expect("an id"));
        ping(&server, &hook).await;
        newest_delivery(&server, &hook, |newest| newest["responseStatus"] == 500).await;
        let admin = Admin::sign_in(&server).await;
        admin.put(&path, &json!({"enabled": false})).await.expect(204);
        server.advance_clock(60).await;
        server.run_jobs().await;
        newest_delivery(&server, &hook, |newest| newest["status"] == "failed").await;
        let admin = Admin::sign_in(&server).await;
        admin.delete(&path).await.expect(204);
        admin.delete(&path).await.expect(404);
        admin.get(&format!("{path}/deliveries")).await.expect(404);
        assert_eq!(listener.received().len(), 1);
    }

    async fn deliveries_are_paged_and_swept_after_their_time(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        for _ in 0..5 {
            ping(&server, &hook).await;
        }
        listener.wait_for(5).await;
        let admin = Admin::sign_in(&server).await;
        let mut path = format!("/demo/webhooks/{}/deliveries?max=2", hook["id"].as_str().expect("an id"));
        let mut seen = BTreeSet::new();
        for _ in 0..4 {
            let page = admin.get(&path).await.expect(200);
            seen.extend(page.json().as_array().expect("a list").iter().map(|one| one["id"].to_string()));
            let link = page.header("link").to_owned();
            let Some((_, rest)) = link.split_once('<') else { break };
            path = rest.split_once('>').expect("a link").0.split_once("/admin/realms").expect("a path").1.to_owned();
        }
        assert_eq!(seen.len(), 5);
        newest_delivery(&server, &hook, |newest| newest["status"] == "delivered").await;
        server.advance_clock(15 * DAY_S).await;
        server.run_jobs().await;
        assert!(deliveries(&server, &hook).await.is_empty());
    }
}

on_postgres! {
    async fn two_nodes_send_each_delivery_once(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["*"]).await;
        let node = server.second_node().await;
        for _ in 0..12 {
            ping(&server, &hook).await;
        }
        tokio::join!(server.run_jobs(), node.run_jobs());
        listener.wait_for(12).await;
        tokio::join!(server.run_jobs(), node.run_jobs());
        let ids: BTreeSet<_> = listener.received().iter().map(|one| one.header("webhook-id").to_owned()).collect();
        assert_eq!((ids.len(), listener.received().len()), (12, 12));
    }
}
