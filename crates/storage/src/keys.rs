//! A realm's keys, sealed: which there are and which of them work. Opening them is the crypto crate's part.

use diesel::prelude::*;
use perennial_domain::keys::{KeyPurpose, KeyState, SealedKey};
use perennial_domain::{RealmId, Timestamp};

use crate::realms::renew_stamp;
use crate::schema::realm_keys;
use crate::sql_types::Id;
use crate::{StorageError, StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = realm_keys)]
struct KeyRow {
    kid: String,
    purpose: String,
    algorithm: String,
    state: String,
    sealed: Vec<u8>,
    created_at: i64,
    retires_at: Option<i64>,
}

impl KeyRow {
    fn into_key(self) -> StorageResult<SealedKey> {
        let unknown = |what: &str| StorageError::corrupt(format!("unknown {what} of key {}", self.kid));
        Ok(SealedKey {
            purpose: KeyPurpose::parse(&self.purpose).ok_or_else(|| unknown("purpose"))?,
            state: KeyState::parse(&self.state).ok_or_else(|| unknown("state"))?,
            kid: self.kid,
            algorithm: self.algorithm,
            sealed: self.sealed,
            created_at: Timestamp::from_ms(self.created_at),
            retires_at: self.retires_at.map(Timestamp::from_ms),
        })
    }
}

/// Oldest first.
pub fn list(tx: &mut Tx<'_>, realm: RealmId) -> StorageResult<Vec<SealedKey>> {
    let rows: Vec<KeyRow> = realm_keys::table
        .filter(realm_keys::realm_id.eq(Id::from(realm)))
        .order((realm_keys::created_at, realm_keys::kid))
        .select(KeyRow::as_select())
        .load(tx.connection())?;
    rows.into_iter().map(KeyRow::into_key).collect()
}

pub fn insert(tx: &mut Tx<'_>, realm: RealmId, key: &SealedKey) -> StorageResult<()> {
    diesel::insert_into(realm_keys::table)
        .values((
            realm_keys::kid.eq(&key.kid),
            realm_keys::realm_id.eq(Id::from(realm)),
            realm_keys::purpose.eq(key.purpose.as_str()),
            realm_keys::algorithm.eq(&key.algorithm),
            realm_keys::state.eq(key.state.as_str()),
            realm_keys::sealed.eq(&key.sealed),
            realm_keys::created_at.eq(key.created_at.as_ms()),
            realm_keys::retires_at.eq(key.retires_at.map(Timestamp::as_ms)),
        ))
        .execute(tx.connection())?;
    renew_stamp(tx, realm)
}

/// From now on the key only verifies; it may be removed from `retires_at` on. `false` where it was not active.
pub fn make_passive(tx: &mut Tx<'_>, realm: RealmId, kid: &str, retires_at: Timestamp) -> StorageResult<bool> {
    let key = realm_keys::table
        .filter(realm_keys::kid.eq(kid))
        .filter(realm_keys::realm_id.eq(Id::from(realm)))
        .filter(realm_keys::state.eq(KeyState::Active.as_str()));
    let passive = (realm_keys::state.eq(KeyState::Passive.as_str()), realm_keys::retires_at.eq(retires_at.as_ms()));
    let changed = diesel::update(key).set(passive).execute(tx.connection())? == 1;
    if changed {
        renew_stamp(tx, realm)?;
    }
    Ok(changed)
}

/// `false` where it was gone.
pub fn delete(tx: &mut Tx<'_>, realm: RealmId, kid: &str) -> StorageResult<bool> {
    let key = realm_keys::table.filter(realm_keys::kid.eq(kid)).filter(realm_keys::realm_id.eq(Id::from(realm)));
    let deleted = diesel::delete(key).execute(tx.connection())? == 1;
    if deleted {
        renew_stamp(tx, realm)?;
    }
    Ok(deleted)
}

/// Removes a key that may go; `false` where it was gone, or is to be kept longer since.
pub fn delete_due(tx: &mut Tx<'_>, realm: RealmId, kid: &str, now: Timestamp) -> StorageResult<bool> {
    let key = realm_keys::table
        .filter(realm_keys::kid.eq(kid))
        .filter(realm_keys::realm_id.eq(Id::from(realm)))
        .filter(realm_keys::retires_at.is_null().or(realm_keys::retires_at.le(now.as_ms())));
    let deleted = diesel::delete(key).execute(tx.connection())? == 1;
    if deleted {
        renew_stamp(tx, realm)?;
    }
    Ok(deleted)
}

/// Keeps a passive key until then at least; `false` where it is gone.
pub fn keep_until(tx: &mut Tx<'_>, realm: RealmId, kid: &str, until: Timestamp) -> StorageResult<bool> {
    let key = realm_keys::table.filter(realm_keys::kid.eq(kid)).filter(realm_keys::realm_id.eq(Id::from(realm)));
    Ok(diesel::update(key).set(realm_keys::retires_at.eq(until.as_ms())).execute(tx.connection())? == 1)
}
