//! A field for text of several lines; with `code`, for what machines read.

use leptos::prelude::*;

use super::field::{FieldIds, field_error, field_help};

#[component]
pub fn TextArea(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] code: bool,
) -> impl IntoView {
    let ids = FieldIds::new(&id, help.as_deref());
    let described = ids.clone();
    view! {
        <div class="pn-field">
            <label class="pn-label" for=id.clone()>{label}</label>
            <textarea
                class="pn-input pn-area"
                class:pn-mono=code
                rows=rows.to_string()
                name=id.clone()
                id=id
                autocapitalize="none"
                autocomplete="off"
                spellcheck=(!code).to_string()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=move || described.described_by(error.read().is_some())
            ></textarea>
            {field_error(ids.error, error)}
            {field_help(ids.help, help)}
        </div>
    }
}
