//! Grants, on both databases: what a row keeps, guarded changes, pages, and endings of many.

mod support;

use perennial_domain::ending::Extent;
use perennial_domain::grant::{Grant, Offline, PausedBy, Place, Standing};
use perennial_domain::user_session::{AliveSince, UserSession};
use perennial_domain::{ClientId, GrantId};
use perennial_protocol::ScopeSet;
use perennial_storage::grants::{GrantFilter, GrantsOf, HeldGrant, TokenUse};
use perennial_storage::{
    StorageResult, Tx, client_sessions, clients, consents, grants, realms, user_sessions, users, walks,
};
use support::samples::{T0, World, id, read, user, write};

fn ids(held: &[HeldGrant]) -> Vec<GrantId> {
    held.iter().map(|held| held.grant.id).collect()
}

/// Five offline sessions, started one second after the other and last used in the reverse order.
fn insert_five(tx: &mut Tx<'_>, world: &World) -> StorageResult<Vec<Grant>> {
    let five: Vec<Grant> = (0..5)
        .map(|number| Grant {
            started_at: T0.plus_s(number),
            last_used_at: T0.plus_s(100 - number),
            ..world.offline_grant()
        })
        .collect();
    five.iter().try_for_each(|grant| grants::insert(tx, grant))?;
    Ok(five)
}

on_both_databases! {
    async fn a_row_keeps_every_field_of_a_grant(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let mut full = world.offline_grant();
            full.standing = Standing::Offline(Offline {
                began_in: None,
                chosen_end_at: Some(T0.plus_s(9)),
                paused_at: Some(T0),
                paused_by: PausedBy::Both,
                device_label: Some("the cellar".into()),
            });
            full.resources = vec!["https://a.example".into(), "https://b.example".into()];
            full.last_used_from = Place::new("198.51.100.2", "curl");
            full.family.generation = 70_000;
            full.family.proven = true;
            full.family.replays = 3;
            full.family.foreign_run = 2;
            full.family.foreign_generation = 69_999;
            full.access_epoch = 4;
            for grant in [full, world.offline_grant(), world.online_grant(world.session().id)] {
                grants::insert(tx, &grant)?;
                assert_eq!(grants::find(tx, grant.id)?, Some(grant));
            }
            assert_eq!(grants::find(tx, GrantId(id()))?, None);
            Ok(())
        })
        .await;
    }

    async fn a_use_is_recorded_only_upon_the_family_it_was_decided_on(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let grant = world.offline_grant();
            grants::insert(tx, &grant)?;
            let mut next = grant.family.clone();
            next.generation = 1;
            next.stamped_at = T0.plus_s(5);
            let elsewhere = Place::new("198.51.100.2", &grant.began_from.user_agent);
            let used =
                TokenUse { grant: grant.id, seen: &grant.family, next: &next, at: T0.plus_s(5), place: &elsewhere };
            assert!(grants::record_use(tx, &used)?);
            assert!(!grants::record_use(tx, &used)?);
            let stored = grants::find(tx, grant.id)?.expect("it lives");
            assert_eq!(stored.family, next);
            assert_eq!((stored.last_used_at, &stored.last_used_from), (T0.plus_s(5), &elsewhere));
            let back = TokenUse { seen: &next, at: T0.plus_s(6), place: &grant.began_from, ..used };
            assert!(grants::record_use(tx, &back)?);
            assert_eq!(grants::find(tx, grant.id)?.expect("it lives").last_used_from, grant.began_from);
            Ok(())
        })
        .await;
    }

    async fn everything_that_decides_about_a_grant_comes_in_one_statement(database: Database) {
        let store = database.open_with(|options| options.test_clock = true).await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let session = world.session();
            user_sessions::insert(tx, &session, None)?;
            let (offline, online) = (world.offline_grant(), world.online_grant(session.id));
            grants::insert(tx, &offline)?;
            grants::insert(tx, &online)?;
            let (held, stamp) = grants::find_held(tx, world.realm.id, offline.id)?.expect("it lives");
            assert_eq!((held.grant, held.user, held.roles), (offline.clone(), world.user.clone(), vec![world.role.id]));
            assert_eq!((held.consent, held.session), (None, None));
            assert_eq!(Some(stamp), realms::current_stamp(tx, world.realm.id)?);
            consents::save(tx, &world.consent())?;
            let (held, _) = grants::find_held(tx, world.realm.id, online.id)?.expect("it lives");
            assert_eq!((held.consent, held.session), (Some(world.consent()), Some(session)));
            users::remove_role(tx, world.user.id, world.role.id)?;
            let (held, _) = grants::find_held(tx, world.realm.id, online.id)?.expect("it lives");
            assert_eq!(held.roles, []);
            users::delete(tx, world.realm.id, world.user.id)?;
            assert!(grants::find_held(tx, world.realm.id, offline.id)?.is_none(), "a grant without its user is none");
            Ok(())
        })
        .await;
    }

    async fn the_statement_that_finds_a_grant_brings_the_same_time_as_the_clock(database: Database) {
        let store = database.open_with(|options| options.test_clock = true).await;
        let world = World::create(&store).await;
        let (realm, grant) = (world.realm.id, world.offline_grant());
        let id = grant.id;
        write(&store, move |tx| {
            grants::insert(tx, &grant)?;
            perennial_storage::advance_test_clock(tx, 86_400)
        })
        .await;
        let clock = read(&store, |tx| tx.now()).await;
        let brought = read(&store, move |tx| {
            grants::find_held(tx, realm, id)?.expect("it lives");
            tx.now()
        })
        .await;
        assert!((0..60).contains(&clock.seconds_until(brought)), "{clock:?} {brought:?}");
    }

    async fn narrowing_pausing_and_an_earlier_end_make_older_access_tokens_inactive(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let grant = world.offline_grant();
            grants::insert(tx, &grant)?;
            let less = ScopeSet::lenient("offline_access");
            assert!(grants::narrow(tx, &grant, &less)?);
            assert!(!grants::narrow(tx, &grant, &less)?, "it changed in between");
            let seen = grants::glance_at(tx, &[grant.id])?;
            assert_eq!(seen[0].scope, "offline_access");
            assert!(grants::pause(tx, &grant, T0, PausedBy::User)?);
            assert!(!grants::pause(tx, &grant, T0, PausedBy::Admin)?, "it changed in between");
            let paused = grants::find(tx, grant.id)?.expect("it lives");
            assert!(!grants::pause(tx, &paused, T0, PausedBy::User)?);
            assert!(grants::pause(tx, &paused, T0.plus_s(1), PausedBy::Admin)?);
            let both = grants::find(tx, grant.id)?.expect("it lives");
            assert_eq!((both.paused_at(), both.paused_by()), (Some(T0), Some(PausedBy::Both)));
            assert!(!grants::resume(tx, &paused, PausedBy::Admin)?, "it changed in between");
            let stored = grants::find(tx, grant.id)?.expect("it lives");
            assert_eq!(stored.withdrawn, grant.scope.without("offline_access"));
            assert_eq!((stored.scope, stored.access_epoch, stored.standing.clone()), (less, 3, stored.standing));
            assert!(grants::resume(tx, &both, PausedBy::Admin)?);
            let users = grants::find(tx, grant.id)?.expect("it lives");
            assert_eq!((users.paused_by(), users.access_epoch), (Some(PausedBy::User), 3));
            assert!(grants::resume(tx, &users, PausedBy::Admin)?, "an admin lifts the user's where it is the only one");
            let running = grants::find(tx, grant.id)?.expect("it lives");
            assert!(!grants::resume(tx, &running, PausedBy::User)?);
            assert!(grants::set_device_label(tx, grant.id, Some("the cellar"))?);
            assert!(grants::set_chosen_end(tx, grant.id, None, Some(T0.plus_s(9)))?);
            assert!(!grants::set_chosen_end(tx, grant.id, None, Some(T0))?, "it changed in between");
            assert!(grants::set_chosen_end(tx, grant.id, Some(T0.plus_s(9)), Some(T0))?);
            let nearer = grants::find(tx, grant.id)?.expect("it lives");
            assert!(grants::set_chosen_end(tx, grant.id, Some(T0), None)?);
            let free = grants::find(tx, grant.id)?.expect("it lives");
            assert_eq!((nearer.access_epoch, free.access_epoch), (5, 5), "a later end calls nothing in");
            assert!(grants::set_chosen_end(tx, grant.id, None, Some(T0))?);
            let stored = grants::find(tx, grant.id)?.expect("it lives");
            let offline = stored.offline().expect("offline");
            assert_eq!((offline.device_label.as_deref(), offline.chosen_end_at), (Some("the cellar"), Some(T0)));
            let online = world.online_grant(world.session().id);
            grants::insert(tx, &online)?;
            assert!(!grants::pause(tx, &online, T0, PausedBy::Admin)?, "only offline sessions can pause");
            Ok(())
        })
        .await;
    }

    async fn pages_follow_each_other_without_gap_or_repetition(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let five = insert_five(tx, &world)?;
            grants::insert(tx, &world.online_grant(world.session().id))?;
            let mut filter = GrantFilter::offline_of(world.realm.id);
            filter.client = Some(world.client.id);
            let newest_first: Vec<GrantId> = five.iter().rev().map(|grant| grant.id).collect();
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let (held, next) = grants::list(tx, &filter, after, 2)?;
                seen.extend(ids(&held));
                after = next;
                if next.is_none() {
                    break;
                }
            }
            assert_eq!(seen, newest_first);
            let number = |tx: &mut _, filter: &GrantFilter| grants::list(tx, filter, None, 9).map(|page| page.0.len());
            filter.offline = None;
            filter.user = Some(world.user.id);
            assert_eq!(number(tx, &filter)?, 6);
            filter.user = Some(user("nobody").id);
            assert_eq!(number(tx, &filter)?, 0);
            Ok(())
        })
        .await;
    }

    async fn a_job_walks_over_all_grants_in_the_order_of_their_start(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let five = insert_five(tx, &world)?;
            let first = grants::list_after(tx, None, 3)?;
            let rest = grants::list_after(tx, Some(first[2].grant.id), 3)?;
            let walked: Vec<GrantId> = [ids(&first), ids(&rest)].concat();
            assert_eq!(walked, five.iter().map(|grant| grant.id).collect::<Vec<_>>());
            assert_eq!(grants::delete_all(tx, &walked[..2])?, 2);
            assert_eq!(grants::list_after(tx, None, 9)?.len(), 3);
            Ok(())
        })
        .await;
    }

    async fn one_node_at_a_time_walks_and_the_next_goes_on_where_it_stopped(database: Database) {
        let store = database.open().await;
        write(&store, move |tx| {
            let take = |tx: &mut Tx<'_>, now, until| walks::take(tx, walks::GRANTS, false, now, until);
            let first = take(tx, T0, T0.plus_s(600))?.expect("it is due");
            assert_eq!(first.after, None);
            assert_eq!(take(tx, T0.plus_s(599), T0.plus_s(999))?, None, "somebody is at it");
            assert!(walks::take(tx, walks::USER_SESSIONS, false, T0, T0.plus_s(1))?.is_some(), "another walk");
            let place = id();
            let kept = walks::go_on(tx, first, T0, 700, Some(place))?.expect("nobody took it");
            let second = take(tx, T0.plus_s(700), T0.plus_s(900))?.expect("its time has run out");
            assert_eq!(second.after, Some(place));
            assert_eq!(walks::go_on(tx, kept, T0, 800, None)?, None, "another node is at it");
            assert!(walks::go_on(tx, second, T0, 800, None)?.is_some());
            assert!(walks::take(tx, walks::GRANTS, true, T0, T0.plus_s(800))?.is_some(), "at once");
            // A clock that was ahead does not make it rest for ever.
            assert!(take(tx, T0.minus_s(86_400), T0)?.is_some());
            // One that leaps ahead is believed an hour later.
            let leapt = T0.plus_s(40 * 86_400);
            assert_eq!(take(tx, leapt, leapt.plus_s(600))?, None);
            assert_eq!(take(tx, leapt.plus_s(3_599), leapt.plus_s(4_000))?, None);
            let believed = take(tx, leapt.plus_s(3_600), leapt.plus_s(4_000))?.expect("it agrees");
            assert!(believed.agrees(leapt.plus_s(80_000)) && !believed.agrees(leapt.plus_s(100_000)));
            Ok(())
        })
        .await;
    }

    async fn the_least_recently_used_sessions_make_room(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let five = insert_five(tx, &world)?;
            let gone = grants::evict_least_recently_used(tx, world.user.id, world.client.id, 3)?;
            assert_eq!(gone, [five[3].id, five[4].id]);
            let left = grants::list_of_user_and_client(tx, world.user.id, world.client.id)?;
            assert_eq!(left.iter().filter(|grant| grant.is_offline()).count(), 3);
            assert_eq!(grants::evict_least_recently_used(tx, world.user.id, world.client.id, 3)?, []);
            Ok(())
        })
        .await;
    }

    async fn ending_a_user_session_ends_its_online_grants_and_no_offline_session(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let session = world.session().id;
            let online = world.online_grant(session);
            let mut offline = world.offline_grant();
            offline.standing = Standing::Offline(Offline { began_in: Some(session), ..Offline::default() });
            grants::insert(tx, &online)?;
            grants::insert(tx, &offline)?;
            assert_eq!(grants::delete_online_of_session(tx, session)?, 1);
            assert_eq!(grants::find(tx, online.id)?, None);
            assert!(grants::find(tx, offline.id)?.is_some());
            Ok(())
        })
        .await;
    }

    async fn the_user_sessions_of_a_client_are_those_in_which_it_has_online_grants(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            let (one, two, foreign) = (world.session(), world.session(), world.session());
            for session in [&one, &two, &foreign] {
                user_sessions::insert(tx, session, None)?;
            }
            // Twice in the first, and once in one that is gone.
            let gone = world.session();
            for session in [&one, &one, &two, &gone] {
                grants::insert(tx, &world.online_grant(session.id))?;
            }
            let others = Grant { client_id: ClientId(id()), ..world.online_grant(foreign.id) };
            grants::insert(tx, &others)?;
            insert_five(tx, &world)?;
            let client = world.client.id;
            let ids_of = |page: Vec<(UserSession, String)>| page.into_iter().map(|(own, _)| own.id).collect::<Vec<_>>();
            let (page, rest) = client_sessions::list(tx, client, None, 9)?;
            assert_eq!((ids_of(page), rest), (vec![one.id, two.id], None));
            let (page, rest) = client_sessions::list(tx, client, None, 2)?;
            assert_eq!((ids_of(page), rest), (vec![one.id], Some(one.id)));
            let (page, rest) = client_sessions::list(tx, client, rest, 2)?;
            assert_eq!((ids_of(page), rest), (vec![two.id], Some(gone.id)));
            assert_eq!(client_sessions::list(tx, client, rest, 2)?, (Vec::new(), None));
            let alive = |used_from| AliveSince { used_from, started_from: T0 };
            assert_eq!(client_sessions::count(tx, client, alive(T0))?, 2);
            assert_eq!(client_sessions::count(tx, client, alive(T0.plus_s(1)))?, 0);
            let entered = |tx: &mut _, before, max| client_sessions::list_entered_before(tx, client, before, max);
            let user = world.user.id;
            assert_eq!(entered(tx, T0.plus_s(1), 9)?, [(one.id, user), (two.id, user), (gone.id, user)]);
            assert_eq!(entered(tx, T0.plus_s(1), 2)?, [(one.id, user), (two.id, user)]);
            assert_eq!(entered(tx, T0, 9)?, []);
            Ok(())
        })
        .await;
    }

    async fn a_user_and_a_client_lose_their_grants_in_batches(database: Database) {
        let store = database.open().await;
        let world = World::create(&store).await;
        write(&store, move |tx| {
            insert_five(tx, &world)?;
            assert_eq!(grants::next_client(tx, None)?, Some(world.client.id));
            assert_eq!(grants::next_client(tx, Some(world.client.id))?, None);
            assert!(clients::exists(tx, world.client.id)? && !clients::exists(tx, ClientId(id()))?);
            assert_eq!(grants::delete_of_client(tx, world.client.id, 2)?, 2);
            assert_eq!(grants::delete_of_client(tx, world.client.id, 2)?, 2);
            let (of, later) = (GrantsOf::User(world.user.id), T0.plus_s(86_400));
            assert_eq!(grants::delete_started_before(tx, of, later, Extent::ONLINE, 9)?.len(), 0);
            assert_eq!(grants::delete_started_before(tx, of, later, Extent::OFFLINE, 9)?.len(), 1);
            insert_five(tx, &world)?;
            assert_eq!(grants::delete_of_user_and_client(tx, world.user.id, world.client.id)?.len(), 5);
            assert_eq!(grants::delete_of_client(tx, world.client.id, 2)?, 0);
            assert!(!grants::delete(tx, GrantId(id()))?);
            Ok(())
        })
        .await;
    }
}
