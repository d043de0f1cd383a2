//! The walk over a store with sessions of every fate: it removes what has ended, by whichever limit, and nothing else.

use std::path::Path;
use std::sync::Arc;

use perennial_crypto::{Entropy, MasterKey, PasswordCost, Passwords};
use perennial_domain::grant::{Grant, GrantType, Offline, Place};
use perennial_domain::resource::{Resource, ResourceSettings};
use perennial_domain::rotation::TokenFamily;
use perennial_domain::token_policy::ResourceTokenPolicy;
use perennial_domain::{ResourceId, Timestamp, UserId};
use perennial_flows::bootstrap;
use perennial_flows::passwords::PasswordPool;
use perennial_flows::site::SiteParts;
use perennial_protocol::ScopeSet;
use perennial_storage::grants::GrantFilter;
use perennial_storage::{Store, StoreOptions, resources, users};

use super::*;

const DAY_S: i64 = 86_400;
const MAIL: &str = "https://mail.example/api";

async fn demo(directory: &Path) -> Site {
    let url = format!("sqlite:{}", directory.join("perennial.db").display());
    let store = Store::open(StoreOptions::new(url)).await.expect("a store");
    store.migrate().await.expect("migrated");
    let site = Site::new(SiteParts {
        store,
        master: Arc::new(MasterKey::from_bytes([7; 32])),
        entropy: Entropy::seeded(1),
        passwords: PasswordPool::new(Passwords::new(PasswordCost::CHEAPEST).expect("a cost"), 1),
        base_url: "http://localhost".into(),
        audit: Box::new(|_| ()),
    });
    bootstrap::ensure_demo(&site).await.expect("the demo realm");
    site
}

/// A session of alice with nightly-backup that began and was used last so many days ago.
fn session(site: &Site, realm: &LoadedRealm, user: UserId, now: Timestamp, days_ago: i64) -> Grant {
    let at = now.minus_s(days_ago * DAY_S);
    let place = Place::new("192.0.2.1", "curl");
    Grant {
        id: GrantId(site.entropy.uuid_v7(at.as_ms())),
        realm_id: realm.model.realm.id,
        client_id: realm.model.find_client("nightly-backup").expect("the client").id,
        user_id: user,
        standing: Standing::Offline(Offline::default()),
        scope: ScopeSet::lenient("openid offline_access"),
        withdrawn: ScopeSet::default(),
        resources: Vec::new(),
        grant_type: GrantType::AuthorizationCode,
        began_from: place.clone(),
        started_at: at,
        auth_at: at,
        last_used_at: at,
        last_used_from: place,
        family: TokenFamily {
            generation: 0,
            stamped_at: at,
            proven: false,
            replays: 0,
            foreign_run: 0,
            foreign_generation: 0,
            key_id: realm.refresh.active().kid().to_owned(),
            held_key_id: None,
        },
        access_epoch: 0,
        sender_key: None,
    }
}

/// More than two batches that have ended, and a few that live by one limit or another.
fn population(site: &Site, realm: &LoadedRealm, user: UserId, now: Timestamp) -> (Vec<Grant>, Vec<GrantId>) {
    let of = |days_ago| session(site, realm, user, now, days_ago);
    let for_mail = |days_ago| Grant { resources: vec![MAIL.into()], ..of(days_ago) };
    let chosen = |ends_at: Timestamp| Grant {
        standing: Standing::Offline(Offline { chosen_end_at: Some(ends_at), ..Offline::default() }),
        ..of(1)
    };
    let orphan =
        Grant { standing: Standing::Online { session: Some(perennial_domain::UserSessionId(of(0).id.0)) }, ..of(0) };
    let mut all: Vec<Grant> = (0..1_100).map(|_| of(30)).collect();
    all.extend([for_mail(90), chosen(now), orphan]);
    let alive = [of(29), of(0), for_mail(89), chosen(now.plus_s(DAY_S))];
    let ids = alive.iter().map(|grant| grant.id).collect();
    all.extend(alive);
    (all, ids)
}

#[actix_web::test]
async fn what_has_ended_is_removed_and_nothing_else() {
    let directory = tempfile::tempdir().expect("a directory");
    let site = demo(directory.path()).await;
    let mail = Resource {
        id: ResourceId(site.entropy.uuid_v7(1)),
        uri: MAIL.into(),
        settings: ResourceSettings {
            token_policy: ResourceTokenPolicy { offline_idle_s: Some(90 * DAY_S), ..Default::default() },
            ..Default::default()
        },
    };
    let find = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        resources::insert(tx, realm.model.realm.id, &mail)?;
        let alice = users::find_by_username(tx, realm.model.realm.id, "alice")?.expect("alice");
        Ok((alice.id, tx.now()?))
    };
    let ((alice, now), _) = site.write("demo", find).await.expect("alice is there");
    let realm = site.realm("demo").await.expect("the realm");
    let (all, alive) = population(&site, &realm, alice, now);
    let insert = move |tx: &mut Tx<'_>| all.iter().try_for_each(|grant| Ok(grants::insert(tx, grant)?));
    site.store.write::<_, FlowError, _>(insert).await.expect("inserted");
    let (_stop, stopped) = watch::channel(false);
    assert_eq!(in_turn(&site, Turn::Due, &stopped).await.expect("a walk"), 1_103);
    let filter = GrantFilter { offline: None, ..GrantFilter::offline_of(realm.model.realm.id) };
    let left = move |tx: &mut Tx<'_>| Ok::<_, FlowError>(grants::list(tx, &filter, None, 99)?.0.len());
    assert_eq!(site.store.read(left).await.expect("a list"), 4);
    for id in alive {
        let found = site.store.read(move |tx| Ok::<_, FlowError>(grants::find(tx, id)?)).await.expect("a look");
        assert!(found.is_some(), "one that lives is gone");
    }
    assert_eq!(in_turn(&site, Turn::Now, &stopped).await.expect("another walk"), 0);
}

#[actix_web::test]
async fn what_a_deleted_realm_left_behind_is_removed_and_nothing_else() {
    let directory = tempfile::tempdir().expect("a directory");
    let site = demo(directory.path()).await;
    let find = |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let alice = users::find_by_username(tx, realm.model.realm.id, "alice")?.expect("alice");
        Ok((alice.id, tx.now()?))
    };
    let ((alice, now), realm) = site.write("demo", find).await.expect("alice is there");
    let kept = session(&site, &realm, alice, now, 0);
    let id = || site.entropy.uuid_v7(now.as_ms());
    let (gone, big, small) = (RealmId(id()), ClientId(id()), ClientId(id()));
    let orphan = |client_id| {
        let user_id = UserId(id());
        Grant { realm_id: gone, client_id, user_id, ..session(&site, &realm, alice, now, 0) }
    };
    // More than one batch of one client, and as many as fit of another.
    let mut all: Vec<Grant> = (0..600).map(|_| orphan(big)).chain((0..3).map(|_| orphan(small))).collect();
    let kept_id = kept.id;
    all.push(kept);
    let insert = move |tx: &mut Tx<'_>| all.iter().try_for_each(|grant| Ok(grants::insert(tx, grant)?));
    site.store.write::<_, FlowError, _>(insert).await.expect("inserted");
    let (_stop, stopped) = watch::channel(false);
    assert_eq!(
        in_turn(&site, Turn::Due, &stopped).await.expect("a sweep"),
        603,
        "the walk alone sees none without a user"
    );
    assert_eq!(remove_orphans(&site, &stopped).await.expect("another sweep"), 0);
    let there = realm.model.find_client("nightly-backup").expect("a client").id;
    let left = move |tx: &mut Tx<'_>| realm_life::delete_left(tx, there, BATCH);
    assert_eq!(site.store.write(left).await.expect("a batch"), 0, "the client is there, again or still");
    let found = site.store.read(move |tx| Ok::<_, FlowError>(grants::find(tx, kept_id)?)).await.expect("a look");
    assert!(found.is_some(), "one of a realm that is there is gone");
}

#[actix_web::test]
async fn a_walk_rests_while_another_node_is_at_it_and_goes_on_where_that_one_stopped() {
    let directory = tempfile::tempdir().expect("a directory");
    let site = demo(directory.path()).await;
    let find = |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let alice = users::find_by_username(tx, realm.model.realm.id, "alice")?.expect("alice");
        Ok((alice.id, tx.now()?))
    };
    let ((alice, now), realm) = site.write("demo", find).await.expect("alice is there");
    let ended = [90, 80].map(|days_ago| session(&site, &realm, alice, now, days_ago));
    let passed = ended[0].id;
    let insert = move |tx: &mut Tx<'_>| ended.iter().try_for_each(|grant| Ok(grants::insert(tx, grant)?));
    site.store.write::<_, FlowError, _>(insert).await.expect("inserted");
    let (_stop, stopped) = watch::channel(false);
    let other = move |tx: &mut Tx<'_>| {
        let taken = walks::take(tx, walks::GRANTS, false, now, now.plus_s(MOST_S))?.expect("it is due");
        Ok::<_, FlowError>(walks::go_on(tx, taken, now, MOST_S, Some(passed.0))?.expect("nobody took it"))
    };
    let taken = site.store.write(other).await.expect("taken");
    assert_eq!(in_turn(&site, Turn::Due, &stopped).await.expect("no walk"), 0, "another node is at it");
    keep(&site, taken, 0, Some(passed)).await.expect("left").expect("nobody took it");
    assert_eq!(in_turn(&site, Turn::Due, &stopped).await.expect("the rest of the walk"), 1);
    assert_eq!(in_turn(&site, Turn::Due, &stopped).await.expect("no walk"), 0, "it rests for an hour");
    assert_eq!(in_turn(&site, Turn::Now, &stopped).await.expect("a walk"), 1, "from the beginning");
}
