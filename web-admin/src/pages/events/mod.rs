//! Events: what users and clients did, what admins changed, and what of it is kept. Filters and position are in the address.

mod admin;
mod config;
mod filter;
mod user;

use leptos::prelude::*;
use perennial_ui::prelude::*;

use crate::links;
use crate::screens::{At, set_trail};
use crate::texts::phrases;

pub fn events(at: At) -> AnyView {
    let texts = EventsTexts::get();
    let realm = at.realm.clone();
    let part = at.part(0);
    let tab = |key: &'static str, label: &str| {
        let href = links::place(&realm, ["events", key].join("/").trim_end_matches('/'));
        Tab { href, label: label.to_owned(), current: Signal::derive(move || *part.read() == key) }
    };
    let tabs = vec![tab("", texts.of_users), tab("admin", texts.of_admins), tab("settings", texts.settings)];
    view! {
        <header class="adm-head"><h1>{texts.title}</h1></header>
        <Tabs tabs=tabs />
        {move || {
            let (label, view) = match part.read().as_str() {
                "admin" => (texts.of_admins, view! { <admin::AdminEvents realm=realm.clone() /> }.into_any()),
                "settings" => (texts.settings, config::config(&realm)),
                _ => (texts.of_users, view! { <user::UserEvents realm=realm.clone() /> }.into_any()),
            };
            let crumbs = if part.read().is_empty() { Vec::new() } else { vec![Crumb::here(label)] };
            set_trail("events", &realm, crumbs);
            view
        }}
    }
    .into_any()
}

/// Opens and closes what more there is to an event; a row of its own below.
fn details_button(open: RwSignal<bool>, about: &str) -> impl IntoView + use<> {
    let texts = EventsTexts::get();
    view! {
        <button
            class="pn-link-button"
            type="button"
            aria-expanded=move || open.get().to_string()
            aria-label=(texts.details_of)(about)
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {move || if open.get() { texts.less } else { texts.details }}
        </button>
    }
}

fn facts(facts: Vec<(String, String)>) -> impl IntoView {
    let fact = |(name, value): (String, String)| view! { <dt>{name}</dt> <dd class="pn-mono">{value}</dd> };
    view! { <dl class="adm-details adm-details-first">{facts.into_iter().map(fact).collect_view()}</dl> }
}

fn none(filtered: bool, all: String) -> AnyView {
    let texts = EventsTexts::get();
    if filtered {
        return view! {
            <Empty title=texts.none_found icon=IconKind::Search>
                <ButtonLink href=all>{texts.show_all}</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    view! { <Empty title=texts.none icon=IconKind::List><p>{texts.none_words}</p></Empty> }.into_any()
}

phrases! {
    /// What both kinds of events share.
    EventsTexts =>
    title = "Events", "Eventos";
    of_users = "Users and clients", "Usuarios y clientes";
    of_admins = "Admins", "Administradores";
    settings = "What is kept", "Qué se guarda";
    details = "Details", "Detalles";
    less = "Less", "Menos";
    details_of: perennial_ui::text::With =
        |what| format!("Details of {what}"), |what| format!("Detalles de {what}");
    none = "No events", "No hay eventos";
    none_words = "Nothing has happened here yet, or nothing of it is kept.", "Aún no ha pasado nada aquí, o no se guarda.";
    none_found = "No event matches", "Ningún evento coincide";
    show_all = "Show all events", "Mostrar todos los eventos";
    time = "When", "Cuándo";
    kind = "What", "Qué";
    client = "Client", "Cliente";
    user = "User", "Usuario";
    address = "Address", "Dirección";
    actions = "Actions", "Acciones";
}
