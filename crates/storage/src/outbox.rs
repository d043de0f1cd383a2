//! The outbox: what is queued to leave the server, and what became of it. An attempt belongs to whoever took it by a guarded
//! update, so that of several nodes one makes it; a node that died in between loses it when its lease ends.

use diesel::prelude::*;
use perennial_domain::outbox::{Answer, Delivery, Fate, Kind, Parcel};
use perennial_domain::{OutboxId, RealmId, Timestamp};
use uuid::Uuid;

use crate::schema::outbox;
use crate::sql_types::Id;
use crate::{StorageError, StorageResult, Tx, event_id};

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct OutboxRow {
    id: Id,
    realm_id: Id,
    kind: String,
    lane_id: Id,
    topic: String,
    payload: String,
    created_at: i64,
    due_at: i64,
    attempts: i32,
    attempted_at: Option<i64>,
    finished_at: Option<i64>,
    delivered: bool,
    answer_code: Option<i32>,
    answer: Option<String>,
}

impl OutboxRow {
    fn into_delivery(self) -> StorageResult<Delivery> {
        let kind = Kind::parse(&self.kind).ok_or_else(|| StorageError::corrupt("unknown kind in the outbox"))?;
        let fate = match (self.finished_at.map(Timestamp::from_ms), self.delivered) {
            (None, _) => Fate::Waiting,
            (Some(at), true) => Fate::Delivered(at),
            (Some(at), false) => Fate::GivenUp(at),
        };
        Ok(Delivery {
            id: self.id.into(),
            parcel: Parcel {
                realm_id: self.realm_id.into(),
                kind,
                lane: self.lane_id.0,
                topic: self.topic,
                payload: self.payload,
            },
            created_at: Timestamp::from_ms(self.created_at),
            due_at: Timestamp::from_ms(self.due_at),
            attempts: self.attempts.cast_unsigned(),
            attempted_at: self.attempted_at.map(Timestamp::from_ms),
            fate,
            answer: self.answer.map(|text| Answer { code: self.answer_code, text }),
        })
    }
}

/// Queues a parcel, due at once.
pub fn insert(tx: &mut Tx<'_>, parcel: &Parcel) -> StorageResult<OutboxId> {
    let now = tx.now()?;
    let id = fresh_id(now);
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(Id::from(id)),
            outbox::realm_id.eq(Id::from(parcel.realm_id)),
            outbox::kind.eq(parcel.kind.as_str()),
            outbox::lane_id.eq(Id(parcel.lane)),
            outbox::topic.eq(&parcel.topic),
            outbox::payload.eq(&parcel.payload),
            outbox::created_at.eq(now.as_ms()),
            outbox::due_at.eq(now.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(id)
}

/// What is not to be listed, however long it has waited.
#[derive(Clone, Debug, Default)]
pub struct Besides {
    pub lanes: Vec<Uuid>,
    pub realms: Vec<RealmId>,
}

/// At most `max` that are due, the longest waiting first.
pub fn list_due(
    tx: &mut Tx<'_>,
    kind: Kind,
    now: Timestamp,
    besides: &Besides,
    max: i64,
) -> StorageResult<Vec<Delivery>> {
    let lanes: Vec<Id> = besides.lanes.iter().copied().map(Id).collect();
    let realms: Vec<Id> = besides.realms.iter().copied().map(Id::from).collect();
    // Found within the index, which is all that is read of what is passed over.
    let due: Vec<Id> = outbox::table
        .filter(outbox::kind.eq(kind.as_str()))
        .filter(outbox::finished_at.is_null())
        .filter(outbox::due_at.le(now.as_ms()))
        .filter(outbox::lane_id.ne_all(lanes))
        .filter(outbox::realm_id.ne_all(realms))
        .order((outbox::due_at, outbox::id))
        .limit(max)
        .select(outbox::id)
        .load(tx.connection())?;
    let rows: Vec<OutboxRow> = outbox::table
        .filter(outbox::id.eq_any(due))
        .order((outbox::due_at, outbox::id))
        .select(OutboxRow::as_select())
        .load(tx.connection())?;
    rows.into_iter().map(OutboxRow::into_delivery).collect()
}

/// Takes the next attempt up, until `lease_ends_at`; `false` where another node has it or nothing is left to do.
pub fn lease(
    tx: &mut Tx<'_>,
    id: OutboxId,
    seen_attempts: u32,
    now: Timestamp,
    lease_ends_at: Timestamp,
) -> StorageResult<bool> {
    let own = outbox::table
        .filter(outbox::id.eq(Id::from(id)))
        .filter(outbox::attempts.eq(seen_attempts.cast_signed()))
        .filter(outbox::finished_at.is_null())
        .filter(outbox::due_at.le(now.as_ms()));
    let taken = diesel::update(own)
        .set((
            outbox::attempts.eq(outbox::attempts + 1),
            outbox::attempted_at.eq(now.as_ms()),
            outbox::due_at.eq(lease_ends_at.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(taken == 1)
}

/// Which attempt at which parcel.
#[derive(Clone, Copy, Debug)]
pub struct AttemptAt {
    pub id: OutboxId,
    /// From 1.
    pub number: u32,
}

/// Closes a parcel after this attempt; `false` where a later one has begun.
pub fn finish(
    tx: &mut Tx<'_>,
    attempt: AttemptAt,
    delivered: bool,
    answer: &Answer,
    now: Timestamp,
) -> StorageResult<bool> {
    let own = outbox::table
        .filter(outbox::id.eq(Id::from(attempt.id)))
        .filter(outbox::attempts.eq(attempt.number.cast_signed()))
        .filter(outbox::finished_at.is_null());
    let closed = diesel::update(own)
        .set((
            outbox::finished_at.eq(now.as_ms()),
            outbox::delivered.eq(delivered),
            outbox::answer_code.eq(answer.code),
            outbox::answer.eq(&answer.text),
        ))
        .execute(tx.connection())?;
    Ok(closed == 1)
}

/// Lets a parcel wait for its next attempt; `false` as above.
pub fn postpone(tx: &mut Tx<'_>, attempt: AttemptAt, answer: &Answer, due_at: Timestamp) -> StorageResult<bool> {
    let own = outbox::table
        .filter(outbox::id.eq(Id::from(attempt.id)))
        .filter(outbox::attempts.eq(attempt.number.cast_signed()))
        .filter(outbox::finished_at.is_null());
    let written = diesel::update(own)
        .set((outbox::due_at.eq(due_at.as_ms()), outbox::answer_code.eq(answer.code), outbox::answer.eq(&answer.text)))
        .execute(tx.connection())?;
    Ok(written == 1)
}

/// Parcels of one kind for one other side.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    pub kind: Kind,
    pub id: Uuid,
}

/// Lets everything of a lane wait that would be due before; what is due later keeps its own time.
pub fn rest_lane(tx: &mut Tx<'_>, lane: Lane, due_at: Timestamp) -> StorageResult<usize> {
    let waiting = outbox::table
        .filter(outbox::lane_id.eq(Id(lane.id)))
        .filter(outbox::kind.eq(lane.kind.as_str()))
        .filter(outbox::finished_at.is_null())
        .filter(outbox::due_at.lt(due_at.as_ms()));
    Ok(diesel::update(waiting).set(outbox::due_at.eq(due_at.as_ms())).execute(tx.connection())?)
}

/// Gives up what has waited in a lane since before `created_before`; the number given up.
pub fn give_up_lane(
    tx: &mut Tx<'_>,
    lane: Lane,
    created_before: Timestamp,
    answer: &Answer,
    now: Timestamp,
) -> StorageResult<usize> {
    let stale = outbox::table
        .filter(outbox::lane_id.eq(Id(lane.id)))
        .filter(outbox::kind.eq(lane.kind.as_str()))
        .filter(outbox::finished_at.is_null())
        .filter(outbox::created_at.lt(created_before.as_ms()));
    let given_up = diesel::update(stale).set((
        outbox::finished_at.eq(now.as_ms()),
        outbox::answer_code.eq(answer.code),
        outbox::answer.eq(&answer.text),
    ));
    Ok(given_up.execute(tx.connection())?)
}

pub fn find(tx: &mut Tx<'_>, realm: RealmId, kind: Kind, lane: Uuid, id: OutboxId) -> StorageResult<Option<Delivery>> {
    let own = outbox::table
        .filter(outbox::id.eq(Id::from(id)))
        .filter(outbox::realm_id.eq(Id::from(realm)))
        .filter(outbox::kind.eq(kind.as_str()))
        .filter(outbox::lane_id.eq(Id(lane)))
        .select(OutboxRow::as_select());
    own.get_result(tx.connection()).optional()?.map(OutboxRow::into_delivery).transpose()
}

/// A page of what went or goes one lane, the newest first: those older than `after`, at most `max`.
pub fn list_of_lane(
    tx: &mut Tx<'_>,
    kind: Kind,
    lane: Uuid,
    after: Option<OutboxId>,
    max: i64,
) -> StorageResult<Vec<Delivery>> {
    let mut page = outbox::table
        .filter(outbox::lane_id.eq(Id(lane)))
        .filter(outbox::kind.eq(kind.as_str()))
        .select(OutboxRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        page = page.filter(outbox::id.lt(Id::from(after)));
    }
    let rows: Vec<OutboxRow> = page.order(outbox::id.desc()).limit(max).load(tx.connection())?;
    rows.into_iter().map(OutboxRow::into_delivery).collect()
}

/// Sends it once more, whatever became of it; a parcel that waits is due at once. `false` where it is gone.
pub fn redeliver(tx: &mut Tx<'_>, id: OutboxId, now: Timestamp) -> StorageResult<bool> {
    let written = diesel::update(outbox::table.find(Id::from(id)))
        .set((outbox::finished_at.eq(None::<i64>), outbox::delivered.eq(false), outbox::due_at.eq(now.as_ms())))
        .execute(tx.connection())?;
    Ok(written == 1)
}

/// At most `max` of a lane that is no more; the number deleted. Call again while it is not 0.
pub fn delete_lane(tx: &mut Tx<'_>, kind: Kind, lane: Uuid, max: i64) -> StorageResult<usize> {
    let ids: Vec<Id> = outbox::table
        .filter(outbox::lane_id.eq(Id(lane)))
        .filter(outbox::kind.eq(kind.as_str()))
        .select(outbox::id)
        .limit(max)
        .load(tx.connection())?;
    Ok(diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(tx.connection())?)
}

/// At most `max` that were finished before this instant; the number deleted.
pub fn sweep(tx: &mut Tx<'_>, finished_before: Timestamp, max: i64) -> StorageResult<usize> {
    let ids: Vec<Id> = outbox::table
        .filter(outbox::finished_at.lt(finished_before.as_ms()))
        .select(outbox::id)
        .limit(max)
        .load(tx.connection())?;
    Ok(diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(tx.connection())?)
}

/// A UUIDv7 of the database's time, which the list of a lane is sorted by. Parcels of one instant keep their order, as events do.
fn fresh_id(now: Timestamp) -> OutboxId {
    OutboxId(event_id::next(now).0)
}

/// Since when the oldest parcel of a kind is due; `None` where nothing waits.
pub fn oldest_due(tx: &mut Tx<'_>, kind: Kind, now: Timestamp) -> StorageResult<Option<Timestamp>> {
    let due_at: Option<i64> = outbox::table
        .filter(outbox::kind.eq(kind.as_str()))
        .filter(outbox::finished_at.is_null())
        .filter(outbox::due_at.le(now.as_ms()))
        .order((outbox::due_at, outbox::id))
        .select(outbox::due_at)
        .first(tx.connection())
        .optional()?;
    Ok(due_at.map(Timestamp::from_ms))
}
