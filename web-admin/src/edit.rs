//! A form over one JSON document of the admin API: fields are bound by name, only what was changed is sent, errors stand
//! at their fields, and what was typed stays until it is saved or discarded.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::ApiError;
use perennial_ui::prelude::*;
use serde_json::{Map, Value};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::api::{Api, Failure, use_api};
use crate::edit_value::{Control, as_sent, put_at, stored, typed};
use crate::guard::use_guard;
use crate::texts::{AdminTexts, phrases, texts};

phrases! { FormTexts =>
    save = "Save", "Guardar";
    discard = "Discard changes", "Descartar cambios";
    unsaved = "There are changes that are not saved.", "Hay cambios sin guardar.";
    nothing_unsaved = "All changes are saved.", "Todos los cambios están guardados.";
    saved = "Saved.", "Guardado.";
    not_saved: perennial_ui::text::With = |why| format!("Not saved. {why} What you typed is still here."), |why| format!("No se ha guardado. {why} Lo que escribió sigue aquí.");
}

#[derive(Clone)]
struct Field {
    /// JSON name; one among the attributes is `attributes.NAME`.
    name: String,
    control: Control,
}

#[derive(Clone, Copy)]
pub struct Form {
    api: Api,
    all: &'static AdminTexts,
    texts: &'static FormTexts,
    toasts: Toasts,
    url: StoredValue<String>,
    /// The document as the server has it.
    saved: RwSignal<Value>,
    fields: RwSignal<Vec<Field>>,
    pub busy: RwSignal<bool>,
    refused: RwSignal<Option<ApiError>>,
    message: RwSignal<Option<String>>,
}

impl Form {
    /// `document` is shared with whoever shows the same thing: it changes when the form was saved.
    pub fn new(url: String, document: RwSignal<Value>) -> Self {
        let form = Form {
            api: use_api(),
            all: texts(),
            texts: FormTexts::get(),
            toasts: use_toasts(),
            url: StoredValue::new(url),
            saved: document,
            fields: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            refused: RwSignal::new(None),
            message: RwSignal::new(None),
        };
        let guard = use_guard();
        Effect::new(move || guard.set_dirty(form.is_dirty()));
        on_cleanup(move || guard.set_dirty(false));
        form
    }

    fn bind(self, name: &str, control: Control) {
        control.set(&stored(&self.saved.read_untracked(), name, control));
        self.fields.update(|fields| fields.push(Field { name: name.to_owned(), control }));
    }

    pub fn text(self, name: &str) -> RwSignal<String> {
        let value = RwSignal::new(String::new());
        self.bind(name, Control::Text(value));
        value
    }

    /// One entry a line, of a list.
    pub fn lines(self, name: &str) -> RwSignal<String> {
        let value = RwSignal::new(String::new());
        self.bind(name, Control::Lines(value));
        value
    }

    pub fn flag(self, name: &str) -> RwSignal<bool> {
        let value = RwSignal::new(false);
        self.bind(name, Control::Flag(value));
        value
    }

    /// The fields that differ from what is saved, as they are sent.
    pub fn changes(self) -> Value {
        let saved = self.saved.read();
        let mut body = Value::Object(Map::new());
        for field in self.fields.read().iter() {
            let now = typed(field.control);
            if now != stored(&saved, &field.name, field.control) {
                put_at(&mut body, &field.name, as_sent(&field.name, now));
            }
        }
        body
    }

    pub fn is_dirty(self) -> bool {
        self.changes().as_object().is_some_and(|changes| !changes.is_empty())
    }

    pub fn error(self, name: &'static str) -> MaybeProp<String> {
        MaybeProp::derive(move || self.refused.read().as_ref()?.for_field(name).map(str::to_owned))
    }

    pub fn discard(self) {
        self.refused.set(None);
        self.message.set(None);
        self.show(&self.saved.get_untracked());
    }

    fn show(self, document: &Value) {
        for field in self.fields.read_untracked().iter() {
            field.control.set(&stored(document, &field.name, field.control));
        }
    }

    pub fn save(self) {
        let changes = untrack(|| self.changes());
        self.busy.set(true);
        self.refused.set(None);
        self.message.set(None);
        spawn_local(async move {
            let url = self.url.get_value();
            if let Err(failure) = self.api.put(&url, &changes).await {
                return self.failed(failure);
            }
            // What is stored now is the server's to say.
            if let Ok(document) = self.api.get::<Value>(&url).await {
                // What was typed meanwhile stays.
                if untrack(|| self.changes()) == changes {
                    self.show(&document);
                }
                self.saved.set(document);
            }
            self.busy.set(false);
            self.toasts.done(self.texts.saved);
        });
    }

    fn failed(self, failure: Failure) {
        self.busy.set(false);
        let why = (self.all.failure)(&failure);
        self.message.set(Some((self.texts.not_saved)(&why)));
        if let Failure::Refused { error, .. } = failure {
            self.refused.set(Some(error));
            request_animation_frame(focus_first_error);
        }
    }
}

/// Where the reader has something to mend.
pub fn focus_first_error() {
    let field = document().query_selector("main [aria-invalid=true]").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        // A field in the page always takes the focus.
        let _ = field.focus();
    }
}

/// The fields, and the bar that saves them. `on_submit` replaces saving, for what has to be asked first.
#[component]
pub fn FormView(form: Form, #[prop(optional)] on_submit: Option<Callback<()>>, children: Children) -> impl IntoView {
    let texts = form.texts;
    let dirty = Memo::new(move |_| form.is_dirty());
    let clean = Signal::derive(move || !dirty.get());
    let status = move || if dirty.get() { texts.unsaved } else { texts.nothing_unsaved };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !dirty.get_untracked() || form.busy.get_untracked() {
            return;
        }
        match on_submit {
            Some(on_submit) => on_submit.run(()),
            None => form.save(),
        }
    };
    view! {
        <form class="adm-edit" novalidate on:submit=submit>
            {children()}
            <div class="adm-save" class:adm-save-dirty=move || dirty.get()>
                <div class="adm-save-words">
                    {move || form.message.get().map(|words| view! { <p class="pn-field-error" role="alert">{words}</p> })}
                    <p class="pn-muted" role="status">{status}</p>
                </div>
                <Button on_press=Callback::new(move |()| form.discard()) disabled=clean>{texts.discard}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=form.busy disabled=clean id="save">{texts.save}</Button>
            </div>
        </form>
    }
}
