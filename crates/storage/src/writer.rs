//! SQLite's one writer: a thread that commits in groups. Every unit has its own savepoint, all units that wait share one
//! commit, and nobody is answered before that commit is on disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::target::{AnyConnection, Role, Target};
use crate::unit::{Unit, Verdict};
use crate::{OpenError, StorageError, Tx};

/// Units that may wait; beyond it, callers wait to enqueue.
const QUEUE_LENGTH: usize = 1024;
const MAX_GROUP: usize = 512;
/// A group closes after this long, so that the first unit in it does not pay for a stream of slow ones.
const MAX_GROUP_TIME: Duration = Duration::from_millis(20);

/// Statistics age: taken of a young database, they make SQLite begin at what was small then, and read all of it for one page of a
/// list. Without any it goes along the index whose columns are given, which is what the statements are written for and tests ask
/// its plans about. With `sqlite_stat4`, it would even prepare a statement anew for each value that is bound.
const FORGET_STATISTICS: &str = "DROP TABLE IF EXISTS sqlite_stat1; DROP TABLE IF EXISTS sqlite_stat4";
const LAST_WORDS: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

pub(crate) enum Message {
    Unit(Box<dyn Unit>),
    Stop,
}

struct Writer {
    connection: AnyConnection,
    has_test_clock: bool,
    queue: Receiver<Message>,
    stopping: bool,
    /// Set where a group was lost; whoever sees that something can be written again clears it.
    failed: Arc<AtomicBool>,
}

pub(crate) fn start(
    target: &Target,
    has_test_clock: bool,
    failed: Arc<AtomicBool>,
) -> Result<(Sender<Message>, JoinHandle<()>), OpenError> {
    forget_statistics(target)?;
    let connection = target.connect(Role::Writer)?;
    let (sender, queue) = mpsc::channel(QUEUE_LENGTH);
    let writer = Writer { connection, has_test_clock, queue, stopping: false, failed };
    let thread = std::thread::Builder::new()
        .name("sqlite-writer".to_owned())
        .spawn(move || writer.run())
        .map_err(|error| OpenError::Writer(error.to_string()))?;
    Ok((sender, thread))
}

/// What another program, or an earlier version, has left. On a connection of its own: one that has read them keeps them.
pub(crate) fn forget_statistics(target: &Target) -> Result<(), OpenError> {
    let mut connection = target.connect(Role::Writer)?;
    connection.batch_execute(FORGET_STATISTICS).map_err(|error| OpenError::Writer(error.to_string()))
}

impl Writer {
    fn run(mut self) {
        while let Some(message) = self.queue.blocking_recv() {
            match message {
                Message::Unit(first) => self.run_group(first),
                Message::Stop => self.stop(),
            }
            if self.stopping {
                // What was accepted is finished, what comes now is refused.
                self.queue.close();
            }
        }
        if let Err(error) = self.connection.batch_execute(LAST_WORDS) {
            tracing::warn!(%error, "the write-ahead log could not be folded in; the next start reads it");
        }
    }

    fn stop(&mut self) {
        self.stopping = true;
    }

    fn run_group(&mut self, first: Box<dyn Unit>) {
        let mut group = Vec::with_capacity(16);
        if let Err(error) = self.execute("BEGIN IMMEDIATE") {
            self.failed.store(true, Ordering::Release);
            group.push(first);
            while let Some(unit) = self.next_waiting() {
                group.push(unit);
            }
            return fail(group, &error);
        }
        let fate = self.fill(first, &mut group).and_then(|()| self.execute("COMMIT"));
        match fate {
            Ok(()) => {
                for unit in group {
                    unit.answer(Ok(()));
                }
            }
            Err(error) => {
                tracing::error!(%error, units = group.len(), "a group of units could not be committed");
                self.failed.store(true, Ordering::Release);
                // Fails only where SQLite has rolled back by itself.
                let _ = self.execute("ROLLBACK");
                fail(group, &error);
            }
        }
    }

    fn fill(&mut self, first: Box<dyn Unit>, group: &mut Vec<Box<dyn Unit>>) -> Result<(), String> {
        let started = Instant::now();
        let mut next = Some(first);
        while let Some(mut unit) = next {
            let done = self.run_unit(unit.as_mut());
            group.push(unit);
            done?;
            let is_full = group.len() >= MAX_GROUP || started.elapsed() >= MAX_GROUP_TIME;
            next = if is_full { None } else { self.next_waiting() };
        }
        Ok(())
    }

    fn run_unit(&mut self, unit: &mut dyn Unit) -> Result<(), String> {
        self.execute("SAVEPOINT unit")?;
        let verdict = unit.run(&mut Tx::new(&mut self.connection, self.has_test_clock));
        match verdict {
            Verdict::Keep => self.execute("RELEASE unit"),
            Verdict::Discard => self.execute("ROLLBACK TO unit; RELEASE unit"),
        }
    }

    fn next_waiting(&mut self) -> Option<Box<dyn Unit>> {
        match self.queue.try_recv() {
            Ok(Message::Unit(unit)) => Some(unit),
            Ok(Message::Stop) => {
                self.stop();
                None
            }
            Err(_) => None,
        }
    }

    fn execute(&mut self, statement: &str) -> Result<(), String> {
        self.connection.batch_execute(statement).map_err(|error| format!("{statement}: {error}"))
    }
}

fn fail(group: Vec<Box<dyn Unit>>, reason: &str) {
    for unit in group {
        unit.answer(Err(StorageError::unavailable(reason)));
    }
}
