//! What lives for minutes, on both databases: devices, guesses and wrong passwords, assertions and proofs that are good once,
//! registrations, requests that nobody answers. Each has one taker, and an end that sweeps it.

mod support;

use perennial_domain::device::{Approval, Device, DeviceRequest, DeviceState};
use perennial_domain::registration::InitialAccess;
use perennial_domain::webhook::{Webhook, WebhookSettings};
use perennial_domain::{DeviceId, InitialAccessId, RealmId, RequestId, UserId, UserSessionId, WebhookId};
use perennial_protocol::ScopeSet;
use perennial_storage::allowances::Limit;
use perennial_storage::devices::CodeHashes;
use perennial_storage::{
    Store, allowances, codes, devices, dpop_proofs, login_failures,
    pushed_requests::{self, PushedRequest},
    realms, registrations, requests, sweep, used_assertions, webhooks,
};
use support::samples::{T0, World, id, read, write};

const CODES: CodeHashes = CodeHashes { device: [1; 32], user: [2; 32] };
const TWO: Limit = Limit { tries: 2, window_s: 60 };

fn device(world: &World) -> Device {
    Device {
        id: DeviceId(id()),
        realm_id: world.realm.id,
        client_id: world.client.id,
        request: DeviceRequest {
            scope: ScopeSet::lenient("openid offline_access"),
            resources: vec!["https://notes.example".into()],
            label: Some("Living room".into()),
            ip: "203.0.113.7".into(),
        },
        state: DeviceState::Pending,
        interval_s: 5,
        polled_at: None,
        expires_at: T0.plus_s(600),
    }
}

fn approval(user: UserId) -> Approval {
    Approval {
        user_id: user,
        user_session: UserSessionId(id()),
        scope: ScopeSet::lenient("openid"),
        resources: Vec::new(),
        auth_at: T0,
        chosen_end_s: Some(604_800),
        granted_at: T0,
    }
}

/// How many of several units at once got it.
async fn takers(
    store: &Store,
    unit: impl Fn(&mut perennial_storage::Tx<'_>) -> perennial_storage::StorageResult<bool> + Clone + Send + 'static,
) -> usize {
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (store, unit) = (store.clone(), unit.clone());
        all.spawn(async move { write(&store, move |tx| unit(tx)).await });
    }
    all.join_all().await.into_iter().filter(|taken| *taken).count()
}

on_both_databases! {
    async fn a_device_is_found_by_either_code_in_its_realm_and_its_user_code_is_taken(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let own = device(&world);
        write(&store, move |tx| {
            assert!(devices::insert(tx, &own, CODES)?);
            let again = CodeHashes { device: [3; 32], ..CODES };
            assert!(!devices::insert(tx, &device(&world), again)?, "its user code is taken");
            assert_eq!(devices::find_by_code(tx, own.realm_id, &CODES.device)?, Some(own.clone()));
            assert_eq!(devices::find_by_user_code(tx, own.realm_id, &CODES.user)?, Some(own.clone()));
            assert_eq!(devices::find(tx, own.id)?, Some(own.clone()));
            assert_eq!(devices::find_by_code(tx, RealmId(id()), &CODES.device)?, None);
            assert_eq!(devices::find_by_user_code(tx, RealmId(id()), &CODES.user)?, None);
            assert_eq!(devices::find_by_code(tx, own.realm_id, &CODES.user)?, None, "another kind of code");
            Ok(())
        })
        .await;
    }

    async fn a_device_is_answered_once_in_time_and_redeemed_once(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (own, allowed) = (device(&world), approval(world.user.id));
        let (device_id, first) = (own.id, allowed.clone());
        write(&store, move |tx| {
            devices::insert(tx, &own, CODES)?;
            assert!(!devices::redeem(tx, own.id)?, "nobody has allowed it");
            assert!(!devices::approve(tx, own.id, &first, own.expires_at)?, "too late");
            assert!(devices::approve(tx, own.id, &first, T0)?);
            assert!(!devices::deny(tx, own.id, T0)?, "answered");
            assert!(!devices::approve(tx, own.id, &first, T0)?, "answered");
            let found = devices::find(tx, own.id)?.expect("there");
            assert_eq!(found.state, DeviceState::Approved(first));
            Ok(())
        })
        .await;
        assert_eq!(takers(&store, move |tx| devices::redeem(tx, device_id)).await, 1);
        let redeemed = read(&store, move |tx| devices::find(tx, device_id)).await.expect("there");
        assert_eq!(redeemed.state, DeviceState::Redeemed);
        assert!(!write(&store, move |tx| devices::approve(tx, device_id, &allowed, T0)).await);
    }

    async fn of_two_polls_one_is_in_time(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let own = device(&world);
        let seen = own.clone();
        write(&store, move |tx| devices::insert(tx, &own, CODES)).await;
        let polled = takers(&store, move |tx| devices::record_poll(tx, &seen, T0.plus_s(5), 10)).await;
        assert_eq!(polled, 1);
    }

    async fn what_a_user_allowed_a_device_is_taken_back_from_this_users_only(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let (alices, others) = (device(&world), device(&world));
            devices::insert(tx, &alices, CODES)?;
            devices::insert(tx, &others, CodeHashes { device: [5; 32], user: [6; 32] })?;
            devices::approve(tx, alices.id, &approval(world.user.id), T0)?;
            devices::approve(tx, others.id, &approval(UserId(id())), T0)?;
            assert_eq!(devices::withdraw(tx, world.user.id, world.client.id)?, 1);
            assert_eq!(devices::withdraw(tx, world.user.id, world.client.id)?, 0);
            assert!(!devices::redeem(tx, alices.id)?);
            assert!(devices::redeem(tx, others.id)?);
            // Each is told for an hour that it is too late, then it is gone.
            assert_eq!(sweep::expired(tx, T0.plus_s(600 + 3_600), 10)?, 0);
            assert_eq!(sweep::expired(tx, T0.plus_s(600 + 3_601), 10)?, 2);
            assert_eq!(devices::find(tx, alices.id)?, None);
            Ok(())
        })
        .await;
    }

    async fn what_waits_to_begin_counts_until_its_end_and_for_its_user(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let (realm, user, nobody) = (world.realm.id, world.user.id, UserId(id()));
            let code = world.code();
            codes::insert(tx, &code)?;
            for (whose, latest) in [(None, Some(T0)), (Some(user), Some(T0)), (Some(nobody), None)] {
                assert_eq!(codes::latest_waiting(tx, realm, whose, T0.plus_s(59))?, latest);
                assert_eq!(codes::latest_waiting(tx, realm, whose, T0.plus_s(60))?, None, "it gives nothing any more");
            }
            assert_eq!(codes::latest_waiting(tx, RealmId(id()), None, T0)?, None);
            assert_eq!(codes::list_waiting(tx, realm, T0.plus_s(59))?, std::slice::from_ref(&code));
            assert_eq!(codes::list_waiting(tx, realm, T0.plus_s(60))?, []);
            assert!(codes::redeem(tx, &code.code_hash, T0)?);
            assert_eq!(codes::latest_waiting(tx, realm, Some(user), T0)?, None);
            assert_eq!(codes::list_waiting(tx, realm, T0)?, []);
            let own = device(&world);
            devices::insert(tx, &own, CODES)?;
            assert_eq!(devices::latest_waiting(tx, realm, None, T0)?, None, "nobody has allowed it");
            devices::approve(tx, own.id, &approval(user), T0)?;
            for (whose, latest) in [(None, Some(T0)), (Some(user), Some(T0)), (Some(nobody), None)] {
                assert_eq!(devices::latest_waiting(tx, realm, whose, T0.plus_s(599))?, latest);
                assert_eq!(devices::latest_waiting(tx, realm, whose, T0.plus_s(600))?, None);
            }
            assert_eq!(devices::list_approved(tx, realm, T0.plus_s(599))?.len(), 1);
            assert_eq!(devices::list_approved(tx, realm, T0.plus_s(600))?.len(), 0);
            assert!(devices::redeem(tx, own.id)?);
            assert_eq!(devices::latest_waiting(tx, realm, Some(user), T0)?, None);
            Ok(())
        })
        .await;
    }

    async fn guesses_are_bounded_until_their_window_ends(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        assert_eq!(takers(&store, move |tx| allowances::take(tx, realm, "here", T0, TWO)).await, 2);
        write(&store, move |tx| {
            assert!(allowances::take(tx, realm, "there", T0, TWO)?, "another place");
            allowances::give_back(tx, realm, "here")?;
            assert!(allowances::take(tx, realm, "here", T0.plus_s(59), TWO)?);
            assert!(!allowances::take(tx, realm, "here", T0.plus_s(59), TWO)?);
            assert!(allowances::take(tx, realm, "here", T0.plus_s(60), TWO)?, "a new window");
            assert_eq!(allowances::forget_all(tx, realm, "the")?, 1, "those that begin so");
            assert_eq!(sweep::expired(tx, T0.plus_s(120), 10)?, 0);
            assert_eq!(sweep::expired(tx, T0.plus_s(121), 10)?, 1);
            Ok(())
        })
        .await;
    }

    async fn wrong_passwords_count_until_a_name_is_blocked_and_are_forgotten(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        // The third blocks: of many at once no more are judged.
        let judged = takers(&store, move |tx| {
            let name = (realm, &[7; 32]);
            let Some(failures) = login_failures::count(tx, name, T0, "203.0.113.7")? else { return Ok(false) };
            let until = if failures >= 3 { T0.plus_s(60) } else { T0 };
            login_failures::block(tx, name, until, T0.plus_s(600))?;
            Ok(true)
        });
        assert_eq!(judged.await, 3);
        write(&store, move |tx| {
            let name = (realm, &[7; 32]);
            let found = login_failures::find(tx, name, T0)?.expect("failures");
            assert_eq!((found.count, found.failed_at, found.blocked_until), (3, T0, T0.plus_s(60)));
            assert_eq!(found.failed_from, "203.0.113.7");
            assert_eq!(login_failures::count(tx, (realm, &[8; 32]), T0, "")?, Some(1), "another name");
            assert_eq!(login_failures::count(tx, name, T0.plus_s(60), "")?, Some(4), "the wait is over");
            login_failures::give_back(tx, name)?;
            assert_eq!(login_failures::count(tx, name, T0.plus_s(60), "")?, Some(4), "one was never judged");
            assert_eq!(login_failures::find(tx, name, T0.plus_s(600))?, None);
            assert_eq!(login_failures::count(tx, name, T0.plus_s(600), "")?, Some(1), "forgotten");
            assert!(login_failures::forget(tx, name)?);
            assert!(!login_failures::forget(tx, name)?);
            assert_eq!(login_failures::forget_all_but(tx, realm, &[[8; 32]])?, 0, "kept");
            assert_eq!(login_failures::forget_all_but(tx, RealmId(id()), &[])?, 0, "another realm's");
            assert_eq!(login_failures::forget_all_but(tx, realm, &[])?, 1);
            login_failures::count(tx, name, T0, "")?;
            login_failures::block(tx, name, T0, T0.plus_s(600))?;
            assert_eq!(sweep::expired(tx, T0.plus_s(600), 10)?, 0);
            assert_eq!(sweep::expired(tx, T0.plus_s(601), 10)?, 1);
            Ok(())
        })
        .await;
    }

    async fn an_assertion_and_a_proof_are_good_once(database: Database) {
        let store = database.open().await;
        let end = T0.plus_s(60);
        assert_eq!(takers(&store, move |tx| used_assertions::take(tx, &[1; 32], end)).await, 1);
        assert_eq!(takers(&store, move |tx| dpop_proofs::spend(tx, &[1; 32], end)).await, 1);
        write(&store, move |tx| {
            assert!(used_assertions::take(tx, &[2; 32], T0.plus_s(90))?, "another one");
            assert!(dpop_proofs::spend(tx, &[2; 32], T0.plus_s(90))?);
            assert_eq!(sweep::expired(tx, end, 10)?, 0);
            assert_eq!(sweep::expired(tx, T0.plus_s(61), 10)?, 2, "those that nobody would take any more");
            assert!(!used_assertions::take(tx, &[2; 32], end)?);
            Ok(())
        })
        .await;
    }

    async fn a_registration_belongs_to_its_client_and_goes_with_it(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let (realm, client) = (world.realm.id, world.client.id);
            registrations::insert(tx, realm, client, &[4; 32], T0)?;
            assert_eq!(registrations::find(tx, client)?, Some(([4; 32], T0)));
            assert_eq!(registrations::count(tx, realm)?, 1);
            perennial_storage::clients::delete(tx, realm, client)?;
            assert_eq!((registrations::find(tx, client)?, registrations::count(tx, realm)?), (None, 0));
            Ok(())
        })
        .await;
    }

    async fn an_initial_access_token_lets_in_as_many_as_it_says(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        let access = InitialAccess {
            id: InitialAccessId(id()),
            created_at: T0,
            expires_at: Some(T0.plus_s(60)),
            count: 3,
            remaining: 3,
        };
        let own = access.clone();
        write(&store, move |tx| registrations::insert_access(tx, realm, &own, &[5; 32])).await;
        assert_eq!(takers(&store, move |tx| registrations::take_access(tx, realm, &[5; 32], T0)).await, 3);
        write(&store, move |tx| {
            let used = InitialAccess { remaining: 0, ..access.clone() };
            assert_eq!(registrations::list_access(tx, realm, 10)?, [used]);
            let late = InitialAccess { id: InitialAccessId(id()), ..access };
            registrations::insert_access(tx, realm, &late, &[6; 32])?;
            assert!(!registrations::take_access(tx, realm, &[6; 32], T0.plus_s(60))?, "too late");
            assert!(!registrations::take_access(tx, RealmId(id()), &[6; 32], T0)?, "another realm's");
            assert!(registrations::delete_access(tx, realm, late.id)?);
            assert!(!registrations::delete_access(tx, realm, late.id)?);
            assert!(!registrations::take_access(tx, realm, &[6; 32], T0)?);
            Ok(())
        })
        .await;
    }

    async fn of_waiting_requests_the_oldest_that_nobody_signed_in_for_are_surplus(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let mut all: Vec<RequestId> = Vec::new();
            for _ in 0..6 {
                let pending = world.pending_request();
                all.push(pending.id);
                requests::insert(tx, &pending)?;
            }
            requests::mark_signed_in(tx, all[0], UserSessionId(id()))?;
            let realm = world.realm.id;
            assert!(!requests::has_surplus(tx, realm, 5)?);
            assert!(requests::has_surplus(tx, realm, 2)?);
            assert!(!requests::has_surplus(tx, RealmId(id()), 0)?);
            assert_eq!(requests::delete_surplus(tx, realm, 2, 2)?, 2, "in batches");
            assert_eq!(requests::delete_surplus(tx, realm, 2, 2)?, 1);
            assert_eq!(requests::delete_surplus(tx, realm, 2, 2)?, 0);
            let mut left = Vec::new();
            for (at, id) in all.iter().enumerate() {
                if requests::find(tx, *id)?.is_some() {
                    left.push(at);
                }
            }
            assert_eq!(left, [0, 4, 5]);
            Ok(())
        })
        .await;
    }

    async fn of_what_was_pushed_and_of_waiting_devices_the_oldest_of_the_realm_are_surplus(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let (realm, elsewhere) = (world.realm.id, RealmId(id()));
            let mut all = Vec::new();
            for n in 0_u8..5 {
                let params = vec![("state".to_owned(), n.to_string())];
                let (client, expires_at) = (world.client.id, T0.plus_s(60 + i64::from(n)));
                let new = PushedRequest { realm, client, reference_hash: &[n; 32], params: &params, expires_at };
                pushed_requests::insert(tx, &new)?;
                let own = Device { id: DeviceId(id()), ..device(&world) };
                assert!(devices::insert(tx, &own, CodeHashes { device: [n; 32], user: [n; 32] })?);
                all.push(own.id);
            }
            assert!(devices::deny(tx, all[0], T0)?, "who was answered does not wait");
            assert!(!pushed_requests::has_surplus(tx, realm, 5)? && pushed_requests::has_surplus(tx, realm, 4)?);
            assert!(!devices::has_surplus(tx, realm, 4)? && devices::has_surplus(tx, realm, 3)?);
            assert!(!pushed_requests::has_surplus(tx, elsewhere, 0)? && !devices::has_surplus(tx, elsewhere, 0)?);
            let removed = [3, 3].map(|keep| pushed_requests::delete_surplus(tx, realm, keep, 500));
            assert_eq!(removed.map(Result::unwrap), [2, 0]);
            let removed = [2, 2, 2].map(|keep| devices::delete_surplus(tx, realm, keep, 1));
            assert_eq!(removed.map(Result::unwrap), [1, 1, 0], "in batches");
            for n in 0_u8..5 {
                let taken = pushed_requests::take(tx, realm, world.client.id, &[n; 32], T0)?;
                assert_eq!(taken.is_some(), n >= 2, "request {n}");
                let found = devices::find(tx, all[usize::from(n)])?;
                assert_eq!(found.is_some(), n == 0 || n >= 3, "device {n}");
            }
            Ok(())
        })
        .await;
    }

    async fn webhooks_are_part_of_their_realm(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        write(&store, move |tx| {
            let settings = WebhookSettings { url: "https://a.example/".into(), enabled: true, ..WebhookSettings::default() };
            let mut own = Webhook { id: WebhookId(id()), settings, sealed_secret: vec![1, 2], created_at: T0 };
            let before = realms::current_stamp(tx, realm)?;
            webhooks::insert(tx, realm, &own)?;
            assert_ne!(realms::current_stamp(tx, realm)?, before, "nodes reload");
            assert_eq!(webhooks::list(tx, realm)?, [own.clone()]);
            own.settings.enabled = false;
            own.sealed_secret = vec![3];
            assert!(webhooks::update(tx, realm, &own)?);
            assert_eq!(webhooks::find(tx, realm, own.id)?, Some(own.clone()));
            assert_eq!(webhooks::find(tx, RealmId(id()), own.id)?, None, "of another realm");
            assert!(!webhooks::delete(tx, RealmId(id()), own.id)?);
            let stands = realms::current_stamp(tx, realm)?;
            assert!(webhooks::delete(tx, realm, own.id)?);
            assert_ne!(realms::current_stamp(tx, realm)?, stands);
            assert!(!webhooks::update(tx, realm, &own)?);
            Ok(())
        })
        .await;
    }
}
