//! Authorization codes: stored as hashes, redeemed once.

use diesel::dsl::max;
use diesel::prelude::*;
use perennial_domain::authorization::AuthorizationCode;
use perennial_domain::{ClientId, RealmId, Timestamp, UserId};

use crate::columns::{from_json, to_hash, to_json};
use crate::schema::authorization_codes as codes;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = codes)]
struct CodeRow {
    code_hash: Vec<u8>,
    realm_id: Id,
    grant_id: Id,
    content: String,
    expires_at: i64,
    redeemed_at: Option<i64>,
}

impl CodeRow {
    fn into_code(self) -> StorageResult<AuthorizationCode> {
        Ok(AuthorizationCode {
            code_hash: to_hash(self.code_hash)?,
            realm_id: self.realm_id.into(),
            grant_id: self.grant_id.into(),
            grant: from_json(&self.content)?,
            expires_at: Timestamp::from_ms(self.expires_at),
            redeemed_at: self.redeemed_at.map(Timestamp::from_ms),
        })
    }
}

pub fn insert(tx: &mut Tx<'_>, code: &AuthorizationCode) -> StorageResult<()> {
    diesel::insert_into(codes::table)
        .values((
            codes::code_hash.eq(code.code_hash.as_slice()),
            codes::realm_id.eq(Id::from(code.realm_id)),
            codes::grant_id.eq(Id::from(code.grant_id)),
            codes::content.eq(to_json(&code.grant)?),
            codes::expires_at.eq(code.expires_at.as_ms()),
            codes::redeemed_at.eq(code.redeemed_at.map(Timestamp::as_ms)),
            codes::user_id.eq(Id::from(code.grant.user_id)),
            codes::client_id.eq(Id::from(code.grant.client_id)),
            codes::issued_at.eq(code.grant.issued_at.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Also where it was redeemed or has expired: a replay must find what it has to end.
pub fn find(tx: &mut Tx<'_>, realm: RealmId, code_hash: &[u8; 32]) -> StorageResult<Option<AuthorizationCode>> {
    let own = codes::table
        .filter(codes::code_hash.eq(code_hash.as_slice()))
        .filter(codes::realm_id.eq(Id::from(realm)))
        .select(CodeRow::as_select());
    own.first(tx.connection()).optional()?.map(CodeRow::into_code).transpose()
}

/// `true` for the first, and for nobody after.
pub fn redeem(tx: &mut Tx<'_>, code_hash: &[u8; 32], now: Timestamp) -> StorageResult<bool> {
    let unused = codes::table.filter(codes::code_hash.eq(code_hash.as_slice())).filter(codes::redeemed_at.is_null());
    Ok(diesel::update(unused).set(codes::redeemed_at.eq(now.as_ms())).execute(tx.connection())? == 1)
}

/// Those of a realm that can still be redeemed. What nobody came for is kept for a day: it is not among them.
pub fn list_waiting(tx: &mut Tx<'_>, realm: RealmId, now: Timestamp) -> StorageResult<Vec<AuthorizationCode>> {
    let waiting = codes::table
        .filter(codes::realm_id.eq(Id::from(realm)))
        .filter(codes::expires_at.gt(now.as_ms()))
        .filter(codes::redeemed_at.is_null());
    let rows: Vec<CodeRow> = waiting.select(CodeRow::as_select()).load(tx.connection())?;
    rows.into_iter().map(CodeRow::into_code).collect()
}

/// `false` where it was redeemed: a redemption under way is waited for.
pub fn take_back(tx: &mut Tx<'_>, code_hash: &[u8; 32]) -> StorageResult<bool> {
    let unused = codes::table.filter(codes::code_hash.eq(code_hash.as_slice())).filter(codes::redeemed_at.is_null());
    Ok(diesel::delete(unused).execute(tx.connection())? == 1)
}

/// When the latest code of a user, or of a whole realm, that can still be redeemed counts as granted.
pub fn latest_waiting(
    tx: &mut Tx<'_>,
    realm: RealmId,
    user: Option<UserId>,
    now: Timestamp,
) -> StorageResult<Option<Timestamp>> {
    let waiting =
        codes::table.filter(codes::expires_at.gt(now.as_ms())).filter(codes::redeemed_at.is_null()).into_boxed();
    // Not both: each leads along an index of its own.
    let own = match user {
        Some(user) => waiting.filter(codes::user_id.eq(Id::from(user))),
        None => waiting.filter(codes::realm_id.eq(Id::from(realm))),
    };
    let latest: Option<i64> = own.select(max(codes::issued_at)).get_result(tx.connection())?;
    Ok(latest.map(Timestamp::from_ms))
}

/// Codes that nobody has redeemed yet: access that is taken away must not come back through them. A redemption under way is
/// waited for, so that the grants to be ended are all there afterwards.
pub fn delete_unredeemed(tx: &mut Tx<'_>, user: UserId, client: Option<ClientId>) -> StorageResult<usize> {
    let own = codes::table.filter(codes::user_id.eq(Id::from(user))).filter(codes::redeemed_at.is_null());
    let deleted = match client {
        Some(client) => diesel::delete(own.filter(codes::client_id.eq(Id::from(client)))).execute(tx.connection())?,
        None => diesel::delete(own).execute(tx.connection())?,
    };
    Ok(deleted)
}
