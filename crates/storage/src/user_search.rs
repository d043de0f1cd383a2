//! How users are found by their names without a look at all of them.
//!
//! The sharpest text that is asked for names candidates along its indexes. Where they are few, they alone are looked at. Where they
//! are many, or where no index can say who they are, the realm's users are walked in the order of their names until a page is full:
//! in slices, so that no statement reads more than one, and no unit more than a few. Whoever asks goes on in a unit of its own.

use std::cmp::Reverse;

use diesel::prelude::*;
use perennial_domain::RealmId;
use perennial_domain::user::User;

use crate::fragments::HasAttribute;
use crate::name_search::{Condition, conditions, set};
use crate::schema::users;
use crate::sql_types::Id;
use crate::target::MultiBackend;
use crate::user_match::{Fits, Within};
use crate::users::{UserFilter, UserPage, UserPart, UserRest, UserRow, fold};
use crate::{StorageResult, Tx};

/// Candidates that are looked for before any walk. Where there are more, they are so many even of a million users that a walk mostly
/// has its page after some thousand of these.
const FEW: usize = 5_000;
/// Conditions whose candidates are asked for.
const MOST_TRIED: usize = 4;
/// Candidates that one statement looks at.
const CHUNK: usize = 1_000;
/// Users that one statement of a walk reads: so few that PostgreSQL goes along the index, also where the table is not large.
const SLICE: usize = 2_000;
/// Slices of one unit.
const SLICES: usize = 10;

type People = users::BoxedQuery<'static, MultiBackend>;

pub(crate) struct Search<'a> {
    realm: Id,
    filter: &'a UserFilter,
    conditions: Vec<Condition>,
}

/// The users behind one name, and not behind the other where there is one.
struct Slice {
    after: String,
    until: Option<String>,
}

impl<'a> Search<'a> {
    pub fn new(realm: RealmId, filter: &'a UserFilter) -> Self {
        Self { realm: realm.into(), filter, conditions: conditions(filter) }
    }

    pub fn list(&self, tx: &mut Tx<'_>, rest: &UserRest) -> StorageResult<UserPart> {
        let page = &rest.page;
        if self.is_open() {
            return Ok(UserPart { found: self.page(tx, self.behind(after(page)), page)?, rest: None });
        }
        match self.candidates(tx, rest.units)? {
            Some(ids) => Ok(UserPart { found: self.page_among(tx, &ids, page)?, rest: None }),
            None => self.walk(tx, rest),
        }
    }

    pub fn count(&self, tx: &mut Tx<'_>, rest: &UserRest) -> StorageResult<(i64, Option<UserRest>)> {
        if self.is_open() {
            return Ok((self.behind(after(&rest.page)).count().get_result(tx.connection())?, None));
        }
        match self.candidates(tx, rest.units)? {
            Some(ids) => Ok((self.count_among(tx, &ids, &rest.page)?, None)),
            None => self.count_walk(tx, rest),
        }
    }

    /// Whether all users but service accounts are meant.
    fn is_open(&self) -> bool {
        let filter = self.filter;
        let is_flagged = filter.enabled.or(filter.email_verified).is_some();
        self.conditions.is_empty() && !is_flagged && set(&filter.locale).is_none() && filter.attributes.is_empty()
    }

    /// All who fit, of any realm.
    fn people(&self) -> People {
        let mut people = users::table.filter(users::service_account_of.is_null()).into_boxed();
        for condition in &self.conditions {
            people = people.filter(Fits::from(condition));
        }
        if let Some(enabled) = self.filter.enabled {
            people = people.filter(users::enabled.eq(enabled));
        }
        if let Some(verified) = self.filter.email_verified {
            people = people.filter(users::email_verified.eq(verified));
        }
        if let Some(locale) = set(&self.filter.locale) {
            people = people.filter(users::locale.assume_not_null().eq(locale.to_owned()));
        }
        for (name, value) in &self.filter.attributes {
            people = people.filter(HasAttribute::new(name, value));
        }
        people
    }

    fn behind(&self, after: String) -> People {
        self.people().filter(users::realm_id.eq(self.realm)).filter(users::username.gt(after))
    }

    fn within(&self, slice: &Slice) -> People {
        let people = self.behind(slice.after.clone());
        match &slice.until {
            Some(until) => people.filter(users::username.le(until.clone())),
            None => people,
        }
    }

    /// Without their realm, by which a database might prefer to look for them.
    fn among(&self, ids: &[Id], page: &UserPage) -> People {
        self.people().filter(users::id.eq_any(ids.to_vec())).filter(users::username.gt(after(page)))
    }

    fn page(&self, tx: &mut Tx<'_>, people: People, page: &UserPage) -> StorageResult<Vec<User>> {
        let people = people.order(users::username).limit(page.max).offset(page.first);
        let rows: Vec<UserRow> = people.select(UserRow::as_select()).load(tx.connection())?;
        into_users(rows)
    }

    /// All who can fit, where an index says so and they are few. After walks in vain they may be more, as many as were walked past: all
    /// of them may stand at the end, such as those whose names are high numbers.
    fn candidates(&self, tx: &mut Tx<'_>, units: usize) -> StorageResult<Option<Vec<Id>>> {
        let most = match units {
            0 => FEW,
            walked if walked.is_power_of_two() => walked * SLICES * SLICE,
            _ => return Ok(None),
        };
        let mut sharp: Vec<&Condition> = self.conditions.iter().filter(|one| one.sharpness().is_some()).collect();
        sharp.sort_by_key(|one| Reverse(one.sharpness()));
        for condition in sharp.into_iter().take(MOST_TRIED) {
            if let Some(ids) = self.named_by(tx, condition, most)? {
                return Ok(Some(ids));
            }
        }
        Ok(None)
    }

    /// `None` where they are more than `most`.
    fn named_by(&self, tx: &mut Tx<'_>, condition: &Condition, most: usize) -> StorageResult<Option<Vec<Id>>> {
        let mut ids: Vec<Id> = Vec::new();
        for fit in &condition.any {
            let Some(stretch) = fit.stretch.clone() else { return Ok(None) };
            let room = i64::try_from(most + 1 - ids.len()).unwrap_or(i64::MAX);
            let some: Vec<Id> = users::table
                .filter(users::realm_id.eq(self.realm))
                .filter(Within { field: fit.field, stretch })
                // It is the index's own order: nothing is sorted, and nothing behind the limit is read.
                .order(fit.field)
                .select(users::id)
                .limit(room)
                .load(tx.connection())?;
            ids.extend(some);
            ids.sort_unstable_by_key(|id| id.0);
            ids.dedup();
            if ids.len() > most {
                return Ok(None);
            }
        }
        Ok(Some(ids))
    }

    fn page_among(&self, tx: &mut Tx<'_>, ids: &[Id], page: &UserPage) -> StorageResult<Vec<User>> {
        let mut named: Vec<(String, Id)> = Vec::new();
        for some in ids.chunks(CHUNK) {
            let people = self.among(some, page);
            named.extend(people.select((users::username, users::id)).load::<(String, Id)>(tx.connection())?);
        }
        named.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let (skipped, taken) = (usize::try_from(page.first), usize::try_from(page.max));
        let shown = named.into_iter().skip(skipped.unwrap_or(usize::MAX)).take(taken.unwrap_or(usize::MAX));
        let shown: Vec<Id> = shown.map(|(_, id)| id).collect();
        let mut found = Vec::with_capacity(shown.len());
        for some in shown.chunks(CHUNK) {
            let own = users::table.filter(users::id.eq_any(some.to_vec())).order(users::username);
            let rows: Vec<UserRow> = own.select(UserRow::as_select()).load(tx.connection())?;
            found.extend(into_users(rows)?);
        }
        Ok(found)
    }

    fn count_among(&self, tx: &mut Tx<'_>, ids: &[Id], page: &UserPage) -> StorageResult<i64> {
        let mut sum = 0;
        for some in ids.chunks(CHUNK) {
            sum += self.among(some, page).count().get_result::<i64>(tx.connection())?;
        }
        Ok(sum)
    }

    fn walk(&self, tx: &mut Tx<'_>, rest: &UserRest) -> StorageResult<UserPart> {
        let (mut found, mut page) = (Vec::new(), rest.page.clone());
        for _ in 0..SLICES {
            let slice = self.slice(tx, after(&page))?;
            let some = self.page(tx, self.within(&slice), &page)?;
            if !some.is_empty() {
                page.first = 0;
            } else if page.first > 0 {
                page.first -= self.within(&slice).count().get_result::<i64>(tx.connection())?;
            }
            page.max -= some.len() as i64;
            found.extend(some);
            if page.max == 0 || slice.until.is_none() {
                return Ok(UserPart { found, rest: None });
            }
            page.after = slice.until;
        }
        Ok(UserPart { found, rest: Some(UserRest { page, units: rest.units + 1 }) })
    }

    fn count_walk(&self, tx: &mut Tx<'_>, rest: &UserRest) -> StorageResult<(i64, Option<UserRest>)> {
        let (mut sum, mut page) = (0, rest.page.clone());
        for _ in 0..SLICES {
            let slice = self.slice(tx, after(&page))?;
            sum += self.within(&slice).count().get_result::<i64>(tx.connection())?;
            if slice.until.is_none() {
                return Ok((sum, None));
            }
            page.after = slice.until;
        }
        Ok((sum, Some(UserRest { page, units: rest.units + 1 })))
    }

    fn slice(&self, tx: &mut Tx<'_>, after: String) -> StorageResult<Slice> {
        let until: Option<String> = users::table
            .filter(users::realm_id.eq(self.realm))
            .filter(users::username.gt(&after))
            .order(users::username)
            .select(users::username)
            .offset(SLICE as i64 - 1)
            .first(tx.connection())
            .optional()?;
        Ok(Slice { after, until })
    }
}

fn into_users(rows: Vec<UserRow>) -> StorageResult<Vec<User>> {
    rows.into_iter().map(UserRow::into_user).collect()
}

/// No user name is empty.
fn after(page: &UserPage) -> String {
    fold(page.after.as_deref().unwrap_or_default())
}
