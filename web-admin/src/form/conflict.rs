//! Saving what another admin may have changed meanwhile: the server refuses it (412), what is there now is loaded and merged with
//! what was typed, and what both changed is asked about before anything is saved.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use perennial_ui::format;
use perennial_ui::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::document::{self, Input};
use super::{Form, FormTexts};
use crate::api::{Failure, says_the_same, tag_of};

/// What both admins changed: a field, or one name of a field that has several with values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clash {
    path: &'static str,
    name: Option<String>,
    /// As the document has it now.
    theirs: Value,
}

pub(super) type Guarded = Pin<Box<dyn Future<Output = Result<Value, Failure>>>>;

impl Form {
    /// Puts back what differs, if nobody else has changed the document since it was read, and reads again what is stored then.
    pub fn put(self, path: String, done: &'static str) {
        self.put_as(path, done, |document| document);
    }

    /// `put` of a document that is shown in another shape than the API has it in.
    pub fn put_as(self, path: String, done: &'static str, shape: fn(Value) -> Value) {
        let changes = untrack(|| self.changes());
        self.save(self.guarded(path, changes.into(), shape), done);
    }

    /// Puts this body if nobody else has changed the document since it was read; its answer is what is stored then. What the form
    /// does not show is no reason to refuse. A document that is not there any more, or not yet, is `Null` in its shape.
    pub fn guarded(self, path: String, body: Value, shape: fn(Value) -> Value) -> Guarded {
        let saved = self.saved.get_untracked();
        let api = self.api;
        Box::pin(async move {
            if let Err(failure) = api.put_if(&path, &body, tag_of(&saved)).await {
                if !failure.is_overtaken() {
                    return Err(failure);
                }
                let now = shape(match api.document(&path).await {
                    Err(Failure::Refused { status: 404, .. }) => Value::Null,
                    read => read?,
                });
                if !says_the_same(&saved, &now) {
                    self.newer.try_set(Some(now));
                    return Err(failure);
                }
                api.put_if(&path, &body, tag_of(&now)).await?;
            }
            Ok(shape(api.document(&path).await?))
        })
    }

    /// What somebody else has saved becomes what is compared with, and what was typed is merged into it.
    fn take_newer(self) {
        let Some(now) = self.newer.get_untracked() else { return };
        let base = self.saved.get_untracked();
        let clashes = untrack(|| {
            let entries = self.entries.read();
            let merged = entries.iter().flat_map(|entry| {
                let (before, theirs) = (document::at(&base, entry.path), document::at(&now, entry.path));
                let told = entry.input.merge(&before, &theirs).into_iter();
                told.map(|(name, theirs)| Clash { path: entry.path, name, theirs })
            });
            merged.collect::<Vec<_>>()
        });
        self.saved.set(now);
        let nothing_told = clashes.is_empty();
        self.clashes.set(clashes);
        self.newer.set(None);
        self.message.set(None);
        if nothing_told {
            self.toasts.done(self.texts.loaded_newer);
        } else {
            show_clashes();
        }
    }

    fn input(self, path: &str) -> Option<Input> {
        self.entries.read_untracked().iter().find(|entry| entry.path == path).map(|entry| entry.input)
    }

    /// Those that are not decided yet.
    pub(super) fn open_clashes(self) -> Vec<Clash> {
        let saved = self.saved.read();
        let mut open = self.clashes.get();
        open.retain(|clash| {
            let differs = |input: Input| input.differs(&document::at(&saved, clash.path));
            self.input(clash.path).is_some_and(differs)
        });
        open
    }

    /// What stands at a field now, where another admin has changed it, too.
    pub(super) fn told_at(self, path: &str) -> Option<String> {
        let clashes = self.open_clashes();
        let clash = clashes.iter().find(|clash| clash.path == path && clash.name.is_none())?;
        Some((self.texts.now_there)(&self.in_words(clash)))
    }

    fn in_words(self, clash: &Clash) -> String {
        let texts = self.texts;
        let words = match (self.input(clash.path), &clash.theirs) {
            (Some(Input::Flag(_) | Input::TextFlag(_)), theirs) => {
                if document::flag_of(theirs) {
                    texts.on.to_owned()
                } else {
                    texts.off.to_owned()
                }
            }
            (Some(Input::Secret(_)), _) => texts.another_secret.to_owned(),
            (Some(Input::Seconds(_)), Value::Number(seconds)) => {
                format::duration(use_lang(), seconds.as_i64().unwrap_or_default())
            }
            (Some(Input::Lifetime(..)), theirs) => {
                document::seconds_of(theirs).map_or_else(String::new, |seconds| format::duration(use_lang(), seconds))
            }
            (_, Value::Array(_)) => document::lines_of(&clash.theirs).replace('\n', ", "),
            (_, theirs) => document::text_of(theirs),
        };
        if words.is_empty() { texts.empty.to_owned() } else { words }
    }

    fn decide(self, clash: &Clash, take: bool) {
        if take && let Some(input) = self.input(clash.path) {
            input.take(clash.name.as_deref(), &clash.theirs);
        }
        self.clashes.update(|all| all.retain(|one| one != clash));
        self.message.set(None);
    }
}

const CLASHES_ID: &str = "clashes";

/// The label of a field; where it has none that is found, its name in the API.
pub fn label_of(path: &str) -> String {
    let ids = [super::fields::id_of(path), path.replace('/', "."), path.to_owned()];
    let label = ids.iter().find_map(|id| document().query_selector(&format!("label[for='{id}']")).ok().flatten());
    let words = label.and_then(|label| label.text_content()).filter(|words| !words.trim().is_empty());
    words.unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path).to_owned())
}

/// One of the values that both changed: what it is of, what there is now, and what is done about it (true: theirs is taken).
pub struct Told {
    pub label: String,
    pub now: String,
    pub decide: Callback<bool>,
}

/// What both changed, with what there is now, to be taken or to be overwritten knowingly.
#[component]
pub fn ClashPanel(told: Callback<(), Vec<Told>>) -> impl IntoView {
    let texts = FormTexts::get();
    let row = move |told: Told| {
        let Told { label, now, decide } = told;
        let (take, keep) = ((texts.take_of)(&label), (texts.keep_of)(&label));
        view! {
            <li class="adm-clash">
                <span><strong>{label}</strong>" "<span class="adm-wrap">{(texts.now_there)(&now)}</span></span>
                <span class="pn-row">
                    <Button on_press=Callback::new(move |()| decide.run(true)) label=take>{texts.take}</Button>
                    <Button on_press=Callback::new(move |()| decide.run(false)) label=keep>{texts.keep}</Button>
                </span>
            </li>
        }
    };
    move || {
        let told = told.run(());
        (!told.is_empty()).then(|| {
            view! {
                <section class="pn-card adm-clashes" id=CLASHES_ID tabindex="-1" role="group" aria-label=texts.clashes>
                    <p>{texts.clashes}</p>
                    <ul>{told.into_iter().map(row).collect_view()}</ul>
                </section>
            }
        })
    }
}

/// Leads to what has to be decided, once it is there.
pub fn show_clashes() {
    request_animation_frame(|| {
        let told = document().get_element_by_id(CLASHES_ID).and_then(|it| it.dyn_into::<HtmlElement>().ok());
        told.inspect(|told| drop(told.focus()));
    });
}

#[component]
pub(super) fn Clashes(form: Form) -> impl IntoView {
    let told = move |clash: Clash| {
        let label = clash.name.clone().unwrap_or_else(|| label_of(clash.path));
        let now = form.in_words(&clash);
        Told { label, now, decide: Callback::new(move |take| form.decide(&clash, take)) }
    };
    let open = Memo::new(move |_| form.open_clashes());
    view! { <ClashPanel told=Callback::new(move |()| open.get().into_iter().map(told).collect()) /> }
}

/// The button that loads what another admin saved.
#[component]
pub(super) fn LoadNewer(form: Form) -> impl IntoView {
    let texts = FormTexts::get();
    let take = Callback::new(move |()| form.take_newer());
    move || {
        form.newer.read().is_some().then(|| view! { <Button on_press=take id="load-newer">{texts.load_newer}</Button> })
    }
}
