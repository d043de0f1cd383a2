//! Pooled connections: SQLite's readers, and everything on PostgreSQL. A semaphore in front of the pool makes callers wait
//! without a thread; a connection that went stale is replaced before any of the unit has run.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection, R2D2Connection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::target::{AnyConnection, Role, Target};
use crate::unit::{Unit, Verdict};
use crate::{OpenError, StorageError, StorageResult, Tx};

/// Longer than any healthy unit takes, shorter than a client waits.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(4);

pub(crate) struct Link {
    connection: AnyConnection,
    broken: bool,
}

struct Manager {
    target: Target,
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = OpenError;

    fn connect(&self) -> Result<Link, OpenError> {
        Ok(Link { connection: self.target.connect(Role::Pooled)?, broken: false })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), OpenError> {
        link.connection.ping().map_err(|error| OpenError::Postgres(error.to_string()))
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.broken || link.connection.is_broken()
    }
}

#[derive(Clone)]
pub(crate) struct Connections {
    pool: Pool<Manager>,
    turns: Arc<Semaphore>,
    size: u32,
    has_test_clock: bool,
}

impl Connections {
    pub(crate) fn new(target: &Target, size: u32, has_test_clock: bool) -> Self {
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            // A ping before each use would double the round trips; see `begin`.
            .test_on_check_out(false)
            .connection_timeout(ACQUIRE_TIMEOUT)
            .error_handler(Box::new(LogErrors))
            .build_unchecked(Manager { target: target.clone() });
        Self { pool, turns: Arc::new(Semaphore::new(size as usize)), size, has_test_clock }
    }

    /// Runs a unit between `begin` and its commit, on a thread that may block.
    pub(crate) async fn run(&self, begin: &'static str, mut unit: Box<dyn Unit>) {
        let permit = match self.turn().await {
            Ok(permit) => permit,
            Err(error) => return unit.answer(Err(error)),
        };
        let this = self.clone();
        let run = tokio::task::spawn_blocking(move || {
            let fate = this.transaction(begin, unit.as_mut());
            drop(permit);
            unit.answer(fate);
        });
        if let Err(error) = run.await {
            tracing::error!(%error, "a database thread failed");
        }
    }

    /// Waits for running units; later ones are refused.
    pub(crate) async fn close(&self) {
        let all = timeout(ACQUIRE_TIMEOUT, self.turns.acquire_many(self.size)).await;
        self.turns.close();
        if all.is_err() {
            tracing::warn!("units of work are still running at shutdown");
        }
    }

    async fn turn(&self) -> StorageResult<OwnedSemaphorePermit> {
        match timeout(ACQUIRE_TIMEOUT, self.turns.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(StorageError::unavailable("the store is shut down")),
            Err(_) => Err(StorageError::unavailable("no database connection became free in time")),
        }
    }

    fn transaction(&self, begin: &str, unit: &mut dyn Unit) -> StorageResult<()> {
        let mut link = self.begin(begin)?;
        let verdict = unit.run(&mut Tx::new(&mut link.connection, self.has_test_clock));
        let done = match verdict {
            Verdict::Keep => commit(&mut link.connection),
            Verdict::Discard => Ok(()),
        };
        if verdict == Verdict::Discard || done.is_err() {
            link.broken = link.connection.batch_execute("ROLLBACK").is_err();
        }
        done.map_err(|error| StorageError::unavailable(format!("commit: {error}")))
    }

    /// A connection may have died while it lay in the pool. Nothing has run yet, so the next one is tried.
    fn begin(&self, begin: &str) -> StorageResult<PooledConnection<Manager>> {
        let mut reason = String::new();
        for _ in 0..=self.size {
            let mut link = self.pool.get().map_err(|error| StorageError::unavailable(error.to_string()))?;
            match link.connection.batch_execute(begin) {
                Ok(()) => return Ok(link),
                Err(error) => {
                    link.broken = true;
                    reason = error.to_string();
                }
            }
        }
        Err(StorageError::unavailable(format!("begin: {reason}")))
    }
}

/// PostgreSQL answers COMMIT of a failed transaction with success and rolls back; the SELECT before it fails instead.
fn commit(connection: &mut AnyConnection) -> diesel::QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(connection) => connection.batch_execute("COMMIT"),
        AnyConnection::Postgres(connection) => connection.batch_execute("SELECT; COMMIT"),
    }
}

#[derive(Debug)]
struct LogErrors;

impl diesel::r2d2::HandleError<OpenError> for LogErrors {
    fn handle_error(&self, error: OpenError) {
        tracing::warn!(%error, "a database connection could not be made");
    }
}
