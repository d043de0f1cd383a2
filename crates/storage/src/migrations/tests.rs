//! Histories of both databases are twins, and a database of an older version means the same after its migration.

use super::*;
use crate::{Store, StoreOptions, realm_model};
use diesel::migration::Migration;
use diesel::{Connection, SqliteConnection, pg::Pg};
use perennial_domain::MapperId;
use perennial_domain::client_scope::ClientScope;
use perennial_domain::mapper::{ProtocolMapper, standard_mappers};
use uuid::Uuid;

/// The first version whose claims come from mappers.
const MAPPERS: &str = "2026-11-21-000321";
const REALM: &str = "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b";
/// In the same form: one character more for each scope.
const SCOPE: &str = "0190a1b2c3d47e5f8a9b0c1d2e3f4a";
/// Those that gave claims before, one that gave none, and one of an admin's own.
const SCOPES: [&str; 7] = ["profile", "email", "address", "phone", "roles", "microprofile-jwt", "notes"];
const SETTINGS: &str = r#"{"description":"kept","display_on_consent":false,"admin_consent_required":true}"#;

#[test]
fn both_databases_have_the_same_versions() {
    let sqlite = MigrationSource::<Sqlite>::migrations(&SQLITE).expect("readable");
    let postgres = MigrationSource::<Pg>::migrations(&POSTGRES).expect("readable");
    let sqlite: Vec<String> = sqlite.iter().map(|migration| migration.name().to_string()).collect();
    let postgres: Vec<String> = postgres.iter().map(|migration| migration.name().to_string()).collect();
    assert_eq!(sqlite, postgres);
}

/// An id as a literal.
type Literal = fn(&str) -> String;

fn old_realm(literal: Literal) -> Vec<String> {
    let realm = literal(REALM);
    let mut statements =
        vec![format!("INSERT INTO realms (id, name, settings, stamp) VALUES ({realm}, 'old', '{{}}', 7)")];
    statements.extend(SCOPES.iter().enumerate().map(|(number, name)| {
        let id = literal(&format!("{SCOPE}{number:02}"));
        format!(
            "INSERT INTO client_scopes (id, realm_id, name, settings) VALUES ({id}, {realm}, '{name}', '{SETTINGS}')"
        )
    }));
    statements
}

fn is_older<DB: diesel::backend::Backend>(migration: &dyn Migration<DB>) -> bool {
    !migration.name().to_string().starts_with(MAPPERS) && *migration.name().to_string() < *MAPPERS
}

/// Without what is made up anew each time.
fn content(mappers: &[ProtocolMapper]) -> Vec<ProtocolMapper> {
    let mut all: Vec<_> =
        mappers.iter().map(|one| ProtocolMapper { id: MapperId(Uuid::nil()), ..one.clone() }).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

async fn check(url: &str) {
    let store = Store::open(StoreOptions::new(url)).await.expect("the store opens");
    let model = store.read(|tx| realm_model::load_model(tx, "old")).await.expect("read").expect("the realm");
    assert_ne!(model.stamp, 7, "other nodes must load it anew");
    let mut ids = std::collections::BTreeSet::new();
    for name in SCOPES {
        let scope: &ClientScope = model.find_scope(name).expect(name);
        let expected = if name == "microprofile-jwt" { Vec::new() } else { standard_mappers(name, Uuid::nil) };
        assert_eq!(content(&scope.settings.mappers), content(&expected), "{name}");
        assert!(scope.settings.mappers.iter().all(|mapper| ids.insert(mapper.id)), "ids are unique");
        assert_eq!(scope.settings.description.as_deref(), Some("kept"));
        assert!(scope.settings.admin_consent_required && !scope.settings.display_on_consent);
    }
}

#[tokio::test]
async fn claims_of_older_scopes_become_mappers_on_sqlite() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("old.db").display().to_string();
    let mut connection = SqliteConnection::establish(&path).expect("a database");
    for migration in connection.pending_migrations(SQLITE).expect("readable").iter().filter(|one| is_older(&***one)) {
        connection.run_migration(&**migration).expect("migrated");
    }
    for statement in old_realm(|id| format!("x'{id}'")) {
        diesel::sql_query(statement).execute(&mut connection).expect("inserted");
    }
    drop(connection);
    let url = format!("sqlite:{path}");
    migrate(&url).expect("migrated");
    check(&url).await;
}

#[tokio::test]
async fn claims_of_older_scopes_become_mappers_on_postgres() {
    let database = crate::postgres::PostgresDatabase::create();
    let mut connection = PgConnection::establish(database.url()).expect("a database");
    for migration in connection.pending_migrations(POSTGRES).expect("readable").iter().filter(|one| is_older(&***one)) {
        connection.run_migration(&**migration).expect("migrated");
    }
    for statement in old_realm(|id| format!("'{id}'")) {
        diesel::sql_query(statement).execute(&mut connection).expect("inserted");
    }
    drop(connection);
    migrate(database.url()).expect("migrated");
    check(database.url()).await;
}

/// What the version after this one would have done.
const FROM_THE_FUTURE: &str = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')";

async fn check_newer(url: &str) {
    let store = Store::open(StoreOptions::new(url)).await.expect("the store opens");
    assert!(matches!(store.check_schema().await, Err(OpenError::NewerSchema(version)) if version == "99991231000000"));
    let refused = store.migrate().await.expect_err("an older version does not start").to_string();
    assert!(refused.contains("newer version") && refused.contains("99991231000000"), "{refused}");
}

#[tokio::test]
async fn a_schema_newer_than_the_binary_is_refused_on_sqlite() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("newer.db").display().to_string();
    let url = format!("sqlite:{path}");
    migrate(&url).expect("migrated");
    migrate(&url).expect("again");
    let mut connection = SqliteConnection::establish(&path).expect("a database");
    diesel::sql_query(FROM_THE_FUTURE).execute(&mut connection).expect("inserted");
    check_newer(&url).await;
}

#[tokio::test]
async fn a_schema_newer_than_the_binary_is_refused_on_postgres() {
    let database = crate::postgres::PostgresDatabase::create();
    migrate(database.url()).expect("migrated");
    let mut connection = PgConnection::establish(database.url()).expect("a database");
    diesel::sql_query(FROM_THE_FUTURE).execute(&mut connection).expect("inserted");
    check_newer(database.url()).await;
}

#[test]
fn a_migration_lets_who_uses_its_table_pass_and_is_tried_again() {
    let database = crate::postgres::PostgresDatabase::create();
    let mut connection = PgConnection::establish(database.url()).expect("a database");
    for migration in connection.pending_migrations(POSTGRES).expect("readable").iter().filter(|one| is_older(&***one)) {
        connection.run_migration(&**migration).expect("migrated");
    }
    // A long look at a table that a later version changes: longer than a migration waits for it.
    connection.batch_execute("BEGIN; LOCK TABLE users, authorization_codes IN ACCESS SHARE MODE").expect("locked");
    let url = database.url().to_owned();
    let migrating = std::thread::spawn(move || migrate(&url));
    connection.batch_execute("SELECT pg_sleep(3); COMMIT").expect("unlocked");
    migrating.join().expect("no panic").expect("migrated");
}
