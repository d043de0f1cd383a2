//! `/` puts the cursor into the search field; on a screen without one it opens the list that has it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// Id of the field that `/` looks for.
pub const SEARCH_ID: &str = "search";

/// `elsewhere` runs where the screen has no search.
pub fn install(elsewhere: impl Fn() + 'static) {
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let chord = event.ctrl_key() || event.meta_key() || event.alt_key();
        if event.key() != "/" || chord || event.default_prevented() || is_typing(&event) || dialog_is_open() {
            return;
        }
        event.prevent_default();
        if !focus_search() {
            elsewhere();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether there was one to focus.
pub fn focus_search() -> bool {
    let field = document().get_element_by_id(SEARCH_ID).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    field.is_some_and(|field| field.focus().is_ok())
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA") || element.is_content_editable()
    })
}

fn dialog_is_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}
