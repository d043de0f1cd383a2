//! The search of a list. What is typed becomes part of the address when typing pauses; the address, changed otherwise,
//! is what is typed.

use leptos::prelude::*;
use perennial_api::paths::encode;
use perennial_ui::prelude::*;

use crate::links;
use crate::pages::{cursor_pager, query};
use crate::shortcuts::FILTER_ID;
use crate::typing::settled;

/// A list's address with what is not empty of the query.
pub fn list_url(base: &str, query: &[(&str, &str)]) -> String {
    let filled = query.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = filled.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if pairs.is_empty() { base.to_owned() } else { format!("{base}?{}", pairs.join("&")) }
}

/// Rows of a page that the API searches and cuts.
const ROWS: &str = "100";

/// Where a list is that the API searches and that goes on behind a cursor, by the address.
#[derive(Clone, Copy)]
pub struct Place {
    pub search: Memo<String>,
    after: Memo<String>,
}

impl Place {
    pub fn of_address() -> Self {
        Place { search: query("search"), after: query("after") }
    }

    /// What the API is asked for, at the list's path; tracked.
    pub fn url(self, path: &str) -> String {
        let (search, after) = (self.search.get(), self.after.get());
        list_url(path, &[("search", &search), ("after", &after), ("max", ROWS)])
    }

    /// Whether the list may have more than what is found here.
    pub fn is_part(self) -> bool {
        !self.search.read_untracked().is_empty() || !self.after.read_untracked().is_empty()
    }

    /// See [`cursor_pager`].
    pub fn pager(self, base: String, next: Option<String>, busy: RwSignal<bool>) -> Option<AnyView> {
        let search = self.search.get_untracked();
        let to = move |cursor: &str| list_url(&base, &[("search", &search), ("after", cursor)]);
        cursor_pager(self.after.get_untracked(), next, busy, to)
    }
}

/// A new search begins at the first row, in the order that was chosen.
#[component]
pub fn FilterField(base: String, #[prop(into)] label: String, search: Memo<String>) -> impl IntoView {
    let go = links::navigator(true);
    let (sort, order) = (query("sort"), query("order"));
    let typed = RwSignal::new(search.get_untracked());
    let wanted = settled(Memo::new(move |_| typed.read().trim().to_owned()));
    Effect::new(move || {
        let search = search.get();
        // What was asked for here may arrive when more has been typed already.
        if *wanted.read_untracked() != search && typed.read_untracked().trim() != search {
            typed.set(search);
        }
    });
    Effect::new(move || {
        let wanted = wanted.read();
        if search.get_untracked() != *wanted {
            let (sort, order) = (sort.get_untracked(), order.get_untracked());
            go(&list_url(&base, &[("search", &wanted), ("sort", &sort), ("order", &order)]));
        }
    });
    view! { <SearchField id=FILTER_ID label=label value=typed /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_search_and_position_in_its_address() {
        assert_eq!(list_url("/admin/demo/users", &[("search", ""), ("first", "")]), "/admin/demo/users");
        let url = list_url("/admin/demo/users", &[("search", "a b"), ("after", "x:1")]);
        assert_eq!(url, "/admin/demo/users?search=a%20b&after=x%3A1");
    }
}
