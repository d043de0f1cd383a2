//! Settings, tab *Identity providers*: OpenID Providers of organizations, which tell the realm that somebody has signed out there.

mod edit;
mod fields;
mod linked;
mod list;

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::SettingsTexts;
use crate::links;
use crate::screens::set_trail;

/// The tab's address below the settings.
pub const KEY: &str = "identity-providers";
/// In place of an alias: none is spelt so.
const NEW: &str = "~new";

fn place(realm: &str) -> String {
    links::place(realm, &format!("settings/{KEY}"))
}

/// Where the reader is, below the tab.
fn trail(realm: &str, name: &str) {
    let tab = Crumb::to(SettingsTexts::get().providers, place(realm));
    set_trail("settings", realm, vec![tab, Crumb::here(name)]);
}

pub fn providers(realm: String, part: Memo<String>) -> AnyView {
    let screen = move || match part.get().as_str() {
        "" => view! { <list::Providers realm=realm.clone() /> }.into_any(),
        NEW => view! { <edit::NewProvider realm=realm.clone() /> }.into_any(),
        alias => view! { <edit::ProviderPage realm=realm.clone() alias=alias.to_owned() /> }.into_any(),
    };
    screen.into_any()
}
