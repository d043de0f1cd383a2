//! A migrated database for each test, on either backend, and a realm to work in.
#![allow(dead_code, reason = "each test binary uses a part of it")]

#[path = "../../../testkit/src/postgres.rs"]
pub mod postgres;
pub mod samples;

use std::sync::OnceLock;

use perennial_storage::{Store, StoreOptions};

/// Keeps the database for as long as the test runs.
pub struct Database {
    pub url: String,
    _owner: Owner,
}

enum Owner {
    Directory(#[allow(dead_code)] tempfile::TempDir),
    Server(#[allow(dead_code)] postgres::PostgresDatabase),
}

impl Database {
    pub fn sqlite() -> Self {
        static MIGRATED: OnceLock<Vec<u8>> = OnceLock::new();
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("perennial.db");
        let url = format!("sqlite:{}", path.display());
        let migrated = MIGRATED.get_or_init(|| {
            perennial_storage::migrate(&url).expect("migrated");
            std::fs::read(&path).expect("closed, so that all of it is in one file")
        });
        std::fs::write(&path, migrated).expect("written");
        Self { url, _owner: Owner::Directory(directory) }
    }

    pub fn postgres() -> Self {
        static MIGRATED: OnceLock<postgres::PostgresDatabase> = OnceLock::new();
        let template = MIGRATED.get_or_init(|| {
            let database = postgres::PostgresDatabase::create();
            perennial_storage::migrate(database.url()).expect("migrated");
            database
        });
        let database = postgres::PostgresDatabase::create_from(template.name());
        Self { url: database.url().to_owned(), _owner: Owner::Server(database) }
    }

    pub async fn open(&self) -> Store {
        self.open_with(|_| {}).await
    }

    pub async fn open_with(&self, change: impl FnOnce(&mut StoreOptions)) -> Store {
        let mut options = StoreOptions::new(&self.url);
        change(&mut options);
        Store::open(options).await.expect("the store opens")
    }
}

/// One body, two tests: `name::on_sqlite` and `name::on_postgres`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident: Database) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn scenario($database: $crate::support::Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                scenario($crate::support::Database::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgres() {
                scenario($crate::support::Database::postgres()).await;
            }
        }
    )+};
}
