//! `/` puts the cursor into the search for everything; the arrows lead from a list's search through its rows, to what opens them.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Id of the field that `/` looks for.
pub const SEARCH_ID: &str = "search";
/// Id of the field above a list.
pub const FILTER_ID: &str = "filter";
const OPENER: &str = ":is(a[href], button)";

pub fn install() {
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let chord = event.ctrl_key() || event.meta_key() || event.alt_key();
        if chord || event.default_prevented() || dialog_is_open() {
            return;
        }
        let wanted = match event.key().as_str() {
            "/" if !is_typing(&event) => by_id(SEARCH_ID),
            "ArrowDown" if !event.shift_key() => next_row(&event, true),
            "ArrowUp" if !event.shift_key() => next_row(&event, false),
            _ => None,
        };
        if let Some(wanted) = wanted.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            event.prevent_default();
            // What is in the page and can be used takes the focus.
            let _ = wanted.focus();
        }
    });
    on_cleanup(move || handle.remove());
}

fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// What opens the row below or above the one with the focus; above the first one, and before it, is the list's search.
fn next_row(event: &KeyboardEvent, down: bool) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    if target.id() == FILTER_ID {
        return document().query_selector(&format!("main .pn-table tbody {OPENER}")).ok()?.filter(|_| down);
    }
    if is_typing(event) {
        return None;
    }
    let row = target.closest(".pn-table tbody tr").ok()??;
    match if down { row.next_element_sibling() } else { row.previous_element_sibling() } {
        Some(row) => row.query_selector(OPENER).ok()?,
        None => by_id(FILTER_ID).filter(|_| !down),
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
