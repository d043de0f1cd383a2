//! What counts, lists and ends sessions by the hundred thousand gives what a look at each of them gives.

mod support;

use perennial_domain::{
    ClientId, GrantId, Timestamp, UserId,
    audit::Action,
    grant::{Grant, GrantType, Offline, Place, Standing},
    lifetime,
    rotation::TokenFamily,
    session_filter::SessionFilter,
    token_policy::ClientTokenPolicy,
};
use perennial_flows::{
    LoadedRealm,
    admin::{
        Caller, Permission,
        bulk_revoke::{self, Wish},
        preview::{self, Proposal},
        session_search::{self, Found, Order, Search},
    },
    survey,
};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, bulk, users};
use std::{collections::BTreeSet, sync::Arc};
use support::{DEMO, World};

const DAY_S: i64 = 86_400;
const UNIT: u64 = 5_000;

/// Session `number` of a population whose times are spread over 40 days.
fn session(number: u64, realm: &LoadedRealm, now: Timestamp, client: ClientId, user: UserId) -> Grant {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let age_s = i64::try_from(mixed % 3_456_000).unwrap() + 1;
    let used_s = i64::try_from((mixed >> 20) % 2_592_000).unwrap().min(age_s - 1) + 1;
    let started_at = now.minus_s(age_s);
    let place = Place::new(format!("192.0.2.{}", mixed % 250), "curl");
    Grant {
        id: GrantId(perennial_crypto::Entropy::seeded(number).uuid_v7(started_at.as_ms())),
        realm_id: realm.model.realm.id,
        client_id: client,
        user_id: user,
        standing: Standing::Offline(Offline {
            chosen_end_at: mixed
                .is_multiple_of(5)
                .then(|| now.plus_s(i64::try_from(mixed % 2_000_000).unwrap() - 500_000)),
            ..Offline::default()
        }),
        scope: ScopeSet::lenient("openid offline_access"),
        withdrawn: ScopeSet::default(),
        resources: Vec::new(),
        grant_type: GrantType::Password,
        began_from: place.clone(),
        started_at,
        auth_at: started_at,
        last_used_at: now.minus_s(used_s),
        last_used_from: place,
        family: TokenFamily {
            generation: 0,
            stamped_at: started_at,
            proven: true,
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

/// Two thirds of the sessions are nightly-backup's.
async fn populate(world: &World, count: u64) -> (Vec<Grant>, Arc<LoadedRealm>, Timestamp) {
    let look = |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let user = users::find_by_username(tx, realm.model.realm.id, "alice")?.unwrap().id;
        Ok((tx.now()?, user))
    };
    let ((now, user), realm) = world.site.read(DEMO, look).await.unwrap();
    let clients = ["nightly-backup", "photo-frame"].map(|name| realm.model.find_client(name).unwrap().id);
    let client = |number: u64| clients[usize::from(number % 3 == 2)];
    let all: Vec<Grant> = (0..count).map(|number| session(number, &realm, now, client(number), user)).collect();
    for part in all.chunks(usize::try_from(UNIT).unwrap()) {
        let part = part.to_vec();
        let unit = move |tx: &mut Tx<'_>, _: &LoadedRealm| bulk::insert_grants(tx, &part).map_err(Into::into);
        world.site.write(DEMO, unit).await.unwrap();
    }
    (all, realm, now)
}

async fn caller(world: &World) -> Caller {
    let look = |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let alice = users::find_by_username(tx, realm.model.realm.id, "alice")?.unwrap().id;
        let management = realm.model.find_client("realm-management").unwrap().id;
        let admin = realm.model.find_client_role(management, "realm-admin").unwrap().id;
        Ok(Caller::new(realm, alice, &realm.model.closure([admin])))
    };
    world.site.read(DEMO, look).await.unwrap().0
}

fn ends_at(realm: &LoadedRealm, grant: &Grant, own: Option<&ClientTokenPolicy>) -> Timestamp {
    let client = realm.model.clients.get(&grant.client_id).unwrap();
    let mut changed = client.clone();
    if let Some(own) = own {
        changed.settings.token_policy = own.clone();
    }
    lifetime::end_of(grant, &realm.model.policy_of(&changed), lifetime::Floors::default()).at
}

#[tokio::test]
async fn a_preview_of_many_sessions_counts_as_a_look_at_each_of_them_does() {
    let world = World::create().await;
    let (all, realm, now) = populate(&world, 60_000).await;
    let backup = realm.model.find_client("nightly-backup").unwrap().id;
    let proposed =
        ClientTokenPolicy { offline_idle_s: Some(10 * DAY_S), offline_max_s: Some(25 * DAY_S), ..Default::default() };
    let soon = now.plus_s(7 * DAY_S);
    let own = all.iter().filter(|grant| grant.client_id == backup && ends_at(&realm, grant, None) > now);
    let (mut total, mut ends_now, mut ends_soon) = (0, 0, 0);
    for grant in own {
        let end = ends_at(&realm, grant, Some(&proposed));
        total += 1;
        ends_now += u64::from(end <= now);
        ends_soon += u64::from(end > now && end <= soon);
    }
    assert!(total > 20_000 && ends_now > 1_000 && ends_soon > 1_000, "{total} {ends_now} {ends_soon}");
    let change = Box::new(move |settings: &perennial_domain::client::ClientSettings| {
        perennial_domain::client::ClientSettings { token_policy: proposed.clone(), ..settings.clone() }
    });
    let proposal = Proposal::Client("nightly-backup".into(), change);
    // The clock goes on while it counts: the bounds move by so little that no session of this population lies in between.
    let shares = preview::run(&world.site, &caller(&world).await, DEMO, proposal).await.unwrap();
    assert_eq!(shares.len(), 1);
    let near = |counted: u64, expected: u64| counted.abs_diff(expected) <= 20;
    assert!(near(shares[0].total, total), "{} {total}", shares[0].total);
    assert!(near(shares[0].ends_now, ends_now), "{} {ends_now}", shares[0].ends_now);
    assert!(near(shares[0].ends_soon, ends_soon), "{} {ends_soon}", shares[0].ends_soon);
}

fn search(order: Order, descending: bool) -> Search {
    Search { filter: SessionFilter::default(), order, descending, after: None, first: 0, max: 100 }
}

async fn page(world: &World, wanted: Search) -> Found {
    let caller = caller(world).await;
    session_search::list(&world.site, DEMO, &caller, Permission::ViewUsers, wanted).await.unwrap()
}

#[tokio::test]
async fn orders_that_no_index_holds_are_those_of_a_look_at_every_session() {
    let world = World::create().await;
    let (all, realm, now) = populate(&world, 9_000).await;
    survey::take(&world.site, || false).await.unwrap().unwrap();
    // Ends within the next minutes may come while this runs.
    let mut alive: Vec<&Grant> = all.iter().filter(|grant| ends_at(&realm, grant, None) > now.plus_s(600)).collect();
    for (order, descending) in
        [(Order::LastUse, false), (Order::LastUse, true), (Order::End, false), (Order::End, true)]
    {
        let key = |grant: &Grant| if order == Order::End { ends_at(&realm, grant, None) } else { grant.last_used_at };
        alive.sort_by_key(|grant| (key(grant).as_s(), grant.id));
        let mut expected: Vec<GrantId> = alive.iter().map(|grant| grant.id).collect();
        if descending {
            expected.reverse();
        }
        let known: BTreeSet<GrantId> = expected.iter().copied().collect();
        let mut seen = pages(&world, Search { max: 500, ..search(order, descending) }).await;
        seen.retain(|id| known.contains(id));
        assert_eq!(seen, expected, "{order:?} {descending}");
        let client = Some(realm.model.find_client("nightly-backup").unwrap().id);
        let ip = Some("192.0.2.7".to_owned());
        let fits = |grant: &&&Grant| Some(grant.client_id) == client && Some(&grant.began_from.ip) == ip.as_ref();
        let mut rare: Vec<GrantId> = alive.iter().filter(fits).map(|grant| grant.id).collect();
        if descending {
            rare.reverse();
        }
        assert!(rare.len() > 3);
        let filter = SessionFilter { client, ip: ip.clone(), ..SessionFilter::default() };
        let mut seen = pages(&world, Search { filter, max: 3, ..search(order, descending) }).await;
        seen.retain(|id| known.contains(id));
        assert_eq!(seen, rare, "{order:?} {descending}, filtered");
    }
}

/// All pages of an order of the survey, one after the other.
async fn pages(world: &World, mut wanted: Search) -> Vec<GrantId> {
    let mut seen = Vec::new();
    loop {
        let found = page(world, wanted.clone()).await;
        assert!(found.surveyed_at.is_some(), "more than one request may look at");
        seen.extend(found.sessions.iter().map(|view| view.grant.id));
        match found.next {
            Some(next) => wanted.after = Some(next),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn what_began_after_the_survey_stands_where_it_belongs() {
    let world = World::create().await;
    let (mut all, realm, now) = populate(&world, 9_000).await;
    survey::take(&world.site, || false).await.unwrap().unwrap();
    let young: Vec<Grant> = (0..30)
        .map(|number| {
            let mut grant = all[usize::try_from(number).unwrap()].clone();
            grant.id = GrantId(perennial_crypto::Entropy::seeded(90_000 + number).uuid_v7(now.as_ms() + 1));
            (grant.started_at, grant.last_used_at) = (now, now);
            let chosen_end_at = Some(now.plus_s(DAY_S * (i64::try_from(number).unwrap() + 1)));
            grant.standing = Standing::Offline(Offline { chosen_end_at, ..Offline::default() });
            grant
        })
        .collect();
    let added = young.clone();
    let unit = move |tx: &mut Tx<'_>, _: &LoadedRealm| bulk::insert_grants(tx, &added).map_err(Into::into);
    world.site.write(DEMO, unit).await.unwrap();
    let latest = page(&world, search(Order::LastUse, true)).await;
    let mut ids: Vec<GrantId> = young.iter().map(|grant| grant.id).collect();
    ids.sort_unstable();
    ids.reverse();
    let first: Vec<GrantId> = latest.sessions.iter().take(30).map(|view| view.grant.id).collect();
    assert_eq!(first, ids, "the latest used come first");
    all.extend(young);
    let mut alive: Vec<&Grant> = all.iter().filter(|grant| ends_at(&realm, grant, None) > now.plus_s(600)).collect();
    alive.sort_by_key(|grant| (ends_at(&realm, grant, None).as_s(), grant.id));
    let expected: Vec<GrantId> = alive.iter().map(|grant| grant.id).collect();
    let known: BTreeSet<GrantId> = expected.iter().copied().collect();
    let mut seen = pages(&world, Search { max: 500, ..search(Order::End, false) }).await;
    seen.retain(|id| known.contains(id));
    assert_eq!(seen, expected, "by end, old and young together");
}

#[tokio::test]
async fn until_a_survey_is_there_an_order_of_many_is_refused_rather_than_shown_empty() {
    let world = World::create().await;
    populate(&world, 9_000).await;
    let caller = caller(&world).await;
    let wanted = search(Order::End, false);
    let refused = session_search::list(&world.site, DEMO, &caller, Permission::ViewUsers, wanted).await;
    assert!(matches!(refused, Err(perennial_flows::FlowError::NotYet(_))));
}

#[tokio::test]
async fn pages_by_start_reach_every_session_however_rare_the_match() {
    let world = World::create().await;
    let (all, realm, now) = populate(&world, 9_000).await;
    let wanted_ip = "192.0.2.7";
    let expected: BTreeSet<GrantId> = all
        .iter()
        .filter(|grant| grant.began_from.ip == wanted_ip && ends_at(&realm, grant, None) > now.plus_s(600))
        .map(|grant| grant.id)
        .collect();
    let mut wanted = Search { max: 10, ..search(Order::Start, true) };
    wanted.filter.ip = Some(wanted_ip.into());
    let mut seen = Vec::new();
    loop {
        let found = page(&world, wanted.clone()).await;
        seen.extend(found.sessions.iter().map(|view| view.grant.id));
        match found.next {
            Some(next) => wanted.after = Some(next),
            None => break,
        }
    }
    let distinct: BTreeSet<GrantId> = seen.iter().copied().collect();
    assert_eq!(distinct.len(), seen.len(), "shown twice");
    assert!(distinct.is_superset(&expected) && !expected.is_empty());
}

#[tokio::test]
async fn a_summary_of_more_than_one_request_may_look_at_comes_from_the_survey() {
    let world = World::create().await;
    let (all, realm, now) = populate(&world, 9_000).await;
    let summarise = async |filter: SessionFilter| {
        session_search::summarise(&world.site, DEMO, &caller(&world).await, filter).await.unwrap()
    };
    assert!(!summarise(SessionFilter::default()).await.complete, "nobody has looked at all of them yet");
    survey::take(&world.site, || false).await.unwrap().unwrap();
    let summary = summarise(SessionFilter::default()).await;
    let alive = all.iter().filter(|grant| ends_at(&realm, grant, None) > now).count() as u64;
    assert!(summary.complete && summary.all.total.abs_diff(alive) <= 2, "{} {alive}", summary.all.total);
    assert_eq!(summary.all.by_end.iter().sum::<u64>(), summary.all.total);
    assert_eq!(summary.all.by_last_use.iter().sum::<u64>(), summary.all.total);
    let rare = SessionFilter { ip: Some("192.0.2.7".into()), ..SessionFilter::default() };
    assert!(!summarise(rare).await.complete, "a part must not pass for the whole");
}

#[tokio::test]
async fn a_bulk_ending_ends_every_match_in_small_units_and_says_which_in_the_audit_log() {
    let world = World::create().await;
    let (all, _, now) = populate(&world, 9_000).await;
    let filter = SessionFilter { used_before: Some(now.minus_s(5 * DAY_S)), ..SessionFilter::default() };
    let matching: BTreeSet<GrantId> =
        all.iter().filter(|grant| grant.last_used_at < now.minus_s(5 * DAY_S)).map(|grant| grant.id).collect();
    let caller = caller(&world).await;
    let wish = |dry_run| Wish { filter: filter.clone(), only: Vec::new(), dry_run, all: false };
    let told = bulk_revoke::run(&world.site, DEMO, &caller, wish(true)).await.unwrap();
    assert!(told.total > 1_000 && told.sample.len() == 20);
    assert!(world.audited.lock().unwrap().is_empty(), "a dry run did something");
    let done = bulk_revoke::run(&world.site, DEMO, &caller, wish(false)).await.unwrap();
    assert_eq!(done.total, matching.len() as u64);
    let mut named = BTreeSet::new();
    for line in world.audited.lock().unwrap().iter() {
        let Action::GrantsEnded { grants, .. } = &line.action else { panic!("{line:?}") };
        assert!(grants.len() <= 200, "a unit that holds the writer");
        named.extend(grants.iter().copied());
    }
    assert_eq!(named, matching);
    for grant in all.iter().step_by(97) {
        assert_eq!(world.grant(grant.id).await.is_some(), !matching.contains(&grant.id));
    }
    assert_eq!(bulk_revoke::run(&world.site, DEMO, &caller, wish(false)).await.unwrap().total, 0);
}

#[tokio::test]
async fn a_place_deep_in_a_realm_is_reached_by_the_survey_without_a_walk_to_it() {
    let world = World::create().await;
    let (all, realm, now) = populate(&world, 20_000).await;
    let caller = caller(&world).await;
    survey::take(&world.site, || false).await.unwrap();
    let mut alive: Vec<GrantId> =
        all.iter().filter(|grant| ends_at(&realm, grant, None) > now).map(|grant| grant.id).collect();
    alive.sort_unstable();
    for descending in [false, true] {
        let first = 9_990;
        let search = Search { first, max: 20, descending, ..deep() };
        let found = session_search::list(&world.site, DEMO, &caller, Permission::ViewUsers, search).await.unwrap();
        let expected: Vec<GrantId> = match descending {
            false => alive.iter().skip(first).take(20).copied().collect(),
            true => alive.iter().rev().skip(first).take(20).copied().collect(),
        };
        assert_eq!(found.sessions.iter().map(|view| view.grant.id).collect::<Vec<_>>(), expected, "{descending}");
        assert!(found.surveyed_at.is_some() && found.next.is_some());
    }
}

fn deep() -> Search {
    Search { filter: SessionFilter::default(), order: Order::Start, descending: false, after: None, first: 0, max: 1 }
}
