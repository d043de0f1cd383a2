//! How the databases find the user sessions of a client: never by a look at its offline sessions. The same checks as in
//! `grant_plans`.

use std::sync::{Arc, Mutex};

use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
use diesel::prelude::*;
use perennial_domain::grant::{Grant, Place, Standing};
use perennial_domain::user_session::{AliveSince, UserSession};
use perennial_domain::{GrantId, RealmId, UserId, UserSessionId};

use crate::grant_plans::{GRANTS, PAGE, Step, T0, client, fill, grant, has_read, id};
use crate::target::{AnyConnection, Role, Target};
use crate::{StorageResult, Tx, bulk, client_sessions, grants, user_sessions};

/// User sessions with an online grant of the third client, which has a thousand offline sessions, too.
const SESSIONS: u128 = 600;

fn session_id(number: u128) -> UserSessionId {
    UserSessionId(id(6, number))
}

fn filled(url: &str) -> AnyConnection {
    let mut connection = fill(url, GRANTS);
    connection.batch_execute("BEGIN").expect("begun");
    let mut tx = Tx::new(&mut connection, false);
    for number in 0..SESSIONS {
        let session = UserSession {
            id: session_id(number),
            realm_id: RealmId(id(1, 0)),
            user_id: UserId(id(2, number)),
            auth_at: T0,
            started_at: T0,
            last_used_at: T0,
            place: Place::new("192.0.2.1", "curl"),
        };
        user_sessions::insert(&mut tx, &session, None).expect("a session");
        let online = Grant {
            id: GrantId(id(7, number)),
            client_id: client(3),
            user_id: session.user_id,
            standing: Standing::Online { session: Some(session.id) },
            ..grant(0)
        };
        grants::insert(&mut tx, &online).expect("a grant");
    }
    tx.connection().batch_execute("COMMIT").expect("committed");
    bulk::analyze(&mut tx).expect("analysed");
    connection
}

type Ask = fn(&mut Tx<'_>) -> StorageResult<usize>;

const ALL: AliveSince = AliveSince { used_from: T0, started_from: T0 };

fn listed(tx: &mut Tx<'_>, number: u128, after: Option<u128>) -> StorageResult<usize> {
    Ok(client_sessions::list(tx, client(number), after.map(session_id), PAGE)?.0.len())
}

fn counted(tx: &mut Tx<'_>, number: u128) -> StorageResult<usize> {
    Ok(usize::try_from(client_sessions::count(tx, client(number), ALL)?).expect("few"))
}

fn entered(tx: &mut Tx<'_>, number: u128) -> StorageResult<usize> {
    Ok(client_sessions::list_entered_before(tx, client(number), T0.plus_s(1), PAGE)?.len())
}

/// What is asked, and how many rows it gives.
fn questions() -> [(&'static str, Ask, usize); 7] {
    let page = usize::try_from(PAGE).expect("few");
    let asked = |name: &'static str, ask: Ask, rows: usize| (name, ask, rows);
    [
        asked("a page of a client", |tx| listed(tx, 3, None), page),
        asked("of a client, further on", |tx| listed(tx, 3, Some(499)), 100),
        asked("of a client that has offline sessions only", |tx| listed(tx, 10, None), 0),
        asked("how many of a client", |tx| counted(tx, 3), 600),
        asked("how many of a client that has offline sessions only", |tx| counted(tx, 10), 0),
        asked("to end with a client", |tx| entered(tx, 3), page),
        asked("to end with one that has offline sessions only", |tx| entered(tx, 10), 0),
    ]
}

#[test]
fn on_sqlite_the_sessions_of_a_client_are_found_along_an_index_of_theirs() {
    let directory = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite:{}", directory.path().join("plans.db").display());
    drop(filled(&url));
    let target = Target::parse(&url).expect("a URL");
    crate::writer::forget_statistics(&target).expect("forgotten");
    let mut connection = target.connect(Role::Writer).expect("a connection");
    for (name, ask, rows) in questions() {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let hear = Arc::clone(&heard);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                hear.lock().expect("nobody panicked").push(query.to_string());
            }
        });
        assert_eq!(ask(&mut Tx::new(&mut connection, false)).expect(name), rows, "{name}");
        let asked: Vec<String> = heard.lock().expect("nobody panicked").drain(..).collect();
        let AnyConnection::Sqlite(own) = &mut connection else { panic!("not SQLite") };
        for (number, text) in asked.iter().enumerate() {
            let text = text.split(" -- binds").next().expect("a text");
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(own).expect("a plan");
            let plan = steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ");
            assert!(!plan.contains("grants_by_client") && !plan.contains("by_realm"), "{name}: {plan}");
            assert!(!plan.contains("SCAN grants") && !plan.contains("TEMP B-TREE"), "{name}: {plan}");
            assert!(number > 0 || plan.contains("grants_online_by_client"), "{name}: {plan}");
        }
    }
}

#[test]
fn on_postgres_the_offline_sessions_of_a_client_are_not_read_for_its_sessions() {
    let database = crate::postgres::PostgresDatabase::create();
    let mut connection = filled(database.url());
    for (name, ask, rows) in questions() {
        connection.batch_execute("BEGIN").expect("begun");
        // What an earlier question has read may stand there still.
        let before = has_read(&mut connection);
        assert_eq!(ask(&mut Tx::new(&mut connection, false)).expect(name), rows, "{name}");
        let read = has_read(&mut connection).rows - before.rows;
        // Those of a page, and again where it is asked since when they are.
        let most = 3 * i64::try_from(rows).expect("few") + 2;
        assert!(read <= most, "{name}: {read} rows read for {rows}");
        connection.batch_execute("ROLLBACK").expect("ended");
    }
}
