//! Links that were sent to users to act on, by the hash of their token: good once, until they end.

use diesel::prelude::*;
use perennial_domain::action_link::ActionLink;
use perennial_domain::{RealmId, Timestamp, UserId};

use crate::columns::{from_json, to_json};
use crate::schema::action_links as links;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

/// One that is about to be sent.
pub struct NewActionLink<'a> {
    pub realm: RealmId,
    pub user: UserId,
    pub token_hash: &'a [u8; 32],
    pub link: &'a ActionLink,
    pub expires_at: Timestamp,
}

pub fn insert(tx: &mut Tx<'_>, new: &NewActionLink<'_>) -> StorageResult<()> {
    diesel::insert_into(links::table)
        .values((
            links::token_hash.eq(new.token_hash.as_slice()),
            links::realm_id.eq(Id::from(new.realm)),
            links::user_id.eq(Id::from(new.user)),
            links::content.eq(to_json(new.link)?),
            links::expires_at.eq(new.expires_at.as_ms()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Whom it is for, if it is still good.
pub fn find(
    tx: &mut Tx<'_>,
    realm: RealmId,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> StorageResult<Option<(UserId, ActionLink)>> {
    let own = links::table
        .find(token_hash.as_slice())
        .filter(links::realm_id.eq(Id::from(realm)))
        .filter(links::expires_at.gt(now.as_ms()))
        .select((links::user_id, links::content));
    let found: Option<(Id, String)> = own.first(tx.connection()).optional()?;
    found.map(|(user, content)| Ok((user.into(), from_json(&content)?))).transpose()
}

/// For the first who comes with it in time; `false` for everybody after.
pub fn take(tx: &mut Tx<'_>, token_hash: &[u8; 32], now: Timestamp) -> StorageResult<bool> {
    let own = links::table.find(token_hash.as_slice()).filter(links::expires_at.gt(now.as_ms()));
    Ok(diesel::delete(own).execute(tx.connection())? == 1)
}

pub fn delete_of_user(tx: &mut Tx<'_>, user: UserId) -> StorageResult<()> {
    diesel::delete(links::table.filter(links::user_id.eq(Id::from(user)))).execute(tx.connection())?;
    Ok(())
}
