//! `/` puts the cursor into the search for everything.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// Id of the field that `/` looks for.
pub const SEARCH_ID: &str = "search";

pub fn install() {
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let chord = event.ctrl_key() || event.meta_key() || event.alt_key();
        if event.key() != "/" || chord || event.default_prevented() || is_typing(&event) || dialog_is_open() {
            return;
        }
        event.prevent_default();
        focus_search();
    });
    on_cleanup(move || handle.remove());
}

fn focus_search() {
    let field = document().get_element_by_id(SEARCH_ID).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(field) = field {
        // A field in the page always takes the focus.
        let _ = field.focus();
    }
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
