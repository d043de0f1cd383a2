//! The filters in force, each removable by itself.

use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::text::use_kit_texts;

/// `key` is handed back when the chip is removed; `label` says the filter in words ("Client: nightly-backup").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterChip {
    pub key: String,
    pub label: String,
}

#[component]
pub fn FilterChips(
    #[prop(into)] chips: Signal<Vec<FilterChip>>,
    on_remove: Callback<String>,
    #[prop(optional, into)] on_clear: Option<Callback<()>>,
) -> impl IntoView {
    let texts = use_kit_texts();
    let chip = move |chip: FilterChip| {
        let label = (texts.remove_filter)(&chip.label);
        view! {
            <li class="pn-chip">
                <span>{chip.label}</span>
                <button
                    class="pn-icon-button"
                    type="button"
                    aria-label=label
                    on:click=move |_| on_remove.run(chip.key.clone())
                >
                    <Icon kind=IconKind::Close />
                </button>
            </li>
        }
    };
    let clear = move || {
        on_clear.filter(|_| chips.read().len() > 1).map(|on_clear| {
            view! {
                <li>
                    <button class="pn-link-button" type="button" on:click=move |_| on_clear.run(())>
                        {texts.clear_filters}
                    </button>
                </li>
            }
        })
    };
    view! {
        <ul class="pn-chips" aria-label=texts.filters>
            {move || chips.get().into_iter().map(chip).collect_view()}
            {clear}
        </ul>
    }
}
