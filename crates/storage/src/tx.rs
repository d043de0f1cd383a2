//! A unit of work in progress: the connection inside its transaction, and what time it is. Commit and rollback belong
//! to the store, never to a query.

use std::time::{SystemTime, UNIX_EPOCH};

use diesel::prelude::*;
use perennial_domain::Timestamp;

use crate::StorageResult;
use crate::fragments::{ClockMs, TestClockMs};
use crate::schema::test_clock;
use crate::target::AnyConnection;

pub struct Tx<'c> {
    connection: &'c mut AnyConnection,
    has_test_clock: bool,
    now: Option<Timestamp>,
}

/// Which statement variant a backend needs; for the few that cannot be written once.
macro_rules! on_each {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx.connection() {
            $crate::target::AnyConnection::Sqlite($connection) => $body,
            $crate::target::AnyConnection::Postgres($connection) => $body,
        }
    };
}
pub(crate) use on_each;

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: &'c mut AnyConnection, has_test_clock: bool) -> Self {
        Self { connection, has_test_clock, now: None }
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.connection
    }

    /// The database's clock, the same for the whole unit: the server's on PostgreSQL, this machine's beside an SQLite
    /// file, moved by the test clock where that is on.
    pub fn now(&mut self) -> StorageResult<Timestamp> {
        if let Some(now) = self.now {
            return Ok(now);
        }
        let now_ms = match &mut *self.connection {
            AnyConnection::Sqlite(_) => system_clock_ms(),
            connection => diesel::select(ClockMs).get_result(connection)?,
        };
        let test_clock_ms = if self.has_test_clock { test_clock_ms(self)? } else { None };
        Ok(self.set_now(now_ms, test_clock_ms))
    }

    /// For statements that bring the time along, which saves a round trip.
    pub(crate) fn set_now(&mut self, now_ms: i64, test_clock_ms: Option<i64>) -> Timestamp {
        let shown_ms = test_clock_ms.filter(|_| self.has_test_clock).unwrap_or(now_ms);
        *self.now.get_or_insert(Timestamp::from_ms(shown_ms))
    }
}

/// Moves all of the database's time, forward or back, for every node that uses it. Only for stores opened with the test clock.
pub fn advance_test_clock(tx: &mut Tx<'_>, seconds: i64) -> StorageResult<Timestamp> {
    set_up_test_clock(tx)?;
    let step_ms = seconds.saturating_mul(1000);
    diesel::update(test_clock::table)
        .set(test_clock::offset_ms.eq(test_clock::offset_ms + step_ms))
        .execute(tx.connection())?;
    show_test_clock(tx)
}

/// Stops the database's time, or lets it go on from the real one; what it was advanced by stays. For every node that uses it.
pub fn freeze_test_clock(tx: &mut Tx<'_>, is_frozen: bool) -> StorageResult<Timestamp> {
    set_up_test_clock(tx)?;
    let frozen_at = if is_frozen { Some(diesel::select(ClockMs).get_result(tx.connection())?) } else { None::<i64> };
    diesel::update(test_clock::table).set(test_clock::frozen_at.eq(frozen_at)).execute(tx.connection())?;
    show_test_clock(tx)
}

fn set_up_test_clock(tx: &mut Tx<'_>) -> StorageResult<()> {
    if test_clock_ms(tx)?.is_none() {
        diesel::insert_into(test_clock::table)
            .values((test_clock::id.eq(1), test_clock::offset_ms.eq(0)))
            .execute(tx.connection())?;
    }
    Ok(())
}

fn show_test_clock(tx: &mut Tx<'_>) -> StorageResult<Timestamp> {
    tx.now = None;
    tx.now()
}

fn test_clock_ms(tx: &mut Tx<'_>) -> StorageResult<Option<i64>> {
    let shown: Option<Option<i64>> = test_clock::table.select(TestClockMs).get_result(tx.connection()).optional()?;
    Ok(shown.flatten())
}

fn system_clock_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
