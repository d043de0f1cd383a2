//! Buttons, and links that look like them. A busy button keeps its size and its focus, and ignores presses.

use leptos::prelude::*;

use super::{Icon, IconKind, is_locked};
use crate::text::use_kit_texts;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing that this view is for.
    Primary,
    #[default]
    Plain,
    /// Takes something away.
    Danger,
    /// No border until pointed at; for rows and bars.
    Quiet,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            ButtonKind::Primary => "pn-button pn-button-primary",
            ButtonKind::Plain => "pn-button",
            ButtonKind::Danger => "pn-button pn-button-danger",
            ButtonKind::Quiet => "pn-button pn-button-quiet",
        }
    }

    /// By the console's habit these two change what is stored; where another one does, its screen locks it.
    const fn changes(self) -> bool {
        matches!(self, ButtonKind::Primary | ButtonKind::Danger)
    }
}

/// `submit` sends the surrounding form, with `name` and `value` if given. `label` replaces the words for assistive
/// technology where the visible ones repeat in every row.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] submit: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    #[prop(optional)] icon: Option<IconKind>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional, into)] label: Option<String>,
    children: Children,
) -> impl IntoView {
    let working = use_kit_texts().working;
    let locked = kind.changes() && is_locked();
    let disabled = Signal::derive(move || locked || disabled.get());
    let press = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() || disabled.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            class=kind.class()
            type=if submit { "submit" } else { "button" }
            id=id
            name=name
            value=value
            aria-label=label
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || (busy.get() || disabled.get()).then_some("true")
            on:click=press
        >
            {icon.map(|kind| view! { <Icon kind /> })}
            <span class="pn-button-words">{children()}</span>
            {move || busy.get().then(|| view! { <span class="pn-spinner" role="status" aria-label=working></span> })}
        </button>
    }
}

/// A link in a button's clothes, for going somewhere.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<IconKind>,
    #[prop(optional, into)] id: Option<String>,
    /// Leaves the console's own routing: a full navigation.
    #[prop(optional)]
    leave: bool,
    children: Children,
) -> impl IntoView {
    // Nothing to go to where nothing can be made.
    (!(kind.changes() && is_locked())).then(|| {
        view! {
            <a class=kind.class() href=href id=id rel=leave.then_some("external")>
                {icon.map(|kind| view! { <Icon kind /> })}
                <span class="pn-button-words">{children()}</span>
            </a>
        }
    })
}
