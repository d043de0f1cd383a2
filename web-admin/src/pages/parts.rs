//! What several screens are made of: a section of a form, a document that is loaded once and edited, a value to be copied,
//! a secret that is shown once.

use leptos::prelude::*;
use perennial_ui::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::use_api;
use crate::browser;
use crate::confirm::{Consequence, Question, confirm as ask_first};
use crate::form::{Form, FormFrame};
use crate::guard::use_guard;
use crate::links;
use crate::remote::{remote, shown};
use crate::texts::phrases;

/// A heading with a sentence, and the fields that it is about beside them.
#[component]
pub fn Section(
    #[prop(into)] title: String,
    #[prop(optional, into)] words: String,
    children: Children,
) -> impl IntoView {
    let words = (!words.is_empty()).then(|| view! { <p class="pn-muted">{words}</p> });
    view! {
        <section class="pn-card adm-section">
            <div class="adm-section-words">
                <h2>{title}</h2>
                {words}
            </div>
            <div class="adm-section-fields">{children()}</div>
        </section>
    }
}

/// The first answer is what is shown from then on: a later one must not overwrite what is typed.
pub fn loaded_once<T>(path: String, ready: impl Fn(T) -> AnyView + Send + 'static) -> AnyView
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let api = use_api();
    let loading = remote(move || path.clone(), move |path| async move { api.get::<T>(&path).await });
    let first = Memo::new(move |before: Option<&Option<T>>| before.cloned().flatten().or_else(|| loading.ready()));
    let view = move || match first.get() {
        Some(value) => ready(value),
        None => shown(loading, LoadingShape::Form, |_: T| ()).into_any(),
    };
    view.into_any()
}

/// The same for a document that is to be changed, with its tag.
pub fn loaded_document(path: String, ready: impl Fn(Value) -> AnyView + Send + 'static) -> AnyView {
    let api = use_api();
    let loading = remote(move || path.clone(), move |path| async move { api.document(&path).await });
    let first = Memo::new(move |before: Option<&Option<Value>>| before.cloned().flatten().or_else(|| loading.ready()));
    let view = move || match first.get() {
        Some(value) => ready(value),
        None => shown(loading, LoadingShape::Form, |_: Value| ()).into_any(),
    };
    view.into_any()
}

/// The document at a path in a form that puts back what differs. `done` is said when it was saved.
pub fn document_form(path: String, done: &'static str, fields: impl Fn(Form) -> AnyView + Send + 'static) -> AnyView {
    let key = path.clone();
    loaded_document(path, move |document| {
        let form = Form::new(document);
        let save = form.putting(key.clone(), done);
        let fields = fields(form);
        view! { <FormFrame form=form on_save=save>{fields}</FormFrame> }.into_any()
    })
}

/// Cursors only lead forward: the address keeps the present one, the tab remembers the one before. `to` is the address
/// of the list from a cursor on. Nothing where the list has one page.
pub fn cursor_pager(
    after: String,
    next: Option<String>,
    busy: RwSignal<bool>,
    to: impl Fn(&str) -> String + Send + Sync + 'static,
) -> Option<AnyView> {
    // After a jump straight to this page only the first one is known.
    let previous = (!after.is_empty()).then(|| browser::previous_cursor(&after).unwrap_or_default());
    if previous.is_none() && next.is_none() {
        return None;
    }
    let ahead = next.clone();
    let go = links::navigator(false);
    let on_go = Callback::new(move |cursor: String| {
        if ahead.as_ref() == Some(&cursor) {
            browser::remember_previous_cursor(&cursor, &after);
        }
        go(&to(&cursor));
    });
    let (previous, next) = (Signal::stored(previous), Signal::stored(next));
    Some(view! { <Pager previous=previous next=next on_go=on_go busy=busy /> }.into_any())
}

/// A value that belongs somewhere else, with a button that copies it.
#[component]
pub fn Copyable(#[prop(into)] label: String, #[prop(into)] value: String) -> impl IntoView {
    let texts = PartsTexts::get();
    let toasts = use_toasts();
    let copied = value.clone();
    let name = label.clone();
    let copy = Callback::new(move |()| {
        let name = name.clone();
        browser::copy(&copied, move |done| match done {
            true => toasts.done((texts.copied)(&name)),
            false => toasts.failed(texts.not_copied),
        });
    });
    view! {
        <div class="adm-copyable">
            <span class="adm-copyable-label">{label.clone()}</span>
            <code class="adm-copyable-value">{value}</code>
            <Button on_press=copy label=(texts.copy_of)(&label)>{texts.copy}</Button>
        </div>
    }
}

/// A secret right after it was made: it cannot be seen again.
#[component]
pub fn ShownOnce(#[prop(into)] label: String, #[prop(into)] words: String, secret: String) -> impl IntoView {
    view! {
        <div class="adm-once" role="status">
            <p class="adm-once-words"><Icon kind=IconKind::Key /><span>{words}</span></p>
            <Copyable label=label value=secret />
        </div>
    }
}

/// The last thing on a page: deleting what the page is about, with what that means. Then the page leads to `then`.
#[component]
pub fn DeleteThing(
    #[prop(into)] path: String,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] consequence: Consequence,
    confirm: &'static str,
    done: &'static str,
    #[prop(into)] then: String,
    /// Given where the consequence is counted when it is asked for.
    #[prop(optional)]
    open: Option<RwSignal<bool>>,
) -> impl IntoView {
    let api = use_api();
    let guard = use_guard();
    let go = links::navigator(false);
    let open = open.unwrap_or_else(|| RwSignal::new(false));
    let act = move || {
        let path = path.clone();
        async move { api.delete(&path).await }
    };
    let gone = move || {
        guard.set_dirty(false);
        go(&then);
    };
    let ask = Callback::new(move |()| open.set(true));
    view! {
        <section class="adm-danger">
            <Button kind=ButtonKind::Danger icon=IconKind::Remove on_press=ask id="delete">{confirm}</Button>
            {ask_first(Question { open, title, consequence, confirm, done }, act, gone)}
        </section>
    }
}

/// JSON with a line for each member; what is none stays as it is.
pub fn pretty_json(text: &str) -> String {
    let read = serde_json::from_str::<Value>(text);
    read.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| text.to_owned())
}

phrases! {
    /// Copying.
    PartsTexts =>
    copy = "Copy", "Copiar";
    copy_of: perennial_ui::text::With = |what| format!("Copy: {what}"), |what| format!("Copiar: {what}");
    copied: perennial_ui::text::With =
        |what| format!("Copied: {what}."), |what| format!("Copiado: {what}.");
    not_copied = "The browser did not allow copying. Select the text instead.",
        "El navegador no permitió copiar. Seleccione el texto.";
}
