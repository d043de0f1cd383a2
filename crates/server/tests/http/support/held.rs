//! A realm that somebody else is changing for a while, as in a long unit of another node's: whoever wants to change it waits.

use perennial_domain::RealmId;
use perennial_storage::{StorageError, StorageResult, Store, StoreOptions, Tx, realms};
use perennial_testkit::{TestServer, demo};
use std::sync::mpsc;
use std::time::Duration;
use tokio::{sync::oneshot, task::JoinHandle};

/// SQLite's writer waits five seconds for another one, PostgreSQL ten for a row.
const LONGEST: Duration = Duration::from_secs(4);
/// More than a request takes to come to what it has to wait for.
const A_WHILE: Duration = Duration::from_secs(1);

pub struct Held {
    release: mpsc::Sender<()>,
    unit: JoinHandle<()>,
}

impl Held {
    /// The demo realm. SQLite has one writer for all realms.
    pub async fn realm(server: &TestServer) -> Self {
        Self::after(server, realms::renew_stamp).await
    }

    /// What this has changed in the demo realm, and has yet to commit.
    pub async fn after<F>(server: &TestServer, change: F) -> Self
    where
        F: FnOnce(&mut Tx<'_>, RealmId) -> StorageResult<()> + Send + 'static,
    {
        let store =
            Store::open(StoreOptions::new(server.database_url())).await.expect("the database beside the server");
        let (release, released) = mpsc::channel::<()>();
        let (told, is_held) = oneshot::channel();
        let unit = move |tx: &mut Tx<'_>| {
            let realm = realms::find_by_name(tx, demo::REALM)?.expect("the demo realm");
            change(tx, realm.id)?;
            told.send(()).expect("somebody waits for it");
            // Also where the test has failed meanwhile.
            let _ = released.recv_timeout(LONGEST);
            Ok::<_, StorageError>(())
        };
        let unit = tokio::spawn(async move {
            store.write(unit).await.expect("a unit");
            store.shutdown().await;
        });
        is_held.await.expect("it is held");
        Self { release, unit }
    }

    /// Long enough for whatever does not wait for it.
    pub async fn a_while(&self) {
        tokio::time::sleep(A_WHILE).await;
    }

    pub async fn let_go(self) {
        // Nobody listens where it took too long.
        let _ = self.release.send(());
        self.unit.await.expect("it is let go");
    }
}
