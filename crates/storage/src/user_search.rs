//! How users are found by their names without a look at all of them.
//!
//! The sharpest text that is asked for names candidates along its indexes, which have the user names, too. Where the candidates are
//! few, their rows are looked at in the order of their user names until a page is full. Where they are many, or where no index can say
//! who they are, the same is done with all users of the realm: in slices, so that no statement reads more than one, and no unit more
//! than a few. Whoever asks goes on in a unit of its own.

use std::cmp::Reverse;

use diesel::prelude::*;
use perennial_domain::RealmId;
use perennial_domain::user::User;

use crate::fragments::HasAttribute;
use crate::name_search::{Condition, Stretch, conditions, set};
use crate::schema::users;
use crate::sql_types::Id;
use crate::target::MultiBackend;
use crate::user_match::{Fits, Within};
use crate::users::{UserFilter, UserPage, UserPart, UserRest, UserRow, fold};
use crate::{StorageResult, Tx};

/// Candidates that are asked for before any walk. Where there are more, a walk mostly has its page after some hundred or thousand
/// rows, also among a million.
const FEW: usize = 5_000;
/// The same after a unit that has not filled the page: then those who fit stand far behind, such as all whose names and user names
/// begin with the same letters. So many user names take some 10 MB for a moment.
const MANY: usize = 200_000;
/// Conditions whose candidates are asked for.
const MOST_TRIED: usize = 4;
/// Candidates that one statement looks at.
const CHUNK: usize = 500;
/// Users that one statement of a walk reads: so few that PostgreSQL goes along the index, also where the table is not large.
const SLICE: usize = 2_000;
/// Slices of one unit.
const SLICES: usize = 5;

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
        if self.is_open() {
            return Ok(UserPart { found: load(tx, self.behind(after(&rest.page)), &rest.page)?, rest: None });
        }
        match self.candidates(tx, rest.units)? {
            Some(names) => self.list_among(tx, &names, &rest.page),
            None => self.list_along(tx, rest),
        }
    }

    pub fn count(&self, tx: &mut Tx<'_>, rest: &UserRest) -> StorageResult<(i64, Option<UserRest>)> {
        if self.is_open() {
            return Ok((count(tx, self.behind(after(&rest.page)))?, None));
        }
        match self.candidates(tx, rest.units)? {
            Some(names) => Ok((self.count_among(tx, &names, &rest.page)?, None)),
            None => self.count_along(tx, rest),
        }
    }

    /// Whether all users but service accounts are meant.
    fn is_open(&self) -> bool {
        let filter = self.filter;
        let is_flagged = filter.enabled.or(filter.email_verified).is_some();
        self.conditions.is_empty() && !is_flagged && set(&filter.locale).is_none() && filter.attributes.is_empty()
    }

    fn people(&self) -> People {
        let own = users::table.filter(users::realm_id.eq(self.realm)).filter(users::service_account_of.is_null());
        let mut people: People = own.into_boxed();
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
        self.people().filter(users::username.gt(after))
    }

    fn within(&self, slice: &Slice) -> People {
        let people = self.behind(slice.after.clone());
        match &slice.until {
            Some(until) => people.filter(users::username.le(until.clone())),
            None => people,
        }
    }

    fn among(&self, names: &[String]) -> People {
        self.people().filter(users::username.eq_any(names.to_vec()))
    }

    /// The user names of all who can fit, in their order, where an index says so and they are not too many.
    fn candidates(&self, tx: &mut Tx<'_>, units: usize) -> StorageResult<Option<Vec<String>>> {
        let most = match units {
            0 => FEW,
            1 => MANY,
            _ => return Ok(None),
        };
        let mut sharp: Vec<&Condition> = self.conditions.iter().filter(|one| one.sharpness().is_some()).collect();
        sharp.sort_by_key(|one| Reverse(one.sharpness()));
        for condition in sharp.into_iter().take(MOST_TRIED) {
            if let Some(names) = self.named_by(tx, condition, most)? {
                return Ok(Some(names));
            }
        }
        Ok(None)
    }

    /// `None` where they are more than `most`.
    fn named_by(&self, tx: &mut Tx<'_>, condition: &Condition, most: usize) -> StorageResult<Option<Vec<String>>> {
        let mut names: Vec<String> = Vec::new();
        for fit in &condition.any {
            let Some(stretch) = fit.stretch.clone() else { return Ok(None) };
            let is_one_text = matches!(stretch, Stretch::At(_));
            let own = users::table.filter(users::realm_id.eq(self.realm)).filter(Within { field: fit.field, stretch });
            let mut own = own.select(users::username).into_boxed::<MultiBackend>();
            if !is_one_text {
                // It is the index's own order: nothing is sorted, and nothing behind the limit is read.
                own = own.order(fit.field);
            }
            // The whole allowance for each: what is cut off may be the only ones that no other stretch has.
            names.extend(own.limit((most + 1) as i64).load::<String>(tx.connection())?);
            names.sort_unstable();
            names.dedup();
            if names.len() > most {
                return Ok(None);
            }
        }
        Ok(Some(names))
    }

    fn list_among(&self, tx: &mut Tx<'_>, names: &[String], page: &UserPage) -> StorageResult<UserPart> {
        let (mut found, mut page) = (Vec::new(), page.clone());
        for some in behind(names, &page).chunks(CHUNK) {
            found.extend(take(tx, &mut page, || self.among(some))?);
            if page.max == 0 {
                break;
            }
        }
        Ok(UserPart { found, rest: None })
    }

    fn count_among(&self, tx: &mut Tx<'_>, names: &[String], page: &UserPage) -> StorageResult<i64> {
        behind(names, page).chunks(CHUNK).map(|some| count(tx, self.among(some))).sum()
    }

    fn list_along(&self, tx: &mut Tx<'_>, rest: &UserRest) -> StorageResult<UserPart> {
        let (mut found, mut page) = (Vec::new(), rest.page.clone());
        for _ in 0..SLICES {
            let slice = self.slice(tx, after(&page))?;
            found.extend(take(tx, &mut page, || self.within(&slice))?);
            if page.max == 0 || slice.until.is_none() {
                return Ok(UserPart { found, rest: None });
            }
            page.after = slice.until;
        }
        Ok(UserPart { found, rest: Some(UserRest { page, units: rest.units + 1 }) })
    }

    fn count_along(&self, tx: &mut Tx<'_>, rest: &UserRest) -> StorageResult<(i64, Option<UserRest>)> {
        let (mut sum, mut page) = (0, rest.page.clone());
        for _ in 0..SLICES {
            let slice = self.slice(tx, after(&page))?;
            sum += count(tx, self.within(&slice))?;
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

/// What these people add to a page, which is left with what it still lacks.
fn take(tx: &mut Tx<'_>, page: &mut UserPage, people: impl Fn() -> People) -> StorageResult<Vec<User>> {
    let found = load(tx, people(), page)?;
    if !found.is_empty() {
        page.first = 0;
    } else if page.first > 0 {
        page.first -= count(tx, people())?;
    }
    page.max -= found.len() as i64;
    Ok(found)
}

fn load(tx: &mut Tx<'_>, people: People, page: &UserPage) -> StorageResult<Vec<User>> {
    let people = people.order(users::username).limit(page.max).offset(page.first);
    let rows: Vec<UserRow> = people.select(UserRow::as_select()).load(tx.connection())?;
    rows.into_iter().map(UserRow::into_user).collect()
}

fn count(tx: &mut Tx<'_>, people: People) -> StorageResult<i64> {
    Ok(people.count().get_result(tx.connection())?)
}

fn behind<'n>(names: &'n [String], page: &UserPage) -> &'n [String] {
    let after = after(page);
    &names[names.partition_point(|name| *name <= after)..]
}

/// No user name is empty.
fn after(page: &UserPage) -> String {
    fold(page.after.as_deref().unwrap_or_default())
}
