//! Which page of a list is asked for: behind a cursor or after Keycloak's offset, and how long it is.

use super::api_answer::ApiRefusal;
use perennial_api::{ApiError, PageQuery};
use std::str::FromStr;

pub const LONGEST: u64 = 500;
/// Skipping reads all that is skipped; `after` does not.
const MOST_SKIPPED: u64 = 10_000;
/// Of what is in memory anyway.
const LONGEST_IN_MEMORY: u64 = 1_000;

pub fn cursor<Id: FromStr>(query: &PageQuery) -> Result<Option<Id>, ApiRefusal> {
    let wrong = |_| ApiRefusal::Invalid(ApiError::at_field("after", "is not a cursor of this list"));
    query.after.as_deref().map(|text| text.parse().map_err(wrong)).transpose()
}

pub fn skipped(query: &PageQuery) -> Result<usize, ApiRefusal> {
    let first = query.first.unwrap_or(0);
    if first > MOST_SKIPPED {
        let text = "must be from 0 to 10000; further on goes after, which a Link header gives";
        return Err(ApiRefusal::Invalid(ApiError::at_field("first", text)));
    }
    Ok(usize::try_from(first).unwrap_or(usize::MAX))
}

pub fn length(query: &PageQuery, usual: u64) -> usize {
    usize::try_from(query.max.unwrap_or(usual).clamp(1, LONGEST)).unwrap_or(1)
}

/// What is asked for of a list that is in memory, in the order of its names, of which there is one of each; and the cursor of
/// the next page, where one follows.
pub fn named<T>(sorted: Vec<T>, query: &PageQuery, name: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let after = query.after.as_deref();
    let first = usize::try_from(query.first.unwrap_or(0)).unwrap_or(usize::MAX);
    let max = usize::try_from(query.max.unwrap_or(LONGEST_IN_MEMORY).min(LONGEST_IN_MEMORY)).unwrap_or(0);
    let follows = |one: &T| after.is_none_or(|after| name(one).as_str() > after);
    let mut rest = sorted.into_iter().filter(follows).skip(first);
    let page: Vec<T> = rest.by_ref().take(max).collect();
    let goes_on = rest.next().is_some();
    let next = page.last().filter(|_| goes_on).map(&name);
    (page, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the page and, behind an arrow, the cursor.
    fn page(names: &[&str], query: &PageQuery) -> String {
        let all: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (page, next) = named(all, query, String::clone);
        format!("{} > {}", page.join(" "), next.unwrap_or_default())
    }

    fn asked(first: u64, max: u64, after: Option<&str>) -> PageQuery {
        PageQuery { search: None, first: Some(first), max: Some(max), after: after.map(str::to_owned) }
    }

    #[test]
    fn a_cursor_is_a_place_in_the_order_whatever_stands_there() {
        let all = ["a", "b", "d"];
        assert_eq!(page(&all, &asked(0, 2, None)), "a b > b");
        assert_eq!(page(&["a", "c", "d"], &asked(0, 2, Some("b"))), "c d > ", "b is gone, and c has come");
        assert_eq!(page(&all, &asked(1, 1, None)), "b > b");
        assert_eq!(page(&all, &asked(0, 3, None)), "a b d > ");
        assert_eq!(page(&all, &asked(0, 0, None)), " > ");
        assert_eq!(page(&all, &asked(0, 9, Some("d"))), " > ");
    }

    #[test]
    fn whoever_does_not_say_how_many_gets_a_thousand() {
        let names: Vec<String> = (0..1_001).map(|n| format!("{n:04}")).collect();
        for query in [PageQuery::default(), PageQuery { max: Some(5_000), ..PageQuery::default() }] {
            let (page, next) = named(names.clone(), &query, String::clone);
            assert_eq!((page.len(), next.as_deref()), (1_000, Some("0999")));
        }
    }
}
