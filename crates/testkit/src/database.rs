//! A database of its own for every test, on either backend, gone when the test is over.

use crate::postgres::PostgresDatabase;
use tempfile::TempDir;

/// Where a test's server keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// An empty database; removed when dropped.
pub struct TestDatabase {
    backend: Backend,
    url: String,
    _owner: Owner,
}

/// What keeps the data alive.
#[expect(dead_code, reason = "held for their Drop")]
enum Owner {
    Directory(TempDir),
    Cluster(PostgresDatabase),
}

impl TestDatabase {
    pub fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::sqlite(),
            Backend::Postgres => Self::postgres(),
        }
    }

    fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let url = format!("sqlite:{}", directory.path().join("perennial.db").display());
        Self { backend: Backend::Sqlite, url, _owner: Owner::Directory(directory) }
    }

    fn postgres() -> Self {
        let database = PostgresDatabase::create();
        let url = database.url().to_owned();
        Self { backend: Backend::Postgres, url, _owner: Owner::Cluster(database) }
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// For `PERENNIAL_DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }
}
