//! The schema's history, embedded in the binary: twins for both databases under the same version names.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;
use diesel::{PgConnection, QueryResult, QueryableByName, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::OpenError;
use crate::target::{AnyConnection, Role, Target};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// An arbitrary number that names the turn to migrate among PostgreSQL's advisory locks.
const MIGRATION_LOCK: i64 = 0x7065_7265_6e6e;

/// How long a change of a table waits for it, and how often it is tried: some three minutes in all.
const LOCK_TIMEOUT_MS: u32 = 2_000;
const MOST_TRIES: u32 = 60;
const BETWEEN_TRIES: &str = "SELECT pg_sleep(1)";
/// What PostgreSQL says where a migration and who uses its tables were in each other's way; diesel hides the code.
const PASSING: [&str; 2] = ["lock timeout", "deadlock detected"];

/// Migrates the database at this URL and closes it again.
pub fn migrate(url: &str) -> Result<(), OpenError> {
    let target = Target::parse(url)?;
    target.prepare()?;
    run(&target)
}

pub(crate) fn run(target: &Target) -> Result<(), OpenError> {
    let failed = |error: &dyn std::fmt::Display| OpenError::Migration(error.to_string());
    let mut connection = target.connect(Role::Migration)?;
    if let AnyConnection::Postgres(own) = &mut connection {
        // Held until the connection closes, and waited for as long as another node migrates.
        diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
            .execute(own)
            .map_err(|error| failed(&error))?;
        own.batch_execute(&format!("SET lock_timeout = {LOCK_TIMEOUT_MS}")).map_err(|error| failed(&error))?;
    }
    refuse_newer(&mut connection)?;
    let count = match &mut connection {
        AnyConnection::Sqlite(own) => {
            own.run_pending_migrations(SQLITE).map(|versions| versions.len()).map_err(|error| failed(&error))?
        }
        AnyConnection::Postgres(own) => run_patiently(own).map_err(|error| failed(&error))?,
    };
    if count > 0 {
        tracing::info!(migrations = count, "the database schema is up to date");
    }
    Ok(())
}

/// A change of a table waits for who uses it, and whoever comes meanwhile waits behind it, on every node: so it gives up soon,
/// lets them pass, and tries again. Each migration is a transaction of its own.
fn run_patiently(connection: &mut PgConnection) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let (mut done, mut tries) = (0, 0);
    loop {
        let Some(next) = connection.pending_migrations(POSTGRES)?.into_iter().next() else { return Ok(done) };
        let failure = match connection.run_migration(&*next) {
            Ok(_) => {
                done += 1;
                continue;
            }
            Err(error) => error,
        };
        tries += 1;
        let text = failure.to_string();
        if tries == MOST_TRIES || !PASSING.iter().any(|known| text.contains(known)) {
            return Err(failure);
        }
        tracing::info!(migration = %next.name(), "its table is in use; it is tried again");
        connection.batch_execute(BETWEEN_TRIES)?;
    }
}

/// Whether this binary knows all that the database's schema has; changes nothing.
pub(crate) fn check(target: &Target) -> Result<(), OpenError> {
    refuse_newer(&mut target.connect(Role::Pooled)?)
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Tables {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const HISTORY_ON_SQLITE: &str =
    "SELECT count(*) AS count FROM sqlite_master WHERE type = 'table' AND name = '__diesel_schema_migrations'";
const HISTORY_ON_POSTGRES: &str = "SELECT count(to_regclass('__diesel_schema_migrations')) AS count";

/// An older binary would write what the newer schema does not expect.
fn refuse_newer(connection: &mut AnyConnection) -> Result<(), OpenError> {
    let failed = |error: diesel::result::Error| OpenError::Migration(error.to_string());
    let known = MigrationSource::<Sqlite>::migrations(&SQLITE);
    let known = known.map_err(|error| OpenError::Migration(error.to_string()))?;
    let known: BTreeSet<String> = known.iter().map(|migration| migration.name().version().to_string()).collect();
    let newer = applied(connection).map_err(failed)?.into_iter().find(|applied| !known.contains(&applied.version));
    newer.map_or(Ok(()), |newer| Err(OpenError::NewerSchema(newer.version)))
}

/// None where nothing has been migrated yet.
fn applied(connection: &mut AnyConnection) -> QueryResult<Vec<Applied>> {
    let history: Tables = match connection {
        AnyConnection::Sqlite(own) => diesel::sql_query(HISTORY_ON_SQLITE).get_result(own)?,
        AnyConnection::Postgres(own) => diesel::sql_query(HISTORY_ON_POSTGRES).get_result(own)?,
    };
    if history.count == 0 {
        return Ok(Vec::new());
    }
    let query = diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    match connection {
        AnyConnection::Sqlite(own) => query.load(own),
        AnyConnection::Postgres(own) => query.load(own),
    }
}

#[cfg(test)]
mod tests;
