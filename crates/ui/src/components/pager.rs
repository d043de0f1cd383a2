//! Paging by opaque cursors: the caller keeps them (best in the URL); this only says that there is a next or a
//! previous page and asks for it.

use leptos::prelude::*;

use super::{Button, IconKind};
use crate::text::use_kit_texts;

/// `previous` and `next` are the cursors of those pages, `None` where there is none; `on_go` gets the one chosen.
#[component]
pub fn Pager(
    #[prop(into)] previous: Signal<Option<String>>,
    #[prop(into)] next: Signal<Option<String>>,
    on_go: Callback<String>,
    /// "1 to 20 of 8,913", or as much of it as is known.
    #[prop(optional, into)]
    position: MaybeProp<String>,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    let texts = use_kit_texts();
    let go = move |cursor: Signal<Option<String>>| {
        Callback::new(move |()| {
            if let Some(cursor) = cursor.get_untracked() {
                on_go.run(cursor);
            }
        })
    };
    view! {
        <nav class="pn-pager" aria-label=texts.pages>
            <span class="pn-pager-position">{move || position.get()}</span>
            <Button
                icon=IconKind::Back
                busy=busy
                disabled=Signal::derive(move || previous.read().is_none())
                on_press=go(previous)
            >
                {texts.previous}
            </Button>
            <Button busy=busy disabled=Signal::derive(move || next.read().is_none()) on_press=go(next)>
                {texts.next}
            </Button>
        </nav>
    }
}
