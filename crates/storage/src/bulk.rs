//! Many rows at once, for what fills a database: one statement a row would take minutes where these take seconds. Nothing here
//! renews a realm's stamp or raises an event.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use perennial_domain::consent::Consent;
use perennial_domain::grant::Grant;
use perennial_domain::user::User;
use perennial_domain::{RealmId, RoleId};

use crate::grant_row::GrantRow;
use crate::schema::{consents, grants, user_roles, users};
use crate::sql_types::Id;
use crate::target::AnyConnection;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// Rows of one statement: with 29 columns well below the 32,766 parameters that SQLite takes.
const ROWS: usize = 500;

#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct NewUser<'a> {
    id: Id,
    realm_id: Id,
    username: &'a str,
    email: Option<&'a str>,
    email_verified: bool,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    enabled: bool,
    locale: Option<&'a str>,
    created_at: i64,
}

#[derive(Insertable)]
// Otherwise SQLite would get a statement a row, in a transaction of its own.
#[diesel(table_name = user_roles, treat_none_as_default_value = false)]
struct NewUserRole {
    user_id: Id,
    role_id: Id,
}

#[derive(Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
struct NewConsent {
    user_id: Id,
    client_id: Id,
    scope: String,
    chosen_end_s: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

/// Their policy classes must be registered by the caller.
pub fn insert_grants(tx: &mut Tx<'_>, all: &[Grant]) -> StorageResult<()> {
    let rows = all.iter().map(GrantRow::new).collect::<StorageResult<Vec<_>>>()?;
    match tx.connection() {
        AnyConnection::Sqlite(connection) => {
            for some in rows.chunks(ROWS) {
                diesel::insert_into(grants::table).values(some).execute(connection)?;
            }
        }
        AnyConnection::Postgres(connection) => {
            diesel::copy_from(grants::table).from_insertable(rows).execute(connection)?;
        }
    }
    Ok(())
}

/// Users without password, attributes, floors and not-before, each with this role. Names and addresses must be in lower case.
pub fn insert_users(tx: &mut Tx<'_>, realm: RealmId, role: RoleId, all: &[User]) -> StorageResult<()> {
    for some in all.chunks(ROWS) {
        let rows: Vec<NewUser<'_>> = some.iter().map(|user| new_user(realm, user)).collect();
        on_each!(tx, |connection| diesel::insert_into(users::table).values(&rows).execute(connection))?;
        let roles = some.iter().map(|user| NewUserRole { user_id: user.id.into(), role_id: role.into() });
        let roles: Vec<NewUserRole> = roles.collect();
        on_each!(tx, |connection| diesel::insert_into(user_roles::table).values(&roles).execute(connection))?;
    }
    Ok(())
}

fn new_user(realm: RealmId, user: &User) -> NewUser<'_> {
    NewUser {
        id: user.id.into(),
        realm_id: realm.into(),
        username: &user.username,
        email: user.email.as_deref(),
        email_verified: user.email_verified,
        first_name: user.first_name.as_deref(),
        last_name: user.last_name.as_deref(),
        enabled: user.enabled,
        locale: user.locale.as_deref(),
        created_at: user.created_at.as_ms(),
    }
}

/// Leaves alone what users have consented to already.
pub fn insert_consents(tx: &mut Tx<'_>, all: &[Consent]) -> StorageResult<()> {
    for some in all.chunks(ROWS) {
        let row = |consent: &Consent| NewConsent {
            user_id: consent.user_id.into(),
            client_id: consent.client_id.into(),
            scope: consent.scope.to_string(),
            chosen_end_s: consent.chosen_end_s,
            created_at: consent.created_at.as_ms(),
            updated_at: consent.updated_at.as_ms(),
        };
        let rows: Vec<NewConsent> = some.iter().map(row).collect();
        on_each!(tx, |connection| diesel::insert_into(consents::table)
            .values(&rows)
            .on_conflict_do_nothing()
            .execute(connection))?;
    }
    Ok(())
}

/// Tells the query planner how much there is now, which a database otherwise finds out by and by.
pub fn analyze(tx: &mut Tx<'_>) -> StorageResult<()> {
    Ok(tx.connection().batch_execute("ANALYZE")?)
}
