//! A short state in words; the tone adds colour, never meaning.

use leptos::prelude::*;

use super::{Icon, IconKind};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Accent,
    Good,
    Warning,
    Danger,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "pn-badge",
            Tone::Accent => "pn-badge pn-badge-accent",
            Tone::Good => "pn-badge pn-badge-good",
            Tone::Warning => "pn-badge pn-badge-warning",
            Tone::Danger => "pn-badge pn-badge-danger",
        }
    }
}

#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<IconKind>,
    children: Children,
) -> impl IntoView {
    view! {
        <span class=tone.class()>
            {icon.map(|kind| view! { <Icon kind /> })}
            <span>{children()}</span>
        </span>
    }
}
