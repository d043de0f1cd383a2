//! Realm settings: the tabs, each at its own address and in its own file.

mod accent;
mod email;
mod general;
mod initial_access;
mod localization;
mod login;
mod providers;
mod security;
mod sessions;
mod transfer;

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;

use super::document_form;
use super::tokens::TokensTab;
use crate::form::Form;
use crate::links;
use crate::screens::{At, set_trail};
use crate::texts::phrases;

/// A tab: the last part of its address, and what it shows.
struct SettingsTab {
    key: &'static str,
    label: fn(&SettingsTexts) -> &'static str,
    /// With the part of the address below the tab.
    view: fn(String, Memo<String>) -> AnyView,
}

const TABS: [SettingsTab; 9] = [
    SettingsTab { key: "general", label: |texts| texts.general, view: |realm, _| general::general(realm) },
    SettingsTab { key: "login", label: |texts| texts.login, view: |realm, _| login::login(realm) },
    SettingsTab {
        key: "tokens",
        label: |texts| texts.tokens,
        view: |realm, _| view! { <TokensTab realm /> }.into_any(),
    },
    SettingsTab { key: "sessions", label: |texts| texts.sessions, view: |realm, _| sessions::sessions(realm) },
    SettingsTab { key: "email", label: |texts| texts.email, view: |realm, _| email::email(realm) },
    SettingsTab {
        key: "localization",
        label: |texts| texts.localization,
        view: |realm, _| localization::localization(realm),
    },
    SettingsTab { key: "security", label: |texts| texts.security, view: |realm, _| security::security(realm) },
    SettingsTab { key: providers::KEY, label: |texts| texts.providers, view: providers::providers },
    SettingsTab { key: "transfer", label: |texts| texts.transfer, view: |realm, _| transfer::transfer(realm) },
];

pub fn settings(at: At) -> AnyView {
    let texts = SettingsTexts::get();
    let realm = at.realm.clone();
    let (part, below) = (at.part(0), at.part(1));
    let chosen = Memo::new(move |_| TABS.iter().position(|tab| tab.key == *part.read()).unwrap_or(0));
    let tabs: Vec<Tab> = TABS
        .iter()
        .enumerate()
        .map(|(n, tab)| Tab {
            href: links::place(&realm, &format!("settings/{}", tab.key)),
            label: (tab.label)(texts).to_owned(),
            current: Signal::derive(move || chosen.get() == n),
        })
        .collect();
    view! {
        <header class="adm-head"><h1>{texts.title}</h1></header>
        <Tabs tabs=tabs />
        {move || {
            let tab = &TABS[chosen.get()];
            set_trail("settings", &realm, vec![Crumb::here((tab.label)(texts))]);
            (tab.view)(realm.clone(), below)
        }}
    }
    .into_any()
}

/// The realm's document in a form that puts back what differs.
fn realm_form(realm: &str, fields: impl Fn(Form) -> AnyView + Send + 'static) -> AnyView {
    document_form(paths::admin_realm(realm), SettingsTexts::get().saved, fields)
}

phrases! {
    /// The frame around the tabs.
    SettingsTexts =>
    title = "Realm settings", "Ajustes del reino";
    general = "General", "General";
    login = "Login", "Inicio de sesión";
    tokens = "Tokens", "Tokens";
    sessions = "Sessions", "Sesiones";
    email = "Email", "Correo";
    localization = "Localization", "Idioma";
    security = "Security", "Seguridad";
    providers = "Identity providers", "Proveedores de identidad";
    transfer = "Import and export", "Importar y exportar";
    saved = "The settings have been saved.", "Los ajustes se han guardado.";
}
