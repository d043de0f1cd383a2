//! Sign-ins to the two consoles: the browser's cookie, as its hash, stands for a grant that the server keeps.

use diesel::prelude::*;
use perennial_domain::{GrantId, RealmId, Timestamp, UserId};

use crate::columns::to_hash;
use crate::schema::console_sessions;
use crate::sql_types::Id;
use crate::{StorageError, StorageResult, Tx};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsoleKind {
    Admin,
    Account,
}

impl ConsoleKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Account => "account",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleSession {
    /// SHA-256 of the cookie.
    pub secret_hash: [u8; 32],
    pub kind: ConsoleKind,
    pub realm_id: RealmId,
    pub user_id: UserId,
    pub grant_id: GrantId,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = console_sessions)]
struct ConsoleSessionRow {
    secret_hash: Vec<u8>,
    kind: String,
    realm_id: Id,
    user_id: Id,
    grant_id: Id,
    created_at: i64,
    last_used_at: i64,
}

impl ConsoleSessionRow {
    fn into_session(self) -> StorageResult<ConsoleSession> {
        let kind = [ConsoleKind::Admin, ConsoleKind::Account].into_iter().find(|kind| kind.as_str() == self.kind);
        Ok(ConsoleSession {
            secret_hash: to_hash(self.secret_hash)?,
            kind: kind.ok_or_else(|| StorageError::corrupt("unknown kind of console"))?,
            realm_id: self.realm_id.into(),
            user_id: self.user_id.into(),
            grant_id: self.grant_id.into(),
            created_at: Timestamp::from_ms(self.created_at),
            last_used_at: Timestamp::from_ms(self.last_used_at),
        })
    }
}

pub fn insert(tx: &mut Tx<'_>, session: &ConsoleSession) -> StorageResult<()> {
    diesel::insert_into(console_sessions::table)
        .values((
            console_sessions::secret_hash.eq(session.secret_hash.as_slice()),
            console_sessions::kind.eq(session.kind.as_str()),
            console_sessions::realm_id.eq(Id::from(session.realm_id)),
            console_sessions::user_id.eq(Id::from(session.user_id)),
            console_sessions::grant_id.eq(Id::from(session.grant_id)),
            console_sessions::created_at.eq(session.created_at.as_ms()),
            console_sessions::last_used_at.eq(session.last_used_at.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

pub fn find(tx: &mut Tx<'_>, secret_hash: &[u8; 32]) -> StorageResult<Option<ConsoleSession>> {
    let own = console_sessions::table.find(secret_hash.as_slice()).select(ConsoleSessionRow::as_select());
    own.first(tx.connection()).optional()?.map(ConsoleSessionRow::into_session).transpose()
}

/// Records a use; the mark never goes back.
pub fn touch(tx: &mut Tx<'_>, secret_hash: &[u8; 32], now: Timestamp) -> StorageResult<bool> {
    let own = console_sessions::table
        .filter(console_sessions::secret_hash.eq(secret_hash.as_slice()))
        .filter(console_sessions::last_used_at.le(now.as_ms()));
    Ok(diesel::update(own).set(console_sessions::last_used_at.eq(now.as_ms())).execute(tx.connection())? == 1)
}

pub fn delete(tx: &mut Tx<'_>, secret_hash: &[u8; 32]) -> StorageResult<bool> {
    Ok(diesel::delete(console_sessions::table.find(secret_hash.as_slice())).execute(tx.connection())? == 1)
}
