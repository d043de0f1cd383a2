//! A form over one JSON document of the API. Each field is a signal, named by its path in the document; what is typed is
//! compared with what is saved, and only what differs is sent. What was typed stays when saving fails, errors stand at
//! their fields, and leaving unsaved is asked about.

mod conflict;
mod document;
mod fields;
mod frame;
mod merge;
mod words;

pub use conflict::{ClashPanel, Told, label_of, show_clashes};
pub use document::{Rule, sentence};
pub use frame::FormFrame;

use std::future::Future;
use std::pin::Pin;

use conflict::Clash;
use document::{Entry, Input};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::ApiError;
use perennial_ui::prelude::*;
use serde_json::{Map, Value};
pub use words::FormTexts;

use crate::api::{Api, Failure, use_api};
use crate::guard::use_guard;
use crate::links;
use crate::texts::texts;

type Making = Pin<Box<dyn Future<Output = Result<String, Failure>>>>;

#[derive(Clone, Copy)]
pub struct Form {
    /// The document as it is saved; `Null` where it is about to be made.
    saved: RwSignal<Value>,
    entries: RwSignal<Vec<Entry>>,
    pub busy: RwSignal<bool>,
    refused: RwSignal<Option<ApiError>>,
    /// Beside the buttons: why it was not saved.
    message: RwSignal<Option<String>>,
    /// The document as somebody else has saved it meanwhile, once saving has failed for that.
    newer: RwSignal<Option<Value>>,
    /// What both have changed, and nobody has decided about.
    clashes: RwSignal<Vec<Clash>>,
    /// Whether saving was tried: only then is an empty field that was never touched an error.
    tried: RwSignal<bool>,
    node: NodeRef<html::Form>,
    api: Api,
    toasts: Toasts,
    failure_words: fn(&Failure) -> String,
    texts: &'static FormTexts,
}

impl Form {
    /// With the document as it is saved.
    pub fn new(saved: Value) -> Self {
        Form::over(RwSignal::new(saved))
    }

    /// Over a document that is shown elsewhere, too: it changes when the form was saved.
    pub fn over(saved: RwSignal<Value>) -> Self {
        let form = Form {
            saved,
            entries: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            refused: RwSignal::new(None),
            message: RwSignal::new(None),
            newer: RwSignal::new(None),
            clashes: RwSignal::new(Vec::new()),
            tried: RwSignal::new(false),
            node: NodeRef::new(),
            api: use_api(),
            toasts: use_toasts(),
            failure_words: texts().failure,
            texts: FormTexts::get(),
        };
        let guard = use_guard();
        Effect::new(move || guard.set_dirty(form.is_dirty()));
        on_cleanup(move || guard.set_dirty(false));
        // What the server said was about what was typed then.
        Effect::new(move || {
            form.changes();
            form.refused.set(None);
            form.message.set(None);
            form.newer.set(None);
        });
        Effect::new(move |before: Option<Value>| {
            let now = saved.get();
            if let Some(before) = before.filter(|before| *before != now) {
                untrack(|| form.follow(&before, &now));
            }
            now
        });
        form
    }

    /// What was not typed over shows what is saved now.
    fn follow(self, before: &Value, now: &Value) {
        for entry in self.entries.read_untracked().iter() {
            if !entry.input.differs(&document::at(before, entry.path)) {
                entry.input.set(&document::at(now, entry.path));
            }
        }
    }

    fn entry<T>(self, path: &'static str, rule: Rule, make: impl Fn(&Value) -> (T, Input)) -> T {
        let (signal, input) = make(&document::at(&self.saved.read_untracked(), path));
        self.entries.update(|entries| entries.push(Entry { path, rule, input }));
        signal
    }

    /// A text; absent and empty are the same.
    pub fn text(self, path: &'static str, rule: Rule) -> RwSignal<String> {
        self.entry(path, rule, |saved| {
            let signal = RwSignal::new(document::text_of(saved));
            (signal, Input::Text(signal))
        })
    }

    /// A text whose blanks count.
    pub fn secret(self, path: &'static str) -> RwSignal<String> {
        self.entry(path, Rule::Free, |saved| {
            let signal = RwSignal::new(document::text_of(saved));
            (signal, Input::Secret(signal))
        })
    }

    /// A whole number as it is typed.
    pub fn number(self, path: &'static str) -> RwSignal<String> {
        self.entry(path, Rule::Count, |saved| {
            let signal = RwSignal::new(document::text_of(saved));
            (signal, Input::Number(signal))
        })
    }

    pub fn flag(self, path: &'static str) -> RwSignal<bool> {
        self.entry(path, Rule::Free, |saved| {
            let signal = RwSignal::new(document::flag_of(saved));
            (signal, Input::Flag(signal))
        })
    }

    /// A flag that the API keeps as the text `true` or `false`.
    pub fn text_flag(self, path: &'static str) -> RwSignal<bool> {
        self.entry(path, Rule::Free, |saved| {
            let signal = RwSignal::new(document::flag_of(saved));
            (signal, Input::TextFlag(signal))
        })
    }

    pub fn seconds(self, path: &'static str, rule: Rule) -> RwSignal<Option<i64>> {
        self.entry(path, rule, |saved| {
            let signal = RwSignal::new(saved.as_i64());
            (signal, Input::Seconds(signal))
        })
    }

    /// Several names, in no order.
    pub fn names(self, path: &'static str, rule: Rule) -> RwSignal<Vec<String>> {
        self.entry(path, rule, |saved| {
            let signal = RwSignal::new(document::names_of(saved));
            (signal, Input::Names(signal))
        })
    }

    /// Several texts, one a line.
    pub fn lines(self, path: &'static str) -> RwSignal<String> {
        self.entry(path, Rule::Free, |saved| {
            let signal = RwSignal::new(document::lines_of(saved));
            (signal, if path.contains('/') { Input::Joined(signal) } else { Input::Lines(signal) })
        })
    }

    pub fn pairs(self, path: &'static str) -> RwSignal<Vec<(String, String)>> {
        self.entry(path, Rule::Free, |saved| {
            let signal = RwSignal::new(document::pairs_of(saved));
            (signal, Input::Pairs(signal))
        })
    }

    /// What is wrong at a field: what is typed, or what the server said about it.
    pub fn error(self, path: &'static str) -> MaybeProp<String> {
        let name = path.replace('/', ".");
        MaybeProp::derive(move || {
            let entries = self.entries.read();
            let entry = entries.iter().find(|entry| entry.path == path);
            let own = entry.and_then(|entry| {
                let saved = document::at(&self.saved.read(), path);
                let touched = self.tried.get() || entry.input.differs(&saved);
                entry.problem().filter(|_| touched).map(|problem| (self.texts.problem)(problem).to_owned())
            });
            let refused = || self.refused.read().as_ref()?.for_field(&name).map(document::sentence);
            own.or_else(refused).or_else(|| self.told_at(path))
        })
    }

    /// The fields of a partial update: only what differs from what is saved.
    pub fn changes(self) -> Map<String, Value> {
        document::changes(&self.entries.read(), &self.saved.read())
    }

    /// All of the document as it would be after saving: for what is made here.
    pub fn document(self) -> Value {
        let mut whole = self.saved.get();
        if let Value::Object(whole) = &mut whole {
            whole.extend(self.changes());
        }
        whole
    }

    /// What stands at a path of the document as it is saved, as text.
    pub fn before(self, path: &str) -> String {
        document::text_of(&document::at(&self.saved.read_untracked(), path))
    }

    /// One member of the document, as typed.
    pub fn member(self, name: &str) -> Value {
        self.document().get(name).cloned().unwrap_or_default()
    }

    pub fn is_dirty(self) -> bool {
        !self.changes().is_empty()
    }

    fn is_valid(self) -> bool {
        self.entries.read().iter().all(|entry| entry.problem().is_none())
    }

    /// Back to what is saved.
    pub fn discard(self) {
        let saved = self.saved.get_untracked();
        self.entries.with_untracked(|entries| {
            entries.iter().for_each(|entry| entry.input.set(&document::at(&saved, entry.path)))
        });
        self.tried.set(false);
        self.clashes.set(Vec::new());
    }

    /// Runs what saves; its answer is the document as it is saved now. `done` is said then.
    pub fn save(self, saving: impl Future<Output = Result<Value, Failure>> + 'static, done: impl Into<String>) {
        let done = done.into();
        let sent = untrack(|| self.changes());
        self.run(saving, move |document| {
            // What was typed meanwhile stays.
            let typed_on = untrack(|| self.changes()) != sent;
            self.saved.set(document);
            if !typed_on {
                self.discard();
            }
            self.toasts.done(done);
        });
    }

    /// `put`, as what a frame does to save.
    pub fn putting(self, path: String, done: &'static str) -> Callback<Map<String, Value>> {
        Callback::new(move |_| self.put(path.clone(), done))
    }

    /// What makes something here; its answer is the address to lead to. `done` is said then.
    pub fn make(self, making: impl Future<Output = Result<String, Failure>> + 'static, done: &'static str) {
        let go = links::navigator(false);
        let making: Making = Box::pin(making);
        self.run(making, move |url| {
            self.settle();
            self.toasts.done(done);
            go(&url);
        });
    }

    /// Runs what saves, and then what follows, which usually leads elsewhere.
    pub fn run<T: 'static>(
        self,
        saving: impl Future<Output = Result<T, Failure>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = saving.await;
            if self.busy.try_set(false).is_some() {
                // Left meanwhile: there is nothing to say it at, and nowhere to lead from.
                return;
            }
            match answer {
                Ok(answer) => then(answer),
                Err(failure) => self.fail(failure),
            }
        });
    }

    /// Nothing is unsaved from here on: before leading elsewhere.
    pub fn settle(self) {
        self.entries.update(Vec::clear);
    }

    fn say(self, message: String) {
        self.message.try_set(Some(message));
    }

    /// Says why it was not saved, at the field that it is about.
    pub fn fail(self, failure: Failure) {
        if failure.is_overtaken() {
            return self.say(self.texts.overtaken.to_owned());
        }
        let Failure::Refused { error, .. } = &failure else {
            self.say((self.texts.not_saved)(&(self.failure_words)(&failure)));
            return;
        };
        // What stands at a field need not be said twice.
        let at_field = |entry: &Entry| error.for_field(&entry.path.replace('/', ".")).is_some();
        let message = match self.entries.try_with_untracked(|entries| entries.iter().any(at_field)) {
            Some(true) => self.texts.mend_first.to_owned(),
            _ => (self.texts.not_saved)(&document::sentence(&(self.failure_words)(&failure))),
        };
        self.say(message);
        self.refused.try_set(Some(error.clone()));
        self.show_first_error();
    }
}
