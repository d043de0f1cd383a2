//! A field for finding something in a list: its label is read out, a hint (a shortcut) stands in it while it is empty.

use leptos::prelude::*;

use super::{Icon, IconKind};

#[component]
pub fn SearchField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    /// Beside the label inside the empty field.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let placeholder = match hint {
        Some(hint) => format!("{label} · {hint}"),
        None => label.clone(),
    };
    view! {
        <div class="pn-search">
            <Icon kind=IconKind::Search />
            <input
                class="pn-input"
                type="search"
                name=id.clone()
                id=id
                aria-label=label
                placeholder=placeholder
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}
