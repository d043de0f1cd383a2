//! The few things asked of the browser itself: its address, its storage, its languages, the page's title.
//! What the browser refuses (a storage that is switched off) is as if it were empty.

use perennial_ui::prelude::Lang;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Storage, window};

const LANG_KEY: &str = "perennial.lang";

/// Path and query of the page, as a sign-in returns to it.
pub fn here() -> String {
    let Some(location) = window().map(|window| window.location()) else { return String::new() };
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// The realm in the page's path, percent-decoded.
pub fn realm() -> Option<String> {
    let path = window()?.location().pathname().ok()?;
    let segment = path.strip_prefix("/realms/")?.split('/').next()?;
    perennial_api::paths::decode(segment).filter(|realm| !realm.is_empty())
}

/// A full navigation, out of the portal's own routing.
pub fn leave_for(url: &str) {
    if let Some(window) = window() {
        // Fails only for an address that does not parse; ours come from the server or from `perennial_api::paths`.
        let _ = window.location().assign(url);
    }
}

/// Title and language of the document.
pub fn describe_document(title: &str, lang: Lang) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
    set_document_lang(lang);
}

pub fn set_document_lang(lang: Lang) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", lang.tag());
    }
}

/// The language that the page is in.
pub fn document_lang() -> Option<String> {
    root()?.get_attribute("lang")
}

fn root() -> Option<Element> {
    window()?.document()?.document_element()
}

/// Gives focus to the element of that id, where the one that had it has gone.
pub fn focus(id: &str) {
    let element = window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// The language chosen here before.
pub fn chosen_lang() -> Option<Lang> {
    Lang::from_tag(&storage()?.get_item(LANG_KEY).ok()??)
}

pub fn choose_lang(lang: Lang) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(LANG_KEY, lang.tag());
    }
}

/// The first of the browser's languages that we have.
pub fn preferred_lang() -> Lang {
    let tags = window().map(|window| window.navigator().languages()).unwrap_or_default();
    let tags: Vec<String> = tags.iter().filter_map(|tag| tag.as_string()).collect();
    Lang::choose(&tags.join(","))
}
