//! Who users are at upstream providers. Providers are in the realm's settings; here they go by their aliases.

use diesel::prelude::*;
use perennial_domain::upstream::IdentityLink;
use perennial_domain::{RealmId, UserId};

use crate::columns::is_storable;
use crate::schema::identity_links as links;
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// `false` where the user has a link with the provider already, or somebody of the realm is that subject.
pub fn insert(tx: &mut Tx<'_>, realm: RealmId, user: UserId, link: &IdentityLink) -> StorageResult<bool> {
    let values = (
        links::user_id.eq(Id::from(user)),
        links::alias.eq(&link.alias),
        links::realm_id.eq(Id::from(realm)),
        links::subject.eq(&link.subject),
        links::username.eq(&link.username),
    );
    let inserted = on_each!(tx, |connection| diesel::insert_into(links::table)
        .values(values)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

/// Whom of the realm the provider means by this subject.
pub fn find_user(tx: &mut Tx<'_>, realm: RealmId, alias: &str, subject: &str) -> StorageResult<Option<UserId>> {
    if !is_storable(subject) {
        return Ok(None);
    }
    let own = links::table
        .filter(links::realm_id.eq(Id::from(realm)))
        .filter(links::alias.eq(alias))
        .filter(links::subject.eq(subject))
        .select(links::user_id);
    let found: Option<Id> = own.first(tx.connection()).optional()?;
    Ok(found.map(Into::into))
}

/// By alias.
pub fn list_of_user(tx: &mut Tx<'_>, user: UserId) -> StorageResult<Vec<IdentityLink>> {
    let rows: Vec<(String, String, String)> = links::table
        .filter(links::user_id.eq(Id::from(user)))
        .order(links::alias)
        .select((links::alias, links::subject, links::username))
        .load(tx.connection())?;
    Ok(rows.into_iter().map(|(alias, subject, username)| IdentityLink { alias, subject, username }).collect())
}

/// How many users of the realm are somebody there: each has one link with a provider.
pub fn count_of_provider(tx: &mut Tx<'_>, realm: RealmId, alias: &str) -> StorageResult<i64> {
    let own = links::table.filter(links::realm_id.eq(Id::from(realm))).filter(links::alias.eq(alias));
    Ok(own.count().get_result(tx.connection())?)
}

/// `false` where there is none.
pub fn delete(tx: &mut Tx<'_>, user: UserId, alias: &str) -> StorageResult<bool> {
    if !is_storable(alias) {
        return Ok(false);
    }
    let own = links::table.filter(links::user_id.eq(Id::from(user))).filter(links::alias.eq(alias));
    Ok(diesel::delete(own).execute(tx.connection())? == 1)
}

/// All that the provider has in the realm.
pub fn delete_of_provider(tx: &mut Tx<'_>, realm: RealmId, alias: &str) -> StorageResult<usize> {
    let own = links::table.filter(links::realm_id.eq(Id::from(realm))).filter(links::alias.eq(alias));
    Ok(diesel::delete(own).execute(tx.connection())?)
}
