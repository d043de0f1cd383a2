//! A day, by the browser's own date picker; the value is `yyyy-mm-dd`, or empty.

use leptos::prelude::*;

use super::field::{FieldIds, field_error, field_help};

#[component]
pub fn DateField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
) -> impl IntoView {
    let ids = FieldIds::new(&id, help.as_deref());
    let described = ids.clone();
    view! {
        <div class="pn-field">
            <label class="pn-label" for=id.clone()>{label}</label>
            <input
                class="pn-input"
                type="date"
                name=id.clone()
                id=id
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=move || described.described_by(error.read().is_some())
            />
            {field_error(ids.error, error)}
            {field_help(ids.help, help)}
        </div>
    }
}
