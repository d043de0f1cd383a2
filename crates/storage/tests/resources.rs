//! Protected resources, the policy classes that they make, and DPoP's keys and proofs, on both databases.

mod support;

use perennial_domain::lifetime::Floors;
use perennial_domain::resource::{Resource, ResourceSettings};
use perennial_domain::session_filter::SessionFilter;
use perennial_domain::{GrantId, ResourceId, Timestamp};
use perennial_storage::policy_classes::{self, PolicyClass};
use perennial_storage::{StorageError, dpop_proofs, grants, realms, resources, sweep};
use support::samples::{T0, World, id, read, write};

const MAIL: &str = "https://mail.example/api";

fn mail() -> Resource {
    Resource { id: ResourceId(id()), uri: MAIL.into(), settings: ResourceSettings::default() }
}

on_both_databases! {
    async fn every_change_of_a_resource_renews_the_realms_stamp(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, resource) = (world.realm.id, mail());
        let changed = ResourceSettings { name: Some("Mail".into()), ..ResourceSettings::default() };
        let stored = Resource { settings: changed.clone(), ..resource.clone() };
        let id = resource.id;
        let stamps = write(&store, move |tx| {
            let mut stamps = vec![realms::current_stamp(tx, realm)?];
            resources::insert(tx, realm, &resource)?;
            stamps.push(realms::current_stamp(tx, realm)?);
            assert!(resources::update(tx, realm, id, &changed)?);
            stamps.push(realms::current_stamp(tx, realm)?);
            Ok(stamps)
        })
        .await;
        let model = read(&store, |tx| realms::load_model(tx, "demo")).await.expect("it is there");
        assert_eq!(model.resources[MAIL], stored);
        let last = write(&store, move |tx| {
            assert!(resources::delete(tx, realm, id)?);
            assert!(!resources::delete(tx, realm, id)?);
            assert!(!resources::update(tx, realm, id, &ResourceSettings::default())?);
            realms::current_stamp(tx, realm)
        })
        .await;
        let all: std::collections::BTreeSet<_> = stamps.into_iter().chain([last]).collect();
        assert_eq!(all.len(), 4);
    }

    async fn a_second_resource_of_one_uri_is_a_conflict(database: Database) {
        let store = database.open().await;
        let realm = World::create(&store).await.realm.id;
        write(&store, move |tx| resources::insert(tx, realm, &mail())).await;
        let again = store.write::<_, StorageError, _>(move |tx| resources::insert(tx, realm, &mail())).await;
        assert!(matches!(again, Err(StorageError::Conflict(_))), "{again:?}");
    }

    async fn floors_of_a_class_only_rise_and_end_no_other(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (realm, client) = (world.realm.id, world.client.id);
        let class = PolicyClass { client, resources: vec![MAIL.into(), "urn:x".into()] };
        let floors = |used_s, started_s| Floors {
            ended_if_used_before_at: Timestamp::from_s(used_s),
            ended_if_started_before_at: Timestamp::from_s(started_s),
            ..Floors::default()
        };
        let registered = class.clone();
        let listed = write(&store, move |tx| {
            policy_classes::register(tx, realm, &registered)?;
            policy_classes::register(tx, realm, &registered)?;
            policy_classes::raise_floors(tx, realm, &[(registered.clone(), floors(10, 20))])?;
            policy_classes::raise_floors(tx, realm, &[(registered, floors(5, 30))])?;
            policy_classes::raise_floors(tx, realm, &[(PolicyClass::plain(client), floors(1, 0))])?;
            policy_classes::list_of_client(tx, client)
        })
        .await;
        assert_eq!(listed, std::slice::from_ref(&class));
        let model = read(&store, |tx| realms::load_model(tx, "demo")).await.expect("it is there");
        assert_eq!(model.class_floors_of(client, &class.resources), floors(10, 30));
        assert_eq!(model.class_floors_of(client, &[]), floors(1, 0));
        assert_eq!(model.class_floors_of(client, &[MAIL.into()]), Floors::default());
    }

    async fn sessions_are_counted_by_their_class(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let (client, plain) = (world.client.id, world.offline_grant());
        let of_mail = perennial_domain::grant::Grant { id: GrantId(id()), resources: vec![MAIL.into()], ..plain.clone() };
        write(&store, move |tx| {
            grants::insert(tx, &plain)?;
            grants::insert(tx, &of_mail)
        })
        .await;
        let everything = perennial_domain::lifetime::AliveBounds {
            used_after: Timestamp::default(),
            started_after: Timestamp::default(),
            chosen_end_after: T0,
        };
        for resources in [vec![], vec![MAIL.to_owned()]] {
            let class = PolicyClass { client, resources };
            assert_eq!(read(&store, move |tx| grants::count_admitted(tx, &class, &everything, &SessionFilter::default())).await, 1);
        }
    }

    async fn a_grants_key_is_kept(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        let bound = perennial_domain::grant::Grant { sender_key: Some([7; 32]), ..world.offline_grant() };
        let (id, inserted) = (bound.id, bound.clone());
        write(&store, move |tx| grants::insert(tx, &inserted)).await;
        assert_eq!(read(&store, move |tx| grants::find(tx, id)).await, Some(bound));
    }

    async fn a_proof_is_spent_by_one_of_many_and_swept_after_its_window(database: Database) {
        let store = database.open().await;
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { write(&store, |tx| dpop_proofs::spend(tx, &[3; 32], T0.plus_s(60))).await })
            })
            .collect();
        let mut spent = 0;
        for task in tasks {
            spent += usize::from(task.await.expect("no panic"));
        }
        assert_eq!(spent, 1);
        assert_eq!(write(&store, |tx| sweep::expired(tx, T0.plus_s(60), 10)).await, 0);
        assert_eq!(write(&store, |tx| sweep::expired(tx, T0.plus_s(61), 10)).await, 1);
        assert!(write(&store, |tx| dpop_proofs::spend(tx, &[3; 32], T0.plus_s(120))).await);
    }
}
