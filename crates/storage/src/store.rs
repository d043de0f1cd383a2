//! The store: units of work over one of two databases, chosen by the URL. `write` is durable once it answers, `read` sees
//! one snapshot and never waits for a writer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;

use crate::pool::Connections;
use crate::target::{Role, Target};
use crate::unit::{Job, Unit};
use crate::writer::{self, Message};
use crate::{OpenError, StorageError, StorageResult, Tx, meta, migrations};

#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections on PostgreSQL, readers on SQLite; 0 chooses by the number of cores.
    pub pool_size: u32,
    /// Adds the database's test-clock offset to its time.
    pub test_clock: bool,
    /// Lets `write_relaxed` commit asynchronously on PostgreSQL. Off: it is as durable as `write`.
    pub relaxed_rotation: bool,
    /// Opening makes nothing and takes nothing away; SQLite then refuses to write.
    pub read_only: bool,
}

impl StoreOptions {
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), pool_size: 0, test_clock: false, relaxed_rotation: false, read_only: false }
    }
}

#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    connections: Connections,
    /// SQLite only.
    writer: Option<Sender<Message>>,
    writer_thread: Mutex<Option<JoinHandle<()>>>,
    writer_failed: Arc<AtomicBool>,
    relaxed_rotation: bool,
}

const QUEUE_TIMEOUT: Duration = Duration::from_secs(10);
const BEGIN: &str = "BEGIN";
/// However the server or the role is set up: what is answered as done is on disk.
const BEGIN_DURABLE: &str = "BEGIN; SET LOCAL synchronous_commit TO on";
const BEGIN_RELAXED: &str = "BEGIN; SET LOCAL synchronous_commit TO off";
const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

impl Store {
    /// Opens the database, reporting at once whether it can be used. Does not migrate.
    pub async fn open(options: StoreOptions) -> Result<Self, OpenError> {
        let opened = tokio::task::spawn_blocking(move || Self::open_blocking(&options)).await;
        opened.unwrap_or_else(|error| Err(OpenError::Writer(error.to_string())))
    }

    fn open_blocking(options: &StoreOptions) -> Result<Self, OpenError> {
        let target = Target::parse(&options.url)?;
        if !options.read_only {
            target.prepare()?;
        }
        let size = if options.pool_size == 0 { default_pool_size(&target) } else { options.pool_size };
        let connections = Connections::new(&target, size, options.test_clock);
        let writer_failed = Arc::new(AtomicBool::new(false));
        let (writer, thread) = match &target {
            Target::Sqlite { .. } if !options.read_only => {
                let (sender, thread) = writer::start(&target, options.test_clock, Arc::clone(&writer_failed))?;
                (Some(sender), Some(thread))
            }
            _ => {
                target.connect(Role::Pooled)?;
                (None, None)
            }
        };
        let inner = Inner {
            target,
            connections,
            writer,
            writer_thread: Mutex::new(thread),
            writer_failed,
            relaxed_rotation: options.relaxed_rotation,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Brings the schema up to date; nodes that start together take turns.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        let target = self.inner.target.clone();
        let migrated = tokio::task::spawn_blocking(move || migrations::run(&target)).await;
        migrated.unwrap_or_else(|error| Err(OpenError::Migration(error.to_string())))
    }

    /// Whether this binary knows all that the database's schema has; changes nothing.
    pub async fn check_schema(&self) -> Result<(), OpenError> {
        let target = self.inner.target.clone();
        let checked = tokio::task::spawn_blocking(move || migrations::check(&target)).await;
        checked.unwrap_or_else(|error| Err(OpenError::Migration(error.to_string())))
    }

    /// One durable unit of work: kept if it returns Ok, undone if it returns Err or panics.
    /// A refusal that must persist is therefore a value, not an error.
    pub async fn write<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.write_beginning(BEGIN_DURABLE, unit).await
    }

    /// For what heals itself when a commit is lost (rotations): on PostgreSQL, and where the option allows it, the answer
    /// does not wait for the disk. SQLite's group commit is durable for all.
    pub async fn write_relaxed<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let begin = if self.inner.relaxed_rotation { BEGIN_RELAXED } else { BEGIN_DURABLE };
        self.write_beginning(begin, unit).await
    }

    /// One snapshot. An attempt to change something inside it is an error.
    pub async fn read<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let begin = match self.inner.target {
            Target::Sqlite { .. } => BEGIN,
            Target::Postgres { .. } => BEGIN_SNAPSHOT,
        };
        let (job, answer) = Job::new(unit);
        self.inner.connections.run(begin, Box::new(job)).await;
        receive(answer).await
    }

    /// Finishes what was accepted, folds the write-ahead log into the file, and refuses everything later.
    pub async fn shutdown(&self) {
        self.inner.connections.close().await;
        if let Some(writer) = &self.inner.writer {
            // Closed already where the store was shut down before.
            let _ = writer.send(Message::Stop).await;
        }
        let thread = self.inner.writer_thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let joined = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
            if !joined.unwrap_or(false) {
                tracing::error!("the database writer ended in a panic");
            }
        }
    }

    /// `sqlite` or `postgres`, for logs and metrics.
    pub fn database_name(&self) -> &'static str {
        match self.inner.target {
            Target::Sqlite { .. } => "sqlite",
            Target::Postgres { .. } => "postgres",
        }
    }

    /// Units that wait for the one writer; `None` on PostgreSQL, which has many.
    pub fn waiting(&self) -> Option<usize> {
        self.inner.writer.as_ref().map(|writer| writer.max_capacity() - writer.capacity())
    }

    /// For readiness: does the database answer, and SQLite's writer, too? That one is asked to write only after it could not.
    pub async fn look(&self) -> StorageResult<()> {
        if self.inner.writer.as_ref().is_some_and(Sender::is_closed) {
            return Err(StorageError::unavailable("the writer has ended"));
        }
        if self.inner.writer_failed.load(Ordering::Acquire) {
            self.write(meta::rewrite).await?;
            self.inner.writer_failed.store(false, Ordering::Release);
        }
        self.ping().await
    }

    /// Does the database answer?
    pub async fn ping(&self) -> StorageResult<()> {
        self.read(|tx| tx.now().map(drop)).await
    }

    async fn write_beginning<T, E, F>(&self, begin: &'static str, unit: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (job, answer) = Job::new(unit);
        match &self.inner.writer {
            Some(writer) => enqueue(writer, Box::new(job)).await?,
            None => self.inner.connections.run(begin, Box::new(job)).await,
        }
        receive(answer).await
    }
}

async fn enqueue(writer: &Sender<Message>, unit: Box<dyn Unit>) -> StorageResult<()> {
    writer.send_timeout(Message::Unit(unit), QUEUE_TIMEOUT).await.map_err(|error| match error {
        tokio::sync::mpsc::error::SendTimeoutError::Timeout(_) => {
            StorageError::unavailable("the write queue stayed full")
        }
        tokio::sync::mpsc::error::SendTimeoutError::Closed(_) => StorageError::unavailable("the store is shut down"),
    })
}

async fn receive<T, E: From<StorageError>>(answer: oneshot::Receiver<Result<T, E>>) -> Result<T, E> {
    answer.await.unwrap_or_else(|_| Err(StorageError::unavailable("the unit of work was lost").into()))
}

fn default_pool_size(target: &Target) -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, |cores| u32::try_from(cores.get()).unwrap_or(2));
    match target {
        Target::Sqlite { .. } => cores.clamp(2, 8),
        Target::Postgres { .. } => (2 * cores + 2).max(8),
    }
}
