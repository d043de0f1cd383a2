//! The fields of a form against its document, as plain functions: reading, comparing, checking, and the partial update.

use leptos::prelude::*;
use perennial_api::realm::{LARGEST_COUNT, LONGEST_S};
use serde_json::{Map, Value};

/// What a field has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Free,
    /// Something.
    Needed,
    /// More than no time.
    Time,
    /// Any time; 0 means something of its own.
    TimeOrZero,
    Count,
    /// A number, or nothing, which then means what is inherited.
    CountOrNone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    Missing,
    NotANumber,
    Zero,
    /// A time that the API does not take.
    TooLong,
    /// A number that the API does not take.
    TooLarge,
    NoneChosen,
}

#[derive(Clone, Copy)]
pub enum Input {
    Text(RwSignal<String>),
    /// Taken as it is typed: blanks at its ends belong to it.
    Secret(RwSignal<String>),
    Number(RwSignal<String>),
    Flag(RwSignal<bool>),
    TextFlag(RwSignal<bool>),
    Seconds(RwSignal<Option<i64>>),
    /// Seconds as text, or nothing for what is inherited; with whether something else is typed.
    Lifetime(RwSignal<Option<i64>>, RwSignal<bool>),
    Names(RwSignal<Vec<String>>),
    /// One entry a line.
    Lines(RwSignal<String>),
    /// One entry a line, which the API keeps as one text.
    Joined(RwSignal<String>),
    /// Names with values; a name in several pairs has several values.
    Pairs(RwSignal<Vec<(String, String)>>),
}

/// Between the entries of a list that is kept as one text.
const JOINT: &str = "##";

impl Input {
    /// What is typed, as the document has it.
    fn value(self) -> Value {
        match self {
            Input::Text(signal) => Value::String(signal.read().trim().to_owned()),
            Input::Secret(signal) => Value::String(signal.get()),
            Input::Number(signal) => number(&signal.read()).map_or(Value::Null, Value::from),
            Input::Flag(signal) => Value::Bool(signal.get()),
            Input::TextFlag(signal) => Value::from(signal.get().to_string()),
            Input::Seconds(signal) => signal.get().map_or(Value::Null, Value::from),
            Input::Lifetime(signal, _) => {
                Value::String(signal.get().map_or(String::new(), |seconds| seconds.to_string()))
            }
            Input::Names(signal) => Value::from(sorted(signal.get())),
            Input::Lines(signal) => Value::from(lines(&signal.read())),
            Input::Joined(signal) => Value::from(lines(&signal.read()).join(JOINT)),
            Input::Pairs(signal) => grouped(&signal.read()),
        }
    }

    pub fn differs(self, saved: &Value) -> bool {
        match self {
            Input::Pairs(signal) => grouped(&signal.read()) != grouped(&pairs_of(saved)),
            Input::Text(signal) => *signal.read().trim() != text_of(saved),
            Input::Secret(signal) => *signal.read() != text_of(saved),
            Input::Number(signal) => *signal.read().trim() != text_of(saved),
            Input::Flag(signal) | Input::TextFlag(signal) => signal.get() != flag_of(saved),
            Input::Seconds(signal) => signal.get() != saved.as_i64(),
            Input::Lifetime(signal, unreadable) => unreadable.get() || signal.get() != seconds_of(saved),
            Input::Names(signal) => sorted(signal.get()) != names_of(saved),
            Input::Lines(signal) | Input::Joined(signal) => lines(&signal.read()) != lines(&lines_of(saved)),
        }
    }

    pub fn set(self, saved: &Value) {
        match self {
            Input::Text(signal) | Input::Secret(signal) | Input::Number(signal) => signal.set(text_of(saved)),
            Input::Flag(signal) | Input::TextFlag(signal) => signal.set(flag_of(saved)),
            Input::Seconds(signal) => signal.set(saved.as_i64()),
            Input::Lifetime(signal, unreadable) => {
                unreadable.set(false);
                signal.set(seconds_of(saved));
            }
            Input::Names(signal) => signal.set(names_of(saved)),
            Input::Pairs(signal) => signal.set(pairs_of(saved)),
            Input::Lines(signal) | Input::Joined(signal) => signal.set(lines_of(saved)),
        }
    }
}

#[derive(Clone, Copy)]
pub struct Entry {
    /// `/` between the names.
    pub path: &'static str,
    pub rule: Rule,
    pub input: Input,
}

impl Entry {
    pub fn problem(&self) -> Option<Problem> {
        match (self.input, self.rule) {
            (Input::Text(signal), Rule::Needed) => signal.read().trim().is_empty().then_some(Problem::Missing),
            (Input::Text(signal), Rule::CountOrNone) => {
                let typed = signal.read();
                (!typed.trim().is_empty() && number(&typed).is_none()).then_some(Problem::NotANumber)
            }
            (Input::Names(signal), Rule::Needed) => signal.read().is_empty().then_some(Problem::NoneChosen),
            (Input::Number(signal), _) => match number(&signal.read()) {
                None => Some(Problem::NotANumber),
                Some(count) => (count > LARGEST_COUNT).then_some(Problem::TooLarge),
            },
            (Input::Lifetime(_, unreadable), _) if unreadable.get() => Some(Problem::NotANumber),
            (Input::Lifetime(signal, _), _) => (signal.get()? > LONGEST_S).then_some(Problem::TooLong),
            (Input::Seconds(signal), rule) => match signal.get() {
                None => Some(Problem::NotANumber),
                Some(0) if rule != Rule::TimeOrZero => Some(Problem::Zero),
                Some(seconds) => (seconds > LONGEST_S).then_some(Problem::TooLong),
            },
            _ => None,
        }
    }
}

/// What stands at a path, `Null` where nothing does.
pub fn at(document: &Value, path: &str) -> Value {
    path.split('/').try_fold(document, |value, name| value.get(name)).cloned().unwrap_or_default()
}

pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Seconds that are kept as text.
pub fn seconds_of(value: &Value) -> Option<i64> {
    number(value.as_str()?)
}

pub fn flag_of(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_str() == Some("true"))
}

pub fn names_of(value: &Value) -> Vec<String> {
    let names = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    sorted(names.map(str::to_owned).collect())
}

/// A list, or the text that stands for one, as it is typed.
pub fn lines_of(value: &Value) -> String {
    match value {
        Value::Array(entries) => entries.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        other => text_of(other).replace(JOINT, "\n"),
    }
}

pub fn pairs_of(value: &Value) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, values) in value.as_object().into_iter().flatten() {
        let values = values.as_array().into_iter().flatten().filter_map(Value::as_str);
        pairs.extend(values.map(|value| (name.clone(), value.to_owned())));
    }
    pairs
}

/// What has no name counts for nothing.
fn grouped(pairs: &[(String, String)]) -> Value {
    let mut all = Map::new();
    for (name, value) in pairs.iter().filter(|(name, _)| !name.trim().is_empty()) {
        let values = all.entry(name.trim()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(value.as_str().into());
        }
    }
    Value::Object(all)
}

fn lines(typed: &str) -> Vec<String> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names
}

/// The server's words as a sentence.
pub fn sentence(words: &str) -> String {
    let mut letters = words.trim().chars();
    let mut sentence: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

fn number(typed: &str) -> Option<i64> {
    typed.trim().parse().ok().filter(|number| *number >= 0)
}

/// A map within the document is replaced as a whole by the API, so it is sent as a whole.
pub fn changes(entries: &[Entry], saved: &Value) -> Map<String, Value> {
    let mut changes = Map::new();
    for entry in entries.iter().filter(|entry| entry.input.differs(&at(saved, entry.path))) {
        let value = entry.input.value();
        let Some((map, name)) = entry.path.split_once('/') else {
            changes.insert(entry.path.to_owned(), value);
            continue;
        };
        let whole = changes.entry(map).or_insert_with(|| match at(saved, map) {
            Value::Object(own) => Value::Object(own),
            _ => Value::Object(Map::new()),
        });
        if let Value::Object(whole) = whole {
            whole.insert(name.to_owned(), value);
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(path: &'static str, rule: Rule, input: Input) -> Entry {
        Entry { path, rule, input }
    }

    fn text(path: &'static str, typed: &str) -> Entry {
        entry(path, Rule::Free, Input::Text(RwSignal::new(typed.to_owned())))
    }

    #[test]
    fn only_what_differs_is_sent_and_absent_is_as_empty() {
        let _owner = Owner::new();
        let saved = json!({"name": "a", "count": 3, "on": true});
        let entries = [
            text("name", "b "),
            text("note", ""),
            entry("count", Rule::Count, Input::Number(RwSignal::new("3".into()))),
            entry("on", Rule::Free, Input::Flag(RwSignal::new(false))),
        ];
        assert_eq!(Value::Object(changes(&entries, &saved)), json!({"name": "b", "on": false}));
    }

    #[test]
    fn a_secret_is_sent_as_it_was_typed() {
        let _owner = Owner::new();
        let secret = entry("password", Rule::Free, Input::Secret(RwSignal::new(" a b ".into())));
        assert_eq!(Value::Object(changes(&[secret], &json!({"password": "a b"}))), json!({"password": " a b "}));
    }

    #[test]
    fn a_map_is_sent_whole() {
        let _owner = Owner::new();
        let saved = json!({"attributes": {"kept": "1", "a.b": "x"}});
        let entries = [text("attributes/a.b", "y"), text("attributes/new", "")];
        let expected = json!({"attributes": {"kept": "1", "a.b": "y"}});
        assert_eq!(Value::Object(changes(&entries, &saved)), expected);
    }

    #[test]
    fn words_become_a_sentence() {
        assert_eq!(sentence("must be a port"), "Must be a port.");
        assert_eq!(sentence("Done!"), "Done!");
    }

    #[test]
    fn a_list_is_typed_in_lines_and_kept_in_order_as_an_attribute_as_one_text() {
        let _owner = Owner::new();
        let saved = json!({"uris": ["b", "a"], "attributes": {"out": "x##y"}});
        let typed = |path, typed: &str| match path {
            "uris" => entry(path, Rule::Free, Input::Lines(RwSignal::new(typed.to_owned()))),
            _ => entry(path, Rule::Free, Input::Joined(RwSignal::new(typed.to_owned()))),
        };
        assert!(changes(&[typed("uris", " b \n\na"), typed("attributes/out", "x\ny")], &saved).is_empty());
        let expected = json!({"uris": ["a"], "attributes": {"out": "y##z"}});
        let changed = changes(&[typed("uris", "a"), typed("attributes/out", "y\nz")], &saved);
        assert_eq!(Value::Object(changed), expected);
    }

    #[test]
    fn a_name_in_several_pairs_has_several_values_and_one_without_a_name_is_nothing() {
        let _owner = Owner::new();
        let pairs = |all: &[(&str, &str)]| {
            let all = all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            entry("attributes", Rule::Free, Input::Pairs(RwSignal::new(all)))
        };
        let saved = json!({"attributes": {"team": ["a", "b"]}});
        assert!(changes(&[pairs(&[("team", "a"), (" ", "x"), ("team ", "b")])], &saved).is_empty());
        let changed = changes(&[pairs(&[("team", "a"), ("desk", "3")])], &saved);
        assert_eq!(Value::Object(changed), json!({"attributes": {"team": ["a"], "desk": ["3"]}}));
    }

    #[test]
    fn names_have_no_order() {
        let _owner = Owner::new();
        let names = entry("all", Rule::Needed, Input::Names(RwSignal::new(vec!["b".into(), "a".into()])));
        assert!(changes(&[names], &json!({"all": ["a", "b"]})).is_empty());
    }

    #[test]
    fn what_cannot_be_saved_is_named() {
        let _owner = Owner::new();
        for (rule, input, problem) in [
            (Rule::Needed, Input::Text(RwSignal::new(" ".into())), Some(Problem::Missing)),
            (Rule::Free, Input::Text(RwSignal::new(String::new())), None),
            (Rule::Needed, Input::Names(RwSignal::new(Vec::new())), Some(Problem::NoneChosen)),
            (Rule::Count, Input::Number(RwSignal::new("-1".into())), Some(Problem::NotANumber)),
            (Rule::CountOrNone, Input::Text(RwSignal::new("soon".into())), Some(Problem::NotANumber)),
            (Rule::CountOrNone, Input::Text(RwSignal::new(" ".into())), None),
            (Rule::Count, Input::Number(RwSignal::new("1000001".into())), Some(Problem::TooLarge)),
            (Rule::Time, Input::Seconds(RwSignal::new(None)), Some(Problem::NotANumber)),
            (Rule::Time, Input::Seconds(RwSignal::new(Some(0))), Some(Problem::Zero)),
            (Rule::TimeOrZero, Input::Seconds(RwSignal::new(Some(0))), None),
            (Rule::Time, Input::Seconds(RwSignal::new(Some(LONGEST_S + 1))), Some(Problem::TooLong)),
        ] {
            assert_eq!(entry("a", rule, input).problem(), problem, "{rule:?}");
        }
    }
}
