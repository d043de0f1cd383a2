//! A database of its own for every test, on either backend, gone when the test is over.

use crate::postgres::{OwnCluster, PostgresDatabase};
use std::path::{Path, PathBuf};
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
    owner: Owner,
}

/// What keeps the data alive.
enum Owner {
    Directory(TempDir),
    Cluster(PostgresDatabase),
    OwnCluster(OwnCluster),
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
        Self { backend: Backend::Sqlite, url, owner: Owner::Directory(directory) }
    }

    /// A copy of an SQLite file that nobody is using; on file systems that can, it shares the blocks until they change.
    pub fn sqlite_from(file: &Path) -> Self {
        let own = Self::sqlite();
        std::fs::copy(file, own.url.trim_start_matches("sqlite:")).expect("the database copied");
        own
    }

    fn postgres() -> Self {
        Self::in_cluster(PostgresDatabase::create())
    }

    /// On a PostgreSQL server of its own, which can crash; `options` as `postgres` takes them.
    pub fn postgres_of_its_own(options: &str) -> Self {
        let cluster = OwnCluster::start(options);
        let url = cluster.url();
        Self { backend: Backend::Postgres, url, owner: Owner::OwnCluster(cluster) }
    }

    /// The server that only this database has.
    #[track_caller]
    pub fn own_cluster(&self) -> &OwnCluster {
        match &self.owner {
            Owner::OwnCluster(cluster) => cluster,
            _ => panic!("not a database with a server of its own"),
        }
    }

    fn in_cluster(database: PostgresDatabase) -> Self {
        let url = database.url().to_owned();
        Self { backend: Backend::Postgres, url, owner: Owner::Cluster(database) }
    }

    /// Another database with the same content. Nobody may be using this one.
    pub fn copy(&self) -> Self {
        match &self.owner {
            Owner::Directory(own) => {
                let copy = Self::sqlite();
                copy.with_directory(|other| copy_files(own.path(), other));
                copy
            }
            Owner::Cluster(own) => Self::in_cluster(PostgresDatabase::create_from(own.name())),
            Owner::OwnCluster(_) => panic!("a cluster of its own is not copied"),
        }
    }

    /// Puts the other's content in place of this one's. Nobody may be using either.
    pub fn replace_with(&self, other: &Self) {
        match (&self.owner, &other.owner) {
            (Owner::Directory(own), Owner::Directory(other)) => {
                for file in files(own.path()) {
                    std::fs::remove_file(file).expect("a file removed");
                }
                copy_files(other.path(), own.path());
            }
            (Owner::Cluster(own), Owner::Cluster(other)) => own.recreate_from(other.name()),
            _ => panic!("a backup of another kind of database"),
        }
    }

    /// All that it holds: the bytes of SQLite's files, with what is yet to be checkpointed, or a dump of PostgreSQL's rows.
    pub fn content(&self) -> Vec<u8> {
        match &self.owner {
            Owner::Directory(own) => {
                files(own.path()).into_iter().flat_map(|file| std::fs::read(file).expect("a file read")).collect()
            }
            Owner::Cluster(own) => own.dump(),
            Owner::OwnCluster(_) => panic!("a cluster of its own is not dumped"),
        }
    }

    fn with_directory(&self, act: impl FnOnce(&Path)) {
        if let Owner::Directory(directory) = &self.owner {
            act(directory.path());
        }
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// For `PERENNIAL_DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path()).collect()
}

fn copy_files(from: &Path, to: &Path) {
    for file in files(from) {
        let name = file.file_name().expect("a file's name");
        std::fs::copy(&file, to.join(name)).expect("a file copied");
    }
}
