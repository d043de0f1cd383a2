//! The queries of lists of users: Keycloak's filters, pages, and where the next one is. A parameter that is not known is refused:
//! without it everybody would be found.

use crate::http::{
    api_answer::{ApiRefusal, json},
    flag::flag,
    next_page::followed,
};
use actix_web::{HttpRequest, HttpResponse};
use perennial_api::ApiError;
use perennial_domain::user::User;
use perennial_storage::users::{UserFilter, UserPage};
use serde::Deserialize;

const DEFAULT_PAGE: u64 = 100;
const LONGEST_PAGE: u64 = 1_000;
/// Longer than any name or address that could be found.
const LONGEST_TEXT: usize = 255;
const MOST_ATTRIBUTES: usize = 10;
/// An attribute to Keycloak, and a field of its own here.
const LOCALE: &str = "locale";

/// Texts are part of what is found, or the whole where `exact`.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserQuery {
    /// Words, each the start of the user name, the address, the first or the last name; `*word*`: any part; `"word"`: the whole.
    search: Option<String>,
    username: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    exact: Option<bool>,
    #[serde(default, deserialize_with = "flag")]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "flag")]
    email_verified: Option<bool>,
    /// Attributes, as `name:value name:value`; in quotes where they hold spaces.
    q: Option<String>,
    first: Option<u64>,
    max: Option<u64>,
    /// Cursor: only ever what a Link header gave.
    after: Option<String>,
    /// Every answer is whole.
    #[serde(default, deserialize_with = "flag")]
    #[expect(dead_code, reason = "Keycloak's tools send it")]
    brief_representation: Option<bool>,
}

/// Of users who are in a group or have a role.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberQuery {
    first: Option<u64>,
    max: Option<u64>,
    /// Cursor: only ever what a Link header gave.
    after: Option<String>,
    /// Every answer is whole.
    #[serde(default, deserialize_with = "flag")]
    #[expect(dead_code, reason = "Keycloak's tools send it")]
    brief_representation: Option<bool>,
}

impl UserQuery {
    pub fn filter(&self) -> Result<UserFilter, ApiRefusal> {
        let texts = [
            ("search", &self.search),
            ("username", &self.username),
            ("email", &self.email),
            ("firstName", &self.first_name),
            ("lastName", &self.last_name),
            ("q", &self.q),
        ];
        let is_long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.chars().count() > LONGEST_TEXT);
        if let Some((name, _)) = texts.iter().find(|(_, text)| is_long(text)) {
            return Err(wrong(name, "is too long"));
        }
        let pairs = attributes(self.q.as_deref().unwrap_or_default()).filter(|pairs| pairs.len() <= MOST_ATTRIBUTES);
        let pairs = pairs.ok_or_else(|| wrong("q", "must be name:value, or a few of them with spaces between"))?;
        let (locale, attributes): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| name == LOCALE);
        Ok(UserFilter {
            search: self.search.clone(),
            username: self.username.clone(),
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            exact: self.exact.unwrap_or(false),
            enabled: self.enabled,
            email_verified: self.email_verified,
            locale: locale.into_iter().next().map(|(_, value)| value),
            attributes,
        })
    }

    pub fn page(&self) -> UserPage {
        page(self.first, self.max, self.after.as_ref())
    }
}

impl MemberQuery {
    pub fn page(&self) -> UserPage {
        page(self.first, self.max, self.after.as_ref())
    }
}

fn page(first: Option<u64>, max: Option<u64>, after: Option<&String>) -> UserPage {
    UserPage {
        after: after.cloned(),
        first: i64::try_from(first.unwrap_or(0)).unwrap_or(i64::MAX),
        max: i64::try_from(max.unwrap_or(DEFAULT_PAGE).min(LONGEST_PAGE)).unwrap_or(0),
    }
}

/// One page of users; where it is full, another may follow.
pub fn answer(found: &[User], page: &UserPage, request: &HttpRequest) -> HttpResponse {
    let shown: Vec<_> = found.iter().map(|user| super::user_representation::of_user(user, None)).collect();
    let is_full = i64::try_from(found.len()).is_ok_and(|count| count == page.max);
    let last = found.last().filter(|_| is_full).map(|user| user.username.as_str());
    followed(json(&shown), request, last)
}

/// `name:value` pairs, names and values in quotes where they hold spaces, as Keycloak reads them.
pub fn attributes(mut text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return Some(pairs);
        }
        let (name, rest) = token(text, true)?;
        let (value, rest) = token(rest.strip_prefix(':')?, false)?;
        pairs.push((name.to_owned(), value.to_owned()));
        text = rest;
    }
}

/// What stands in the quotes, or up to a space or the colon after a name; and what follows.
fn token(text: &str, is_name: bool) -> Option<(&str, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split_once('"');
    }
    let end = text.find(|letter: char| letter.is_whitespace() || (is_name && letter == ':')).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn wrong(field: &str, text: &str) -> ApiRefusal {
    ApiRefusal::Invalid(ApiError::at_field(field, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_as_keycloak_reads_them() {
        let read =
            |text| attributes(text).map(|pairs| pairs.into_iter().map(|(a, b)| format!("{a}={b}")).collect::<Vec<_>>());
        assert_eq!(read(""), Some(Vec::new()));
        assert_eq!(read("dept:sales  at:12:30").unwrap(), ["dept=sales", "at=12:30"]);
        assert_eq!(read(r#""full name":"A B" x:y"#).unwrap(), ["full name=A B", "x=y"]);
        for wrong in ["dept", "dept:", ":sales", "a:b c", r#"a:"b"#] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
