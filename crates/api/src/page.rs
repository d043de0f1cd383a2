//! Paging: `first`/`max` offsets as Keycloak has them, and `after`, a keyset cursor that stays cheap at any depth.
//! A list answers with a bare JSON array; where more follows, `Link: <…?after=…>; rel="next"` (RFC 8288) says where.

use crate::paths::{decode, encode};
use crate::session::UserSessionRepresentation;
use serde::{Deserialize, Serialize};

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// Opaque; only ever what a `Link` header gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl PageQuery {
    /// As a query string with its `?`, empty where nothing is asked for.
    #[must_use]
    pub fn to_query(&self) -> String {
        let pairs = [
            ("search", self.search.clone()),
            ("first", self.first.map(|n| n.to_string())),
            ("max", self.max.map(|n| n.to_string())),
            ("after", self.after.clone()),
        ];
        let mut query = String::new();
        for (name, value) in pairs {
            let Some(value) = value else { continue };
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            query.push_str(&encode(&value));
        }
        query
    }
}

/// One page of offline sessions, body and header together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfflineSessionPage {
    pub sessions: Vec<UserSessionRepresentation>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// The `Link` header's value for the next page of the list at `path`.
#[must_use]
pub fn next_link(path: &str, query: &PageQuery, after: &str) -> String {
    let next = PageQuery { first: None, after: Some(after.to_owned()), ..query.clone() };
    format!("<{path}{}>; rel=\"next\"", next.to_query())
}

/// The `after` cursor in a `Link` header, if it names a next page.
#[must_use]
pub fn next_cursor(link: &str) -> Option<String> {
    let next = link.split(',').find(|part| part.contains("rel=\"next\"") || part.contains("rel=next"))?;
    let url = next.split_once('<')?.1.split_once('>')?.0;
    let (_, query) = url.split_once('?')?;
    let after = query.split('&').find_map(|pair| pair.strip_prefix("after="))?;
    decode(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_header_carries_the_cursor_to_and_fro() {
        let query = PageQuery { max: Some(50), first: Some(0), search: Some("a b".into()), after: Some("old".into()) };
        let link = next_link("/admin/realms/demo/clients/c/offline-sessions", &query, "1763:ab/=&");
        assert_eq!(
            link,
            "</admin/realms/demo/clients/c/offline-sessions?search=a%20b&max=50&after=1763%3Aab%2F%3D%26>; rel=\"next\""
        );
        assert_eq!(next_cursor(&link).as_deref(), Some("1763:ab/=&"));
    }

    #[test]
    fn the_next_link_is_found_among_others() {
        let link = "</x?after=p>; rel=\"prev\", </x?max=5&after=n>; rel=\"next\"";
        assert_eq!(next_cursor(link).as_deref(), Some("n"));
        assert_eq!(next_cursor("</x?after=p>; rel=\"prev\""), None);
        assert_eq!(next_cursor("</x>; rel=\"next\""), None);
        assert_eq!(next_cursor("nonsense"), None);
    }

    #[test]
    fn an_empty_query_is_an_empty_string() {
        assert_eq!(PageQuery::default().to_query(), "");
    }
}
