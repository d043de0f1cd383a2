//! DPoP proofs that were used within their window (RFC 9449 §11.1), as hashes: each is good once, at whichever node.

use diesel::prelude::*;
use perennial_domain::Timestamp;

use crate::schema::dpop_proofs;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// `true` for the first use, and for no other until `expires_at`.
pub fn spend(tx: &mut Tx<'_>, use_hash: &[u8; 32], expires_at: Timestamp) -> StorageResult<bool> {
    let row = (dpop_proofs::use_hash.eq(use_hash.as_slice()), dpop_proofs::expires_at.eq(expires_at.as_ms()));
    let inserted = on_each!(tx, |connection| diesel::insert_into(dpop_proofs::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}
