//! Access tokens that became inactive before their time, by `jti`, for as long as they would have lived.

use diesel::prelude::*;
use perennial_domain::Timestamp;

use crate::schema::denied_tokens;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// No change where the token is denied already.
pub fn insert(tx: &mut Tx<'_>, jti: &str, expires_at: Timestamp) -> StorageResult<()> {
    on_each!(tx, |connection| diesel::insert_into(denied_tokens::table)
        .values((denied_tokens::jti.eq(jti), denied_tokens::expires_at.eq(expires_at.as_ms())))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}

pub fn contains(tx: &mut Tx<'_>, jti: &str) -> StorageResult<bool> {
    let found: Option<String> =
        denied_tokens::table.find(jti).select(denied_tokens::jti).first(tx.connection()).optional()?;
    Ok(found.is_some())
}
