//! The list of places of a console: at the side on wide screens, a row under the top bar on a phone.

use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::text::use_kit_texts;

#[derive(Clone)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    pub icon: IconKind,
    pub current: Signal<bool>,
}

/// Places that belong together, under a heading.
#[derive(Clone)]
pub struct NavGroup {
    pub label: String,
    pub items: Vec<NavItem>,
}

fn link(item: NavItem) -> impl IntoView {
    view! {
        <li>
            <a class="pn-nav-link" href=item.href aria-current=move || item.current.get().then_some("page")>
                <Icon kind=item.icon />
                <span>{item.label}</span>
            </a>
        </li>
    }
}

/// A long list of places in groups; each heading names the list below it.
#[component]
pub fn GroupedNav(#[prop(into)] groups: Signal<Vec<NavGroup>>) -> impl IntoView {
    let group = |(n, group): (usize, NavGroup)| {
        let id = format!("nav-group-{n}");
        view! {
            <div class="pn-nav-group">
                <h2 class="pn-nav-heading" id=id.clone()>{group.label}</h2>
                <ul aria-labelledby=id>{group.items.into_iter().map(link).collect_view()}</ul>
            </div>
        }
    };
    view! {
        <nav class="pn-nav" aria-label=use_kit_texts().main_navigation>
            {move || groups.get().into_iter().enumerate().map(group).collect_view()}
        </nav>
    }
}

#[component]
pub fn Nav(
    #[prop(into)] items: Signal<Vec<NavItem>>,
    /// Replaces "Main" where a page has several.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let label = label.unwrap_or_else(|| use_kit_texts().main_navigation.to_owned());
    view! {
        <nav class="pn-nav" aria-label=label>
            <ul>{move || items.get().into_iter().map(link).collect_view()}</ul>
        </nav>
    }
}
