//! What users sign in by: their names and their e-mail addresses, which are one to whoever types them. The database keeps each kind
//! unique; that no name is another user's address is kept by those who look here first.

use diesel::prelude::*;
use diesel::sql_types::Text;
use perennial_domain::user::User;
use perennial_domain::{RealmId, UserId};

use crate::columns::is_storable;
use crate::target::AnyConnection;
use crate::users::{find_by_email, find_by_username, fold};
use crate::{StorageResult, Tx};

/// Which of a user's own is another user's already, as whatever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Username,
    Email,
}

/// Whoever wants to give somebody the same name or address waits until the unit ends, or has come first.
pub fn keep(tx: &mut Tx<'_>, realm: RealmId, user: &User) -> StorageResult<()> {
    // SQLite has one writer.
    if let AnyConnection::Postgres(connection) = tx.connection() {
        diesel::sql_query("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 1))")
            .bind::<Text, _>(realm.to_string())
            .execute(connection)?;
        // In the same order for everybody: two units must not wait for each other.
        let mut names: Vec<String> = own_names(user).map(fold).collect();
        names.sort();
        for name in names {
            diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind::<Text, _>(format!("{realm} {name}"))
                .execute(connection)?;
        }
    }
    Ok(())
}

/// The same of all names of a realm, for an import.
pub fn keep_all(tx: &mut Tx<'_>, realm: RealmId) -> StorageResult<()> {
    if let AnyConnection::Postgres(connection) = tx.connection() {
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))")
            .bind::<Text, _>(realm.to_string())
            .execute(connection)?;
    }
    Ok(())
}

/// What of it stands in the way of this user, who may be stored already.
pub fn find_taken(tx: &mut Tx<'_>, realm: RealmId, user: &User) -> StorageResult<Option<Taken>> {
    if is_others(tx, realm, &user.username, user.id)? {
        return Ok(Some(Taken::Username));
    }
    let Some(email) = &user.email else { return Ok(None) };
    Ok(is_others(tx, realm, email, user.id)?.then_some(Taken::Email))
}

fn is_others(tx: &mut Tx<'_>, realm: RealmId, name: &str, own: UserId) -> StorageResult<bool> {
    if !is_storable(name) {
        return Ok(false);
    }
    let is_other = |found: Option<User>| found.is_some_and(|other| other.id != own);
    Ok(is_other(find_by_username(tx, realm, name)?) || is_other(find_by_email(tx, realm, name)?))
}

fn own_names(user: &User) -> impl Iterator<Item = &str> {
    std::iter::once(user.username.as_str()).chain(user.email.as_deref())
}
