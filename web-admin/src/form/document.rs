//! The fields of a form against its document, as plain functions: reading, comparing, checking, and the partial update.

use leptos::prelude::*;
use perennial_api::realm::{LARGEST_COUNT, LONGEST_S};
use serde_json::{Map, Value};

use super::merge::{self, Outcome};

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

/// What both admins changed, by name where a field has several, as the other one has it.
pub type Told = Vec<(Option<String>, Value)>;

impl Input {
    /// What another admin has saved meanwhile joins what is typed. Lists and maps take in what either changed; what both changed
    /// stays as it is typed, and is told.
    pub fn merge(self, base: &Value, theirs: &Value) -> Told {
        if !self.differs(base) {
            self.set(theirs);
            return Told::new();
        }
        let of_lines = |value: &Value| lines(&lines_of(value));
        match self {
            Input::Names(signal) => {
                let merged = merge::list(&names_of(base), &sorted(signal.get()), &names_of(theirs));
                signal.set(sorted(merged));
            }
            Input::Lines(signal) | Input::Joined(signal) => {
                let merged = merge::list(&of_lines(base), &lines(&signal.read()), &of_lines(theirs));
                signal.set(merged.join("\n"));
            }
            Input::Pairs(signal) => {
                let own: Vec<_> =
                    signal.get().into_iter().map(|(name, value)| (name.trim().to_owned(), value)).collect();
                let (merged, told) = merge::pairs(&pairs_of(base), &own, &pairs_of(theirs));
                signal.set(merged);
                return told.into_iter().map(|(name, values)| (Some(name), values.into())).collect();
            }
            single => {
                let changed = single.reads(base) != single.reads(theirs);
                return match merge::value(true, changed, !single.differs(theirs)) {
                    Outcome::Clash => vec![(None, theirs.clone())],
                    Outcome::Mine => Told::new(),
                    Outcome::Theirs => {
                        single.set(theirs);
                        Told::new()
                    }
                };
            }
        }
        Told::new()
    }

    /// What the other admin has, in place of what is typed.
    pub fn take(self, name: Option<&str>, theirs: &Value) {
        match (self, name) {
            (Input::Pairs(signal), Some(name)) => {
                let values: Vec<String> = theirs.as_array().into_iter().flatten().map(text_of).collect();
                signal.update(|pairs| *pairs = merge::with_values(pairs, name, &values));
            }
            _ => self.set(theirs),
        }
    }

    /// A single value as this kind of field reads it: absent and empty are the same.
    fn reads(self, value: &Value) -> Value {
        match self {
            Input::Flag(_) | Input::TextFlag(_) => flag_of(value).into(),
            Input::Seconds(_) => value.as_i64().into(),
            Input::Lifetime(..) => seconds_of(value).into(),
            _ => text_of(value).into(),
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
#[path = "document_tests.rs"]
mod tests;
