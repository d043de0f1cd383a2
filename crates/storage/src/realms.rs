//! Realms and the stamp that every change of a realm renews. A realm's parts are in the files of their tables; all of them
//! together are read in `realm_model`.

use diesel::prelude::*;
use perennial_domain::lifetime::Floors;
use perennial_domain::realm::Realm;
use perennial_domain::{RealmId, Timestamp};
use uuid::Uuid;

use crate::columns::{from_json, is_storable, raise_floors, to_floors, to_json};
pub use crate::realm_model::load_model;
use crate::schema::realms;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = realms)]
pub(crate) struct RealmRow {
    id: Id,
    name: String,
    settings: String,
    pub(crate) stamp: i64,
    not_before_at: i64,
    ended_if_used_before_at: i64,
    ended_if_started_before_at: i64,
    online_ended_before_at: i64,
}

impl RealmRow {
    pub(crate) fn into_realm(self) -> StorageResult<Realm> {
        Ok(Realm {
            id: self.id.into(),
            name: self.name,
            settings: from_json(&self.settings)?,
            not_before_at: Timestamp::from_ms(self.not_before_at),
            floors: to_floors(
                self.ended_if_used_before_at,
                self.ended_if_started_before_at,
                self.online_ended_before_at,
            ),
        })
    }
}

/// The stamp of the realm as it stands; `None` where the realm is gone.
pub fn current_stamp(tx: &mut Tx<'_>, id: RealmId) -> StorageResult<Option<i64>> {
    Ok(realms::table.find(Id::from(id)).select(realms::stamp).get_result(tx.connection()).optional()?)
}

pub fn find_by_name(tx: &mut Tx<'_>, name: &str) -> StorageResult<Option<Realm>> {
    if !is_storable(name) {
        return Ok(None);
    }
    let row = realms::table.filter(realms::name.eq(name)).select(RealmRow::as_select());
    row.first(tx.connection()).optional()?.map(RealmRow::into_realm).transpose()
}

/// All realms by name; there are never many.
pub fn list(tx: &mut Tx<'_>) -> StorageResult<Vec<Realm>> {
    list_rows(tx)?.into_iter().map(RealmRow::into_realm).collect()
}

/// The same without those that cannot be read, for what is done in each realm by itself: none keeps it from the others.
pub fn list_readable(tx: &mut Tx<'_>) -> StorageResult<Vec<Realm>> {
    let readable = |row: RealmRow| {
        let name = row.name.clone();
        row.into_realm().inspect_err(|error| tracing::error!(%error, realm = name, "a realm is left out")).ok()
    };
    Ok(list_rows(tx)?.into_iter().filter_map(readable).collect())
}

fn list_rows(tx: &mut Tx<'_>) -> StorageResult<Vec<RealmRow>> {
    Ok(realms::table.order(realms::name).select(RealmRow::as_select()).load(tx.connection())?)
}

/// `None` where the realm is gone.
pub fn find_name(tx: &mut Tx<'_>, id: RealmId) -> StorageResult<Option<String>> {
    Ok(realms::table.find(Id::from(id)).select(realms::name).get_result(tx.connection()).optional()?)
}

pub fn insert(tx: &mut Tx<'_>, realm: &Realm) -> StorageResult<()> {
    diesel::insert_into(realms::table)
        .values((
            realms::id.eq(Id::from(realm.id)),
            realms::name.eq(&realm.name),
            realms::settings.eq(to_json(&realm.settings)?),
            realms::stamp.eq(random_stamp()),
            realms::not_before_at.eq(realm.not_before_at.as_ms()),
            realms::ended_if_used_before_at.eq(realm.floors.ended_if_used_before_at.as_ms()),
            realms::ended_if_started_before_at.eq(realm.floors.ended_if_started_before_at.as_ms()),
            realms::online_ended_before_at.eq(realm.floors.online_ended_before_at.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Writes name, settings and not-before, and raises the floors; `false` where the realm changed since `seen_stamp`.
pub fn update(tx: &mut Tx<'_>, realm: &Realm, seen_stamp: i64) -> StorageResult<bool> {
    let id = Id::from(realm.id);
    let written = diesel::update(realms::table.filter(realms::id.eq(id)).filter(realms::stamp.eq(seen_stamp)))
        .set((
            realms::name.eq(&realm.name),
            realms::settings.eq(to_json(&realm.settings)?),
            realms::not_before_at.eq(realm.not_before_at.as_ms()),
            realms::stamp.eq(random_stamp()),
        ))
        .execute(tx.connection())?;
    if written == 1 {
        raise_floors!(tx, realms, realm.id, realm.floors);
    }
    Ok(written == 1)
}

/// Sets or, with the epoch, clears the mark before which tokens were issued in vain.
pub fn set_not_before(tx: &mut Tx<'_>, id: RealmId, at: Timestamp) -> StorageResult<()> {
    let own = realms::table.find(Id::from(id));
    diesel::update(own).set(realms::not_before_at.eq(at.as_ms())).execute(tx.connection())?;
    renew_stamp(tx, id)
}

pub fn raise_floors(tx: &mut Tx<'_>, id: RealmId, floors: Floors) -> StorageResult<()> {
    raise_floors!(tx, realms, id, floors);
    renew_stamp(tx, id)
}

/// To be called in every unit that changes the realm's clients, scopes, roles or keys; the functions of this crate that
/// change them do.
pub fn renew_stamp(tx: &mut Tx<'_>, id: RealmId) -> StorageResult<()> {
    diesel::update(realms::table.find(Id::from(id))).set(realms::stamp.eq(random_stamp())).execute(tx.connection())?;
    Ok(())
}

/// Renews the stamp if it still is `seen`, and keeps others from changing the realm until the unit ends; `false` where
/// somebody did since.
pub fn claim(tx: &mut Tx<'_>, id: RealmId, seen: i64) -> StorageResult<bool> {
    let unchanged = realms::table.filter(realms::id.eq(Id::from(id))).filter(realms::stamp.eq(seen));
    Ok(diesel::update(unchanged).set(realms::stamp.eq(random_stamp())).execute(tx.connection())? == 1)
}

/// The realm with its clients, users, consents and sessions. Its grants are deleted in batches, see `grants`.
pub fn delete(tx: &mut Tx<'_>, id: RealmId) -> StorageResult<bool> {
    Ok(diesel::delete(realms::table.find(Id::from(id))).execute(tx.connection())? == 1)
}

/// Compared for equality only. A counter could repeat after a fail-over, a random number does not.
#[expect(
    clippy::disallowed_methods,
    reason = "needs only to differ from every stamp before: no test or replay depends on it"
)]
fn random_stamp() -> i64 {
    let (time_bits, random_bits) = Uuid::now_v7().as_u64_pair();
    (time_bits.rotate_left(32) ^ random_bits).cast_signed()
}
