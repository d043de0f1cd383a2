//! Endings by a filter that are under way: whichever node is there finishes them.

use diesel::prelude::*;
use diesel::sql_types::Text;
use perennial_domain::audit::Actor;
use perennial_domain::session_filter::SessionFilter;
use perennial_domain::{RealmId, Timestamp};
use uuid::Uuid;

use crate::columns::{from_json, to_json};
use crate::schema::bulk_endings;
use crate::sql_types::Id;
use crate::target::AnyConnection;
use crate::{StorageResult, Tx};

const MOST_LOOKED_AT: i64 = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkEnding {
    pub id: Uuid,
    pub realm_id: RealmId,
    pub filter: SessionFilter,
    pub by: Actor,
    pub asked_at: Timestamp,
    /// Nobody else takes it before this instant.
    pub next_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bulk_endings)]
struct EndingRow {
    id: Id,
    realm_id: Id,
    filter: String,
    actor: String,
    asked_at: i64,
    next_at: i64,
}

impl EndingRow {
    fn into_ending(self) -> StorageResult<BulkEnding> {
        Ok(BulkEnding {
            id: self.id.0,
            realm_id: self.realm_id.into(),
            filter: from_json(&self.filter)?,
            by: from_json(&self.actor)?,
            asked_at: Timestamp::from_ms(self.asked_at),
            next_at: Timestamp::from_ms(self.next_at),
        })
    }
}

/// Waits for units that have looked at what is under way, see [`list_kept`].
pub fn insert(tx: &mut Tx<'_>, ending: &BulkEnding) -> StorageResult<()> {
    // SQLite has one writer.
    if let AnyConnection::Postgres(connection) = tx.connection() {
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))")
            .bind::<Text, _>(ending.realm_id.to_string())
            .execute(connection)?;
    }
    diesel::insert_into(bulk_endings::table)
        .values((
            bulk_endings::id.eq(Id(ending.id)),
            bulk_endings::realm_id.eq(Id::from(ending.realm_id)),
            bulk_endings::filter.eq(to_json(&ending.filter)?),
            bulk_endings::actor.eq(to_json(&ending.by)?),
            bulk_endings::asked_at.eq(ending.asked_at.as_ms()),
            bulk_endings::next_at.eq(ending.next_at.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// All of a realm that are under way; no other begins until the unit ends.
pub fn list_kept(tx: &mut Tx<'_>, realm: RealmId) -> StorageResult<Vec<BulkEnding>> {
    if let AnyConnection::Postgres(connection) = tx.connection() {
        diesel::sql_query("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 2))")
            .bind::<Text, _>(realm.to_string())
            .execute(connection)?;
    }
    let own = bulk_endings::table.filter(bulk_endings::realm_id.eq(Id::from(realm))).select(EndingRow::as_select());
    let rows: Vec<EndingRow> = own.load(tx.connection())?;
    rows.into_iter().map(EndingRow::into_ending).collect()
}

/// One that nobody is at, if there is one. What cannot be read here is left to a newer version.
pub fn find_due(tx: &mut Tx<'_>, now: Timestamp) -> StorageResult<Option<BulkEnding>> {
    let due = bulk_endings::table
        .filter(bulk_endings::next_at.le(now.as_ms()))
        .order(bulk_endings::next_at)
        .limit(MOST_LOOKED_AT)
        .select(EndingRow::as_select());
    let due: Vec<EndingRow> = due.load(tx.connection())?;
    Ok(due.into_iter().find_map(|row| row.into_ending().ok()))
}

/// Takes it until `until`; `false` where another node has it or it is done.
pub fn take(tx: &mut Tx<'_>, ending: &BulkEnding, until: Timestamp) -> StorageResult<bool> {
    let unchanged = bulk_endings::table
        .filter(bulk_endings::id.eq(Id(ending.id)))
        .filter(bulk_endings::next_at.eq(ending.next_at.as_ms()));
    Ok(diesel::update(unchanged).set(bulk_endings::next_at.eq(until.as_ms())).execute(tx.connection())? == 1)
}

/// Whoever has it keeps it until `until`, or leaves it to others from then on.
pub fn keep(tx: &mut Tx<'_>, id: Uuid, until: Timestamp) -> StorageResult<()> {
    let own = bulk_endings::table.find(Id(id));
    diesel::update(own).set(bulk_endings::next_at.eq(until.as_ms())).execute(tx.connection())?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, id: Uuid) -> StorageResult<()> {
    diesel::delete(bulk_endings::table.find(Id(id))).execute(tx.connection())?;
    Ok(())
}
