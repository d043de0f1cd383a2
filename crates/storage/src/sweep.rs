//! What only grows has an end: removes what has expired, in small batches off the request path. Correctness never depends on
//! it. Dead grants and user sessions depend on policies: their callers list and delete them through `grants` and
//! `user_sessions`.

use diesel::prelude::*;
use perennial_domain::Timestamp;

use crate::schema::{
    action_links, allowances, authorization_codes, authorization_requests, console_sessions, denied_tokens, devices,
    dpop_proofs, login_failures, pushed_requests, used_assertions,
};
use crate::{StorageResult, Tx};

/// Seconds that a code is kept after its end, so that a late replay still ends what it gave.
const CODE_MEMORY_S: i64 = 86_400;
/// Seconds that a device is kept after its end, so that it is told that its code has expired.
const DEVICE_MEMORY_S: i64 = 3_600;

/// Removes at most `max` of each kind; the number removed. Call again while it is not 0.
pub fn expired(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let removed = [
        codes(tx, now, max)?,
        requests(tx, now, max)?,
        denied(tx, now, max)?,
        waiting_devices(tx, now, max)?,
        old_allowances(tx, now, max)?,
        old_failures(tx, now, max)?,
        assertions(tx, now, max)?,
        proofs(tx, now, max)?,
        pushed(tx, now, max)?,
        links(tx, now, max)?,
    ];
    Ok(removed.into_iter().sum())
}

/// Console sessions that were last used before this instant.
pub fn console_sessions(tx: &mut Tx<'_>, used_before: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<Vec<u8>> = console_sessions::table
        .filter(console_sessions::last_used_at.lt(used_before.as_ms()))
        .select(console_sessions::secret_hash)
        .limit(max)
        .load(tx.connection())?;
    let all = console_sessions::table.filter(console_sessions::secret_hash.eq_any(dead));
    Ok(diesel::delete(all).execute(tx.connection())?)
}

fn codes(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<Vec<u8>> = authorization_codes::table
        .filter(authorization_codes::expires_at.lt(now.minus_s(CODE_MEMORY_S).as_ms()))
        .select(authorization_codes::code_hash)
        .limit(max)
        .load(tx.connection())?;
    let all = authorization_codes::table.filter(authorization_codes::code_hash.eq_any(dead));
    Ok(diesel::delete(all).execute(tx.connection())?)
}

fn requests(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<crate::sql_types::Id> = authorization_requests::table
        .filter(authorization_requests::expires_at.lt(now.as_ms()))
        .select(authorization_requests::id)
        .limit(max)
        .load(tx.connection())?;
    let all = authorization_requests::table.filter(authorization_requests::id.eq_any(dead));
    Ok(diesel::delete(all).execute(tx.connection())?)
}

fn denied(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<String> = denied_tokens::table
        .filter(denied_tokens::expires_at.lt(now.as_ms()))
        .select(denied_tokens::jti)
        .limit(max)
        .load(tx.connection())?;
    let all = denied_tokens::table.filter(denied_tokens::jti.eq_any(dead));
    Ok(diesel::delete(all).execute(tx.connection())?)
}

fn waiting_devices(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<crate::sql_types::Id> = devices::table
        .filter(devices::expires_at.lt(now.minus_s(DEVICE_MEMORY_S).as_ms()))
        .select(devices::id)
        .limit(max)
        .load(tx.connection())?;
    Ok(diesel::delete(devices::table.filter(devices::id.eq_any(dead))).execute(tx.connection())?)
}

/// What a realm has counted in windows that are over.
fn old_allowances(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<(crate::sql_types::Id, String)> = allowances::table
        .filter(allowances::ends_at.lt(now.as_ms()))
        .select((allowances::realm_id, allowances::place))
        .limit(max)
        .load(tx.connection())?;
    let mut removed = 0;
    for (realm, place) in dead {
        // It may have begun anew since.
        let own = allowances::table.find((realm, place)).filter(allowances::ends_at.lt(now.as_ms()));
        removed += diesel::delete(own).execute(tx.connection())?;
    }
    Ok(removed)
}

/// Wrong passwords that no longer count.
fn old_failures(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<(crate::sql_types::Id, Vec<u8>)> = login_failures::table
        .filter(login_failures::forget_at.lt(now.as_ms()))
        .select((login_failures::realm_id, login_failures::name_hash))
        .limit(max)
        .load(tx.connection())?;
    let mut removed = 0;
    for (realm, name) in dead {
        // It may have begun anew since.
        let own = login_failures::table.find((realm, name)).filter(login_failures::forget_at.lt(now.as_ms()));
        removed += diesel::delete(own).execute(tx.connection())?;
    }
    Ok(removed)
}

fn assertions(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<Vec<u8>> = used_assertions::table
        .filter(used_assertions::expires_at.lt(now.as_ms()))
        .select(used_assertions::hash)
        .limit(max)
        .load(tx.connection())?;
    Ok(diesel::delete(used_assertions::table.filter(used_assertions::hash.eq_any(dead))).execute(tx.connection())?)
}

fn proofs(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<Vec<u8>> = dpop_proofs::table
        .filter(dpop_proofs::expires_at.lt(now.as_ms()))
        .select(dpop_proofs::use_hash)
        .limit(max)
        .load(tx.connection())?;
    let all = dpop_proofs::table.filter(dpop_proofs::use_hash.eq_any(dead));
    Ok(diesel::delete(all).execute(tx.connection())?)
}

fn pushed(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<Vec<u8>> = pushed_requests::table
        .filter(pushed_requests::expires_at.lt(now.as_ms()))
        .select(pushed_requests::reference_hash)
        .limit(max)
        .load(tx.connection())?;
    let all = pushed_requests::table.filter(pushed_requests::reference_hash.eq_any(dead));
    Ok(diesel::delete(all).execute(tx.connection())?)
}

fn links(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> StorageResult<usize> {
    let dead: Vec<Vec<u8>> = action_links::table
        .filter(action_links::expires_at.lt(now.as_ms()))
        .select(action_links::token_hash)
        .limit(max)
        .load(tx.connection())?;
    let all = action_links::table.filter(action_links::token_hash.eq_any(dead));
    Ok(diesel::delete(all).execute(tx.connection())?)
}
