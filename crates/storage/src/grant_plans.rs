//! How the databases go about what lists, counts and bulk endings ask of many grants: along an index, without sorting, and
//! reading no more than is asked for. SQLite is asked for its plans, PostgreSQL for the rows that it has read.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
use diesel::deserialize::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use perennial_domain::grant::{Grant, Offline, Standing};
use perennial_domain::lifetime::AliveBounds;
use perennial_domain::session_filter::SessionFilter;
use perennial_domain::{ClientId, GrantId, RealmId, RoleId, Timestamp, UserId};
use uuid::Uuid;

use crate::grants::{self, Position, Scan};
use crate::policy_classes::PolicyClass;
use crate::target::{AnyConnection, Role, Target};
use crate::{StorageResult, Tx, bulk};

pub(crate) const GRANTS: u128 = 20_000;
const CLIENTS: u128 = 20;
pub(crate) const T0: Timestamp = Timestamp::from_s(1_790_000_000);
pub(crate) const PAGE: i64 = 500;

pub(crate) fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128((kind << 100) | (7 << 76) | (2 << 62) | number)
}

pub(crate) fn client(number: u128) -> ClientId {
    ClientId(id(3, number))
}

pub(crate) fn grant(number: u128) -> Grant {
    let at = T0.plus_s(i64::try_from(number).expect("few"));
    Grant {
        id: GrantId(id(4, number)),
        realm_id: RealmId(id(1, 0)),
        client_id: client(number / (GRANTS / CLIENTS)),
        user_id: UserId(id(2, number / 4)),
        standing: Standing::Offline(Offline::default()),
        started_at: at,
        auth_at: at,
        last_used_at: at,
        ..sample()
    }
}

fn sample() -> Grant {
    use perennial_domain::{grant::*, rotation::TokenFamily};
    Grant {
        id: GrantId(Uuid::nil()),
        realm_id: RealmId(Uuid::nil()),
        client_id: ClientId(Uuid::nil()),
        user_id: UserId(Uuid::nil()),
        standing: Standing::Online { session: None },
        scope: perennial_protocol::ScopeSet::lenient("openid offline_access"),
        withdrawn: perennial_protocol::ScopeSet::default(),
        resources: Vec::new(),
        grant_type: GrantType::AuthorizationCode,
        began_from: Place::new("192.0.2.1", "curl"),
        started_at: T0,
        auth_at: T0,
        last_used_at: T0,
        last_used_from: Place::new("192.0.2.1", "curl"),
        family: TokenFamily {
            generation: 0,
            stamped_at: T0,
            proven: true,
            replays: 0,
            foreign_run: 0,
            foreign_generation: 0,
            key_id: "k".into(),
            held_key_id: None,
        },
        access_epoch: 0,
        sender_key: None,
    }
}

fn app(number: u128) -> perennial_domain::client::Client {
    perennial_domain::client::Client {
        id: client(number),
        client_id: format!("app-{number}"),
        settings: Default::default(),
        sealed_secret: None,
        default_scopes: Default::default(),
        optional_scopes: Default::default(),
        scope_mappings: Default::default(),
        not_before_at: Timestamp::default(),
        floors: Default::default(),
    }
}

/// Each user has four grants; users, clients and their realm have nothing but what the schema demands.
pub(crate) fn fill(url: &str, grants: u128) -> AnyConnection {
    crate::migrate(url).expect("migrated");
    let mut connection = Target::parse(url).expect("a URL").connect(Role::Writer).expect("a connection");
    let realm = perennial_domain::realm::Realm {
        id: RealmId(id(1, 0)),
        name: "demo".into(),
        settings: Default::default(),
        not_before_at: Timestamp::default(),
        floors: Default::default(),
    };
    let role = perennial_domain::role::Role {
        id: RoleId(id(5, 0)),
        name: "role".into(),
        client_id: None,
        description: None,
        composites: Default::default(),
    };
    let mut tx = Tx::new(&mut connection, false);
    crate::realms::insert(&mut tx, &realm).expect("a realm");
    crate::roles::insert(&mut tx, realm.id, &role).expect("a role");
    for number in 0..CLIENTS {
        crate::clients::insert(&mut tx, realm.id, &app(number)).expect("a client");
    }
    insert(&mut connection, 0..grants);
    connection
}

fn insert(connection: &mut AnyConnection, numbers: Range<u128>) {
    let mut tx = Tx::new(connection, false);
    let users: Vec<_> = (numbers.start / 4..numbers.end / 4).map(user).collect();
    let all: Vec<Grant> = numbers.map(grant).collect();
    bulk::insert_users(&mut tx, RealmId(id(1, 0)), RoleId(id(5, 0)), &users).expect("users");
    bulk::insert_grants(&mut tx, &all).expect("grants");
}

pub(crate) fn user(number: u128) -> perennial_domain::user::User {
    perennial_domain::user::User {
        id: UserId(id(2, number)),
        username: format!("user-{number}"),
        email: None,
        email_verified: false,
        first_name: None,
        last_name: None,
        enabled: true,
        locale: None,
        not_before_at: Timestamp::default(),
        floors: Default::default(),
        created_at: T0,
        service_account_of: None,
        attributes: Default::default(),
        required_actions: Default::default(),
    }
}

type Ask = Box<dyn Fn(&mut Tx<'_>) -> StorageResult<usize>>;

/// What is asked, how many rows it gives, and the index that it goes along.
fn questions() -> Vec<(&'static str, Ask, usize, &'static str)> {
    let middle = Some(GrantId(id(4, GRANTS / 2)));
    let glance = |scan: Scan, after: Option<GrantId>, newest_first: bool| -> Ask {
        let position = Position { after, newest_first };
        Box::new(move |tx| Ok(grants::glance(tx, scan, position, PAGE)?.len()))
    };
    let heads = |after: Option<GrantId>, newest_first: bool| -> Ask {
        let position = Position { after, newest_first };
        Box::new(move |tx| Ok(grants::heads(tx, RealmId(id(1, 0)), position)?.len()))
    };
    let own = Scan::Client(client(10));
    let user = Scan::User(UserId(id(2, 7)));
    let ids: Vec<GrantId> = (0..100).map(|number| GrantId(id(4, number * 150))).collect();
    let same = ids.clone();
    let long_ago = Timestamp::default();
    let bounds = AliveBounds { used_after: long_ago, started_after: long_ago, chosen_end_after: long_ago };
    let of_client = (GRANTS / CLIENTS) as usize;
    let page = PAGE as usize;
    vec![
        ("the oldest of all", glance(Scan::All, None, false), page, "PRIMARY"),
        ("of all, further on", glance(Scan::All, middle, false), page, "PRIMARY"),
        ("the newest of each client", heads(None, true), CLIENTS as usize, "grants_by_client"),
        ("the next of each client", heads(middle, false), CLIENTS as usize / 2, "grants_by_client"),
        ("the newest of a client", glance(own, None, true), page, "grants_by_client"),
        ("of a client, further on", glance(own, middle, false), page, "grants_by_client"),
        ("the newest of a resting client", glance(Scan::Client(client(0)), None, true), page, "grants_by_client"),
        ("what a resting client began since", glance(Scan::Client(client(0)), middle, false), 0, "grants_by_client"),
        ("of a user", glance(user, None, true), 4, "grants_by_user"),
        ("these", Box::new(move |tx| Ok(grants::glance_at(tx, &ids)?.len())), 100, "PRIMARY"),
        ("these, whole", Box::new(move |tx| Ok(grants::list_held(tx, &same)?.len())), 100, "PRIMARY"),
        (
            "how many of a client are alive",
            Box::new(move |tx| {
                let class = PolicyClass::plain(client(5));
                let filter = SessionFilter { started_after: Some(T0), ..SessionFilter::default() };
                Ok(usize::try_from(grants::count_admitted(tx, &class, &bounds, &filter)?).expect("few"))
            }),
            of_client,
            "grants_by_client",
        ),
        (
            "how many of a client would be alive",
            Box::new(move |tx| {
                let three = [bounds, bounds, bounds];
                let [all, ..] = grants::count_alive_within(tx, &PolicyClass::plain(client(5)), &three)?;
                Ok(usize::try_from(all).expect("few"))
            }),
            of_client,
            "grants_by_client",
        ),
    ]
}

#[derive(QueryableByName)]
pub(crate) struct Step {
    #[diesel(sql_type = Text)]
    pub(crate) detail: String,
}

#[test]
fn on_sqlite_each_question_goes_along_its_index_and_sorts_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut connection = fill(&format!("sqlite:{}", directory.path().join("plans.db").display()), GRANTS);
    check_plans(&mut connection);
    // The same where statistics of a young database were left behind.
    let url = format!("sqlite:{}", directory.path().join("young.db").display());
    let mut young = fill(&url, 8);
    bulk::analyze(&mut Tx::new(&mut young, false)).expect("analysed");
    insert(&mut young, 8..GRANTS);
    drop(young);
    let target = Target::parse(&url).expect("a URL");
    crate::writer::forget_statistics(&target).expect("forgotten");
    let mut young = target.connect(Role::Writer).expect("a connection");
    check_plans(&mut young);
}

fn check_plans(connection: &mut AnyConnection) {
    for (name, ask, rows, index) in questions() {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let hear = Arc::clone(&heard);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                hear.lock().expect("nobody panicked").push(query.to_string());
            }
        });
        assert_eq!(ask(&mut Tx::new(connection, false)).expect(name), rows, "{name}");
        let asked: Vec<String> = heard.lock().expect("nobody panicked").drain(..).collect();
        assert_eq!(asked.len(), 1, "{name}: {asked:?}");
        let text = asked[0].split(" -- binds").next().expect("a text");
        let AnyConnection::Sqlite(own) = &mut *connection else { panic!("not SQLite") };
        let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(own).expect("a plan");
        let plan = steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ");
        // One user's few sessions are sorted there and then: by client, they lie in another order.
        let sorts = plan.contains("TEMP B-TREE") && index != "grants_by_user";
        assert!(!sorts && !plan.contains("SCAN users"), "{name}: {plan}");
        // The table is clustered by its primary key, so the first or last rows of all are a scan that ends early.
        let by_key = || plan.contains("SEARCH grants USING PRIMARY KEY") || plan.contains("SCAN grants");
        let is_along = if index == "PRIMARY" { by_key() } else { plan.contains(index) };
        assert!(is_along, "{name}: {plan}");
    }
}

#[derive(QueryableByName)]
pub(crate) struct Read {
    #[diesel(sql_type = BigInt)]
    pub(crate) rows: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) scans: i64,
}

const HAS_READ: &str = "SELECT (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint AS rows, seq_scan::bigint AS scans \
                        FROM pg_stat_xact_user_tables WHERE relname = 'grants'";

pub(crate) fn has_read(connection: &mut AnyConnection) -> Read {
    let AnyConnection::Postgres(own) = connection else { panic!("not PostgreSQL") };
    diesel::sql_query(HAS_READ).get_result(own).expect("statistics")
}

#[test]
fn on_postgres_each_question_reads_few_more_grants_than_it_gives() {
    let database = crate::postgres::PostgresDatabase::create();
    let mut connection = fill(database.url(), GRANTS);
    bulk::analyze(&mut Tx::new(&mut connection, false)).expect("analysed");
    for (name, ask, rows, _) in questions() {
        connection.batch_execute("BEGIN").expect("begun");
        // What an earlier question has read may stand there still.
        let before = has_read(&mut connection);
        assert_eq!(ask(&mut Tx::new(&mut connection, false)).expect(name), rows, "{name}");
        let after = has_read(&mut connection);
        let read = Read { rows: after.rows - before.rows, scans: after.scans - before.scans };
        assert_eq!(read.scans, 0, "{name}: a scan of the table");
        // It may sort what is left of a client rather than walk along it.
        assert!(read.rows <= 2 * i64::try_from(rows).expect("few") + 2, "{name}: {} rows read for {rows}", read.rows);
        connection.batch_execute("ROLLBACK").expect("ended");
    }
}
