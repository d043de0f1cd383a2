//! How the databases find users by their names: along the indexes of these, or along a slice of the user names. SQLite is asked for
//! its plans, PostgreSQL for the rows that it has read.

use std::sync::{Arc, Mutex};

use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
use diesel::prelude::*;
use perennial_domain::user::User;
use perennial_domain::{RealmId, RoleId, UserId};

use crate::grant_plans::{Read, Step, fill, id, user};
use crate::target::{AnyConnection, Role, Target};
use crate::users::{self, UserFilter, UserPage};
use crate::{Tx, bulk};

const USERS: u128 = 20_000;

/// Half of them are called Ana, and twenty by each last name.
fn person(number: u128) -> User {
    User {
        id: UserId(id(9, number)),
        username: format!("person-{number:05}"),
        email: Some(format!("mail-{number:05}@example.org")),
        first_name: Some(if number.is_multiple_of(2) { "Ana".into() } else { "Óscar".into() }),
        last_name: Some(format!("Last{:03}", number % 1_000)),
        ..user(0)
    }
}

fn filled(url: &str) -> AnyConnection {
    let mut connection = fill(url, 8);
    connection.batch_execute("BEGIN").expect("begun");
    let mut tx = Tx::new(&mut connection, false);
    let people: Vec<User> = (0..USERS).map(person).collect();
    bulk::insert_users(&mut tx, RealmId(id(1, 0)), RoleId(id(5, 0)), &people).expect("users");
    tx.connection().batch_execute("COMMIT").expect("committed");
    bulk::analyze(&mut tx).expect("analysed");
    connection
}

struct Question {
    name: &'static str,
    filter: UserFilter,
    /// On a page of a hundred.
    found: usize,
    /// What the statements go along, one after the other.
    along: &'static [&'static str],
    /// At most, where there are few: each is read in an index and by name.
    rows: Option<i64>,
}

fn questions() -> Vec<Question> {
    let search = |text: &str| UserFilter { search: Some(text.into()), ..UserFilter::default() };
    let exact = UserFilter { exact: true, ..UserFilter::default() };
    vec![
        Question {
            name: "the start of few names",
            filter: search("last777"),
            found: 20,
            along: &["by_first_name", "by_last_name", "by_address", "AND username", "AND username=?"],
            rows: Some(42),
        },
        Question {
            name: "of several words, the longest",
            filter: search("ana last776"),
            found: 20,
            along: &["by_first_name", "by_last_name", "by_address", "AND username", "AND username=?"],
            rows: Some(42),
        },
        Question {
            name: "a user name",
            filter: UserFilter { username: Some("Person-00077".into()), ..exact.clone() },
            found: 1,
            along: &["AND username", "AND username=?"],
            rows: Some(5),
        },
        Question {
            name: "an address",
            filter: UserFilter { email: Some("mail-00077@example.org".into()), ..exact.clone() },
            found: 1,
            along: &["by_email", "AND username=?"],
            rows: Some(5),
        },
        Question {
            name: "a last name",
            filter: UserFilter { last_name: Some("LAST777".into()), ..exact },
            found: 20,
            along: &["by_last_name", "AND username=?"],
            rows: Some(42),
        },
        Question {
            name: "the start of many names",
            filter: search("ana"),
            found: 100,
            along: &["by_first_name", "AND username", "AND username"],
            rows: None,
        },
    ]
}

fn page() -> UserPage {
    UserPage { after: None, first: 0, max: 100 }
}

#[test]
fn on_sqlite_users_are_found_along_the_indexes_of_their_names() {
    let directory = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite:{}", directory.path().join("plans.db").display());
    drop(filled(&url));
    let target = Target::parse(&url).expect("a URL");
    crate::writer::forget_statistics(&target).expect("forgotten");
    let mut connection = target.connect(Role::Writer).expect("a connection");
    for Question { name, filter, found, along, .. } in questions() {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let hear = Arc::clone(&heard);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                hear.lock().expect("nobody panicked").push(query.to_string());
            }
        });
        let part = users::list(&mut Tx::new(&mut connection, false), RealmId(id(1, 0)), &filter, &page()).expect(name);
        assert_eq!((part.found.len(), part.rest.is_some()), (found, false), "{name}");
        let asked: Vec<String> = heard.lock().expect("nobody panicked").drain(..).collect();
        assert_eq!(asked.len(), along.len(), "{name}: {asked:?}");
        let AnyConnection::Sqlite(own) = &mut connection else { panic!("not SQLite") };
        for (text, index) in asked.iter().zip(along) {
            let text = text.split(" -- binds").next().expect("a text");
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(own).expect("a plan");
            let plan = steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ");
            assert!(plan.contains(index) && !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{name}: {plan}");
        }
    }
}

const HAS_READ: &str = "SELECT (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint AS rows, seq_scan::bigint AS scans \
                        FROM pg_stat_xact_user_tables WHERE relname = 'users'";

fn has_read(connection: &mut AnyConnection) -> Read {
    let AnyConnection::Postgres(own) = connection else { panic!("not PostgreSQL") };
    diesel::sql_query(HAS_READ).get_result(own).expect("statistics")
}

#[test]
fn on_postgres_a_search_reads_few_more_users_than_it_finds() {
    let database = crate::postgres::PostgresDatabase::create();
    let mut connection = filled(database.url());
    let part = UserFilter { search: Some("*st777".into()), ..UserFilter::default() };
    // Half of all are walked past in the first unit, and the end of each slice is looked up before it is read.
    let infix = ("a part of few names", part, 10, Some(i64::try_from(USERS).expect("few") + 100));
    let by_start = questions().into_iter().map(|asked| (asked.name, asked.filter, asked.found, asked.rows));
    for (name, filter, found, rows) in by_start.chain([infix]) {
        connection.batch_execute("BEGIN").expect("begun");
        // What an earlier question has read may stand there still.
        let before = has_read(&mut connection);
        let part = users::list(&mut Tx::new(&mut connection, false), RealmId(id(1, 0)), &filter, &page()).expect(name);
        assert_eq!(part.found.len(), found, "{name}");
        let after = has_read(&mut connection);
        if let Some(most) = rows {
            assert_eq!(after.scans - before.scans, 0, "{name}: a scan of the table");
            assert!(after.rows - before.rows <= most, "{name}: {} rows read", after.rows - before.rows);
        }
        connection.batch_execute("ROLLBACK").expect("ended");
    }
}
