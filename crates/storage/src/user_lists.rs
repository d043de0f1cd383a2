//! Pages and counts of a realm's users, by name. Service accounts are their clients', so they are left out. How they are found is in
//! `user_search`.

use perennial_domain::RealmId;
use perennial_domain::user::User;

use crate::columns::is_storable;
use crate::user_search::Search;
use crate::{StorageResult, Tx};

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

/// What one unit has found of a page.
#[derive(Debug, Default)]
pub struct UserPart {
    pub found: Vec<User>,
    /// For [`list_further`].
    pub rest: Option<UserRest>,
}

/// What is still to be looked for.
#[derive(Clone, Debug)]
pub struct UserRest {
    pub(crate) page: UserPage,
    /// That have walked for it already.
    pub(crate) units: usize,
}

/// One page by user name, or the beginning of it.
pub fn list(tx: &mut Tx<'_>, realm: RealmId, filter: &UserFilter, page: &UserPage) -> StorageResult<UserPart> {
    if !is_possible(filter) || !page.after.as_deref().is_none_or(is_storable) || page.max <= 0 {
        return Ok(UserPart::default());
    }
    Search::new(realm, filter).list(tx, &UserRest { page: page.clone(), units: 0 })
}

pub fn list_further(tx: &mut Tx<'_>, realm: RealmId, filter: &UserFilter, rest: &UserRest) -> StorageResult<UserPart> {
    Search::new(realm, filter).list(tx, rest)
}

/// How many there are, as far as one unit looks, and what is left for [`count_further`].
pub fn count_found(tx: &mut Tx<'_>, realm: RealmId, filter: &UserFilter) -> StorageResult<(i64, Option<UserRest>)> {
    if !is_possible(filter) {
        return Ok((0, None));
    }
    let all = UserPage { after: None, first: 0, max: i64::MAX };
    Search::new(realm, filter).count(tx, &UserRest { page: all, units: 0 })
}

pub fn count_further(
    tx: &mut Tx<'_>,
    realm: RealmId,
    filter: &UserFilter,
    rest: &UserRest,
) -> StorageResult<(i64, Option<UserRest>)> {
    Search::new(realm, filter).count(tx, rest)
}

fn is_possible(filter: &UserFilter) -> bool {
    let texts =
        [&filter.search, &filter.username, &filter.email, &filter.first_name, &filter.last_name, &filter.locale];
    let mut attributes = filter.attributes.iter().flat_map(|(name, value)| [name, value]);
    texts.into_iter().flatten().all(|text| is_storable(text)) && attributes.all(|text| is_storable(text))
}
