//! Every screen of the menu: one line each says its address, its place in the navigation, its title and its view.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use crate::arrival::{Fetch, arriving};
use crate::browser;
use crate::links::{self, Address};
use crate::pages;
use crate::rights::Rights;
use crate::texts::texts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Access,
    People,
    Permissions,
    Realm,
}

/// In the order of the navigation.
pub const GROUPS: [Group; 4] = [Group::Access, Group::People, Group::Permissions, Group::Realm];

impl Group {
    pub const fn title(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Group::Access, Lang::En) => "Access",
            (Group::Access, Lang::Es) => "Acceso",
            (Group::People, Lang::En) => "Apps and people",
            (Group::People, Lang::Es) => "Aplicaciones y personas",
            (Group::Permissions, Lang::En) => "Permissions",
            (Group::Permissions, Lang::Es) => "Permisos",
            (Group::Realm, Lang::En) => "Realm",
            (Group::Realm, Lang::Es) => "Reino",
        }
    }
}

pub struct Place {
    /// The address below the realm: `/admin/{realm}/{section}`.
    pub section: &'static str,
    pub group: Group,
    pub icon: IconKind,
    /// English, Spanish.
    titles: [&'static str; 2],
    pub fetch: Fetch,
}

impl Place {
    pub const fn title(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.titles[0],
            Lang::Es => self.titles[1],
        }
    }
}

const fn place(section: &'static str, group: Group, icon: IconKind, titles: [&'static str; 2], fetch: Fetch) -> Place {
    Place { section, group, icon, titles, fetch }
}

/// The first one that the admin may see is where a realm opens.
pub const PLACES: &[Place] = &[
    place(
        "overview",
        Group::Access,
        IconKind::Overview,
        ["Overview", "Resumen"],
        arriving!(overview, overview, pages::overview),
    ),
    place(
        "offline-access",
        Group::Access,
        IconKind::Away,
        ["Offline access", "Acceso sin conexión"],
        arriving!(offline, offline_access, pages::offline_access),
    ),
    place(
        "clients",
        Group::People,
        IconKind::Clients,
        ["Clients", "Clientes"],
        arriving!(clients, clients, pages::clients::screen),
    ),
    place(
        "users",
        Group::People,
        IconKind::Users,
        ["Users", "Usuarios"],
        arriving!(users, users, pages::users::screen),
    ),
    place("roles", Group::Permissions, IconKind::Role, ["Roles", "Roles"], arriving!(permissions, roles, pages::roles)),
    place(
        "client-scopes",
        Group::Permissions,
        IconKind::Scope,
        ["Client scopes", "Ámbitos de cliente"],
        arriving!(permissions, client_scopes, pages::client_scopes),
    ),
    place(
        "resources",
        Group::Permissions,
        IconKind::Resource,
        ["Resources", "Recursos"],
        arriving!(permissions, resources, pages::resources),
    ),
    place("keys", Group::Realm, IconKind::Key, ["Keys", "Claves"], arriving!(realm, keys, pages::keys)),
    place("events", Group::Realm, IconKind::List, ["Events", "Eventos"], arriving!(realm, events, pages::events)),
    place(
        "webhooks",
        Group::Realm,
        IconKind::Webhook,
        ["Webhooks", "Webhooks"],
        arriving!(permissions, webhooks, pages::webhooks),
    ),
    place(
        "revocation",
        Group::Realm,
        IconKind::Stop,
        ["Revocation", "Revocación"],
        arriving!(realm, revocation, pages::revocation::screen),
    ),
    place(
        "realms",
        Group::Realm,
        IconKind::Realm,
        ["Realms", "Reinos"],
        arriving!(realm, realms, pages::realms::screen),
    ),
    place(
        "settings",
        Group::Realm,
        IconKind::Settings,
        ["Realm settings", "Ajustes del reino"],
        arriving!(realm, settings, pages::settings),
    ),
];

pub fn place_of(section: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.section == section)
}

/// Where a realm opens for this admin.
pub fn opening(realm: &str) -> String {
    let rights = use_context::<Rights>().unwrap_or_default();
    let seen = PLACES.iter().find(|place| rights.may_see(place.section, realm));
    links::place(realm, seen.map_or("", |place| place.section))
}

/// Where the reader is, as a screen is told.
#[derive(Clone)]
pub struct At {
    pub realm: String,
    /// What follows the section in the path.
    rest: Memo<Vec<String>>,
}

impl At {
    pub fn new(place: &'static Place, realm: String, path: Memo<String>) -> Self {
        let here = realm.clone();
        let rest = Memo::new(move |before: Option<&Vec<String>>| match links::address(&path.read()) {
            Address::Place { realm, section, rest } if realm == here && section == place.section => rest,
            // On the way out: a screen that is about to go must not follow the address of another one.
            _ => before.cloned().unwrap_or_default(),
        });
        At { realm, rest }
    }

    /// The n-th part below the section; empty where there is none. A screen with tabs or details matches on these.
    pub fn part(&self, n: usize) -> Memo<String> {
        let rest = self.rest;
        Memo::new(move |_| rest.read().get(n).cloned().unwrap_or_default())
    }
}

/// The breadcrumbs below the section, set by the screen.
#[derive(Clone, Copy)]
pub struct Trail(RwSignal<Vec<Crumb>>);

impl Trail {
    pub fn provide() -> Self {
        let trail = Trail(RwSignal::new(Vec::new()));
        provide_context(trail);
        trail
    }

    pub fn get(self) -> Vec<Crumb> {
        self.0.get()
    }

    pub fn clear(self) {
        self.0.update(Vec::clear);
    }
}

/// Says where the reader is: the breadcrumbs below `section`, and the title of the page. To be called by every screen,
/// with no crumbs by a section itself.
pub fn set_trail(section: &str, realm: &str, crumbs: Vec<Crumb>) {
    let title = place_of(section).map_or("", |place| place.title(use_lang()));
    let mut parts: Vec<&str> = crumbs.iter().rev().map(|crumb| crumb.label.as_str()).collect();
    parts.extend([title, realm, texts().product]);
    browser::set_title(&parts.join(" · "));
    if let Some(trail) = use_context::<Trail>() {
        trail.0.set(crumbs);
    }
}
