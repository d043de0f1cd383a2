//! A few named amounts beside each other: name, bar, number. It is a list of words and numbers first, so it needs no table.

use leptos::prelude::*;

use crate::format;
use crate::text::use_lang;

/// `href` leads to what was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    pub value: u64,
    pub href: Option<String>,
}

#[component]
pub fn BarList(bars: Vec<Bar>) -> impl IntoView {
    let lang = use_lang();
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let item = move |bar: Bar| {
        let number = format::number(lang, i64::try_from(bar.value).unwrap_or(i64::MAX));
        let width = if bar.value == 0 { 0 } else { (bar.value * 100 / most).max(1) };
        let name = match bar.href {
            Some(href) => view! { <a href=href>{bar.label}</a> }.into_any(),
            None => view! { <span>{bar.label}</span> }.into_any(),
        };
        view! {
            <li class="pn-bar">
                <span class="pn-bar-name">{name}</span>
                <span class="pn-bar-number">{number}</span>
                <svg class="pn-bar-picture" width="100%" height="6" aria-hidden="true">
                    <rect class="pn-bar-track" width="100%" height="6" rx="3"></rect>
                    <rect class="pn-bar-value" width=format!("{width}%") height="6" rx="3"></rect>
                </svg>
            </li>
        }
    };
    view! { <ul class="pn-bars">{bars.into_iter().map(item).collect_view()}</ul> }
}
