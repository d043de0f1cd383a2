//! The fields that most forms are made of, each bound to its place in the document; its id is that place.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::document::{Input, seconds_of};
use super::{Form, Rule};

/// For the page: no character that a selector would read as its own.
pub(super) fn id_of(path: &str) -> String {
    path.replace(['/', '.'], "-")
}

/// `help` may be empty.
impl Form {
    /// Words, or a number as words.
    pub fn text_field(self, path: &'static str, rule: Rule, label: &str, help: &str) -> AnyView {
        let (value, error) = (self.text(path, rule), self.error(path));
        view! { <TextField id=id_of(path) label=label name=path help=help value=value error=error /> }.into_any()
    }

    /// Several addresses or names, one a line.
    pub fn lines_field(self, path: &'static str, rows: u32, label: &str, help: &str) -> AnyView {
        let (value, error) = (self.lines(path), self.error(path));
        view! {
            <TextArea id=id_of(path) label=label help=help value=value error=error rows=rows code=true />
        }
        .into_any()
    }

    /// A length of time that is inherited where nothing is typed.
    pub fn lifetime_field(self, path: &'static str, label: &str, help: String) -> AnyView {
        let unreadable = RwSignal::new(false);
        let value = self.entry(path, Rule::Free, |saved| {
            let signal = RwSignal::new(seconds_of(saved));
            (signal, Input::Lifetime(signal, unreadable))
        });
        let error = self.error(path);
        view! { <DurationField id=id_of(path) label=label help=help value=value error=error unreadable=unreadable /> }
            .into_any()
    }

    pub fn switch(self, path: &'static str, label: &str, help: &str) -> AnyView {
        // What stands in a map is kept as text.
        let value = if path.contains('/') { self.text_flag(path) } else { self.flag(path) };
        view! { <Switch id=id_of(path) label=label help=help value=value /> }.into_any()
    }

    pub fn choice(self, path: &'static str, label: &str, choices: Vec<Choice>) -> AnyView {
        let (value, error) = (self.text(path, Rule::Free), self.error(path));
        view! { <Select id=id_of(path) label=label choices=choices value=value error=error /> }.into_any()
    }
}
