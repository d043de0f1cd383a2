//! What several tables' rows share on their way between SQL and the domain: settings as JSON, marks, hashes, instants.

use perennial_domain::Timestamp;
use perennial_domain::lifetime::Floors;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{StorageError, StorageResult};

pub(crate) fn to_json<T: Serialize>(value: &T) -> StorageResult<String> {
    serde_json::to_string(value).map_err(|error| StorageError::corrupt(error.to_string()))
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> StorageResult<T> {
    serde_json::from_str(text).map_err(|error| StorageError::corrupt(error.to_string()))
}

pub(crate) fn to_hash(bytes: Vec<u8>) -> StorageResult<[u8; 32]> {
    bytes.try_into().map_err(|_| StorageError::corrupt("a hash is not 32 bytes long"))
}

pub(crate) fn to_floors(used_before_ms: i64, started_before_ms: i64, online_before_ms: i64) -> Floors {
    Floors {
        ended_if_used_before_at: Timestamp::from_ms(used_before_ms),
        ended_if_started_before_at: Timestamp::from_ms(started_before_ms),
        online_ended_before_at: Timestamp::from_ms(online_before_ms),
    }
}

/// Floors only ever rise: each mark in its own guarded update, so that two admins cannot undo each other's.
macro_rules! raise_floors {
    ($tx:expr, $table:ident, $id:expr, $floors:expr) => {{
        let id = $crate::sql_types::Id::from($id);
        let used_ms = $floors.ended_if_used_before_at.as_ms();
        diesel::update($table::table.filter($table::id.eq(id)).filter($table::ended_if_used_before_at.lt(used_ms)))
            .set($table::ended_if_used_before_at.eq(used_ms))
            .execute($tx.connection())?;
        let started_ms = $floors.ended_if_started_before_at.as_ms();
        diesel::update(
            $table::table.filter($table::id.eq(id)).filter($table::ended_if_started_before_at.lt(started_ms)),
        )
        .set($table::ended_if_started_before_at.eq(started_ms))
        .execute($tx.connection())?;
        let online_ms = $floors.online_ended_before_at.as_ms();
        diesel::update($table::table.filter($table::id.eq(id)).filter($table::online_ended_before_at.lt(online_ms)))
            .set($table::online_ended_before_at.eq(online_ms))
            .execute($tx.connection())?;
    }};
}
pub(crate) use raise_floors;

/// PostgreSQL's text holds no NUL, so nothing stored can equal a text with one; asking for it would be an error there.
pub(crate) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}
