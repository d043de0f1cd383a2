//! Which page of a list is asked for: behind a cursor or after Keycloak's offset, and how long it is.

use super::api_answer::ApiRefusal;
use perennial_api::{ApiError, PageQuery};
use std::str::FromStr;

pub const LONGEST: u64 = 500;
/// Skipping reads all that is skipped; `after` does not.
const MOST_SKIPPED: u64 = 10_000;

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
