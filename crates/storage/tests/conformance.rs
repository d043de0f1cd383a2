//! Every query, on both databases: realms with their parts, users, sessions, consents, codes, requests.

mod support;

use std::collections::BTreeSet;

use perennial_domain::keys::{KeyPurpose, KeyState, SealedKey};
use perennial_domain::lifetime::Floors;
use perennial_domain::role::Role;
use perennial_domain::{GrantId, RealmId, RoleId, UserSessionId};
use perennial_protocol::ScopeSet;
use perennial_storage::console_sessions::{ConsoleKind, ConsoleSession};
use perennial_storage::{
    StorageError, clients, codes, consents, console_sessions, denied_tokens, keys, realms, requests, roles, scopes,
    sweep, user_sessions, users,
};
use support::samples::{self, T0, World, id, read, write};

on_both_databases! {
    async fn a_realms_model_holds_all_of_its_parts(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let key = SealedKey {
            kid: "k1".into(),
            purpose: KeyPurpose::Sign,
            algorithm: "RS256".into(),
            state: KeyState::Active,
            sealed: vec![0, 255],
            created_at: T0,
            retires_at: None,
        };
        let composite = Role {
            id: RoleId(id()),
            name: "default-roles-demo".into(),
            client_id: None,
            description: None,
            composites: BTreeSet::from([world.role.id]),
        };
        let of_client = Role { id: RoleId(id()), client_id: Some(world.client.id), ..world.role.clone() };
        let (realm, new_key, new_roles) = (world.realm.id, key.clone(), [composite.clone(), of_client.clone()]);
        write(&store, move |tx| {
            keys::insert(tx, realm, &new_key)?;
            new_roles.iter().try_for_each(|role| roles::insert(tx, realm, role))
        })
        .await;
        let model = read(&store, |tx| realms::load_model(tx, "demo")).await.expect("it is there");
        assert_eq!(model.realm, world.realm);
        assert_eq!(model.keys, [key]);
        assert_eq!(model.find_client("nightly-backup"), Some(&world.client));
        assert_eq!(model.scopes[&world.scope.id], world.scope);
        assert_eq!(model.find_realm_role("default-roles-demo"), Some(&composite));
        assert_eq!(model.find_client_role(world.client.id, "offline_access"), Some(&of_client));
        assert_eq!(read(&store, move |tx| realms::current_stamp(tx, realm)).await, Some(model.stamp));
        assert!(read(&store, |tx| realms::load_model(tx, "other")).await.is_none());
    }

    async fn every_change_of_a_realm_renews_its_stamp(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        let stamps = write(&store, move |tx| {
            let stamp = |tx: &mut perennial_storage::Tx<'_>| Ok::<_, StorageError>(realms::current_stamp(tx, realm)?.expect("there"));
            let mut stamps = vec![stamp(tx)?];
            assert!(realms::update(tx, &world.realm, stamps[0])?);
            stamps.push(stamp(tx)?);
            assert!(!realms::update(tx, &world.realm, stamps[0])?, "somebody else was faster");
            assert!(clients::update(tx, realm, &world.client)?);
            stamps.push(stamp(tx)?);
            assert!(scopes::update(tx, realm, &world.scope)?);
            stamps.push(stamp(tx)?);
            roles::include(tx, realm, world.role.id, world.role.id)?;
            stamps.push(stamp(tx)?);
            realms::raise_floors(tx, realm, Floors::default())?;
            stamps.push(stamp(tx)?);
            assert!(scopes::delete(tx, realm, world.scope.id)?);
            stamps.push(stamp(tx)?);
            assert!(clients::delete(tx, realm, world.client.id)?);
            stamps.push(stamp(tx)?);
            assert!(roles::delete(tx, realm, world.role.id)?);
            stamps.push(stamp(tx)?);
            Ok(stamps)
        })
        .await;
        assert_eq!(stamps.iter().collect::<BTreeSet<_>>().len(), stamps.len());
    }

    async fn floors_rise_and_never_fall(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let high = Floors { ended_if_used_before_at: T0, ..Floors::default() };
        let low = Floors { ended_if_used_before_at: T0.minus_s(1), ended_if_started_before_at: T0, ..Floors::default() };
        let (realm, client, user) = (world.realm.id, world.client.id, world.user.id);
        write(&store, move |tx| {
            for floors in [high, low] {
                realms::raise_floors(tx, realm, floors)?;
                clients::raise_floors(tx, realm, client, floors)?;
                users::raise_floors(tx, user, floors)?;
            }
            Ok(())
        })
        .await;
        let model = read(&store, |tx| realms::load_model(tx, "demo")).await.expect("it is there");
        let user = read(&store, move |tx| users::find(tx, realm, user)).await.expect("it is there");
        let highest = Floors { ended_if_used_before_at: T0, ended_if_started_before_at: T0, ..Floors::default() };
        assert_eq!([model.realm.floors, model.clients[&client].floors, user.floors], [highest; 3]);
    }

    async fn a_key_changes_its_state_only_from_the_state_it_is_in(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        write(&store, move |tx| {
            let key = SealedKey {
                kid: "k1".into(),
                purpose: KeyPurpose::Refresh,
                algorithm: "HS256".into(),
                state: KeyState::Active,
                sealed: vec![1],
                created_at: T0,
                retires_at: None,
            };
            keys::insert(tx, realm, &key)?;
            assert!(keys::make_passive(tx, realm, "k1", T0.plus_s(60))?);
            assert!(!keys::make_passive(tx, realm, "k1", T0)?, "it is passive already");
            let stored = keys::list(tx, realm)?.remove(0);
            assert_eq!((stored.state, stored.retires_at), (KeyState::Passive, Some(T0.plus_s(60))));
            assert!(!keys::delete_due(tx, realm, "k1", T0.plus_s(59))?, "it is not due yet");
            assert!(keys::keep_until(tx, realm, "k1", T0.plus_s(120))?);
            assert!(!keys::delete_due(tx, realm, "k1", T0.plus_s(119))?, "it is kept longer");
            assert!(keys::delete_due(tx, realm, "k1", T0.plus_s(120))?);
            assert!(!keys::keep_until(tx, realm, "k1", T0.plus_s(180))?, "it is gone");
            Ok(())
        })
        .await;
    }

    async fn users_are_found_by_name_and_address_without_case_and_in_their_realm_only(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, alice) = (world.realm.id, world.user);
        read(&store, move |tx| {
            assert_eq!(users::find(tx, realm, alice.id)?, Some(alice.clone()));
            assert_eq!(users::find(tx, RealmId(id()), alice.id)?, None);
            assert_eq!(users::find_by_username(tx, realm, "ALICE")?, Some(alice.clone()));
            assert_eq!(users::find_by_email(tx, realm, "Alice@Example.org")?, Some(alice.clone()));
            let by_address = users::find_credentials(tx, realm, "alice@example.ORG")?;
            assert_eq!(by_address, Some((alice.clone(), Some("hash".to_owned()))));
            assert_eq!(users::find_credentials(tx, realm, "bob")?, None);
            assert_eq!(users::role_ids(tx, alice.id)?, [world.role.id]);
            Ok(())
        })
        .await;
    }

    async fn users_are_changed_and_deleted(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, mut alice) = (world.realm.id, world.user.clone());
        write(&store, move |tx| {
            alice.enabled = false;
            alice.last_name = Some("Liddell".into());
            assert!(users::update(tx, realm, &alice)?);
            assert_eq!(users::find(tx, realm, alice.id)?, Some(alice.clone()));
            assert!(users::set_password_hash(tx, alice.id, Some("other"))?);
            assert_eq!(users::find_credentials(tx, realm, "alice")?.expect("there").1.as_deref(), Some("other"));
            users::add_role(tx, alice.id, world.role.id)?;
            assert!(users::remove_role(tx, alice.id, world.role.id)?);
            assert!(!users::remove_role(tx, alice.id, world.role.id)?);
            assert!(users::delete(tx, realm, alice.id)?);
            assert!(!users::delete(tx, realm, alice.id)?);
            Ok(())
        })
        .await;
    }

    async fn users_are_listed_by_name_in_pages_and_found_by_the_start_of_it(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let realm = world.realm.id;
        write(&store, move |tx| {
            ["bob", "Bobby", "carol"].iter().try_for_each(|name| users::insert(tx, realm, &samples::user(name), None))?;
            let page = |tx: &mut perennial_storage::Tx<'_>, (search, after): (Option<&str>, Option<&str>), max| {
                let filter = users::UserFilter { search: search.map(str::to_owned), ..Default::default() };
                let page = users::UserPage { after: after.map(str::to_owned), first: 0, max };
                Ok::<_, StorageError>(users::list(tx, realm, &filter, &page)?.found)
            };
            let names = |users: Vec<perennial_domain::user::User>| users.into_iter().map(|user| user.username).collect::<Vec<_>>();
            assert_eq!(names(page(tx, (None, None), 2)?), ["alice", "bob"]);
            assert_eq!(names(page(tx, (None, Some("bob")), 2)?), ["bobby", "carol"]);
            assert_eq!(names(page(tx, (Some("BOB"), None), 9)?), ["bob", "bobby"]);
            assert_eq!(users::count(tx, realm)?, 4);
            Ok(())
        })
        .await;
    }

    async fn a_service_account_is_found_by_its_client(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            assert_eq!(users::find_service_account(tx, world.client.id)?, None);
            let mut account = samples::user("service-account-nightly-backup");
            account.service_account_of = Some(world.client.id);
            users::insert(tx, world.realm.id, &account, None)?;
            assert_eq!(users::find_service_account(tx, world.client.id)?, Some(account));
            Ok(())
        })
        .await;
    }

    async fn a_user_session_is_touched_reauthenticated_and_ended(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let session = world.session();
        write(&store, move |tx| {
            user_sessions::insert(tx, &session, Some(&[1; 32]))?;
            assert_eq!(user_sessions::find(tx, session.id)?, Some(session.clone()));
            assert_eq!(user_sessions::find_with_secret(tx, session.id)?, Some((session.clone(), Some([1; 32]))));
            assert!(user_sessions::touch(tx, session.id, T0.plus_s(5))?);
            assert!(!user_sessions::touch(tx, session.id, T0)?, "a use is never taken back");
            assert!(user_sessions::reauthenticate(tx, session.id, T0.plus_s(9), &[2; 32])?);
            let (now, hash) = user_sessions::find_with_secret(tx, session.id)?.expect("it lives");
            assert_eq!((now.auth_at, now.last_used_at, hash), (T0.plus_s(9), T0.plus_s(9), Some([2; 32])));
            assert_eq!(user_sessions::list_after(tx, None, 9)?, [now]);
            assert_eq!(user_sessions::list_after(tx, Some(session.id), 9)?, []);
            let all = user_sessions::SessionsOf::User(session.user_id);
            let found = user_sessions::list_started_before(tx, all, session.started_at.plus_s(1), 9)?;
            assert_eq!(found, [(session.id, session.user_id)]);
            assert!(user_sessions::delete(tx, session.id)?);
            assert!(!user_sessions::delete(tx, session.id)?);
            user_sessions::insert(tx, &session, None)?;
            assert_eq!(user_sessions::find_with_secret(tx, session.id)?.expect("it lives").1, None);
            Ok(())
        })
        .await;
    }

    async fn a_consent_is_saved_over_the_one_before_and_keeps_its_beginning(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let first = world.consent();
        write(&store, move |tx| {
            consents::save(tx, &first)?;
            let mut second = first.clone();
            second.scope = ScopeSet::lenient("openid");
            second.chosen_end_s = None;
            second.created_at = T0.plus_s(60);
            second.updated_at = T0.plus_s(60);
            consents::save(tx, &second)?;
            second.created_at = T0;
            assert_eq!(consents::find(tx, first.user_id, first.client_id)?, Some(second.clone()));
            assert_eq!(consents::list_of_user(tx, first.user_id)?, [second.clone()]);
            assert!(!consents::narrow(tx, &first, &ScopeSet::default(), T0)?, "it changed in between");
            assert!(consents::narrow(tx, &second, &ScopeSet::default(), T0)?);
            assert!(consents::delete(tx, first.user_id, first.client_id)?);
            assert!(!consents::delete(tx, first.user_id, first.client_id)?);
            Ok(())
        })
        .await;
    }

    async fn a_code_is_found_also_after_it_was_redeemed(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let code = world.code();
        write(&store, move |tx| {
            codes::insert(tx, &code)?;
            assert_eq!(codes::find(tx, code.realm_id, &code.code_hash)?, Some(code.clone()));
            assert_eq!(codes::find(tx, RealmId(id()), &code.code_hash)?, None);
            assert!(codes::redeem(tx, &code.code_hash, T0.plus_s(3))?);
            assert!(!codes::redeem(tx, &code.code_hash, T0.plus_s(4))?);
            let redeemed = codes::find(tx, code.realm_id, &code.code_hash)?.expect("there");
            assert_eq!(redeemed.redeemed_at, Some(T0.plus_s(3)));
            Ok(())
        })
        .await;
    }

    async fn a_request_remembers_who_signed_in_for_it(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let mut pending = world.pending_request();
        write(&store, move |tx| {
            requests::insert(tx, &pending)?;
            assert_eq!(requests::find(tx, pending.id)?, Some(pending.clone()));
            let session = UserSessionId(id());
            assert!(requests::mark_signed_in(tx, pending.id, session)?);
            pending.signed_in_as = Some(session);
            assert_eq!(requests::find(tx, pending.id)?, Some(pending.clone()));
            assert!(requests::delete(tx, pending.id)?);
            assert!(!requests::mark_signed_in(tx, pending.id, session)?);
            Ok(())
        })
        .await;
    }

    async fn a_denied_token_stays_denied_until_it_would_have_ended(database: Database) {
        let store = database.open().await;
        write(&store, |tx| {
            assert!(!denied_tokens::contains(tx, "a")?);
            denied_tokens::insert(tx, "a", T0)?;
            denied_tokens::insert(tx, "a", T0)?;
            assert!(denied_tokens::contains(tx, "a")?);
            assert_eq!(sweep::expired(tx, T0, 10)?, 0);
            assert_eq!(sweep::expired(tx, T0.plus_s(1), 10)?, 1);
            assert!(!denied_tokens::contains(tx, "a")?);
            Ok(())
        })
        .await;
    }

    async fn the_sweep_removes_what_has_expired_in_batches(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            for _ in 0..5 {
                requests::insert(tx, &world.pending_request())?;
            }
            codes::insert(tx, &world.code())?;
            let later = T0.plus_s(7_200);
            assert_eq!(sweep::expired(tx, T0, 3)?, 0);
            assert_eq!(sweep::expired(tx, later, 3)?, 3);
            assert_eq!(sweep::expired(tx, later, 3)?, 2);
            assert!(codes::find(tx, world.realm.id, &[7; 32])?.is_some(), "kept a day for late replays");
            assert_eq!(sweep::expired(tx, T0.plus_s(100_000), 3)?, 1);
            Ok(())
        })
        .await;
    }

    async fn a_console_session_lives_until_it_is_ended_or_unused(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let session = ConsoleSession {
            secret_hash: [4; 32],
            kind: ConsoleKind::Account,
            realm_id: world.realm.id,
            user_id: world.user.id,
            grant_id: GrantId(id()),
            created_at: T0,
            last_used_at: T0,
        };
        write(&store, move |tx| {
            console_sessions::insert(tx, &session)?;
            assert_eq!(console_sessions::find(tx, &[4; 32])?, Some(session.clone()));
            assert!(console_sessions::touch(tx, &[4; 32], T0.plus_s(9))?);
            assert_eq!(sweep::console_sessions(tx, T0.plus_s(9), 10)?, 0);
            assert_eq!(sweep::console_sessions(tx, T0.plus_s(10), 10)?, 1);
            assert!(!console_sessions::delete(tx, &[4; 32])?);
            Ok(())
        })
        .await;
    }

    async fn deleting_a_realm_takes_its_parts_along(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            consents::save(tx, &world.consent())?;
            assert!(realms::delete(tx, world.realm.id)?);
            assert_eq!(users::find(tx, world.realm.id, world.user.id)?, None);
            assert_eq!(consents::find(tx, world.user.id, world.client.id)?, None);
            assert_eq!(realms::find_by_name(tx, "demo")?, None);
            Ok(())
        })
        .await;
    }
}
