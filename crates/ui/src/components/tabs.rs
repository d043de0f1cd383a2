//! Tabs that are places: links, each with its own address, so that back, reload and sharing work. They are therefore
//! a navigation with the current page marked, not an ARIA tab list.

use leptos::prelude::*;

use crate::text::use_kit_texts;

#[derive(Clone)]
pub struct Tab {
    pub href: String,
    pub label: String,
    pub current: Signal<bool>,
}

#[component]
pub fn Tabs(#[prop(into)] tabs: Signal<Vec<Tab>>, #[prop(optional, into)] label: Option<String>) -> impl IntoView {
    let label = label.unwrap_or_else(|| use_kit_texts().sections.to_owned());
    let tab = |tab: Tab| {
        view! {
            <li>
                <a class="pn-tab" href=tab.href aria-current=move || tab.current.get().then_some("page")>
                    {tab.label}
                </a>
            </li>
        }
    };
    view! {
        <nav class="pn-tabs" aria-label=label>
            <ul>{move || tabs.get().into_iter().map(tab).collect_view()}</ul>
        </nav>
    }
}
