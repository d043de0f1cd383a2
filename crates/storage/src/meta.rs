//! Facts about the database itself, by name: the fingerprint of its master key, and that it can be written.

use diesel::prelude::*;

use crate::schema::meta;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

const WRITTEN: &str = "written";

pub fn find(tx: &mut Tx<'_>, key: &str) -> StorageResult<Option<String>> {
    Ok(meta::table.find(key).select(meta::value).first(tx.connection()).optional()?)
}

/// Sets the fact unless it is known already, and returns what is stored then: of several nodes that start at once, one wins.
pub fn find_or_insert(tx: &mut Tx<'_>, key: &str, value: &str) -> StorageResult<String> {
    on_each!(tx, |connection| diesel::insert_into(meta::table)
        .values((meta::key.eq(key), meta::value.eq(value)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(meta::table.find(key).select(meta::value).first(tx.connection())?)
}

/// Writes, for whoever wants to know whether that is possible; an update to the same value would write nothing.
pub(crate) fn rewrite(tx: &mut Tx<'_>) -> StorageResult<()> {
    diesel::delete(meta::table.find(WRITTEN)).execute(tx.connection())?;
    let row = (meta::key.eq(WRITTEN), meta::value.eq(WRITTEN));
    diesel::insert_into(meta::table).values(row).execute(tx.connection())?;
    Ok(())
}
