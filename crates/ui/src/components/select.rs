//! One of several, by the native select.

use leptos::prelude::*;

use super::field::{FieldIds, field_error, field_help};

/// `value` is what the signal holds, `label` what is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into() }
    }
}

#[component]
pub fn Select(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    value: RwSignal<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// The label is read out, not shown: for bars where the choice explains itself.
    #[prop(optional)]
    hide_label: bool,
) -> impl IntoView {
    let ids = FieldIds::new(&id, help.as_deref());
    let described = ids.clone();
    let option = move |choice: Choice| {
        let this = choice.value.clone();
        // The attribute alone changes nothing any more where somebody has chosen.
        let is_chosen = move || *value.read() == this;
        view! {
            <option value=choice.value selected=is_chosen.clone() prop:selected=is_chosen>
                {choice.label}
            </option>
        }
    };
    view! {
        <div class="pn-field" class:pn-field-inline=hide_label>
            <label class="pn-label" class:pn-hidden=hide_label for=id.clone()>{label}</label>
            <select
                class="pn-input pn-select"
                name=id.clone()
                id=id
                on:change=move |event| value.set(event_target_value(&event))
                disabled=move || disabled.get()
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=move || described.described_by(error.read().is_some())
            >
                {move || choices.get().into_iter().map(option).collect_view()}
            </select>
            {field_error(ids.error, error)}
            {field_help(ids.help, help)}
        </div>
    }
}
