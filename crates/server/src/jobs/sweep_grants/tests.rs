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
fn session(site: &Site, (realm, user): (&LoadedRealm, UserId), (now, days_ago): (Timestamp, i64)) -> Grant {
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
fn population(site: &Site, owner: (&LoadedRealm, UserId), now: Timestamp) -> (Vec<Grant>, Vec<GrantId>) {
    let of = |days_ago| session(site, owner, (now, days_ago));
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
    let (all, alive) = population(&site, (&realm, alice), now);
    let insert = move |tx: &mut Tx<'_>| all.iter().try_for_each(|grant| Ok(grants::insert(tx, grant)?));
    site.store.write::<_, FlowError, _>(insert).await.expect("inserted");
    let (_stop, stopped) = watch::channel(false);
    assert_eq!(walk(&site, &stopped).await.expect("a walk"), 1_103);
    let filter = GrantFilter { offline: None, ..GrantFilter::offline_of(realm.model.realm.id) };
    let left = site.store.read(move |tx| Ok::<_, FlowError>(grants::count(tx, &filter)?)).await.expect("a count");
    assert_eq!(left, 4);
    for id in alive {
        let found = site.store.read(move |tx| Ok::<_, FlowError>(grants::find(tx, id)?)).await.expect("a look");
        assert!(found.is_some(), "one that lives is gone");
    }
    assert_eq!(walk(&site, &stopped).await.expect("another walk"), 0);
}
