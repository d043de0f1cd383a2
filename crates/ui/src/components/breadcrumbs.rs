//! Where a page lies: the places above it as links, itself last.

use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::text::use_kit_texts;

/// One without an address is the page itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: Option<String>,
}

impl Crumb {
    pub fn to(label: impl Into<String>, href: impl Into<String>) -> Self {
        Crumb { label: label.into(), href: Some(href.into()) }
    }

    pub fn here(label: impl Into<String>) -> Self {
        Crumb { label: label.into(), href: None }
    }
}

#[component]
pub fn Breadcrumbs(#[prop(into)] crumbs: Signal<Vec<Crumb>>) -> impl IntoView {
    let crumb = |(n, crumb): (usize, Crumb)| {
        let words = match crumb.href {
            Some(href) => view! { <a href=href>{crumb.label}</a> }.into_any(),
            None => view! { <span aria-current="page">{crumb.label}</span> }.into_any(),
        };
        view! {
            <li>
                {(n > 0).then(|| view! { <Icon kind=IconKind::Next /> })}
                {words}
            </li>
        }
    };
    view! {
        <nav class="pn-crumbs" aria-label=use_kit_texts().you_are_here>
            <ol>{move || crumbs.get().into_iter().enumerate().map(crumb).collect_view()}</ol>
        </nav>
    }
}
