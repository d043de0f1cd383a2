//! What the list shows, as it stands in the address: the filter, with the API's own names, and the order.

use perennial_api::paths::encode;
use perennial_api::session_search::SessionFilterRepresentation as Filter;

use crate::links;

/// What the sessions are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Start,
    LastUse,
    End,
}

impl By {
    pub const fn wire(self) -> &'static str {
        match self {
            By::Start => "start",
            By::LastUse => "lastUse",
            By::End => "end",
        }
    }

    /// The direction that is meant where none is said: the newest first; what ends first, first.
    const fn usually_descending(self) -> bool {
        !matches!(self, By::End)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    pub filter: Filter,
    pub by: By,
    pub descending: bool,
}

impl Wanted {
    /// From the words of the address, by name. What cannot be read is left out, as if it were not there.
    pub fn of_query(words_of: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| words_of(name).filter(|words| !words.is_empty());
        let number = |name| words_of(name).and_then(|words| words.parse().ok());
        let flag = |name| words_of(name).and_then(|words| words.parse().ok());
        let by = match words_of("sort").as_deref() {
            Some("lastUse") => By::LastUse,
            Some("end") => By::End,
            _ => By::Start,
        };
        let descending = match words_of("order").as_deref() {
            Some("asc") => false,
            Some("desc") => true,
            _ => by.usually_descending(),
        };
        let filter = Filter {
            client: text("client"),
            user: text("user"),
            scope: text("scope"),
            resource: text("resource"),
            ip_address: text("ipAddress"),
            used_before: number("usedBefore"),
            used_after: number("usedAfter"),
            started_before: number("startedBefore"),
            started_after: number("startedAfter"),
            ends_before: number("endsBefore"),
            paused: flag("paused"),
            blocked: flag("blocked"),
        };
        Wanted { filter, by, descending }
    }

    /// As a query with its `?`, the usual order left out.
    pub fn to_query(&self) -> String {
        let mut pairs = self.filter.to_pairs();
        if self.by != By::Start {
            pairs.push(("sort", self.by.wire().to_owned()));
        }
        if self.descending != self.by.usually_descending() {
            pairs.push(("order", if self.descending { "desc" } else { "asc" }.to_owned()));
        }
        let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={}", encode(&value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    pub fn address(&self, realm: &str) -> String {
        links::offline_access(realm) + &self.to_query()
    }

    /// The same with `row` at the top of the window.
    pub fn address_at(&self, realm: &str, row: u64) -> String {
        let address = self.address(realm);
        let separator = if address.contains('?') { '&' } else { '?' };
        if row == 0 { address } else { format!("{address}{separator}row={row}") }
    }

    /// After its column's header was pressed.
    pub fn sorted_by(&self, by: By) -> Self {
        let descending = if self.by == by { !self.descending } else { by.usually_descending() };
        Wanted { by, descending, ..self.clone() }
    }

    pub fn filtered(&self, change: impl FnOnce(&mut Filter)) -> Self {
        let mut wanted = self.clone();
        change(&mut wanted.filter);
        wanted
    }

    /// `name` as in the API.
    pub fn without(&self, name: &str) -> Self {
        self.filtered(|filter| match name {
            "client" => filter.client = None,
            "user" => filter.user = None,
            "scope" => filter.scope = None,
            "resource" => filter.resource = None,
            "ipAddress" => filter.ip_address = None,
            "usedBefore" => filter.used_before = None,
            "usedAfter" => filter.used_after = None,
            "startedBefore" => filter.started_before = None,
            "startedAfter" => filter.started_after = None,
            "endsBefore" => filter.ends_before = None,
            "paused" => filter.paused = None,
            "blocked" => filter.blocked = None,
            _ => {}
        })
    }

    pub fn is_filtered(&self) -> bool {
        self.filter != Filter::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Wanted {
        let words_of = |name: &str| pairs.iter().find(|(own, _)| *own == name).map(|(_, words)| (*words).to_owned());
        Wanted::of_query(words_of)
    }

    #[test]
    fn filter_and_order_stand_in_the_address() {
        let wanted = read(&[("client", "a b"), ("usedBefore", "5"), ("sort", "end"), ("order", "desc")]);
        assert_eq!((wanted.by, wanted.descending), (By::End, true));
        assert_eq!(wanted.address("demo"), "/admin/demo/offline-access?client=a%20b&usedBefore=5&sort=end&order=desc");
        assert_eq!(wanted.address_at("demo", 7).split('&').next_back(), Some("row=7"));
        assert_eq!(read(&[]).address("demo"), "/admin/demo/offline-access");
        assert_eq!(read(&[]).address_at("demo", 7), "/admin/demo/offline-access?row=7");
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        assert_eq!(read(&[("usedBefore", "soon"), ("paused", "perhaps"), ("sort", "x"), ("user", "")]), read(&[]));
    }

    #[test]
    fn pressing_a_header_again_turns_the_order() {
        let newest_first = read(&[]);
        let oldest_first = newest_first.sorted_by(By::Start);
        assert_eq!((newest_first.descending, oldest_first.descending), (true, false));
        assert!(!oldest_first.sorted_by(By::End).descending);
        assert_eq!(oldest_first.to_query(), "?order=asc");
    }

    #[test]
    fn a_filter_goes_by_its_name() {
        let wanted = read(&[("user", "alice"), ("blocked", "true")]);
        assert!(wanted.without("user").without("blocked") == read(&[]) && wanted.is_filtered());
    }
}
