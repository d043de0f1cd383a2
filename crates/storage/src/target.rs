//! Where a database is: the URL, parsed by scheme, and how one connection to it is made and set up.
//! Owns every pragma and session setting; does not own pools or transactions.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};

use crate::OpenError;

/// One connection to either database; queries are written once, against this.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(Clone, Debug)]
pub(crate) enum Target {
    Sqlite { path: PathBuf },
    Postgres { url: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one SQLite writer.
    Writer,
    /// SQLite readers refuse to write; on PostgreSQL every pooled connection is of this role.
    Pooled,
    /// Migrations: no time limit on statements.
    Migration,
}

/// Waiting for a file lock that another process holds (`perennial` verbs beside a running server).
const SQLITE_BUSY_TIMEOUT_MS: u32 = 5_000;
/// Pages of 4 KiB that a WAL may hold before it is copied back: 16 MiB.
const SQLITE_CHECKPOINT_PAGES: u32 = 4_096;
/// Page caches in KiB, an upper limit that is filled as needed. Small, because the whole server rests in 40 MB and the
/// operating system caches the file anyway. No mmap: each connection's mapping would count as resident memory again.
const SQLITE_WRITER_CACHE_KIB: u32 = 8_192;
const SQLITE_READER_CACHE_KIB: u32 = 2_048;

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres { url: with_default_parameters(url) });
        }
        let Some(rest) = url.strip_prefix("sqlite:") else {
            return Err(OpenError::UnknownScheme);
        };
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path.is_empty() || path == ":memory:" {
            return Err(OpenError::NoPath);
        }
        Ok(Self::Sqlite { path: PathBuf::from(path) })
    }

    /// Creates the directory of an SQLite file and checks that it can be written.
    pub(crate) fn prepare(&self) -> Result<(), OpenError> {
        let Self::Sqlite { path } = self else {
            return Ok(());
        };
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(directory) = directory {
            std::fs::create_dir_all(directory).map_err(|error| sqlite_error(path, &error))?;
        }
        std::fs::OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map(drop)
            .map_err(|error| sqlite_error(path, &error))
    }

    pub(crate) fn connect(&self, role: Role) -> Result<AnyConnection, OpenError> {
        match self {
            Self::Sqlite { path } => {
                connect_sqlite(path, role).map(AnyConnection::Sqlite).map_err(|error| sqlite_error(path, &error))
            }
            Self::Postgres { url } => connect_postgres(url, role)
                .map(AnyConnection::Postgres)
                .map_err(|error| OpenError::Postgres(public_postgres_reason(&error))),
        }
    }
}

fn sqlite_error(path: &Path, error: &dyn std::fmt::Display) -> OpenError {
    OpenError::Sqlite { path: path.display().to_string(), reason: error.to_string() }
}

fn connect_sqlite(path: &Path, role: Role) -> Result<SqliteConnection, ConnectionError> {
    // An absolute path cannot be mistaken for a `file:` URI or `:memory:`.
    let path = std::path::absolute(path).map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    let path = path.to_str().ok_or_else(|| ConnectionError::BadConnection("the path is not UTF-8".to_owned()))?;
    let mut connection = SqliteConnection::establish(path)?;
    let cache_kib = if role == Role::Writer { SQLITE_WRITER_CACHE_KIB } else { SQLITE_READER_CACHE_KIB };
    let query_only = u8::from(role == Role::Pooled);
    // It stays with the file, so who only reads leaves it as it is.
    let journal = match role {
        Role::Pooled => String::new(),
        Role::Writer | Role::Migration => format!(
            "PRAGMA journal_mode = WAL;
             PRAGMA wal_autocheckpoint = {SQLITE_CHECKPOINT_PAGES};
             PRAGMA journal_size_limit = 67108864;"
        ),
    };
    connection
        .batch_execute(&format!(
            "PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS};
             {journal}
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -{cache_kib};
             PRAGMA mmap_size = 0;
             PRAGMA temp_store = MEMORY;
             PRAGMA trusted_schema = OFF;
             PRAGMA query_only = {query_only};"
        ))
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

fn connect_postgres(url: &str, role: Role) -> Result<PgConnection, ConnectionError> {
    let mut connection = PgConnection::establish(url)?;
    let limits = match role {
        Role::Migration => "",
        Role::Writer | Role::Pooled => {
            "; SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'"
        }
    };
    // Every query is short: compiling it costs more than it saves.
    connection
        .batch_execute(&format!("SET jit = off; SET client_min_messages = warning{limits}"))
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// Limits how long a dead server can hold a caller; what the URL says itself wins.
fn with_default_parameters(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [("connect_timeout", "5"), ("tcp_user_timeout", "10000"), ("application_name", "perennial")] {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.push_str(value);
        }
    }
    url
}

/// libpq quotes parts of a URL that it cannot parse, which may be the password; what a server or the network said is safe.
fn public_postgres_reason(error: &ConnectionError) -> String {
    let text = error.to_string();
    let from_the_network = ["connection to server", "could not translate host name"];
    if from_the_network.iter().any(|known| text.starts_with(known)) {
        text.trim().to_owned()
    } else if let ConnectionError::CouldntSetupConfiguration(error) = error {
        error.to_string()
    } else {
        "the database URL or the server's answer could not be understood".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_understood_by_its_scheme() {
        assert!(
            matches!(Target::parse("sqlite:data/p.db"), Ok(Target::Sqlite { path }) if path == Path::new("data/p.db"))
        );
        assert!(
            matches!(Target::parse("sqlite:///tmp/p.db"), Ok(Target::Sqlite { path }) if path == Path::new("/tmp/p.db"))
        );
        assert!(matches!(Target::parse("postgres://h/d"), Ok(Target::Postgres { .. })));
        assert!(matches!(Target::parse("mysql://h/d"), Err(OpenError::UnknownScheme)));
        assert!(matches!(Target::parse("sqlite::memory:"), Err(OpenError::NoPath)));
    }

    #[test]
    fn parameters_of_the_url_win_over_defaults() {
        let url = with_default_parameters("postgres://h/d?connect_timeout=1");
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert!(url.contains("&application_name=perennial"));
    }

    #[test]
    fn an_error_never_repeats_the_password() {
        let url = "postgres://user:s%3zecret@127.0.0.1:1/none";
        let Err(error) = Target::parse(url).and_then(|target| target.connect(Role::Pooled)) else {
            panic!("nothing listens there");
        };
        assert!(!error.to_string().contains("ecret"), "{error}");
    }

    #[test]
    fn an_unreachable_server_is_named_with_its_reason() {
        let url = "postgres://user:secret@127.0.0.1:1/none";
        let Err(error) = Target::parse(url).and_then(|target| target.connect(Role::Pooled)) else {
            panic!("nothing listens there");
        };
        assert!(error.to_string().contains("refused"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
