//! Units of work: what is kept, what is undone, and what trouble looks like.

mod support;

use perennial_domain::RealmId;
use perennial_storage::{
    OpenError, StorageError, Store, StoreOptions, advance_test_clock, freeze_test_clock, meta, realms, users,
};
use support::Database;
use support::samples::{World, id, read, write};

#[derive(Debug)]
enum Refusal {
    Refused,
    Storage,
}

impl From<StorageError> for Refusal {
    fn from(_: StorageError) -> Self {
        Self::Storage
    }
}

on_both_databases! {
    async fn an_error_undoes_the_whole_unit(database: Database) {
        let store = database.open().await;
        let world = World::new("demo");
        let refused = store
            .write::<(), Refusal, _>({
                let world = world.clone();
                move |tx| {
                    world.insert(tx)?;
                    Err(Refusal::Refused)
                }
            })
            .await;
        assert!(matches!(refused, Err(Refusal::Refused)));
        assert_eq!(read(&store, move |tx| realms::current_stamp(tx, world.realm.id)).await, None);
    }

    async fn a_panic_undoes_its_unit_and_the_store_works_on(database: Database) {
        let store = database.open().await;
        let world = World::new("demo");
        let panicked = store
            .write::<(), StorageError, _>({
                let world = world.clone();
                move |tx| {
                    world.insert(tx)?;
                    panic!("on purpose")
                }
            })
            .await;
        assert!(panicked.is_err_and(|error| error.private_reason().contains("on purpose")));
        write(&store, move |tx| world.insert(tx)).await;
        assert_eq!(read(&store, realms::list).await.len(), 1);
    }

    async fn a_failed_statement_is_never_answered_with_success(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let again = world.clone();
        let swallowed = store
            .write::<bool, StorageError, _>(move |tx| {
                let failed = users::insert(tx, again.realm.id, &again.user, None).is_err();
                Ok(failed)
            })
            .await;
        // SQLite undoes the statement, PostgreSQL the transaction: then the unit must not seem to have succeeded.
        let is_sqlite = store.database_name() == "sqlite";
        assert_eq!(swallowed.is_ok(), is_sqlite);
    }

    async fn a_second_of_the_same_name_is_a_conflict(database: Database) {
        let store = database.open().await;
        World::create(&store).await;
        let twice = store.write::<(), StorageError, _>(|tx| World::new("demo").insert(tx)).await;
        assert!(matches!(twice, Err(StorageError::Conflict(_))));
    }

    async fn a_read_unit_cannot_write(database: Database) {
        let store = database.open().await;
        let written = store.read::<(), StorageError, _>(|tx| World::new("demo").insert(tx)).await;
        assert!(matches!(written, Err(StorageError::Unavailable(_))));
    }

    async fn a_read_unit_sees_one_snapshot(database: Database) {
        let store = database.open().await;
        let (reader, writer) = (store.clone(), store.clone());
        let (started, wait_started) = std::sync::mpsc::channel();
        let (go_on, wait_go_on) = std::sync::mpsc::channel();
        let reading = tokio::spawn(async move {
            read(&reader, move |tx| {
                let before = realms::list(tx)?.len();
                started.send(()).expect("somebody waits");
                wait_go_on.recv().expect("somebody sends");
                Ok((before, realms::list(tx)?.len()))
            })
            .await
        });
        tokio::task::spawn_blocking(move || wait_started.recv()).await.expect("joined").expect("started");
        World::create(&writer).await;
        go_on.send(()).expect("it waits");
        assert_eq!(reading.await.expect("joined"), (0, 0));
    }

    async fn time_is_the_same_in_a_whole_unit_and_near_ours(database: Database) {
        let store = database.open().await;
        let (first, second) = read(&store, |tx| {
            let first = tx.now()?;
            let since = std::time::Instant::now();
            while since.elapsed().as_millis() < 5 {
                std::hint::spin_loop();
            }
            Ok((first, tx.now()?))
        })
        .await;
        assert_eq!(first, second);
        let ours = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        assert!((i64::try_from(ours.as_millis()).expect("fits") - first.as_ms()).abs() < 60_000);
    }

    async fn the_test_clock_moves_every_node_that_has_it_on(database: Database) {
        let plain = database.open().await;
        let here = database.open_with(|options| options.test_clock = true).await;
        let there = database.open_with(|options| options.test_clock = true).await;
        let before = read(&there, |tx| tx.now()).await;
        write(&here, |tx| advance_test_clock(tx, 3_600)).await;
        write(&here, |tx| advance_test_clock(tx, 3_600)).await;
        let moved_s = before.seconds_until(read(&there, |tx| tx.now()).await);
        assert!((7_200..7_260).contains(&moved_s), "{moved_s}");
        assert!(before.seconds_until(read(&plain, |tx| tx.now()).await) < 60);
    }

    async fn a_frozen_test_clock_moves_only_when_it_is_told_to(database: Database) {
        let here = database.open_with(|options| options.test_clock = true).await;
        let there = database.open_with(|options| options.test_clock = true).await;
        let stopped_at = write(&here, |tx| freeze_test_clock(tx, true)).await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        assert_eq!(read(&there, |tx| tx.now()).await, stopped_at);
        write(&there, |tx| advance_test_clock(tx, -60)).await;
        assert_eq!(read(&here, |tx| tx.now()).await, stopped_at.plus_s(-60));
        let going_on_at = write(&here, |tx| freeze_test_clock(tx, false)).await;
        assert!(going_on_at > stopped_at.plus_s(-60));
    }

    async fn what_was_written_survives_a_restart(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        store.shutdown().await;
        let store = database.open().await;
        assert_eq!(read(&store, realms::list).await, [world.realm]);
    }

    async fn after_shutdown_every_unit_is_refused_as_unavailable(database: Database) {
        let store = database.open().await;
        store.shutdown().await;
        store.shutdown().await;
        assert!(matches!(store.ping().await, Err(StorageError::Unavailable(_))));
        let written = store.write::<(), StorageError, _>(|tx| realms::renew_stamp(tx, RealmId(id()))).await;
        assert!(matches!(written, Err(StorageError::Unavailable(_))));
    }

    async fn migrating_again_changes_nothing(database: Database) {
        let store = database.open().await;
        World::create(&store).await;
        store.migrate().await.expect("nothing to do");
        assert_eq!(read(&store, realms::list).await.len(), 1);
    }

    async fn of_two_nodes_that_start_at_once_one_names_the_master_key(database: Database) {
        let store = database.open().await;
        let first = write(&store, |tx| meta::find_or_insert(tx, "master-key", "a")).await;
        let second = write(&store, |tx| meta::find_or_insert(tx, "master-key", "b")).await;
        assert_eq!((first.as_str(), second.as_str()), ("a", "a"));
        assert_eq!(read(&store, |tx| meta::find(tx, "none")).await, None);
    }

    async fn a_relaxed_unit_is_kept_like_any_other(database: Database) {
        let store = database.open_with(|options| options.relaxed_rotation = true).await;
        store.write_relaxed::<_, StorageError, _>(|tx| World::new("demo").insert(tx)).await.expect("kept");
        assert_eq!(read(&store, realms::list).await.len(), 1);
    }
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named_in_the_error() {
    let opened = Store::open(StoreOptions::new("sqlite:/proc/none/perennial.db")).await;
    let Err(OpenError::Sqlite { path, .. }) = opened else { panic!("it cannot be opened") };
    assert_eq!(path, "/proc/none/perennial.db");
}

#[tokio::test]
async fn a_wal_is_folded_into_the_file_at_shutdown() {
    let database = Database::sqlite();
    let store = database.open().await;
    World::create(&store).await;
    store.shutdown().await;
    let wal = format!("{}-wal", database.url.trim_start_matches("sqlite:"));
    assert!(std::fs::metadata(wal).map_or(0, |wal| wal.len()) == 0);
}

#[tokio::test]
async fn postgres_is_reached_over_tls() {
    let database = Database::postgres();
    let url = format!("{}?sslmode=require", database.url);
    let store = Store::open(StoreOptions::new(url)).await.expect("TLS is compiled in");
    store.ping().await.expect("it answers");
}

#[tokio::test]
async fn a_server_that_vanishes_is_unavailable() {
    let database = Database::postgres();
    let store = database.open_with(|options| options.pool_size = 1).await;
    store.ping().await.expect("it answers");
    drop(database);
    assert!(matches!(store.ping().await, Err(StorageError::Unavailable(_))));
}
