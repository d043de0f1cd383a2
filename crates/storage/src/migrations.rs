//! The schema's history, embedded in the binary: twins for both databases under the same version names.

use diesel::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::OpenError;
use crate::target::{AnyConnection, Role, Target};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// An arbitrary number that names the turn to migrate among PostgreSQL's advisory locks.
const MIGRATION_LOCK: i64 = 0x7065_7265_6e6e;

/// Migrates the database at this URL and closes it again.
pub fn migrate(url: &str) -> Result<(), OpenError> {
    let target = Target::parse(url)?;
    target.prepare()?;
    run(&target)
}

pub(crate) fn run(target: &Target) -> Result<(), OpenError> {
    let migrated = match target.connect(Role::Migration)? {
        AnyConnection::Sqlite(mut connection) => {
            connection.run_pending_migrations(SQLITE).map(|versions| versions.len())
        }
        AnyConnection::Postgres(mut connection) => {
            // Held until the connection closes.
            diesel::sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
                .execute(&mut connection)
                .map_err(|error| OpenError::Migration(error.to_string()))?;
            connection.run_pending_migrations(POSTGRES).map(|versions| versions.len())
        }
    };
    let count = migrated.map_err(|error| OpenError::Migration(error.to_string()))?;
    if count > 0 {
        tracing::info!(migrations = count, "the database schema is up to date");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
