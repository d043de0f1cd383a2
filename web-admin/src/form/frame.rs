//! What stands around the fields of every form: the form itself, and the bar that saves.

use leptos::prelude::*;
use perennial_ui::prelude::*;
use serde_json::{Map, Value};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::conflict::{Clashes, LoadNewer};
use super::{Form, FormTexts};

/// `on_save` gets what differs, once it is valid; it runs `Form::save` or `Form::run`.
#[component]
pub fn FormFrame(
    form: Form,
    on_save: Callback<Map<String, Value>>,
    /// Instead of *Save*: for something that is made here. Then there is nothing to discard, and `cancel` leads back.
    #[prop(optional, into)]
    create: Option<String>,
    #[prop(optional, into)] cancel: Option<String>,
    children: Children,
) -> impl IntoView {
    let creates = create.is_some();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let changes = untrack(|| form.changes());
        if form.busy.get_untracked() || (changes.is_empty() && !creates) {
            return;
        }
        form.tried.set(true);
        if !untrack(|| form.open_clashes()).is_empty() {
            form.message.set(Some(form.texts.decide_first.to_owned()));
        } else if untrack(|| form.is_valid()) {
            on_save.run(changes);
        } else {
            form.message.set(Some(form.texts.mend_first.to_owned()));
            form.show_first_error();
        }
    };
    let locked = is_locked();
    let fields = match locked {
        true => view! { <fieldset class="adm-locked" disabled=true>{children()}</fieldset> }.into_any(),
        false => children().into_any(),
    };
    view! {
        <form class="adm-form" on:submit=submit node_ref=form.node novalidate=true>
            {fields}
            <Clashes form=form />
            {(!locked).then(|| view! { <SaveBar form=form create=create cancel=cancel /> })}
        </form>
    }
}

impl Form {
    /// Leads to what has to be mended, once the errors are there.
    pub(super) fn show_first_error(self) {
        request_animation_frame(move || {
            let form = self.node.try_get_untracked().flatten();
            let wrong = form.and_then(|form| form.query_selector("[aria-invalid=true], [data-invalid]").ok().flatten());
            if let Some(wrong) = wrong.and_then(|wrong| wrong.dyn_into::<HtmlElement>().ok()) {
                let _ = wrong.focus();
            }
        });
    }
}

#[component]
fn SaveBar(form: Form, create: Option<String>, cancel: Option<String>) -> impl IntoView {
    let texts = FormTexts::get();
    let creates = create.is_some();
    let dirty = Memo::new(move |_| form.is_dirty());
    let clean = Signal::derive(move || !dirty.get());
    let status = move || {
        let words = if dirty.get() { texts.unsaved } else { texts.nothing_unsaved };
        (!creates).then_some(words)
    };
    let back = match (creates, cancel) {
        (true, Some(href)) => view! { <ButtonLink href=href>{use_kit_texts().cancel}</ButtonLink> }.into_any(),
        (true, None) => ().into_any(),
        _ => {
            let discard = Callback::new(move |()| form.discard());
            view! { <Button on_press=discard disabled=clean>{texts.discard}</Button> }.into_any()
        }
    };
    let locked = Signal::derive(move || clean.get() && !creates);
    view! {
        <div class="adm-save" class:adm-save-dirty=move || dirty.get() && !creates>
            <div class="adm-save-words">
                {move || form.message.get().map(|words| view! { <p class="pn-field-error" role="alert">{words}</p> })}
                <p class="pn-muted" role="status">{status}</p>
            </div>
            <LoadNewer form=form />
            {back}
            <Button kind=ButtonKind::Primary submit=true busy=form.busy disabled=locked id="save">
                {create.unwrap_or_else(|| texts.save.to_owned())}
            </Button>
        </div>
    }
}
