//! Lists that are loaded whole: for choices, and for tables that are short almost everywhere. Where even that is not all, the list
//! says so.

use leptos::prelude::*;
use perennial_ui::format;
use perennial_ui::prelude::*;
use serde::de::DeserializeOwned;

use crate::api::{Api, Failure};
use crate::remote::Remote;
use crate::texts::phrases;

/// Pages of the API, which has a thousand on each.
const PAGES: usize = 10;

#[derive(Clone, Debug, PartialEq)]
pub struct Whole<T> {
    pub items: Vec<T>,
    /// How many there are here, where there are more.
    pub cut_at: Option<usize>,
}

pub async fn whole<T: DeserializeOwned>(api: Api, path: &str) -> Result<Whole<T>, Failure> {
    let (items, more) = api.pages::<T>(path, PAGES).await?;
    let cut_at = more.then_some(items.len());
    Ok(Whole { items, cut_at })
}

/// Below the table or choice of that name, where there is more than it has.
pub fn cut_short<T: Send + Sync + 'static>(label: &'static str, list: Remote<Whole<T>>) -> AnyView {
    let cut_at = Memo::new(move |_| {
        list.value.with(|value| value.as_ref().and_then(|list| list.as_ref().ok()).and_then(|list| list.cut_at))
    });
    (move || cut_at.get().map(|count| only_first(label, count))).into_any()
}

pub fn only_first(label: &str, count: usize) -> AnyView {
    let count = format::number(use_lang(), i64::try_from(count).unwrap_or(i64::MAX));
    let words = (WholeTexts::get().only_first)(label, &count);
    view! { <p class="pn-muted pn-small">{words}</p> }.into_any()
}

phrases! {
    /// Lists that are too long.
    WholeTexts =>
    only_first: fn(&str, &str) -> String = |list, n| format!("{list}: only the first {n} are here."),
        |list, n| format!("{list}: aquí solo están los primeros {n}.");
}
