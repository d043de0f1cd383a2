//! The list of places of a console: at the side on wide screens, a row under the top bar on a phone.

use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::text::use_texts;

#[derive(Clone)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    pub icon: IconKind,
    pub current: Signal<bool>,
}

#[component]
pub fn Nav(
    #[prop(into)] items: Signal<Vec<NavItem>>,
    /// Replaces "Main" where a page has several.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let label = label.unwrap_or_else(|| use_texts().kit.main_navigation.to_owned());
    let item = |item: NavItem| {
        view! {
            <li>
                <a class="pn-nav-link" href=item.href aria-current=move || item.current.get().then_some("page")>
                    <Icon kind=item.icon />
                    <span>{item.label}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav class="pn-nav" aria-label=label>
            <ul>{move || items.get().into_iter().map(item).collect_view()}</ul>
        </nav>
    }
}
