//! Races: whatever happens at once, one wins, and the others can tell.

mod support;

use perennial_domain::grant::Place;
use perennial_domain::rotation::TokenFamily;
use perennial_storage::grants::TokenUse;
use perennial_storage::{StorageError, Store, codes, grants, requests, users};
use support::samples::{T0, World, read, user, write};

const AT_ONCE: usize = 64;

/// Runs the same unit many times at once; how many returned true.
async fn winners<F>(stores: &[Store], unit: F) -> usize
where
    F: Fn(&mut perennial_storage::Tx<'_>) -> Result<bool, StorageError> + Clone + Send + 'static,
{
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|number| {
            let (store, unit) = (stores[number % stores.len()].clone(), unit.clone());
            tokio::spawn(async move { store.write(move |tx| unit(tx)).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.expect("joined").expect("no trouble"));
    }
    won
}

on_both_databases! {
    async fn of_many_presentations_of_one_generation_one_advances_it(database: Database) {
        let stores = [database.open().await, database.open().await];
        let world = World::create(&stores[0]).await;
        let grant = world.offline_grant();
        let stored = grant.clone();
        write(&stores[0], move |tx| grants::insert(tx, &stored)).await;
        let (id, seen) = (grant.id, grant.family.clone());
        let won = winners(&stores, move |tx| {
            let mut next = seen.clone();
            next.generation += 1;
            let place = Place::new("198.51.100.1", "curl");
            let used = TokenUse { grant: id, seen: &seen, next: &next, at: T0.plus_s(60), place: &place };
            grants::record_use(tx, &used)
        })
        .await;
        assert_eq!(won, 1);
        let stored = read(&stores[0], move |tx| grants::find(tx, id)).await.expect("it lives");
        assert_eq!(stored.family.generation, 1);
    }

    async fn a_code_is_redeemed_once_also_across_nodes(database: Database) {
        let stores = [database.open().await, database.open().await];
        let world = World::create(&stores[0]).await;
        let code = world.code();
        let stored = code.clone();
        write(&stores[0], move |tx| codes::insert(tx, &stored)).await;
        assert_eq!(winners(&stores, move |tx| codes::redeem(tx, &code.code_hash, T0)).await, 1);
    }

    async fn a_grant_ends_once(database: Database) {
        let stores = [database.open().await, database.open().await];
        let world = World::create(&stores[0]).await;
        let grant = world.offline_grant();
        let id = grant.id;
        write(&stores[0], move |tx| grants::insert(tx, &grant)).await;
        assert_eq!(winners(&stores, move |tx| grants::delete(tx, id)).await, 1);
    }

    async fn a_grant_that_has_left_a_key_is_not_ended_by_whoever_saw_it_there(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let mut grant = world.offline_grant();
            grant.family.held_key_id = Some("kid-0".into());
            grants::insert(tx, &grant)?;
            let seen = grants::list_key_ids_after(tx, None, 9)?;
            assert_eq!(seen, [(grant.id, vec!["kid-1".to_owned(), "kid-0".to_owned()])]);
            let next = TokenFamily { held_key_id: None, ..grant.family.clone() };
            let place = Place::default();
            let once = TokenUse { grant: grant.id, seen: &grant.family, next: &next, at: T0.plus_s(60), place: &place };
            assert!(grants::record_use(tx, &once)?);
            assert_eq!(grants::delete_naming(tx, &[grant.id], &seen[0].1)?, 0);
            assert_eq!(grants::delete_naming(tx, &[grant.id], &["kid-1".to_owned()])?, 1);
            Ok(())
        })
        .await;
    }

    async fn the_session_limit_holds_for_sign_ins_at_once(database: Database) {
        let stores = [database.open().await, database.open().await];
        let world = World::create(&stores[0]).await;
        let (user, client) = (world.user.id, world.client.id);
        winners(&stores, move |tx| {
            grants::evict_least_recently_used(tx, user, client, 4)?;
            grants::insert(tx, &world.offline_grant())?;
            Ok(true)
        })
        .await;
        let held = read(&stores[0], move |tx| grants::list_of_user_and_client(tx, user, client)).await;
        assert_eq!(held.len(), 5);
    }

    async fn units_at_once_neither_see_nor_harm_each_other(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        let tasks: Vec<_> = (0..AT_ONCE * 4)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    store
                        .write::<_, StorageError, _>(move |tx| {
                            users::insert(tx, realm, &user(&format!("user-{number}")), None)?;
                            match number % 4 {
                                0 => panic!("on purpose"),
                                1 => Err(StorageError::Conflict("on purpose".into())),
                                _ => Ok(()),
                            }
                        })
                        .await
                        .is_ok()
                })
            })
            .collect();
        for (number, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await.expect("joined"), number % 4 > 1);
        }
        assert_eq!(read(&store, move |tx| users::count(tx, realm)).await, 1 + 2 * AT_ONCE as i64);
    }

    async fn a_request_is_answered_once(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let pending = world.pending_request();
        let id = pending.id;
        write(&store, move |tx| requests::insert(tx, &pending)).await;
        assert_eq!(winners(&[store], move |tx| requests::delete(tx, id)).await, 1);
    }
}
