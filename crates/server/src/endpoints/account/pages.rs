//! Pages of a user's own lists: which one is asked for, and the answer with the address of the next.

use crate::http::{
    api_answer::{ApiRefusal, json},
    asked_page::{LONGEST, cursor, length, skipped},
    next_page::followed,
};
use actix_web::{HttpRequest, HttpResponse};
use perennial_api::PageQuery;
use perennial_flows::account::Part;
use serde::Serialize;
use std::{fmt::Display, str::FromStr};

pub fn asked<Id: FromStr>(query: &PageQuery) -> Result<Part<Id>, ApiRefusal> {
    Ok(Part { after: cursor(query)?, first: skipped(query)?, max: length(query, LONGEST) })
}

pub fn answer<T: Serialize>(shown: &[T], next: Option<impl Display>, request: &HttpRequest) -> HttpResponse {
    followed(json(&shown), request, next.map(|id| id.to_string()).as_deref())
}
