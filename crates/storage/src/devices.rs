//! Devices that wait for their user (RFC 8628): found by the hash of either code, moved on by guarded updates.

use diesel::dsl::max;
use diesel::prelude::*;
use perennial_domain::device::{Approval, Device, DeviceState};
use perennial_domain::{ClientId, DeviceId, RealmId, Timestamp, UserId};

use crate::columns::{from_json, to_json};
use crate::schema::devices;
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageError, StorageResult, Tx};

const PENDING: &str = "pending";
const APPROVED: &str = "approved";
const DENIED: &str = "denied";
const REDEEMED: &str = "redeemed";

#[derive(Queryable, Selectable)]
#[diesel(table_name = devices)]
struct DeviceRow {
    id: Id,
    realm_id: Id,
    client_id: Id,
    request: String,
    state: String,
    approval: Option<String>,
    interval_s: i64,
    polled_at: Option<i64>,
    expires_at: i64,
}

impl DeviceRow {
    fn into_device(self) -> StorageResult<Device> {
        let state = match (self.state.as_str(), &self.approval) {
            (PENDING, _) => DeviceState::Pending,
            (APPROVED, Some(approval)) => DeviceState::Approved(from_json(approval)?),
            (DENIED, _) => DeviceState::Denied,
            (REDEEMED, _) => DeviceState::Redeemed,
            _ => return Err(StorageError::corrupt("a device's state")),
        };
        Ok(Device {
            id: self.id.into(),
            realm_id: self.realm_id.into(),
            client_id: self.client_id.into(),
            request: from_json(&self.request)?,
            state,
            interval_s: self.interval_s,
            polled_at: self.polled_at.map(Timestamp::from_ms),
            expires_at: Timestamp::from_ms(self.expires_at),
        })
    }
}

/// SHA-256 of the two codes of a device.
#[derive(Clone, Copy)]
pub struct CodeHashes {
    pub device: [u8; 32],
    pub user: [u8; 32],
}

/// Stores a pending device. `false` where its user code is taken: another one must be drawn.
pub fn insert(tx: &mut Tx<'_>, device: &Device, codes: CodeHashes) -> StorageResult<bool> {
    let values = (
        devices::id.eq(Id::from(device.id)),
        devices::realm_id.eq(Id::from(device.realm_id)),
        devices::client_id.eq(Id::from(device.client_id)),
        devices::code_hash.eq(codes.device.to_vec()),
        devices::user_code_hash.eq(codes.user.to_vec()),
        devices::request.eq(to_json(&device.request)?),
        devices::state.eq(PENDING),
        devices::interval_s.eq(device.interval_s),
        devices::expires_at.eq(device.expires_at.as_ms()),
    );
    let inserted = on_each!(tx, |connection| diesel::insert_into(devices::table)
        .values(values)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// In whatever state it is.
pub fn find_by_code(tx: &mut Tx<'_>, realm: RealmId, code_hash: &[u8; 32]) -> StorageResult<Option<Device>> {
    let own = devices::table
        .filter(devices::code_hash.eq(code_hash.as_slice()))
        .filter(devices::realm_id.eq(Id::from(realm)))
        .select(DeviceRow::as_select());
    own.get_result(tx.connection()).optional()?.map(DeviceRow::into_device).transpose()
}

pub fn find_by_user_code(tx: &mut Tx<'_>, realm: RealmId, code_hash: &[u8; 32]) -> StorageResult<Option<Device>> {
    let own = devices::table
        .filter(devices::user_code_hash.eq(code_hash.as_slice()))
        .filter(devices::realm_id.eq(Id::from(realm)))
        .select(DeviceRow::as_select());
    own.get_result(tx.connection()).optional()?.map(DeviceRow::into_device).transpose()
}

pub fn find(tx: &mut Tx<'_>, id: DeviceId) -> StorageResult<Option<Device>> {
    let own = devices::table.find(Id::from(id)).select(DeviceRow::as_select());
    own.get_result(tx.connection()).optional()?.map(DeviceRow::into_device).transpose()
}

/// Records a poll with the interval from now on; `false` where another poll came since the device was read.
pub fn record_poll(tx: &mut Tx<'_>, seen: &Device, now: Timestamp, interval_s: i64) -> StorageResult<bool> {
    let own = devices::table.find(Id::from(seen.id));
    let changes = (devices::polled_at.eq(now.as_ms()), devices::interval_s.eq(interval_s));
    let changed = match seen.polled_at {
        Some(earlier) => {
            diesel::update(own.filter(devices::polled_at.eq(earlier.as_ms()))).set(changes).execute(tx.connection())?
        }
        None => diesel::update(own.filter(devices::polled_at.is_null())).set(changes).execute(tx.connection())?,
    };
    Ok(changed == 1)
}

/// `true` for the one who answered first, in time.
pub fn approve(tx: &mut Tx<'_>, id: DeviceId, approval: &Approval, now: Timestamp) -> StorageResult<bool> {
    let open = devices::table
        .find(Id::from(id))
        .filter(devices::state.eq(PENDING))
        .filter(devices::expires_at.gt(now.as_ms()));
    let changes = (
        devices::state.eq(APPROVED),
        devices::approval.eq(to_json(approval)?),
        devices::granted_at.eq(approval.granted_at.as_ms()),
        devices::granted_by.eq(Id::from(approval.user_id)),
    );
    Ok(diesel::update(open).set(changes).execute(tx.connection())? == 1)
}

/// As [`approve`].
pub fn deny(tx: &mut Tx<'_>, id: DeviceId, now: Timestamp) -> StorageResult<bool> {
    let open = devices::table
        .find(Id::from(id))
        .filter(devices::state.eq(PENDING))
        .filter(devices::expires_at.gt(now.as_ms()));
    Ok(diesel::update(open).set(devices::state.eq(DENIED)).execute(tx.connection())? == 1)
}

/// `true` for the first, and for nobody after.
pub fn redeem(tx: &mut Tx<'_>, id: DeviceId) -> StorageResult<bool> {
    let approved = devices::table.find(Id::from(id)).filter(devices::state.eq(APPROVED));
    let changes = (devices::state.eq(REDEEMED), devices::approval.eq(None::<String>));
    Ok(diesel::update(approved).set(changes).execute(tx.connection())? == 1)
}

/// When the latest approval of a user, or in a whole realm, that its device can still fetch counts as granted.
pub fn latest_waiting(
    tx: &mut Tx<'_>,
    realm: RealmId,
    user: Option<UserId>,
    now: Timestamp,
) -> StorageResult<Option<Timestamp>> {
    let mut approved = devices::table
        .filter(devices::realm_id.eq(Id::from(realm)))
        .filter(devices::expires_at.gt(now.as_ms()))
        .filter(devices::state.eq(APPROVED))
        .into_boxed();
    if let Some(user) = user {
        approved = approved.filter(devices::granted_by.eq(Id::from(user)));
    }
    let latest: Option<i64> = approved.select(max(devices::granted_at)).get_result(tx.connection())?;
    Ok(latest.map(Timestamp::from_ms))
}

/// Those of a realm that were allowed and can still be fetched.
pub fn list_approved(tx: &mut Tx<'_>, realm: RealmId, now: Timestamp) -> StorageResult<Vec<Device>> {
    let approved: Vec<DeviceRow> = devices::table
        .filter(devices::realm_id.eq(Id::from(realm)))
        .filter(devices::expires_at.gt(now.as_ms()))
        .filter(devices::state.eq(APPROVED))
        .select(DeviceRow::as_select())
        .load(tx.connection())?;
    approved.into_iter().map(DeviceRow::into_device).collect()
}

/// Takes back what a device was allowed; `false` where it has fetched it.
pub fn take_back(tx: &mut Tx<'_>, id: DeviceId) -> StorageResult<bool> {
    let approved = devices::table.find(Id::from(id)).filter(devices::state.eq(APPROVED));
    let changes = (devices::state.eq(DENIED), devices::approval.eq(None::<String>));
    Ok(diesel::update(approved).set(changes).execute(tx.connection())? == 1)
}

/// Takes back what a user allowed a client's devices that have not fetched it yet; the number of them. There are few: each waits for
/// seconds.
pub fn withdraw(tx: &mut Tx<'_>, user: UserId, client: ClientId) -> StorageResult<usize> {
    let approved: Vec<DeviceRow> = devices::table
        .filter(devices::client_id.eq(Id::from(client)))
        .filter(devices::state.eq(APPROVED))
        .select(DeviceRow::as_select())
        .load(tx.connection())?;
    let mut withdrawn = 0;
    for row in approved {
        let device = row.into_device()?;
        if matches!(&device.state, DeviceState::Approved(approval) if approval.user_id == user) {
            withdrawn += usize::from(take_back(tx, device.id)?);
        }
    }
    Ok(withdrawn)
}

/// Whether more than the newest `keep` of a realm wait for their user.
pub fn has_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64) -> StorageResult<bool> {
    Ok(!list_surplus(tx, realm, keep, 1)?.is_empty())
}

/// Removes at most `max` of a realm's beyond the newest `keep`; the number removed.
pub fn delete_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64, max: i64) -> StorageResult<usize> {
    let surplus = list_surplus(tx, realm, keep, max)?;
    let still = devices::table.filter(devices::id.eq_any(surplus)).filter(devices::state.eq(PENDING));
    Ok(diesel::delete(still).execute(tx.connection())?)
}

/// Ids are in the order of their requests. Those that were answered are few, and stay.
fn list_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64, max: i64) -> StorageResult<Vec<Id>> {
    let waiting = devices::table.filter(devices::realm_id.eq(Id::from(realm))).filter(devices::state.eq(PENDING));
    let newest_first = waiting.select(devices::id).order(devices::id.desc());
    Ok(newest_first.offset(keep).limit(max).load(tx.connection())?)
}
