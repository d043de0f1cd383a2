//! Pages and counts of a realm's users, by name. Service accounts are their clients', so they are left out.

use diesel::prelude::*;
use perennial_domain::RealmId;
use perennial_domain::user::User;

use crate::columns::is_storable;
use crate::schema::users;
use crate::sql_types::Id;
use crate::users::{UserRow, fold};
use crate::{StorageResult, Tx};

/// Which users; every field that is set must hold. Texts are compared without case.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// The start of the user name or the address.
    pub search: Option<String>,
    /// The user name: its start, or the whole where `exact`.
    pub username: Option<String>,
    pub email: Option<String>,
    pub exact: bool,
    pub enabled: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct UserPage {
    /// The user name that the page before ended with.
    pub after: Option<String>,
    /// Rows to skip; slow for large numbers, unlike `after`.
    pub first: i64,
    pub max: i64,
}

macro_rules! people {
    ($realm:expr, $filter:expr) => {{
        let mut people = users::table
            .filter(users::realm_id.eq(Id::from($realm)))
            .filter(users::service_account_of.is_null())
            .into_boxed();
        if let Some(search) = set(&$filter.search) {
            let (start, end) = prefix(search);
            let by_name = users::username.ge(start.clone()).and(users::username.lt(end.clone()));
            let by_email = users::email.is_not_null().and(users::email.assume_not_null().ge(start));
            people = people.filter(by_name.or(by_email.and(users::email.assume_not_null().lt(end))));
        }
        if let Some(username) = set(&$filter.username) {
            let (start, end) = range(username, $filter.exact);
            people = people.filter(users::username.ge(start)).filter(users::username.lt(end));
        }
        if let Some(email) = set(&$filter.email) {
            let (start, end) = range(email, $filter.exact);
            people = people.filter(users::email.ge(start)).filter(users::email.lt(end));
        }
        if let Some(enabled) = $filter.enabled {
            people = people.filter(users::enabled.eq(enabled));
        }
        people
    }};
}

/// One page by user name.
pub fn list(tx: &mut Tx<'_>, realm: RealmId, filter: &UserFilter, page: &UserPage) -> StorageResult<Vec<User>> {
    if !is_possible(filter) || !page.after.as_deref().is_none_or(is_storable) {
        return Ok(Vec::new());
    }
    let mut people = people!(realm, filter);
    if let Some(after) = &page.after {
        people = people.filter(users::username.gt(fold(after)));
    }
    let page = people.order(users::username).limit(page.max).offset(page.first);
    let rows: Vec<UserRow> = page.select(UserRow::as_select()).load(tx.connection())?;
    rows.into_iter().map(UserRow::into_user).collect()
}

pub fn count_found(tx: &mut Tx<'_>, realm: RealmId, filter: &UserFilter) -> StorageResult<i64> {
    if !is_possible(filter) {
        return Ok(0);
    }
    Ok(people!(realm, filter).count().get_result(tx.connection())?)
}

fn is_possible(filter: &UserFilter) -> bool {
    [&filter.search, &filter.username, &filter.email].into_iter().flatten().all(|text| is_storable(text))
}

fn set(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn prefix(text: &str) -> (String, String) {
    (fold(text), format!("{}\u{10ffff}", fold(text)))
}

/// From the first text that fits up to and excluding one that does not. Stored texts have no control characters.
fn range(text: &str, exact: bool) -> (String, String) {
    if exact { (fold(text), format!("{}\u{1}", fold(text))) } else { prefix(text) }
}
