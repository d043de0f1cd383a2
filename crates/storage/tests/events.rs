//! Events and admin events, on both databases: stored, searched by an index, paged, removed.

mod support;

use perennial_domain::admin_event::{AdminEvent, AdminIdentity, Operation};
use perennial_domain::event::{Event, EventType, StoredEvent};
use perennial_domain::grant::Place;
use perennial_domain::{EventId, GrantId, RealmId, Timestamp, UserId, UserSessionId};
use perennial_storage::admin_events::{self, AdminEventFilter};
use perennial_storage::events::{self, EventFilter, EventPage};
use perennial_storage::{StorageError, Store, realms};
use support::samples::{World, id, read, write};

fn sample(world: &World) -> Event {
    let event = Event::new(EventType::Login).client("nightly-backup").user(world.user.id).session(UserSessionId(id()));
    let event = event.grant_id(GrantId(id())).at_place(&Place::new("203.0.113.7", "Firefox"));
    event.error("odd").detail("scope", "openid \"quoted\" ñ")
}

fn admin_sample(world: &World, operation: Operation, path: &str) -> AdminEvent {
    AdminEvent {
        by: AdminIdentity {
            realm: "master".into(),
            user: world.user.id,
            client: "admin-cli".into(),
            ip: "203.0.113.7".into(),
        },
        operation,
        resource_type: path.split('/').next().unwrap_or_default().to_uppercase(),
        resource_path: path.into(),
        representation: Some("{\"a\":1}".into()),
    }
}

async fn all(store: &Store, realm: RealmId, filter: EventFilter) -> Vec<StoredEvent> {
    read(store, move |tx| events::list(tx, realm, &filter, EventPage::newest(100))).await.0
}

on_both_databases! {
    async fn an_event_is_read_back_as_it_was(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (event, realm) = (sample(&world), world.realm.id);
        let bare = Event::new(EventType::RefreshTokenRecovered);
        let inserted = [event.clone(), bare.clone()];
        let now = write(&store, move |tx| {
            inserted.iter().try_for_each(|event| events::insert(tx, realm, event).map(drop))?;
            tx.now()
        })
        .await;
        let found = all(&store, realm, EventFilter::default()).await;
        assert_eq!(found.iter().map(|stored| stored.event.clone()).collect::<Vec<_>>(), [bare, event]);
        assert!(found.iter().all(|stored| stored.at == now));
    }

    async fn every_criterion_holds_alone_and_with_others(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        let one = sample(&world);
        let others = [
            Event { client: Some("photo-frame".into()), ..sample(&world) },
            Event { user: Some(UserId(id())), ..sample(&world) },
            Event { ip: Some("192.0.2.1".into()), ..sample(&world) },
            Event { event_type: EventType::Logout, ..sample(&world) },
        ];
        let mut inserted = vec![one.clone()];
        inserted.extend(others);
        write(&store, move |tx| inserted.iter().try_for_each(|event| events::insert(tx, realm, event).map(drop))).await;
        let (none, user) = (EventFilter::default(), world.user.id);
        let client = EventFilter { client: Some("nightly-backup".into()), ..none.clone() };
        let by_type = EventFilter { types: vec![EventType::Login], ..none.clone() };
        for (filter, expected) in [
            (none.clone(), 5),
            (client.clone(), 4),
            (by_type.clone(), 4),
            (EventFilter { types: vec![EventType::Login, EventType::Logout], ..none.clone() }, 5),
            (EventFilter { user: Some(user), ..none.clone() }, 4),
            (EventFilter { ip: Some("203.0.113.7".into()), ..none.clone() }, 4),
            (EventFilter { grant: one.grant, ..none.clone() }, 1),
            (EventFilter { user: Some(user), types: vec![EventType::Logout], ..client.clone() }, 1),
            (EventFilter { ip: Some("192.0.2.1".into()), ..client.clone() }, 1),
            (EventFilter { ip: Some("192.0.2.1".into()), user: Some(user), ..by_type }, 1),
            (EventFilter { client: Some("nul\0".into()), ..none.clone() }, 0),
            (EventFilter { client: Some("%".into()), ..none }, 0),
        ] {
            assert_eq!(all(&store, realm, filter.clone()).await.len(), expected, "{filter:?}");
        }
    }

    async fn pages_follow_each_other_without_gap_or_repetition_in_both_directions(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        let types = [EventType::Login, EventType::Logout, EventType::CodeToToken];
        let ids: Vec<EventId> = write(&store, move |tx| {
            (0..40).map(|n| events::insert(tx, realm, &Event::new(types[n % 3]))).collect()
        })
        .await;
        for filter_types in [vec![], vec![EventType::Logout, EventType::Login]] {
            let wanted = |n: usize| filter_types.is_empty() || n % 3 != 2;
            let expected: Vec<EventId> = ids.iter().enumerate().filter(|(n, _)| wanted(*n)).map(|(_, id)| *id).collect();
            for oldest_first in [true, false] {
                let (mut after, mut walked) = (None, Vec::new());
                loop {
                    let filter = EventFilter { types: filter_types.clone(), ..EventFilter::default() };
                    let page = EventPage { after, first: 0, max: 7, oldest_first };
                    let (some, next) = read(&store, move |tx| events::list(tx, realm, &filter, page)).await;
                    walked.extend(some.into_iter().map(|stored| stored.id));
                    let Some(next) = next else { break };
                    after = Some(next);
                }
                if !oldest_first {
                    walked.reverse();
                }
                assert_eq!(walked, expected);
            }
        }
    }

    async fn old_events_are_removed_in_batches_and_only_those_of_the_realm(database: Database) {
        let store = database.open_with(|options| options.test_clock = true).await;
        let (world, other) = (World::create(&store).await, World::new("other"));
        let realm = world.realm.id;
        let there = other.realm.clone();
        let bound = write(&store, move |tx| {
            realms::insert(tx, &there)?;
            (0..5).try_for_each(|_| events::insert(tx, realm, &Event::new(EventType::Login)).map(drop))?;
            events::insert(tx, there.id, &Event::new(EventType::Login))?;
            perennial_storage::advance_test_clock(tx, 10)
        })
        .await;
        write(&store, move |tx| events::insert(tx, realm, &Event::new(EventType::Logout)).map(drop)).await;
        let mut removed = Vec::new();
        for _ in 0..3 {
            removed.push(write(&store, move |tx| events::delete_before(tx, realm, bound, 3)).await);
        }
        assert_eq!(removed, [3, 2, 0]);
        assert_eq!(all(&store, realm, EventFilter::default()).await.len(), 1);
        assert_eq!(all(&store, other.realm.id, EventFilter::default()).await.len(), 1);
    }

    async fn events_go_with_their_realm(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        let (event, admin_event) = (sample(&world), admin_sample(&world, Operation::Create, "users/1"));
        write(&store, move |tx| {
            events::insert(tx, realm, &event)?;
            admin_events::insert(tx, realm, &admin_event)?;
            realms::delete(tx, realm)
        })
        .await;
        assert!(all(&store, realm, EventFilter::default()).await.is_empty());
    }

    async fn admin_events_are_found_by_each_criterion(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        let inserted = [
            admin_sample(&world, Operation::Create, "clients/1"),
            admin_sample(&world, Operation::Update, "clients/1"),
            admin_sample(&world, Operation::Delete, "users/1_%"),
        ];
        let expected = inserted[1].clone();
        write(&store, move |tx| inserted.iter().try_for_each(|event| admin_events::insert(tx, realm, event).map(drop)))
            .await;
        let (none, user) = (AdminEventFilter::default(), world.user.id);
        let path = |path: &str| AdminEventFilter { resource_path: Some(path.into()), ..AdminEventFilter::default() };
        for (filter, found) in [
            (none.clone(), 3),
            (AdminEventFilter { operations: vec![Operation::Update, Operation::Delete], ..none.clone() }, 2),
            (AdminEventFilter { resource_types: vec!["CLIENTS".into()], ..none.clone() }, 2),
            (path("clients/1"), 2),
            (path("clients/*"), 2),
            (path("*1*"), 3),
            (path("users/1_%"), 1),
            (path("*_*"), 1),
            (path("users/_*"), 0),
            (AdminEventFilter { auth_user: Some(user), ..none.clone() }, 3),
            (AdminEventFilter { auth_user: Some(UserId(id())), ..none.clone() }, 0),
            (AdminEventFilter { auth_client: Some("admin-cli".into()), auth_ip: Some("203.0.113.7".into()), ..none.clone() }, 3),
            (AdminEventFilter { auth_realm: Some("demo".into()), ..none.clone() }, 0),
            (AdminEventFilter { until: Some(Timestamp::from_ms(0)), ..none.clone() }, 0),
        ] {
            let asked = filter.clone();
            let (events, _) = read(&store, move |tx| admin_events::list(tx, realm, &asked, EventPage::newest(10))).await;
            assert_eq!(events.len(), found, "{filter:?}");
        }
        let updates = AdminEventFilter { operations: vec![Operation::Update], ..none };
        let (events, _) = read(&store, move |tx| admin_events::list(tx, realm, &updates, EventPage::newest(10))).await;
        assert_eq!(events[0].event, expected);
    }

    async fn a_created_resource_is_named_afterwards(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        let event = admin_sample(&world, Operation::Create, "users");
        let named = write(&store, move |tx| {
            let id = admin_events::insert(tx, realm, &event)?;
            admin_events::set_resource_path(tx, realm, id, "users/1")
        })
        .await;
        assert!(named);
        let filter = AdminEventFilter { resource_path: Some("users/1".into()), ..AdminEventFilter::default() };
        let (events, _) = read(&store, move |tx| admin_events::list(tx, realm, &filter, EventPage::newest(10))).await;
        assert_eq!(events.len(), 1);
    }

    async fn an_event_of_no_realm_is_a_conflict(database: Database) {
        let store = database.open().await;
        let done = store.write(|tx| events::insert(tx, RealmId(id()), &Event::new(EventType::Login)).map(drop)).await;
        assert!(matches!(done, Err(StorageError::Conflict(_) | StorageError::Unavailable(_))), "{done:?}");
    }
}
