//! Users, their password hashes and their roles. A password hash never leaves inside of a `User`.

use std::collections::BTreeSet;

use diesel::prelude::*;
use perennial_domain::lifetime::Floors;
use perennial_domain::user::{Attributes, User};
use perennial_domain::{ClientId, RealmId, RoleId, Timestamp, UserId};

use crate::columns::{from_json, is_storable, raise_floors, to_floors, to_json};
use crate::schema::{user_roles, users};
use crate::sql_types::Id;
use crate::target::AnyConnection;
use crate::tx::on_each;
pub use crate::user_lists::*;
use crate::{StorageResult, Tx, action_links};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserRow {
    id: Id,
    username: String,
    email: Option<String>,
    email_verified: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    enabled: bool,
    locale: Option<String>,
    not_before_at: i64,
    ended_if_used_before_at: i64,
    ended_if_started_before_at: i64,
    online_ended_before_at: i64,
    created_at: i64,
    service_account_of: Option<Id>,
    attributes: Option<String>,
    required_actions: Option<String>,
}

impl UserRow {
    pub(crate) fn into_user(self) -> StorageResult<User> {
        let row = self;
        Ok(User {
            id: row.id.into(),
            username: row.username,
            email: row.email,
            email_verified: row.email_verified,
            first_name: row.first_name,
            last_name: row.last_name,
            enabled: row.enabled,
            locale: row.locale,
            not_before_at: Timestamp::from_ms(row.not_before_at),
            floors: to_floors(row.ended_if_used_before_at, row.ended_if_started_before_at, row.online_ended_before_at),
            created_at: Timestamp::from_ms(row.created_at),
            service_account_of: row.service_account_of.map(Into::into),
            attributes: row.attributes.as_deref().map_or_else(|| Ok(Attributes::new()), from_json)?,
            required_actions: row.required_actions.as_deref().map_or_else(|| Ok(BTreeSet::new()), from_json)?,
        })
    }
}

pub fn find(tx: &mut Tx<'_>, realm: RealmId, id: UserId) -> StorageResult<Option<User>> {
    let own = users::table.filter(users::id.eq(Id::from(id))).filter(users::realm_id.eq(Id::from(realm)));
    own.select(UserRow::as_select()).first(tx.connection()).optional()?.map(UserRow::into_user).transpose()
}

/// Names are compared without case.
pub fn find_by_username(tx: &mut Tx<'_>, realm: RealmId, username: &str) -> StorageResult<Option<User>> {
    let own = users::table.filter(users::realm_id.eq(Id::from(realm))).filter(users::username.eq(fold(username)));
    own.select(UserRow::as_select()).first(tx.connection()).optional()?.map(UserRow::into_user).transpose()
}

pub fn find_by_email(tx: &mut Tx<'_>, realm: RealmId, email: &str) -> StorageResult<Option<User>> {
    let own = users::table.filter(users::realm_id.eq(Id::from(realm))).filter(users::email.eq(fold(email)));
    own.select(UserRow::as_select()).first(tx.connection()).optional()?.map(UserRow::into_user).transpose()
}

/// By user name, else by e-mail address; with the password's hash, if there is one.
pub fn find_credentials(tx: &mut Tx<'_>, realm: RealmId, login: &str) -> StorageResult<Option<(User, Option<String>)>> {
    if !is_storable(login) {
        return Ok(None);
    }
    let user = match find_by_username(tx, realm, login)? {
        Some(user) => user,
        None => match find_by_email(tx, realm, login)? {
            Some(user) => user,
            None => return Ok(None),
        },
    };
    let hash = users::table.find(Id::from(user.id)).select(users::password_hash).first(tx.connection())?;
    Ok(Some((user, hash)))
}

pub fn find_service_account(tx: &mut Tx<'_>, client: ClientId) -> StorageResult<Option<User>> {
    let own = users::table.filter(users::service_account_of.eq(Id::from(client)));
    own.select(UserRow::as_select()).first(tx.connection()).optional()?.map(UserRow::into_user).transpose()
}

pub fn count(tx: &mut Tx<'_>, realm: RealmId) -> StorageResult<i64> {
    Ok(users::table.filter(users::realm_id.eq(Id::from(realm))).count().get_result(tx.connection())?)
}

/// Keeps the user as they are until the unit ends: whoever else wants to change them waits, or has come first. The one lock of a
/// user's row: two units of which one takes a weaker one first would wait for each other. It writes nothing.
pub fn hold(tx: &mut Tx<'_>, id: UserId) -> StorageResult<()> {
    // SQLite has one writer.
    if let AnyConnection::Postgres(connection) = tx.connection() {
        let own = users::table.find(Id::from(id)).select(users::id).for_no_key_update();
        own.first::<Id>(connection).optional()?;
    }
    Ok(())
}

/// The user as they stand, and stay until the unit ends.
pub fn find_kept(tx: &mut Tx<'_>, realm: RealmId, id: UserId) -> StorageResult<Option<User>> {
    hold(tx, id)?;
    find(tx, realm, id)
}

/// User name and address are stored in lower case. A second user of the same name or address is a conflict.
pub fn insert(tx: &mut Tx<'_>, realm: RealmId, user: &User, password_hash: Option<&str>) -> StorageResult<()> {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(Id::from(user.id)),
            users::realm_id.eq(Id::from(realm)),
            (
                users::username.eq(fold(&user.username)),
                users::email.eq(user.email.as_deref().map(fold)),
                users::email_verified.eq(user.email_verified),
                users::first_name.eq(&user.first_name),
                users::last_name.eq(&user.last_name),
                users::enabled.eq(user.enabled),
                users::locale.eq(&user.locale),
            ),
            users::password_hash.eq(password_hash),
            users::not_before_at.eq(user.not_before_at.as_ms()),
            users::ended_if_used_before_at.eq(user.floors.ended_if_used_before_at.as_ms()),
            users::ended_if_started_before_at.eq(user.floors.ended_if_started_before_at.as_ms()),
            users::online_ended_before_at.eq(user.floors.online_ended_before_at.as_ms()),
            users::created_at.eq(user.created_at.as_ms()),
            users::service_account_of.eq(user.service_account_of.map(Id::from)),
            users::attributes.eq(attributes_column(user)?),
            users::required_actions.eq(actions_column(user)?),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Writes everything but the password and the floors, which it only raises. `false` where the user is gone.
pub fn update(tx: &mut Tx<'_>, realm: RealmId, user: &User) -> StorageResult<bool> {
    let own = users::table.filter(users::id.eq(Id::from(user.id))).filter(users::realm_id.eq(Id::from(realm)));
    let written = diesel::update(own)
        .set((
            users::username.eq(fold(&user.username)),
            users::email.eq(user.email.as_deref().map(fold)),
            users::email_verified.eq(user.email_verified),
            users::first_name.eq(&user.first_name),
            users::last_name.eq(&user.last_name),
            users::enabled.eq(user.enabled),
            users::locale.eq(&user.locale),
            users::not_before_at.eq(user.not_before_at.as_ms()),
            users::attributes.eq(attributes_column(user)?),
            users::required_actions.eq(actions_column(user)?),
        ))
        .execute(tx.connection())?;
    if written == 1 {
        raise_floors!(tx, users, user.id, user.floors);
    }
    Ok(written == 1)
}

/// Sets or, with the epoch, clears the mark before which tokens were issued in vain.
pub fn set_not_before(tx: &mut Tx<'_>, id: UserId, at: Timestamp) -> StorageResult<bool> {
    let own = users::table.find(Id::from(id));
    Ok(diesel::update(own).set(users::not_before_at.eq(at.as_ms())).execute(tx.connection())? == 1)
}

pub fn raise_floors(tx: &mut Tx<'_>, id: UserId, floors: Floors) -> StorageResult<()> {
    raise_floors!(tx, users, id, floors);
    Ok(())
}

pub fn find_password_hash(tx: &mut Tx<'_>, id: UserId) -> StorageResult<Option<String>> {
    let own = users::table.find(Id::from(id)).select(users::password_hash);
    Ok(own.get_result::<Option<String>>(tx.connection()).optional()?.flatten())
}

/// Links that were sent to set a password go with the old one. Guarded by the hash that was seen, or by there being none;
/// `false` where it changed meanwhile.
pub fn replace_password_hash(tx: &mut Tx<'_>, id: UserId, seen: Option<&str>, hash: &str) -> StorageResult<bool> {
    let own = users::table.filter(users::id.eq(Id::from(id)));
    let set = users::password_hash.eq(hash);
    let written = match seen {
        Some(seen) => diesel::update(own.filter(users::password_hash.eq(seen))).set(set).execute(tx.connection())?,
        None => diesel::update(own.filter(users::password_hash.is_null())).set(set).execute(tx.connection())?,
    };
    if written == 1 {
        action_links::delete_of_user(tx, id)?;
    }
    Ok(written == 1)
}

/// Links that were sent to set a password go with the old one.
pub fn set_password_hash(tx: &mut Tx<'_>, id: UserId, hash: Option<&str>) -> StorageResult<bool> {
    action_links::delete_of_user(tx, id)?;
    let own = users::table.find(Id::from(id));
    Ok(diesel::update(own).set(users::password_hash.eq(hash)).execute(tx.connection())? == 1)
}

/// The user with roles, consents and sessions. Their grants are deleted by `grants`.
pub fn delete(tx: &mut Tx<'_>, realm: RealmId, id: UserId) -> StorageResult<bool> {
    let own = users::table.filter(users::id.eq(Id::from(id))).filter(users::realm_id.eq(Id::from(realm)));
    Ok(diesel::delete(own).execute(tx.connection())? == 1)
}

/// Those given directly; what they include is in the realm's model.
pub fn role_ids(tx: &mut Tx<'_>, id: UserId) -> StorageResult<Vec<RoleId>> {
    let ids: Vec<Id> = user_roles::table
        .filter(user_roles::user_id.eq(Id::from(id)))
        .select(user_roles::role_id)
        .load(tx.connection())?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// One page of those who were given the role directly, by user name.
pub fn with_role(tx: &mut Tx<'_>, role: RoleId, page: &UserPage) -> StorageResult<Vec<User>> {
    if !page.after.as_deref().is_none_or(is_storable) {
        return Ok(Vec::new());
    }
    let rows: Vec<UserRow> = users::table
        .inner_join(user_roles::table.on(user_roles::user_id.eq(users::id)))
        .filter(user_roles::role_id.eq(Id::from(role)))
        // No user name is empty.
        .filter(users::username.gt(fold(page.after.as_deref().unwrap_or_default())))
        .order(users::username)
        .offset(page.first)
        .limit(page.max)
        .select(UserRow::as_select())
        .load(tx.connection())?;
    rows.into_iter().map(UserRow::into_user).collect()
}

/// At most `max` of those who were given one of the roles directly, service accounts among them.
pub fn ids_with_any_role(tx: &mut Tx<'_>, roles: &[RoleId], max: i64) -> StorageResult<Vec<UserId>> {
    let roles: Vec<Id> = roles.iter().map(|id| Id::from(*id)).collect();
    let ids: Vec<Id> = user_roles::table
        .filter(user_roles::role_id.eq_any(roles))
        .select(user_roles::user_id)
        .limit(max)
        .load(tx.connection())?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// No change where the user has the role already.
pub fn add_role(tx: &mut Tx<'_>, user: UserId, role: RoleId) -> StorageResult<()> {
    let pair = (user_roles::user_id.eq(Id::from(user)), user_roles::role_id.eq(Id::from(role)));
    on_each!(tx, |connection| diesel::insert_into(user_roles::table)
        .values(pair)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}

pub fn remove_role(tx: &mut Tx<'_>, user: UserId, role: RoleId) -> StorageResult<bool> {
    let own = user_roles::table.find((Id::from(user), Id::from(role)));
    Ok(diesel::delete(own).execute(tx.connection())? == 1)
}

/// Most users have none, which takes no room.
fn attributes_column(user: &User) -> StorageResult<Option<String>> {
    if user.attributes.is_empty() { Ok(None) } else { to_json(&user.attributes).map(Some) }
}

fn actions_column(user: &User) -> StorageResult<Option<String>> {
    if user.required_actions.is_empty() { Ok(None) } else { to_json(&user.required_actions).map(Some) }
}

pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}
