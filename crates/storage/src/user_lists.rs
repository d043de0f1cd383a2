//! Pages and counts of a realm's users, by name. Service accounts are their clients', so they are left out.

use diesel::prelude::*;
use diesel::sql_types::Text;
use perennial_domain::RealmId;
use perennial_domain::user::User;

use crate::columns::is_storable;
use crate::fragments::HasAttribute;
use crate::schema::users;
use crate::sql_types::Id;
use crate::users::{UserRow, fold};
use crate::{StorageResult, Tx};

diesel::define_sql_function! {
    /// SQLite's knows no letters beyond ASCII: other texts are found as they are written, too.
    fn lower(text: Text) -> Text;
}

/// Which users; every field that is set must hold. Texts are compared without case.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Each word of it must be found in the user name, the address, the first or the last name: `word` as its start, `*word*`
    /// anywhere, `"word"` as the whole.
    pub search: Option<String>,
    /// Each of these: part of the text, or the whole where `exact`.
    pub username: Option<String>,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub exact: bool,
    pub enabled: Option<bool>,
    pub email_verified: Option<bool>,
    pub locale: Option<String>,
    /// Names and values, compared with case.
    pub attributes: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct UserPage {
    /// The user name that the page before ended with.
    pub after: Option<String>,
    /// Rows to skip; slow for large numbers, unlike `after`.
    pub first: i64,
    pub max: i64,
}

macro_rules! has {
    ($column:expr, $pattern:expr) => {
        $column.assume_not_null().like($pattern.to_owned()).escape(ESCAPE)
    };
}

macro_rules! has_folded {
    ($column:expr, $pattern:expr) => {
        lower($column.assume_not_null()).like(fold($pattern)).escape(ESCAPE).or(has!($column, $pattern))
    };
}

macro_rules! people {
    ($realm:expr, $filter:expr) => {{
        let mut people = users::table
            .filter(users::realm_id.eq(Id::from($realm)))
            .filter(users::service_account_of.is_null())
            .into_boxed();
        for word in set(&$filter.search).unwrap_or_default().split_whitespace() {
            let pattern = searched(word);
            let by_name = users::username.like(fold(&pattern)).escape(ESCAPE).or(has!(users::email, fold(&pattern)));
            let by_names = has_folded!(users::first_name, &pattern).or(has_folded!(users::last_name, &pattern));
            people = people.filter(by_name.or(by_names));
        }
        let (is_exact, part) = ($filter.exact, |text: &str| format!("%{}%", escaped(text)));
        if let Some(username) = set(&$filter.username) {
            people = match is_exact {
                true => people.filter(users::username.eq(fold(username))),
                false => people.filter(users::username.like(fold(&part(username))).escape(ESCAPE)),
            };
        }
        if let Some(email) = set(&$filter.email) {
            people = match is_exact {
                true => people.filter(users::email.assume_not_null().eq(fold(email))),
                false => people.filter(has!(users::email, fold(&part(email)))),
            };
        }
        let whole = |text: &str| if is_exact { escaped(text) } else { part(text) };
        if let Some(name) = set(&$filter.first_name) {
            people = people.filter(has_folded!(users::first_name, &whole(name)));
        }
        if let Some(name) = set(&$filter.last_name) {
            people = people.filter(has_folded!(users::last_name, &whole(name)));
        }
        if let Some(enabled) = $filter.enabled {
            people = people.filter(users::enabled.eq(enabled));
        }
        if let Some(verified) = $filter.email_verified {
            people = people.filter(users::email_verified.eq(verified));
        }
        if let Some(locale) = set(&$filter.locale) {
            people = people.filter(users::locale.assume_not_null().eq(locale.to_owned()));
        }
        for (name, value) in &$filter.attributes {
            people = people.filter(HasAttribute::new(name, value));
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
    let texts =
        [&filter.search, &filter.username, &filter.email, &filter.first_name, &filter.last_name, &filter.locale];
    let mut attributes = filter.attributes.iter().flat_map(|(name, value)| [name, value]);
    texts.into_iter().flatten().all(|text| is_storable(text)) && attributes.all(|text| is_storable(text))
}

fn set(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

const ESCAPE: char = '\\';

/// A word of a search as a pattern, as Keycloak reads it.
fn searched(word: &str) -> String {
    if let Some(whole) = word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return escaped(whole);
    }
    let pattern = escaped(word).replace('*', "%");
    if pattern.ends_with('%') { pattern } else { pattern + "%" }
}

fn escaped(text: &str) -> String {
    text.replace(ESCAPE, "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_start_unless_it_says_otherwise() {
        for (word, pattern) in
            [("ali", "ali%"), ("ali*", "ali%"), ("*lic*", "%lic%"), ("\"alice\"", "alice"), ("50%_\\", "50\\%\\_\\\\%")]
        {
            assert_eq!(searched(word), pattern, "{word}");
        }
    }
}
