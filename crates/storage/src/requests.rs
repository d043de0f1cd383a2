//! Authorization requests that wait for their user.

use diesel::prelude::*;
use perennial_domain::authorization::PendingRequest;
use perennial_domain::{RealmId, RequestId, Timestamp, UserSessionId};

use crate::columns::{from_json, to_hash, to_json};
use crate::schema::authorization_requests as requests;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = requests)]
struct RequestRow {
    id: Id,
    realm_id: Id,
    binding_hash: Vec<u8>,
    content: String,
    signed_in_as: Option<Id>,
    created_at: i64,
    expires_at: i64,
}

impl RequestRow {
    fn into_request(self) -> StorageResult<PendingRequest> {
        Ok(PendingRequest {
            id: self.id.into(),
            realm_id: self.realm_id.into(),
            binding_hash: to_hash(self.binding_hash)?,
            request: from_json(&self.content)?,
            signed_in_as: self.signed_in_as.map(Into::into),
            created_at: Timestamp::from_ms(self.created_at),
            expires_at: Timestamp::from_ms(self.expires_at),
        })
    }
}

pub fn insert(tx: &mut Tx<'_>, pending: &PendingRequest) -> StorageResult<()> {
    diesel::insert_into(requests::table)
        .values((
            requests::id.eq(Id::from(pending.id)),
            requests::realm_id.eq(Id::from(pending.realm_id)),
            requests::binding_hash.eq(pending.binding_hash.as_slice()),
            requests::content.eq(to_json(&pending.request)?),
            requests::signed_in_as.eq(pending.signed_in_as.map(Id::from)),
            requests::created_at.eq(pending.created_at.as_ms()),
            requests::expires_at.eq(pending.expires_at.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Also where it has expired: that is the caller's to see.
pub fn find(tx: &mut Tx<'_>, id: RequestId) -> StorageResult<Option<PendingRequest>> {
    let own = requests::table.find(Id::from(id)).select(RequestRow::as_select());
    own.first(tx.connection()).optional()?.map(RequestRow::into_request).transpose()
}

/// The session that signed in for this request; `false` where the request is gone.
pub fn mark_signed_in(tx: &mut Tx<'_>, id: RequestId, session: UserSessionId) -> StorageResult<bool> {
    let own = requests::table.find(Id::from(id));
    Ok(diesel::update(own).set(requests::signed_in_as.eq(Id::from(session))).execute(tx.connection())? == 1)
}

/// `true` for the one who took it: a request is answered once.
pub fn delete(tx: &mut Tx<'_>, id: RequestId) -> StorageResult<bool> {
    Ok(diesel::delete(requests::table.find(Id::from(id))).execute(tx.connection())? == 1)
}

/// Whether more than the newest `keep` of a realm wait that nobody has signed in for.
pub fn has_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64) -> StorageResult<bool> {
    Ok(newest_surplus(tx, realm, keep)?.is_some())
}

/// Removes at most `max` of the oldest of these, beyond the newest `keep`; the number removed.
pub fn delete_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64, max: i64) -> StorageResult<usize> {
    let Some(newest) = newest_surplus(tx, realm, keep)? else { return Ok(0) };
    let surplus: Vec<Id> = requests::table
        .filter(requests::realm_id.eq(Id::from(realm)))
        .filter(requests::signed_in_as.is_null())
        .filter(requests::id.le(newest))
        .order(requests::id)
        .select(requests::id)
        .limit(max)
        .load(tx.connection())?;
    Ok(diesel::delete(requests::table.filter(requests::id.eq_any(surplus))).execute(tx.connection())?)
}

/// Ids are in the order of their requests.
fn newest_surplus(tx: &mut Tx<'_>, realm: RealmId, keep: i64) -> StorageResult<Option<Id>> {
    let waiting =
        requests::table.filter(requests::realm_id.eq(Id::from(realm))).filter(requests::signed_in_as.is_null());
    let found = waiting.order(requests::id.desc()).select(requests::id).offset(keep).limit(1);
    Ok(found.first(tx.connection()).optional()?)
}
