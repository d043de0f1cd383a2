//! The frame around every screen: realm switcher, navigation, who is signed in, language, sign-out, and which screen is shown.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider};
use perennial_api::{ConsoleLogout, Me, RealmRepresentation, paths};
use perennial_ui::prelude::*;

use crate::api::use_api;
use crate::app::ChosenLang;
use crate::browser;
use crate::guard::use_guard;
use crate::links::{self, Screen, Section};
use crate::pages::{ClientPage, ClientsPage, Home, NotFound, RealmHome, TokensPage};
use crate::remote::{Remote, remote};
use crate::shortcuts;
use crate::signed_out::SignedOutBar;
use crate::texts::texts;

/// The realms that this admin may see.
#[derive(Clone, Copy)]
pub struct Realms(pub Remote<Vec<RealmRepresentation>>);

#[component]
pub fn Shell(me: Me) -> impl IntoView {
    let api = use_api();
    let path = use_location().pathname;
    let realm = Memo::new(move |_| links::realm_of(&path.get()));
    provide_context(Realms(remote(|| (), move |()| api.get(paths::ADMIN_REALMS))));
    Effect::new(move || realm.with(|realm| realm.iter().for_each(|realm| browser::remember_realm(realm))));

    let go = links::navigator(false);
    shortcuts::install(move || {
        if let Some(realm) = realm.get_untracked() {
            go(&links::clients(&realm));
        }
    });
    let home = Signal::derive(move || realm.get().map_or(links::BASE.to_owned(), |realm| links::realm_home(&realm)));
    let realm_slot = move || view! { <RealmSwitcher path realm /> };
    let person = me.clone();
    let actions = move || view! { <Person me=person.clone() /> };
    let nav = move || view! { <Places path realm /> };
    view! {
        <Layout brand=texts().product home=home top=realm_slot actions=actions nav=nav>
            <SignedOutBar />
            {screens(path)}
        </Layout>
    }
}

/// The present screen. A `Routes` component would do the same with ten times the code in the bundle.
fn screens(path: Memo<String>) -> impl IntoView {
    let screen = Memo::new(move |_| links::screen(&path.read()));
    let location = use_context::<BrowserUrl>();
    Effect::new(move || {
        screen.track();
        path.track();
        // The address bar follows a link once its screen is there.
        if let Some(location) = &location {
            location.ready_to_complete();
        }
    });
    move || match screen.get() {
        Screen::Start => view! { <Home /> }.into_any(),
        Screen::Realm(realm) => view! { <RealmHome realm /> }.into_any(),
        Screen::Clients(realm) => view! { <ClientsPage realm /> }.into_any(),
        Screen::Client(realm, client) => view! { <ClientPage realm client /> }.into_any(),
        Screen::Tokens(realm) => view! { <TokensPage realm /> }.into_any(),
        Screen::Unknown => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Places(path: Memo<String>, realm: Memo<Option<String>>) -> impl IntoView {
    let texts = texts();
    let items = Signal::derive(move || {
        let Some(realm) = realm.get() else { return Vec::new() };
        let current = |section| Signal::derive(move || links::section(&path.get()) == Some(section));
        vec![
            NavItem {
                href: links::clients(&realm),
                label: texts.clients.title.to_owned(),
                icon: IconKind::Clients,
                current: current(Section::Clients),
            },
            NavItem {
                href: links::settings_tokens(&realm),
                label: texts.tokens.settings.to_owned(),
                icon: IconKind::Settings,
                current: current(Section::Settings),
            },
        ]
    });
    view! { <Nav items=items /> }
}

fn realm_label(realm: &RealmRepresentation) -> String {
    let name = realm.realm.clone().unwrap_or_default();
    match realm.display_name.as_deref().filter(|words| !words.is_empty() && *words != name) {
        Some(words) => format!("{words} ({name})"),
        None => name,
    }
}

#[component]
fn RealmSwitcher(path: Memo<String>, realm: Memo<Option<String>>) -> impl IntoView {
    let realms = expect_context::<Realms>().0;
    let guard = use_guard();
    let go = links::navigator(false);
    let choices = Signal::derive(move || {
        let list = realms.ready().unwrap_or_default();
        let mut choices: Vec<Choice> =
            list.iter().map(|realm| Choice::new(realm.realm.clone().unwrap_or_default(), realm_label(realm))).collect();
        // One that the list does not have (not loaded yet, or mistyped) is still the one that the page is about.
        if let Some(here) = realm.get().filter(|here| choices.iter().all(|choice| choice.value != *here)) {
            choices.insert(0, Choice::new(here.clone(), here));
        }
        choices
    });
    let picked = RwSignal::new(realm.get_untracked().unwrap_or_default());
    // Follows the address, also back to it when a switch was not agreed to.
    Effect::new(move || {
        if !guard.is_asking() {
            picked.set(realm.get().unwrap_or_default());
        }
    });
    Effect::new(move || {
        let wanted = picked.get();
        if wanted.is_empty() || realm.get_untracked().as_ref() == Some(&wanted) {
            return;
        }
        let go = go.clone();
        guard.run(Callback::new(move |()| go(&links::same_place(&path.get_untracked(), &wanted))));
    });
    move || {
        realm.with(Option::is_some).then(|| {
            view! { <Select id="realm" label=texts().realm choices=choices value=picked hide_label=true /> }
        })
    }
}

#[component]
fn Person(me: Me) -> impl IntoView {
    let texts = texts();
    let api = use_api();
    let toasts = use_toasts();
    let guard = use_guard();
    let lang = expect_context::<ChosenLang>().0;
    let picked = RwSignal::new(lang.get_untracked().tag().to_owned());
    let languages: Vec<Choice> = Lang::ALL.iter().map(|lang| Choice::new(lang.tag(), lang.own_name())).collect();
    Effect::new(move || {
        if !guard.is_asking() {
            picked.set(lang.get().tag().to_owned());
        }
    });
    Effect::new(move || {
        let Some(wanted) = Lang::from_tag(&picked.get()).filter(|wanted| *wanted != lang.get_untracked()) else {
            return;
        };
        guard.run(Callback::new(move |()| {
            browser::remember_lang(wanted);
            lang.set(wanted);
        }));
    });
    let sign_out = move |()| {
        spawn_local(async move {
            match api.command::<ConsoleLogout>(paths::ADMIN_CONSOLE_LOGOUT).await {
                Ok(logout) => browser::leave_for(&logout.redirect),
                Err(failure) => toasts.failed((texts.failure)(&failure)),
            }
        });
    };
    let name = me.name.clone().unwrap_or_else(|| me.username.clone());
    view! {
        <span class="adm-person" title=(texts.signed_in_as)(&me.username)>
            <Icon kind=IconKind::User />
            <span>{name}</span>
        </span>
        <Select id="lang" label=texts.language choices=languages value=picked hide_label=true />
        <Button kind=ButtonKind::Quiet icon=IconKind::SignOut on_press=Callback::new(sign_out) id="sign-out">
            {texts.sign_out}
        </Button>
    }
}
