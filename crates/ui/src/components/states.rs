//! What a view shows when it has nothing to show: not yet, not at all, or not this time.

use leptos::prelude::*;

use super::{Button, Icon, IconKind};
use crate::text::use_kit_texts;

/// There is nothing here; `children` say what would bring something.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(optional)] icon: Option<IconKind>,
    /// It is all there is on the page, so its title is the page's.
    #[prop(optional)]
    whole_page: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let heading = match whole_page {
        true => view! { <h1>{title}</h1> }.into_any(),
        false => view! { <h2>{title}</h2> }.into_any(),
    };
    view! {
        <div class="pn-state">
            {icon.map(|kind| view! { <Icon kind /> })}
            {heading}
            {children.map(|children| view! { <div class="pn-state-words">{children()}</div> })}
        </div>
    }
}

/// The shape of what will come, so that the page does not jump when it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadingShape {
    /// Rows of a table.
    #[default]
    Rows,
    Cards,
    Form,
}

#[component]
pub fn Loading(#[prop(optional)] shape: LoadingShape) -> impl IntoView {
    let (class, count) = match shape {
        LoadingShape::Rows => ("pn-skeleton pn-skeleton-rows", 6),
        LoadingShape::Cards => ("pn-skeleton pn-skeleton-cards", 2),
        LoadingShape::Form => ("pn-skeleton pn-skeleton-form", 4),
    };
    view! {
        <div class=class role="status" aria-label=use_kit_texts().loading>
            {(0..count).map(|_| view! { <span class="pn-skeleton-bone"></span> }).collect_view()}
        </div>
    }
}

/// It did not work: what to do next, a way to try again, and the reference that finds it in the log.
#[component]
pub fn Failed(
    /// What happened and what to do next, in a sentence or two.
    #[prop(into)]
    words: String,
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional, into)] reference: Option<String>,
    #[prop(optional, into)] on_retry: Option<Callback<()>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let texts = use_kit_texts();
    view! {
        <div class="pn-state pn-state-failed" role="alert">
            <Icon kind=IconKind::Warning />
            <h2>{title.unwrap_or_else(|| texts.failed_title.to_owned())}</h2>
            <p class="pn-state-words">{words}</p>
            {on_retry.map(|retry| view! { <Button on_press=retry>{texts.try_again}</Button> })}
            {children.map(|children| children())}
            {reference.map(|id| view! { <p class="pn-reference">{(texts.reference)(&id)}</p> })}
        </div>
    }
}
