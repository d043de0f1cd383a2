//! Signed tokens that are good once, by their `jti`: client assertions (RFC 7523 §3) and logout tokens of upstream providers (OIDC
//! Back-Channel Logout §2.6). Kept as hashes, for as long as they would be valid.

use diesel::prelude::*;
use perennial_domain::Timestamp;

use crate::schema::used_assertions;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// `true` for the first who shows it, and for nobody after.
pub fn take(tx: &mut Tx<'_>, hash: &[u8; 32], expires_at: Timestamp) -> StorageResult<bool> {
    let values = (used_assertions::hash.eq(hash.to_vec()), used_assertions::expires_at.eq(expires_at.as_ms()));
    let inserted = on_each!(tx, |connection| diesel::insert_into(used_assertions::table)
        .values(values)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}
