//! The frame around every screen: realm switcher, search, navigation, breadcrumbs, and which screen is shown.

mod person;
mod realm_switcher;
mod search;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider};
use perennial_api::{Me, paths};
use perennial_ui::prelude::*;
use serde::Deserialize;

use crate::api::use_api;
use crate::arrival;
use crate::browser;
use crate::links::{self, Address};
use crate::pages::{Home, NotFound, RealmHome};
use crate::remote::{Remote, remote};
use crate::rights::{Rights, screen_at};
use crate::screens::{At, GROUPS, PLACES, Trail, place_of};
use crate::shortcuts;
use crate::signed_out::SignedOutBar;
use crate::texts::texts;
use person::Person;
use realm_switcher::RealmSwitcher;
use search::GlobalSearch;

/// What the frame reads of a realm: the whole representation would make the frame larger than any screen's code.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KnownRealm {
    pub realm: Option<String>,
    pub display_name: Option<String>,
    pub enabled: Option<bool>,
}

/// The realms that this admin may see.
#[derive(Clone, Copy)]
pub struct Realms(pub Remote<Vec<KnownRealm>>);

#[component]
pub fn Shell(me: Me) -> impl IntoView {
    let api = use_api();
    Rights::provide(&me);
    let path = use_location().pathname;
    let realm = Memo::new(move |_| links::realm_of(&path.get()));
    provide_context(Realms(remote(|| (), move |()| api.get(paths::ADMIN_REALMS))));
    Effect::new(move || realm.with(|realm| realm.iter().for_each(|realm| browser::remember_realm(realm))));
    let trail = Trail::provide();
    shortcuts::install();

    let home = Signal::derive(move || realm.get().map_or(links::BASE.to_owned(), |realm| links::place(&realm, "")));
    let top = move || {
        view! {
            <RealmSwitcher path realm />
            <GlobalSearch realm />
        }
    };
    let actions = move || view! { <Person me=me.clone() /> };
    let nav = move || view! { <Places path realm /> };
    view! {
        <Layout brand=texts().product home=home top=top actions=actions nav=nav menu=true>
            <SignedOutBar />
            {crumbs(path, trail)}
            {screens(path, trail)}
        </Layout>
    }
}

/// What is shown; tabs and things below a section are the screen's own affair.
#[derive(Clone, PartialEq)]
enum Screen {
    Start,
    Realm(String),
    Place(usize, String),
    Unknown,
}

fn screen_of(path: &str) -> Screen {
    match links::address(path) {
        Address::Start => Screen::Start,
        Address::Realm(realm) => Screen::Realm(realm),
        Address::Place { realm, section, .. } => {
            let place = PLACES.iter().position(|place| place.section == section);
            place.map_or(Screen::Unknown, |place| Screen::Place(place, realm))
        }
        Address::Broken => Screen::Unknown,
    }
}

/// The present screen. A `Routes` component would do the same with ten times the code in the bundle.
fn screens(path: Memo<String>, trail: Trail) -> impl IntoView {
    let screen = Memo::new(move |_| screen_of(&path.read()));
    let location = use_context::<BrowserUrl>();
    Effect::new(move || {
        screen.track();
        path.track();
        // The address bar follows a link once its screen is there.
        if let Some(location) = &location {
            location.ready_to_complete();
        }
    });
    move || {
        trail.clear();
        match screen.get() {
            Screen::Start => view! { <Home /> }.into_any(),
            Screen::Realm(realm) => view! { <RealmHome realm /> }.into_any(),
            Screen::Place(place, realm) => match PLACES.get(place) {
                Some(place) => {
                    let rights = use_context::<Rights>().unwrap_or_default();
                    let locked = !rights.may_change(place.section, &realm);
                    provide_context(Locked(locked));
                    // Where nothing is seen the screen says so by itself.
                    let sees = rights.may_see(place.section, &realm);
                    let words = texts().view_only;
                    let changes = Memo::new(move |_| match links::address(&path.read()) {
                        Address::Place { realm, section, rest } => {
                            rights.may_change(screen_at(&section, &rest), &realm)
                        }
                        _ => true,
                    });
                    let told = move || {
                        let only_looks = sees && !changes.get();
                        only_looks.then(|| view! { <p class="adm-view-only" role="note">{words}</p> })
                    };
                    view! { {told} {arrival::screen(place, At::new(place, realm, path))} }.into_any()
                }
                None => view! { <NotFound /> }.into_any(),
            },
            Screen::Unknown => view! { <NotFound /> }.into_any(),
        }
    }
}

/// Only below a section: the section itself is marked in the navigation.
fn crumbs(path: Memo<String>, trail: Trail) -> impl IntoView {
    let lang = use_lang();
    let below = Memo::new(move |_| match links::address(&path.read()) {
        Address::Place { realm, section, rest } if !rest.is_empty() => {
            place_of(&section).map(|place| Crumb::to(place.title(lang), links::place(&realm, place.section)))
        }
        _ => None,
    });
    move || {
        below.get().map(|section| {
            let crumbs = Signal::derive(move || [vec![section.clone()], trail.get()].concat());
            view! { <Breadcrumbs crumbs=crumbs /> }
        })
    }
}

#[component]
fn Places(path: Memo<String>, realm: Memo<Option<String>>) -> impl IntoView {
    let lang = use_lang();
    let current = Memo::new(move |_| match links::address(&path.read()) {
        Address::Place { section, .. } => section,
        _ => String::new(),
    });
    let rights = use_context::<Rights>().unwrap_or_default();
    let groups = Signal::derive(move || {
        let Some(realm) = realm.get() else { return Vec::new() };
        let item = |place: &'static crate::screens::Place| NavItem {
            href: links::place(&realm, place.section),
            label: place.title(lang).to_owned(),
            icon: place.icon,
            current: Signal::derive(move || *current.read() == place.section),
        };
        let group = |group: &crate::screens::Group| NavGroup {
            label: group.title(lang).to_owned(),
            items: PLACES
                .iter()
                .filter(|place| place.group == *group && rights.may_see(place.section, &realm))
                .map(item)
                .collect(),
        };
        GROUPS.iter().map(group).filter(|group| !group.items.is_empty()).collect()
    });
    view! { <GroupedNav groups=groups /> }
}
