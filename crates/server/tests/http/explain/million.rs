//! A million offline sessions of a believable realm: what is counted, listed, foretold, exported and ended is what a look at the
//! facts of each session gives, and none of it is read into the server's memory.

use super::{ids, next_of};
use perennial_bench::crowd::rows::{client_id, session_id, user_id};
use perennial_bench::crowd::{APIS, App, Crowd, REALM_IDLE_S, Session};
use perennial_bench::machine::resident_mb;
use perennial_bench::{Populated, server};
use perennial_storage::grants::{self, GrantFilter};
use perennial_storage::{StorageError, Store, StoreOptions};
use perennial_testkit::{Admin, Backend, TestServer, on_each};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const SESSIONS: u64 = 1_000_000;
const DAY_S: i64 = 86_400;
/// A million sessions would be several times as much; what the node's survey keeps is in it.
const MOST_GROWTH_MB: f64 = 100.0;

/// The limits of the behaviour in plain words, as they stand or as they are proposed.
#[derive(Clone, Copy, Default)]
struct Limits<'a> {
    realm_idle_s: Option<i64>,
    realm_max_s: Option<i64>,
    /// An app's own idle timeout.
    app_idle: Option<(&'a str, i64)>,
    /// A resource's own idle timeout.
    api_idle: Option<(&'a str, i64)>,
}

impl Limits<'_> {
    fn ends_ms(&self, app: &App, session: &Session) -> i64 {
        let own_idle_s = self.app_idle.filter(|(name, _)| *name == app.client_id).map(|(_, idle_s)| idle_s);
        let inherited_s = own_idle_s.or(app.idle_s).or(self.realm_idle_s).unwrap_or(REALM_IDLE_S);
        let apis = || session.targets.iter().map(|&at| &APIS[at]);
        let of_api = |uri: &str| self.api_idle.filter(|(name, _)| *name == uri).map(|(_, idle_s)| idle_s);
        let idle_s =
            apis().map(|api| of_api(api.uri).or(api.idle_s).unwrap_or(inherited_s)).min().unwrap_or(inherited_s);
        let inherited_max_s = app.max_s.or(self.realm_max_s);
        let max_s = match session.targets {
            [] => inherited_max_s,
            _ => apis().filter_map(|api| api.max_s.or(inherited_max_s)).min(),
        };
        let by_idle = session.used_ms + idle_s * 1_000;
        let by_max = max_s.map_or(i64::MAX, |max_s| session.started_ms + max_s * 1_000);
        by_idle.min(by_max).min(session.chosen_end_ms.unwrap_or(i64::MAX))
    }
}

/// All sessions with their ends as things stand, looked at one by one.
struct Facts {
    crowd: Crowd,
    alive: Vec<(Session, i64)>,
}

impl Facts {
    fn new(crowd: Crowd) -> Self {
        let with_end = |number| {
            let session = crowd.session(number);
            let ends_ms = Limits::default().ends_ms(&crowd.apps()[session.app], &session);
            (ends_ms > crowd.made_ms).then_some((session, ends_ms))
        };
        let alive = (0..crowd.sessions).filter_map(with_end).collect();
        Self { crowd, alive }
    }

    fn app(&self, session: &Session) -> &App {
        &self.crowd.apps()[session.app]
    }

    fn by_client(&self, fits: impl Fn(&Session) -> bool) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for (session, _) in self.alive.iter().filter(|(session, _)| fits(session)) {
            *counts.entry(self.app(session).client_id.clone()).or_default() += 1;
        }
        counts
    }

    /// Total, ending now and ending within a week under a proposal that concerns `of`.
    fn foretold(&self, proposed: Limits<'_>, of: impl Fn(&Session) -> bool) -> [u64; 3] {
        let (now_ms, soon_ms) = (self.crowd.made_ms, self.crowd.made_ms + 7 * DAY_S * 1_000);
        let mut counts = [0; 3];
        for (session, _) in self.alive.iter().filter(|(session, _)| of(session)) {
            let ends_ms = proposed.ends_ms(self.app(session), session);
            counts[0] += 1;
            counts[1] += u64::from(ends_ms <= now_ms);
            counts[2] += u64::from(ends_ms > now_ms && ends_ms <= soon_ms);
        }
        counts
    }
}

fn counts_of(list: &Value) -> BTreeMap<String, u64> {
    let one =
        |one: &Value| (one["clientId"].as_str().expect("a name").to_owned(), one["count"].as_u64().expect("a count"));
    list.as_array().expect("a list").iter().map(one).collect()
}

async fn previews_are_exact(admin: &Admin, facts: &Facts) {
    let day = |days: i64| days * DAY_S;
    let large = facts.crowd.apps()[0].client_id.as_str();
    let files = APIS[1].uri;
    let idle = |days: i64| json!({"client.offline.session.idle.timeout": day(days).to_string()});
    let none = Limits::default();
    let everybody = |_: &Session| true;
    for (body, expected) in [
        (
            json!({"offlineSessionIdleTimeout": day(10)}),
            facts.foretold(Limits { realm_idle_s: Some(day(10)), ..none }, everybody),
        ),
        (
            json!({"offlineSessionMaxLifespanEnabled": true, "offlineSessionMaxLifespan": day(100)}),
            facts.foretold(Limits { realm_max_s: Some(day(100)), ..none }, everybody),
        ),
        (
            json!({"client": {"clientId": large, "attributes": idle(3)}}),
            facts.foretold(Limits { app_idle: Some((large, day(3))), ..none }, |session| session.app == 0),
        ),
        (
            json!({"resource": {"resource": files, "offlineSessionIdleTimeout": day(2)}}),
            facts.foretold(Limits { api_idle: Some((files, day(2))), ..none }, |session| session.targets.contains(&1)),
        ),
    ] {
        let told = admin.post("/demo/token-policy/preview", &body).await.expect(200).json();
        let counts = ["total", "endsNow", "endsWithin7Days"].map(|name| told[name].as_u64().expect("a count"));
        assert_eq!(counts, expected, "{body}");
        assert!(expected[0] > 1_000 && expected[1] > 100 && expected[2] > 100, "nothing is shown by {expected:?}");
    }
}

async fn counts_are_exact(admin: &Admin, facts: &Facts) {
    let expected = facts.by_client(|_| true);
    for at in [0, facts.crowd.apps().len() - 1] {
        let (uuid, name) = (client_id(&facts.crowd, at), &facts.crowd.apps()[at].client_id);
        let told = admin.get(&format!("/demo/clients/{uuid}/offline-session-count")).await.expect(200).json();
        assert_eq!(told["count"].as_u64(), Some(expected[name]), "{name}");
    }
    let stats = admin.get("/demo/client-session-stats").await.expect(200).json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let all = stats.as_array().expect("a list").iter();
    let told: BTreeMap<String, u64> =
        all.map(|one| (text(&one["clientId"]), text(&one["offline"]).parse().expect("a number"))).collect();
    assert_eq!(told, expected);
}

/// The list's first pages: at least so many sessions.
async fn read(admin: &Admin, query: &str, at_least: usize) -> Vec<String> {
    let mut path = format!("/demo/offline-sessions?{query}");
    let mut shown = Vec::new();
    loop {
        let page = admin.get(&path).await.expect(200);
        shown.extend(ids(&page.json()));
        match next_of(&page) {
            Some(next) if shown.len() < at_least => path = next,
            _ => return shown,
        }
    }
}

fn named<'a>(sessions: impl Iterator<Item = &'a (Session, i64)>) -> Vec<String> {
    sessions.map(|(session, _)| session_id(session).to_string()).collect()
}

/// What a list is sorted by, of a session and its end.
type Key = fn(&(Session, i64)) -> i64;

fn ends_ms((_, ends_ms): &(Session, i64)) -> i64 {
    *ends_ms
}

fn used_ms((session, _): &(Session, i64)) -> i64 {
    session.used_ms
}

async fn lists_are_exact(admin: &Admin, facts: &Facts) {
    let small = facts.crowd.apps().len() - 1;
    let small_name = &facts.crowd.apps()[small].client_id;
    let newest = || facts.alive.iter().rev();
    assert_eq!(read(admin, "max=100", 250).await, named(newest().take(300)));
    let oldest = named(facts.alive.iter().take(200));
    assert_eq!(read(admin, "max=100&order=asc", 150).await, oldest);
    let paused = named(newest().filter(|(session, _)| session.paused_ms.is_some()).take(150));
    assert_eq!(read(admin, "max=50&paused=true", 150).await[..150], paused);
    let somebody = facts.alive[facts.alive.len() / 2].0.user;
    let own = named(newest().filter(|(session, _)| session.user == somebody));
    assert_eq!(read(admin, &format!("user={}", user_id(&facts.crowd, somebody)), usize::MAX).await, own);
    let of_small = || facts.alive.iter().filter(|(session, _)| session.app == small);
    let orders: [(&str, Key); 2] = [("end", ends_ms), ("lastUse", used_ms)];
    for (sort, key) in orders {
        let mut sorted: Vec<&(Session, i64)> = of_small().collect();
        sorted.sort_by_key(|one| (key(one), session_id(&one.0)));
        let query = format!("client={small_name}&sort={sort}&order=asc&max=500");
        assert_eq!(read(admin, &query, usize::MAX).await, named(sorted.into_iter()), "{sort}");
    }
    let summary = admin.get(&format!("/demo/offline-sessions/summary?client={small_name}")).await.expect(200).json();
    assert_eq!((&summary["total"], &summary["complete"]), (&json!(of_small().count()), &json!(true)));
}

async fn an_export_is_exact_and_waits_for_its_reader(server: &TestServer, admin: &Admin, facts: &Facts) {
    let small = facts.crowd.apps().len() - 1;
    let name = &facts.crowd.apps()[small].client_id;
    let csv = admin.get(&format!("/demo/offline-sessions/export.csv?client={name}&order=asc")).await.expect(200).body;
    let written: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(written, named(facts.alive.iter().filter(|(session, _)| session.app == small)));
    // All of them would be some hundred megabytes: who reads a little and waits costs a little, and may leave.
    let before = resident_mb(server.process_id());
    let request = admin.request(Method::GET, "/demo/offline-sessions/export.csv");
    let mut answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let first = answer.chunk().await.expect("a part").expect("not the end");
    assert!(first.starts_with(b"id,username,"), "{first:?}");
    for _ in 0..5 {
        admin.get("/demo/offline-sessions?max=500").await.expect(200);
    }
    let grown = resident_mb(server.process_id()) - before;
    assert!(grown < MOST_GROWTH_MB, "{grown} MB for an export that nobody reads");
    drop(answer);
    admin.get("/demo/offline-sessions?max=1").await.expect(200);
}

/// What is under way to a slow reader is a few pages; the rest is read for nobody who may not.
async fn an_export_ends_with_its_readers_rights(server: &TestServer, admin: &Admin) {
    let reader = admin.with_roles(server, "export-reader", &["view-users"]).await;
    let request = reader.request(Method::GET, "/demo/offline-sessions/export.csv");
    let mut answer = request.send().await.expect("an answer");
    answer.chunk().await.expect("a part").expect("not the end");
    admin.change_user("export-reader", json!({"enabled": false})).await;
    let end = loop {
        match answer.chunk().await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert!(end.is_err(), "the export went on to its end");
}

/// On a busy machine a count may take longer than a request waits: it goes on for who asks again.
async fn counted(admin: &Admin, dry_run: &Value) -> Value {
    for _ in 0..10 {
        let answer = admin.post("/demo/offline-sessions/revoke", dry_run).await;
        if answer.status != 202 {
            return answer.expect(200).json();
        }
    }
    panic!("it is counted on and on");
}

async fn bulk_endings_are_exact_and_at_once(server: &TestServer, admin: &Admin, facts: &Facts) {
    let revoke = async |body: Value| admin.post("/demo/offline-sessions/revoke", &body).await.expect(200).json();
    let long_ago_ms = facts.crowd.made_ms - 15 * DAY_S * 1_000;
    let told = counted(admin, &json!({"filter": {"usedBefore": long_ago_ms}, "dryRun": true})).await;
    assert_eq!(counts_of(&told["clients"]), facts.by_client(|session| session.used_ms < long_ago_ms));
    assert_eq!(ids(&told["sample"]).len(), 20);
    let app = 10;
    let name = &facts.crowd.apps()[app].client_id;
    let expected = facts.by_client(|session| session.app == app)[name];
    let done = revoke(json!({"filter": {"client": name}})).await;
    assert_eq!(done["count"].as_u64(), Some(expected));
    assert!(read(admin, &format!("client={name}"), usize::MAX).await.is_empty(), "a session is still shown");
    rows_go_by_and_by(server, facts, app).await;
    let rest = facts.by_client(|session| session.app != app);
    // On a busy machine counting may take longer than a request waits: then it goes on without being watched.
    let answer = admin.post("/demo/offline-sessions/revoke", &json!({"all": true})).await;
    match answer.status {
        202 => assert_eq!(answer.json()["complete"], false),
        _ => assert_eq!(counts_of(&answer.expect(200).json()["clients"]), rest),
    }
    for _ in 0..600 {
        if admin.post("/demo/token-policy/preview", &json!({})).await.expect(200).json()["total"] == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("sessions of the realm live on");
}

/// In batches of the background job, which needs nobody to ask.
async fn rows_go_by_and_by(server: &TestServer, facts: &Facts, app: usize) {
    let store = Store::open(StoreOptions::new(server.database_url())).await.expect("the database beside the server");
    let client = client_id(&facts.crowd, app);
    let unit = move |tx: &mut perennial_storage::Tx<'_>| {
        let realm = perennial_storage::realms::find_by_name(tx, "demo")?.expect("the realm").id;
        let own = GrantFilter { client: Some(client), ..GrantFilter::offline_of(realm) };
        Ok::<_, StorageError>(grants::list(tx, &own, None, 1)?.0.is_empty())
    };
    for _ in 0..600 {
        if store.read::<_, StorageError, _>(unit).await.expect("a look") {
            return store.shutdown().await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the rows of an ended client stay");
}

async fn a_million_sessions_are_counted_listed_exported_and_ended_exactly(backend: Backend) {
    let Populated { server, crowd } = server(env!("CARGO_BIN_EXE_perennial"), backend, SESSIONS).await;
    assert_eq!(server.now_s().await, crowd.made_ms / 1_000, "time stands still");
    let admin = Admin::sign_in(&server).await;
    let facts = tokio::task::spawn_blocking(move || Facts::new(crowd)).await.expect("counted");
    admin.get("/demo/offline-sessions").await.expect(200);
    let before = resident_mb(server.process_id());
    previews_are_exact(&admin, &facts).await;
    counts_are_exact(&admin, &facts).await;
    lists_are_exact(&admin, &facts).await;
    let grown = resident_mb(server.process_id()) - before;
    assert!(grown < MOST_GROWTH_MB, "{grown} MB more in memory");
    an_export_is_exact_and_waits_for_its_reader(&server, &admin, &facts).await;
    an_export_ends_with_its_readers_rights(&server, &admin).await;
    bulk_endings_are_exact_and_at_once(&server, &admin, &facts).await;
}

on_each!(a_million_sessions_are_counted_listed_exported_and_ended_exactly);
