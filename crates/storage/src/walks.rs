//! Walks over whole tables, which one node at a time makes for all of them: until when one is at it, and where the next goes on.

use diesel::prelude::*;
use perennial_domain::Timestamp;
use uuid::Uuid;

use crate::schema::walks;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

pub const GRANTS: &str = "grants";
pub const NOTICES: &str = "notices";
pub const USER_SESSIONS: &str = "user_sessions";

/// A reading of the clock so far beyond the one that a walk was to go on at is believed once another agrees with it, in seconds: what a
/// walk removes cannot be had back.
const DOUBTED_AFTER_S: i64 = 86_400;
const DOUBTED_FOR_S: i64 = 3_600;

/// No walk rests longer, in seconds: one that seems to has been left by a clock that was ahead.
const LONGEST_REST_S: i64 = 7_200;

/// One that the caller has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    name: &'static str,
    /// When it was taken.
    began: Timestamp,
    /// Nobody else takes it before this instant.
    until: Timestamp,
    /// The id behind which it goes on.
    pub after: Option<Uuid>,
}

impl Walk {
    /// Whether a later reading of the clock can be believed.
    pub fn agrees(&self, now: Timestamp) -> bool {
        now <= self.began.plus_s(DOUBTED_AFTER_S)
    }
}

/// Takes the walk until `until`, unless it is not due, another node is at it, or the clock has just leapt; `at_once`, whatever of that
/// holds.
pub fn take(
    tx: &mut Tx<'_>,
    name: &'static str,
    at_once: bool,
    now: Timestamp,
    until: Timestamp,
) -> StorageResult<Option<Walk>> {
    let own = walks::table.find(name).select((walks::next_at, walks::after_id));
    let Some((next_at, after)): Option<(i64, Option<Id>)> = own.first(tx.connection()).optional()? else {
        return Ok(None);
    };
    let rests = next_at > now.as_ms() && next_at <= now.plus_s(LONGEST_REST_S).as_ms();
    if rests && !at_once {
        return Ok(None);
    }
    let seen = Walk { name, began: now, until: Timestamp::from_ms(next_at), after: after.map(|id| id.0) };
    // The first one of all has nothing to compare with.
    if !at_once && next_at > 0 && now > seen.until.plus_s(DOUBTED_AFTER_S) {
        tracing::warn!(
            walk = name,
            "the clock is more than a day beyond the last walk: nothing is removed for an hour"
        );
        write(tx, seen, now.plus_s(DOUBTED_FOR_S), seen.after)?;
        return Ok(None);
    }
    write(tx, seen, until, seen.after)
}

/// Keeps it for so many seconds, or leaves it to whoever comes from then on, who goes on behind `after`; `None` where another node has
/// taken it meanwhile. A clock that leapt under way is doubted here, too.
pub fn go_on(
    tx: &mut Tx<'_>,
    walk: Walk,
    now: Timestamp,
    seconds: i64,
    after: Option<Uuid>,
) -> StorageResult<Option<Walk>> {
    let seconds = if walk.agrees(now) { seconds } else { seconds.max(DOUBTED_FOR_S) };
    write(tx, walk, now.plus_s(seconds), after)
}

fn write(tx: &mut Tx<'_>, walk: Walk, until: Timestamp, after: Option<Uuid>) -> StorageResult<Option<Walk>> {
    let own = walks::table.find(walk.name).filter(walks::next_at.eq(walk.until.as_ms()));
    let changes = (walks::next_at.eq(until.as_ms()), walks::after_id.eq(after.map(Id)));
    let changed = diesel::update(own).set(changes).execute(tx.connection())?;
    Ok((changed == 1).then_some(Walk { until, after, ..walk }))
}
