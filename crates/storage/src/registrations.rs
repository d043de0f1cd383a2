//! Clients that registered themselves: the hash of the token that lets each manage itself, and the admins' tokens that let one in.

use diesel::prelude::*;
use perennial_domain::registration::InitialAccess;
use perennial_domain::{ClientId, InitialAccessId, RealmId, Timestamp};

use crate::columns::to_hash;
use crate::schema::{client_registrations as registrations, initial_access};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

pub fn insert(
    tx: &mut Tx<'_>,
    realm: RealmId,
    client: ClientId,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> StorageResult<()> {
    diesel::insert_into(registrations::table)
        .values((
            registrations::client_id.eq(Id::from(client)),
            registrations::realm_id.eq(Id::from(realm)),
            registrations::token_hash.eq(token_hash.to_vec()),
            registrations::created_at.eq(now.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// The hash of the client's own token, and when it registered.
pub fn find(tx: &mut Tx<'_>, client: ClientId) -> StorageResult<Option<([u8; 32], Timestamp)>> {
    let own =
        registrations::table.find(Id::from(client)).select((registrations::token_hash, registrations::created_at));
    let found: Option<(Vec<u8>, i64)> = own.get_result(tx.connection()).optional()?;
    found.map(|(hash, at)| Ok((to_hash(hash)?, Timestamp::from_ms(at)))).transpose()
}

pub fn count(tx: &mut Tx<'_>, realm: RealmId) -> StorageResult<i64> {
    let own = registrations::table.filter(registrations::realm_id.eq(Id::from(realm)));
    Ok(own.count().get_result(tx.connection())?)
}

type AccessRow = (Id, i64, Option<i64>, i64, i64);

pub fn insert_access(
    tx: &mut Tx<'_>,
    realm: RealmId,
    access: &InitialAccess,
    token_hash: &[u8; 32],
) -> StorageResult<()> {
    diesel::insert_into(initial_access::table)
        .values((
            initial_access::id.eq(Id::from(access.id)),
            initial_access::realm_id.eq(Id::from(realm)),
            initial_access::token_hash.eq(token_hash.to_vec()),
            initial_access::created_at.eq(access.created_at.as_ms()),
            initial_access::expires_at.eq(access.expires_at.map(Timestamp::as_ms)),
            initial_access::count.eq(access.count),
            initial_access::remaining.eq(access.remaining),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Oldest first.
pub fn list_access(tx: &mut Tx<'_>, realm: RealmId, max: i64) -> StorageResult<Vec<InitialAccess>> {
    let rows: Vec<AccessRow> = initial_access::table
        .filter(initial_access::realm_id.eq(Id::from(realm)))
        .order(initial_access::id)
        .select((
            initial_access::id,
            initial_access::created_at,
            initial_access::expires_at,
            initial_access::count,
            initial_access::remaining,
        ))
        .limit(max)
        .load(tx.connection())?;
    let of_row = |(id, created_at, expires_at, count, remaining): AccessRow| InitialAccess {
        id: id.into(),
        created_at: Timestamp::from_ms(created_at),
        expires_at: expires_at.map(Timestamp::from_ms),
        count,
        remaining,
    };
    Ok(rows.into_iter().map(of_row).collect())
}

pub fn delete_access(tx: &mut Tx<'_>, realm: RealmId, id: InitialAccessId) -> StorageResult<bool> {
    let own = initial_access::table.find(Id::from(id)).filter(initial_access::realm_id.eq(Id::from(realm)));
    Ok(diesel::delete(own).execute(tx.connection())? == 1)
}

/// Uses the token up by one registration; `false` where it is unknown, has ended or is used up.
pub fn take_access(tx: &mut Tx<'_>, realm: RealmId, token_hash: &[u8; 32], now: Timestamp) -> StorageResult<bool> {
    let good = initial_access::table
        .filter(initial_access::token_hash.eq(token_hash.to_vec()))
        .filter(initial_access::realm_id.eq(Id::from(realm)))
        .filter(initial_access::remaining.gt(0))
        .filter(initial_access::expires_at.is_null().or(initial_access::expires_at.gt(now.as_ms())));
    let taken = diesel::update(good).set(initial_access::remaining.eq(initial_access::remaining - 1));
    Ok(taken.execute(tx.connection())? == 1)
}
