//! The few things asked of the browser itself: its address, its two storages, its languages, the page's title.
//! What the browser refuses (a storage that is switched off) is as if it were empty.

use std::time::Duration;

use leptos::prelude::set_timeout;
use leptos::task::spawn_local;
use perennial_ui::prelude::Lang;
use wasm_bindgen::JsCast;
use web_sys::{Blob, Element, HtmlAnchorElement, HtmlElement, HtmlInputElement, Storage, Url, window};

/// A download has begun by then, even if a person is asked first where to put it.
const DOWNLOAD_BEGINS: Duration = Duration::from_secs(60);
const LANG_KEY: &str = "perennial.lang";
const REALM_KEY: &str = "perennial.realm";
const SIGNED_IN_KEY: &str = "perennial.signed.in.to";
const PREVIOUS_KEY: &str = "perennial.previous.";

/// Path and query of the page, as a sign-in returns to it.
pub fn here() -> String {
    let Some(location) = window().map(|window| window.location()) else { return String::new() };
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// A full navigation, out of the console's own routing.
pub fn leave_for(url: &str) {
    if let Some(window) = window() {
        // Fails only for an address that does not parse; ours come from the server or from `perennial_api::paths`.
        let _ = window.location().assign(url);
    }
}

/// Fetches the page anew.
pub fn reload() {
    if let Some(window) = window() {
        // Fails in documents without an address only.
        let _ = window.location().reload();
    }
}

/// Scheme, host and port of the page.
pub fn origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Puts a text into the clipboard, and tells whether the browser let it: it does so in secure contexts only.
pub fn copy(text: &str, then: impl FnOnce(bool) + 'static) {
    let navigator = window().map(|window| window.navigator());
    let is_there = |navigator: &web_sys::Navigator| {
        js_sys::Reflect::get(navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object())
    };
    match navigator.filter(is_there) {
        None => then(false),
        Some(navigator) => {
            let written = navigator.clipboard().write_text(text);
            spawn_local(async move { then(wasm_bindgen_futures::JsFuture::from(written).await.is_ok()) });
        }
    }
}

/// Hands a text over as a file.
pub fn download(name: &str, text: &str) {
    let link = window().and_then(|window| window.document()).and_then(|document| document.create_element("a").ok());
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else { return };
    let parts = js_sys::Array::of1(&text.into());
    let Ok(blob) = Blob::new_with_str_sequence(&parts) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // Some browsers read the text only after the click.
    set_timeout(move || drop(Url::revoke_object_url(&url)), DOWNLOAD_BEGINS);
}

/// The name and the text of the file that was chosen in a field.
pub async fn chosen_file(field: HtmlInputElement) -> Option<(String, String)> {
    let file = field.files()?.get(0)?;
    let text = wasm_bindgen_futures::JsFuture::from(file.text()).await.ok()?;
    Some((file.name(), text.as_string()?))
}

/// Writes another address over the present one; nothing else happens.
pub fn replace_address(url: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let state = history.state().unwrap_or(wasm_bindgen::JsValue::NULL);
        let _ = history.replace_state_with_url(&state, "", Some(url));
    }
}

/// Gives the focus to the element with this id, if it is there.
pub fn focus(id: &str) {
    let element = window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

pub fn set_title(title: &str) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
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

fn lasting() -> Option<Storage> {
    window()?.local_storage().ok()?
}

fn of_this_tab() -> Option<Storage> {
    window()?.session_storage().ok()?
}

fn read(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok()?
}

fn write(storage: Option<Storage>, key: &str, value: &str) {
    if let Some(storage) = storage {
        let _ = storage.set_item(key, value);
    }
}

/// The language chosen here before.
pub fn chosen_lang() -> Option<Lang> {
    Lang::from_tag(&read(lasting(), LANG_KEY)?)
}

pub fn remember_lang(lang: Lang) {
    write(lasting(), LANG_KEY, lang.tag());
}

/// The browser's preferred language among ours.
pub fn browser_lang() -> Lang {
    let languages = window().map(|window| window.navigator().languages());
    let tags = languages.map(|languages| String::from(languages.join(","))).unwrap_or_default();
    Lang::choose(&tags)
}

/// The realm worked on last.
pub fn last_realm() -> Option<String> {
    read(lasting(), REALM_KEY)
}

pub fn remember_realm(realm: &str) {
    write(lasting(), REALM_KEY, realm);
}

/// The realm that was signed in to last: whose admin the reader is.
pub fn signed_in_to() -> Option<String> {
    read(lasting(), SIGNED_IN_KEY)
}

pub fn remember_signed_in_to(realm: &str) {
    write(lasting(), SIGNED_IN_KEY, realm);
}

/// The cursor of the page before the one that `after` names; empty for the first page. Cursors only lead forward, so
/// the way back is kept by the tab.
pub fn previous_cursor(after: &str) -> Option<String> {
    read(of_this_tab(), &format!("{PREVIOUS_KEY}{after}"))
}

pub fn remember_previous_cursor(after: &str, previous: &str) {
    write(of_this_tab(), &format!("{PREVIOUS_KEY}{after}"), previous);
}
