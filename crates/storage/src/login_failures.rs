//! Wrong passwords by name, counted for every node alike. An attempt counts before it is judged, so that many at once cannot exceed
//! what is borne; a right one takes its count back.

use diesel::prelude::*;
use perennial_domain::{RealmId, Timestamp};

use crate::schema::login_failures::{self as failures, dsl};
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// Whose attempts: the realm and the hash of the name.
pub type Name<'a> = (RealmId, &'a [u8; 32]);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginFailures {
    pub count: i64,
    pub failed_at: Timestamp,
    pub failed_from: String,
    pub blocked_until: Timestamp,
}

macro_rules! own {
    ($name:expr) => {
        dsl::login_failures.find((Id::from($name.0), $name.1.as_slice()))
    };
}

/// Counts an attempt as failed; the number of failures with it. `None` while the name is blocked.
pub fn count(tx: &mut Tx<'_>, name: Name<'_>, now: Timestamp, ip: &str) -> StorageResult<Option<i64>> {
    diesel::delete(own!(name).filter(failures::forget_at.le(now.as_ms()))).execute(tx.connection())?;
    let first = (
        failures::realm_id.eq(Id::from(name.0)),
        failures::name_hash.eq(name.1.as_slice()),
        failures::count.eq(1_i64),
        failures::failed_at.eq(now.as_ms()),
        failures::failed_from.eq(ip),
        failures::blocked_until.eq(0_i64),
        failures::forget_at.eq(i64::MAX),
    );
    let begun = on_each!(tx, |connection| diesel::insert_into(dsl::login_failures)
        .values(first)
        .on_conflict_do_nothing()
        .execute(connection))?;
    if begun == 1 {
        return Ok(Some(1));
    }
    let free = own!(name).filter(failures::blocked_until.le(now.as_ms()));
    let counted = diesel::update(free)
        .set((
            failures::count.eq(failures::count + 1),
            failures::failed_at.eq(now.as_ms()),
            failures::failed_from.eq(ip),
        ))
        .execute(tx.connection())?;
    if counted == 0 {
        return Ok(None);
    }
    Ok(own!(name).select(failures::count).first(tx.connection()).optional()?)
}

/// What follows from the count; to be called in the unit that counted.
pub fn block(tx: &mut Tx<'_>, name: Name<'_>, blocked_until: Timestamp, forget_at: Timestamp) -> StorageResult<()> {
    diesel::update(own!(name))
        .set((failures::blocked_until.eq(blocked_until.as_ms()), failures::forget_at.eq(forget_at.as_ms())))
        .execute(tx.connection())?;
    Ok(())
}

/// Takes back an attempt that was never judged, and the block that came of it.
pub fn give_back(tx: &mut Tx<'_>, name: Name<'_>) -> StorageResult<()> {
    diesel::update(own!(name).filter(failures::count.gt(0)))
        .set((failures::count.eq(failures::count - 1), failures::blocked_until.eq(0)))
        .execute(tx.connection())?;
    Ok(())
}

pub fn find(tx: &mut Tx<'_>, name: Name<'_>, now: Timestamp) -> StorageResult<Option<LoginFailures>> {
    let found: Option<(i64, i64, String, i64)> = own!(name)
        .filter(failures::forget_at.gt(now.as_ms()))
        .select((failures::count, failures::failed_at, failures::failed_from, failures::blocked_until))
        .first(tx.connection())
        .optional()?;
    Ok(found.map(|(count, failed_ms, failed_from, blocked_ms)| LoginFailures {
        count,
        failed_at: Timestamp::from_ms(failed_ms),
        failed_from,
        blocked_until: Timestamp::from_ms(blocked_ms),
    }))
}

/// `false` where there was nothing to forget.
pub fn forget(tx: &mut Tx<'_>, name: Name<'_>) -> StorageResult<bool> {
    Ok(diesel::delete(own!(name)).execute(tx.connection())? == 1)
}

/// All of a realm's but these.
pub fn forget_all_but(tx: &mut Tx<'_>, realm: RealmId, kept: &[[u8; 32]]) -> StorageResult<usize> {
    let kept: Vec<Vec<u8>> = kept.iter().map(|name| name.to_vec()).collect();
    let others =
        dsl::login_failures.filter(failures::realm_id.eq(Id::from(realm))).filter(failures::name_hash.ne_all(kept));
    Ok(diesel::delete(others).execute(tx.connection())?)
}
