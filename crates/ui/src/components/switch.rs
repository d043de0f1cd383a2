//! On or off, said in words as well: a checkbox in the role of a switch.

use leptos::prelude::*;

use super::field::{FieldIds, field_help};
use crate::text::use_kit_texts;

#[component]
pub fn Switch(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<bool>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let texts = use_kit_texts();
    let ids = FieldIds::new(&id, help.as_deref());
    let described = ids.described_by(false);
    view! {
        <div class="pn-field">
            <label class="pn-switch" for=id.clone()>
                <input
                    type="checkbox"
                    role="switch"
                    name=id.clone()
                    id=id.clone()
                    checked=value.get_untracked()
                    prop:checked=move || value.get()
                    on:change=move |event| value.set(event_target_checked(&event))
                    disabled=move || disabled.get()
                    aria-describedby=described
                />
                <span class="pn-switch-track" aria-hidden="true"></span>
                <span class="pn-switch-label">{label}</span>
                <span class="pn-switch-state" aria-hidden="true">
                    {move || if value.get() { texts.on } else { texts.off }}
                </span>
            </label>
            {field_help(ids.help, help)}
        </div>
    }
}
