//! The outbox and the memory of notices on both databases: one taker for each attempt, lanes that rest, notices claimed once.

mod support;

use std::collections::BTreeSet;

use perennial_domain::notice::Notice;
use perennial_domain::outbox::{Answer, Fate, Kind, Parcel};
use perennial_domain::{GrantId, OutboxId, RealmId, Timestamp};
use perennial_storage::outbox::{AttemptAt, Besides, Lane};
use perennial_storage::{Store, outbox, session_notices};
use support::samples::{World, id, read, write};
use uuid::Uuid;

fn parcel(realm: RealmId, lane: Uuid) -> Parcel {
    Parcel { realm_id: realm, kind: Kind::Webhook, lane, topic: "LOGIN".into(), payload: "{}".into() }
}

/// Takes the attempt after `seen` of them up for a minute.
async fn take(store: &Store, own: OutboxId, seen: u32, now: Timestamp) -> bool {
    write(store, move |tx| outbox::lease(tx, own, seen, now, now.plus_s(60))).await
}

async fn claim(store: &Store, grant: GrantId, last_used_at: Timestamp) -> bool {
    write(store, move |tx| session_notices::claim(tx, grant, Notice::Dormant { last_used_at }, last_used_at)).await
}

on_both_databases! {
    async fn an_attempt_has_one_taker_until_its_lease_ends(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, lane) = (world.realm.id, id());
        let own = write(&store, move |tx| outbox::insert(tx, &parcel(realm, lane))).await;
        let now = read(&store, |tx| tx.now()).await.plus_s(1);
        let due = read(&store, move |tx| outbox::list_due(tx, Kind::Webhook, now, &Besides::default(), 10)).await;
        assert_eq!((due.len(), due[0].id, due[0].fate), (1, own, Fate::Waiting));
        assert!(read(&store, move |tx| outbox::list_due(tx, Kind::Mail, now, &Besides::default(), 10)).await.is_empty());
        assert!(take(&store, own, 0, now).await);
        assert!(!take(&store, own, 0, now).await, "taken");
        assert!(!take(&store, own, 1, now.plus_s(59)).await, "still leased");
        assert!(take(&store, own, 1, now.plus_s(60)).await, "its taker died");
        let attempt = move |number| AttemptAt { id: own, number };
        let answer = Answer::new(Some(500), "no");
        let late = answer.clone();
        assert!(!write(&store, move |tx| outbox::finish(tx, attempt(1), true, &late, now)).await, "too late");
        assert!(write(&store, move |tx| outbox::postpone(tx, attempt(2), &answer, now.plus_s(900))).await);
        let seen = read(&store, move |tx| outbox::find(tx, realm, Kind::Webhook, lane, own)).await.expect("there");
        assert_eq!((seen.attempts, seen.due_at, seen.answer), (2, now.plus_s(900), Some(Answer::new(Some(500), "no"))));
    }

    async fn a_lane_rests_and_ends_without_touching_others(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, dead, other) = (world.realm.id, id(), id());
        for lane in [dead, dead, other] {
            write(&store, move |tx| outbox::insert(tx, &parcel(realm, lane))).await;
        }
        let now = read(&store, |tx| tx.now()).await.plus_s(1);
        let lane = Lane { kind: Kind::Webhook, id: dead };
        assert_eq!(write(&store, move |tx| outbox::rest_lane(tx, lane, now.plus_s(60))).await, 2);
        let due = read(&store, move |tx| outbox::list_due(tx, Kind::Webhook, now, &Besides::default(), 10)).await;
        assert_eq!(due.iter().map(|one| one.parcel.lane).collect::<Vec<_>>(), [other]);
        let answer = Answer::new(None, "away");
        let given_up = write(&store, move |tx| outbox::give_up_lane(tx, lane, now.plus_s(1), &answer, now));
        assert_eq!(given_up.await, 2);
        let page = read(&store, move |tx| outbox::list_of_lane(tx, Kind::Webhook, dead, None, 10)).await;
        assert!(page.iter().all(|one| one.fate == Fate::GivenUp(now)), "{page:?}");
        let newest = page[0].id;
        let older = read(&store, move |tx| outbox::list_of_lane(tx, Kind::Webhook, dead, Some(newest), 10)).await;
        assert_eq!(older.len(), 1);
        assert!(write(&store, move |tx| outbox::redeliver(tx, newest, now)).await);
        assert_eq!(write(&store, move |tx| outbox::sweep(tx, now.plus_s(1), 10)).await, 1);
        assert_eq!(write(&store, move |tx| outbox::delete_lane(tx, Kind::Webhook, dead, 10)).await, 1);
    }

    async fn what_is_due_is_listed_besides_lanes_and_realms(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, busy, other) = (world.realm.id, id(), id());
        for lane in [busy, busy, other] {
            write(&store, move |tx| outbox::insert(tx, &parcel(realm, lane))).await;
        }
        let now = read(&store, |tx| tx.now()).await.plus_s(1);
        for (besides, found) in [
            (Besides::default(), vec![busy, other]),
            (Besides { lanes: vec![busy], realms: vec![RealmId(id())] }, vec![other]),
            (Besides { lanes: vec![id()], realms: vec![realm] }, vec![]),
        ] {
            let due = read(&store, move |tx| outbox::list_due(tx, Kind::Webhook, now, &besides, 10)).await;
            assert_eq!(due.iter().map(|one| one.parcel.lane).collect::<BTreeSet<_>>(), found.into_iter().collect());
        }
    }

    async fn a_notice_is_claimed_once_for_its_instant(database: Database) {
        let store = database.open().await;
        World::create(&store).await;
        let grant = GrantId(id());
        let (one, other) = (Timestamp::from_s(1_000), Timestamp::from_s(2_000));
        assert!(claim(&store, grant, one).await);
        assert!(!claim(&store, grant, one).await);
        assert!(claim(&store, grant, other).await, "another instant is another notice");
        assert!(!claim(&store, grant, other).await);
        let (last, removed) = write(&store, |tx| session_notices::sweep(tx, None, 10)).await;
        assert_eq!((last, removed), (Some(grant), 1), "its grant is not there");
        assert!(claim(&store, grant, one).await);
    }
}
