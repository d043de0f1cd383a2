//! Token exchange while a bulk ending goes on: what it means and has not come to yet hands nothing on that would outlive it.

use super::exchange::{REFRESH, service};
use crate::support::{alices_frame, expect_ended};
use perennial_domain::{UserId, audit::Actor, session_filter::SessionFilter};
use perennial_storage::{StorageError, Store, StoreOptions, Tx, bulk_endings, realms};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Choice, Client, TestServer, on_both_databases};
use std::time::Duration;
use uuid::Uuid;

/// After which other nodes take over what one was at.
const HELD_S: i64 = 60;

/// One of a user's sessions that another node is at, and has hardly begun.
async fn begin_ending(server: &TestServer, user: UserId) {
    let mut options = StoreOptions::new(server.database_url());
    options.test_clock = true;
    let store = Store::open(options).await.expect("the database beside the server");
    let unit = move |tx: &mut Tx<'_>| {
        let (realm, now) = (realms::find_by_name(tx, demo::REALM)?.expect("the demo realm"), tx.now()?);
        let ending = bulk_endings::BulkEnding {
            id: Uuid::from_u128(1),
            realm_id: realm.id,
            filter: SessionFilter { user: Some(user), ..SessionFilter::default() },
            by: Actor::Server,
            asked_at: now,
            next_at: now.plus_s(HELD_S),
        };
        bulk_endings::insert(tx, &ending)
    };
    store.write::<_, StorageError, _>(unit).await.expect("a unit");
    store.shutdown().await;
}

async fn until_alices_are_gone(admin: &Admin) {
    for _ in 0..600 {
        let left = admin.get("/demo/offline-sessions?user=alice").await.expect(200).json();
        if left.as_array().is_some_and(Vec::is_empty) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the ending is not finished");
}

on_both_databases! {
    async fn a_session_that_is_to_end_is_exchanged_for_none_of_the_exchanging_clients_own(server) {
        let service = service(&server).await;
        let (frame, tokens) = alices_frame(&server).await;
        let bobs = frame.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let admin = Admin::sign_in(&server).await;
        begin_ending(&server, admin.user_id("alice").await.parse().expect("an id")).await;
        let (alices, bobs) = (tokens.access_token(), bobs.access_token());
        let wish = [("scope", "openid offline_access"), REFRESH];
        let put_off = service.exchange(&alices, "access_token", &wish).await.expect_error(503, "temporarily_unavailable");
        assert!(put_off.header("retry-after").parse::<u32>().is_ok(), "{put_off}");
        // A token of the session itself ends with it, and what nobody means to end is exchanged as ever.
        let borrowed = service.exchange(&alices, "access_token", &[]).await.expect_tokens();
        let own = service.exchange(&bobs, "access_token", &wish).await.expect_tokens();
        server.advance_clock(HELD_S).await;
        server.run_jobs().await;
        let admin = Admin::sign_in(&server).await;
        until_alices_are_gone(&admin).await;
        expect_ended(&frame, &tokens).await;
        assert!(!Client::nightly_backup(&server).is_active(&borrowed.access_token()).await);
        service.exchange(&alices, "access_token", &wish).await.expect_error(400, "invalid_request");
        service.refresh(&own.refresh_token()).await.expect_tokens();
        let left = admin.offline_sessions("account").await;
        assert!(left.len() == 1 && left[0]["username"] == "bob", "{left:?}");
    }
}
