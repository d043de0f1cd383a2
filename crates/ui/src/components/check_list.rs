//! Several of many: a box for each, in columns as wide as the names need.

use leptos::prelude::*;

use super::Choice;
use super::field::{FieldIds, field_error, field_help};

/// `value` holds the values of the boxes that are ticked, in no order.
#[component]
pub fn CheckList(
    #[prop(into)] id: String,
    #[prop(into)] legend: String,
    #[prop(into)] options: Signal<Vec<Choice>>,
    value: RwSignal<Vec<String>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let ids = FieldIds::new(&id, help.as_deref());
    let described = ids.clone();
    let name = id.clone();
    let option = move |Choice { value: own, label }: Choice| {
        let this = own.clone();
        let is_ticked = move || value.read().contains(&this);
        let tick = {
            let own = own.clone();
            move |event| {
                let on = event_target_checked(&event);
                value.update(|ticked| {
                    ticked.retain(|name| *name != own);
                    ticked.extend(on.then(|| own.clone()));
                });
            }
        };
        view! {
            <label class="pn-check">
                <input
                    type="checkbox"
                    name=name.clone()
                    value=own
                    prop:checked=is_ticked
                    on:change=tick
                    disabled=move || disabled.get()
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset
            class="pn-check-list"
            id=id
            data-invalid=move || error.read().is_some().then_some("true")
            aria-describedby=move || described.described_by(error.read().is_some())
            tabindex="-1"
        >
            <legend class="pn-label">{legend}</legend>
            {field_error(ids.error, error)}
            {field_help(ids.help, help)}
            <div class="pn-checks">{move || options.get().into_iter().map(option.clone()).collect_view()}</div>
        </fieldset>
    }
}
