//! Authorization requests that clients pushed (RFC 9126), for as long as a browser needs to come with their reference.

use diesel::prelude::*;
use perennial_domain::{ClientId, RealmId, Timestamp};

use crate::columns::{from_json, to_json};
use crate::schema::pushed_requests as pushed;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

/// Names and values, in the order in which they were sent.
pub type Pairs = Vec<(String, String)>;

/// One that a client has just pushed.
pub struct PushedRequest<'a> {
    pub realm: RealmId,
    pub client: ClientId,
    pub reference_hash: &'a [u8; 32],
    pub params: &'a Pairs,
    pub expires_at: Timestamp,
}

pub fn insert(tx: &mut Tx<'_>, new: &PushedRequest<'_>) -> StorageResult<()> {
    diesel::insert_into(pushed::table)
        .values((
            pushed::reference_hash.eq(new.reference_hash.as_slice()),
            pushed::realm_id.eq(Id::from(new.realm)),
            pushed::client_id.eq(Id::from(new.client)),
            pushed::params.eq(to_json(new.params)?),
            pushed::expires_at.eq(new.expires_at.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// For the first who comes with it, in time, as this client's; for nobody after.
pub fn take(
    tx: &mut Tx<'_>,
    realm: RealmId,
    client: ClientId,
    reference_hash: &[u8; 32],
    now: Timestamp,
) -> StorageResult<Option<Pairs>> {
    let own = pushed::table
        .find(reference_hash.as_slice())
        .filter(pushed::realm_id.eq(Id::from(realm)))
        .filter(pushed::client_id.eq(Id::from(client)))
        .filter(pushed::expires_at.gt(now.as_ms()));
    let found: Option<String> = own.select(pushed::params).first(tx.connection()).optional()?;
    let Some(params) = found else { return Ok(None) };
    let taken = diesel::delete(pushed::table.find(reference_hash.as_slice())).execute(tx.connection())?;
    if taken == 1 { Ok(Some(from_json(&params)?)) } else { Ok(None) }
}

/// Whether more than the newest `keep` of a realm wait.
pub fn has_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64) -> StorageResult<bool> {
    Ok(!list_surplus(tx, realm, keep, 1)?.is_empty())
}

/// Removes at most `max` of a realm's beyond the newest `keep`; the number removed.
pub fn delete_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64, max: i64) -> StorageResult<usize> {
    let surplus = list_surplus(tx, realm, keep, max)?;
    Ok(diesel::delete(pushed::table.filter(pushed::reference_hash.eq_any(surplus))).execute(tx.connection())?)
}

/// All have the same time to live, so they end in the order in which they came.
fn list_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64, max: i64) -> StorageResult<Vec<Vec<u8>>> {
    let own = pushed::table.filter(pushed::realm_id.eq(Id::from(realm))).select(pushed::reference_hash);
    let newest_first = own.order((pushed::expires_at.desc(), pushed::reference_hash.desc()));
    Ok(newest_first.offset(keep).limit(max).load(tx.connection())?)
}
