//! Search for anything of the realm by name or id: screens at once, the rest from the server when typing pauses. Each
//! kind of thing is asked for by itself, so that a slow or forbidden one holds up no other.

use std::future::Future;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{PageQuery, paths};
use perennial_ui::prelude::*;
use serde::Deserialize;

use super::Realms;
use crate::api::{Api, use_api};
use crate::guard::use_guard;
use crate::links;
use crate::screens::{PLACES, place_of};
use crate::shortcuts::SEARCH_ID;
use crate::texts::phrases;

const TYPING_PAUSE: Duration = Duration::from_millis(180);
/// Hits shown of each kind.
const MOST: usize = 5;

phrases! { SearchTexts =>
    find = "Find anything by name or ID", "Buscar cualquier cosa por nombre o ID";
    hint = "press /", "pulse /";
    screens = "Screens", "Pantallas";
    clients = "Clients", "Clientes";
    users = "Users", "Usuarios";
    scopes = "Client scopes", "Ámbitos de cliente";
    roles = "Roles", "Roles";
    resources = "Resources", "Recursos";
    webhooks = "Webhooks", "Webhooks";
    providers = "Identity providers", "Proveedores de identidad";
    realms = "Realms", "Reinos";
    sessions = "Offline sessions", "Sesiones sin conexión";
    searching = "Searching…", "Buscando…";
    nothing = "Nothing in this realm has this name or ID.", "Nada en este reino tiene este nombre o ID.";
}

/// Kinds of things, in the order shown.
const KINDS: usize = 10;
const SCREENS: usize = 0;
const CLIENTS: usize = 1;
const USERS: usize = 2;
const SESSIONS: usize = 3;
const SCOPES: usize = 4;
const ROLES: usize = 5;
const RESOURCES: usize = 6;
const WEBHOOKS: usize = 7;
const PROVIDERS: usize = 8;
const REALMS: usize = 9;

/// What the finder shows of a thing of any kind: the whole representations would make the frame larger than a screen.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Thing {
    id: Option<String>,
    name: Option<String>,
    description: Option<String>,
    client_id: Option<String>,
    username: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    /// Of a resource.
    resource: Option<String>,
    /// Of a webhook.
    url: Option<String>,
    /// Of an identity provider.
    alias: Option<String>,
    display_name: Option<String>,
}

/// One search under way; answers to an earlier one are dropped.
#[derive(Clone, Copy)]
struct Search {
    api: Api,
    turn: StoredValue<u32>,
    open: RwSignal<usize>,
    found: RwSignal<[Vec<FinderHit>; KINDS]>,
    realms: Option<Realms>,
}

#[component]
pub fn GlobalSearch(realm: Memo<Option<String>>) -> impl IntoView {
    let lang = use_lang();
    let texts = SearchTexts::get();
    let guard = use_guard();
    let go = links::navigator(false);
    let typed = RwSignal::new(String::new());
    let search = Search {
        api: use_api(),
        turn: StoredValue::new(0),
        open: RwSignal::new(0),
        found: RwSignal::new(Default::default()),
        realms: use_context::<Realms>(),
    };
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        let words = typed.read().trim().to_owned();
        let realm = realm.get().unwrap_or_default();
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        search.begin(screens_named(&words, &realm, lang), untrack(|| search.realms_named(&words)));
        if !words.is_empty() && !realm.is_empty() {
            search.open.set(1);
            let ask = move || search.ask(&realm, &words);
            waiting.set_value(set_timeout_with_handle(ask, TYPING_PAUSE).ok());
        }
    });
    let groups = Signal::derive(move || {
        let below = [texts.screens, texts.clients, texts.users, texts.sessions, texts.scopes, texts.roles];
        let titles = below.into_iter().chain([texts.resources, texts.webhooks, texts.providers, texts.realms]);
        let group = |(label, hits): (&str, Vec<FinderHit>)| FinderGroup { label: label.to_owned(), hits };
        titles.zip(search.found.get()).map(group).collect::<Vec<_>>()
    });
    let none = Signal::derive(move || {
        let words = if search.open.get() > 0 { texts.searching } else { texts.nothing };
        words.to_owned()
    });
    let pick = Callback::new(move |href: String| {
        let go = go.clone();
        guard.run(Callback::new(move |()| go(&href)));
    });
    move || {
        realm.read().as_ref()?;
        Some(view! {
            <Finder
                id=SEARCH_ID
                label=texts.find
                hint=texts.hint
                value=typed
                groups=groups
                on_pick=pick
                none=none
            />
        })
    }
}

impl Search {
    /// Of all realms that this admin may see, those with these words in their names.
    fn realms_named(self, words: &str) -> Vec<FinderHit> {
        let wanted = words.to_lowercase();
        let known = self.realms.and_then(|realms| realms.0.ready()).filter(|_| !wanted.is_empty());
        let found = known.unwrap_or_default().into_iter().filter_map(|realm| {
            let name = realm.realm?;
            let shown = realm.display_name.unwrap_or_default();
            let fits = name.to_lowercase().contains(&wanted) || shown.to_lowercase().contains(&wanted);
            fits.then(|| hit(links::place(&name, ""), &name, Some(shown)))
        });
        found.take(MOST).collect()
    }

    fn begin(self, screens: Vec<FinderHit>, realms: Vec<FinderHit>) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.open.set(0);
        let mut found: [Vec<FinderHit>; KINDS] = Default::default();
        found[SCREENS] = screens;
        found[REALMS] = realms;
        self.found.set(found);
    }

    fn ask(self, realm: &str, words: &str) {
        let api = self.api;
        let by_name = PageQuery { search: Some(words.to_owned()), max: Some(MOST as u64), ..PageQuery::default() };
        let by_name = by_name.to_query();
        self.open.set(0);
        let (here, id) = (realm.to_owned(), words.to_owned());
        let url = paths::admin_clients(realm) + &by_name;
        self.add(CLIENTS, async move { found_clients(&here, api.get(&url).await.unwrap_or_default()) });
        let (here, url) = (realm.to_owned(), paths::admin_users(realm) + &by_name);
        self.add(USERS, async move { found_users(&here, api.get(&url).await.unwrap_or_default()) });
        let (here, url) = (realm.to_owned(), format!("{}{by_name}", paths::admin_roles(realm)));
        self.add(ROLES, async move { found_roles(&here, api.get(&url).await.unwrap_or_default()) });
        let (here, url) = (realm.to_owned(), paths::admin_client_scopes(realm));
        let wanted = words.to_lowercase();
        self.add(SCOPES, async move { found_scopes(&here, &wanted, api.get(&url).await.unwrap_or_default()) });
        let (here, url) = (realm.to_owned(), paths::admin_resources(realm));
        let wanted = words.to_lowercase();
        self.add(RESOURCES, async move {
            let named = |thing: Thing| Some((thing.id?, thing.resource?, thing.name));
            found_named(&here, "resources", &wanted, api.get(&url).await.unwrap_or_default(), named)
        });
        let (here, url) = (realm.to_owned(), paths::admin_webhooks(realm));
        let wanted = words.to_lowercase();
        self.add(WEBHOOKS, async move {
            let named = |thing: Thing| Some((thing.id?, thing.url?, None));
            found_named(&here, "webhooks", &wanted, api.get(&url).await.unwrap_or_default(), named)
        });
        let (here, url) = (realm.to_owned(), paths::admin_identity_providers(realm));
        let wanted = words.to_lowercase();
        self.add(PROVIDERS, async move { found_providers(&here, &wanted, api.get(&url).await.unwrap_or_default()) });
        if looks_like_an_id(words) {
            self.ask_by_id(realm, id);
        }
    }

    fn ask_by_id(self, realm: &str, id: String) {
        let api = self.api;
        let (here, url) = (realm.to_owned(), paths::admin_client(realm, &id));
        self.add(CLIENTS, async move { found_clients(&here, api.get(&url).await.into_iter().collect()) });
        let (here, url) = (realm.to_owned(), paths::admin_user(realm, &id));
        self.add(USERS, async move { found_users(&here, api.get(&url).await.into_iter().collect()) });
        let (here, url) = (realm.to_owned(), paths::admin_offline_session(realm, &id));
        self.add(SESSIONS, async move {
            let session: Option<Thing> = api.get(&url).await.ok();
            session.and_then(|session| found_session(&here, session)).into_iter().collect()
        });
    }

    fn add(self, kind: usize, hits: impl Future<Output = Vec<FinderHit>> + 'static) {
        let turn = self.turn.get_value();
        self.open.update(|open| *open += 1);
        spawn_local(async move {
            let hits = hits.await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.open.try_update(|open| *open = open.saturating_sub(1));
            self.found.try_update(|found| {
                for hit in hits {
                    if found[kind].iter().all(|known| known.key != hit.key) {
                        found[kind].push(hit);
                    }
                }
            });
        });
    }
}

/// Identifiers of clients, users and sessions are UUIDs or at least as long as one.
fn looks_like_an_id(words: &str) -> bool {
    words.len() >= 20 && words.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

fn screens_named(words: &str, realm: &str, lang: Lang) -> Vec<FinderHit> {
    let wanted = words.to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let named = PLACES.iter().filter(|place| place.title(lang).to_lowercase().contains(&wanted));
    named.map(|place| hit(links::place(realm, place.section), place.title(lang), None)).collect()
}

fn hit(key: String, label: &str, note: Option<String>) -> FinderHit {
    FinderHit { key, label: label.to_owned(), note: note.filter(|note| !note.is_empty() && note != label) }
}

/// The address of a thing in a section that exists; things without a screen are not offered.
fn below(realm: &str, section: &str, id: &str) -> Option<String> {
    place_of(section).map(|_| links::place(realm, &format!("{section}/{}", paths::encode(id))))
}

fn found_clients(realm: &str, clients: Vec<Thing>) -> Vec<FinderHit> {
    let found = clients.into_iter().filter_map(|client| {
        let name = client.name.filter(|name| !name.starts_with("${"));
        Some(hit(below(realm, "clients", &client.id?)?, &client.client_id?, name))
    });
    found.collect()
}

fn found_users(realm: &str, users: Vec<Thing>) -> Vec<FinderHit> {
    let found = users.into_iter().filter_map(|user| {
        let name = [user.first_name, user.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let note = [Some(name).filter(|name| !name.trim().is_empty()), user.email].into_iter().flatten();
        let note = note.collect::<Vec<_>>().join(", ");
        Some(hit(below(realm, "users", &user.id?)?, &user.username?, Some(note)))
    });
    found.collect()
}

fn found_roles(realm: &str, roles: Vec<Thing>) -> Vec<FinderHit> {
    let found = roles.into_iter().filter_map(|role| {
        let description = role.description.filter(|words| !words.starts_with("${"));
        Some(hit(below(realm, "roles", &role.id?)?, &role.name?, description))
    });
    found.take(MOST).collect()
}

fn found_scopes(realm: &str, wanted: &str, scopes: Vec<Thing>) -> Vec<FinderHit> {
    let found = scopes.into_iter().filter_map(|scope| {
        let (id, name) = (scope.id?, scope.name?);
        (id == wanted || name.to_lowercase().contains(wanted))
            .then(|| Some(hit(below(realm, "client-scopes", &id)?, &name, scope.description)))?
    });
    found.take(MOST).collect()
}

/// Things of a short list that the API gives whole: by id, name, and what stands beside it.
fn found_named(
    realm: &str,
    section: &str,
    wanted: &str,
    things: Vec<Thing>,
    named: impl Fn(Thing) -> Option<(String, String, Option<String>)>,
) -> Vec<FinderHit> {
    let found = things.into_iter().filter_map(named).filter_map(|(id, name, note)| {
        let fits = |words: &str| words.to_lowercase().contains(wanted);
        let found = id == wanted || fits(&name) || note.as_deref().is_some_and(fits);
        found.then(|| Some(hit(below(realm, section, &id)?, &name, note)))?
    });
    found.take(MOST).collect()
}

fn found_providers(realm: &str, wanted: &str, providers: Vec<Thing>) -> Vec<FinderHit> {
    let found = providers.into_iter().filter_map(|provider| {
        let (alias, name) = (provider.alias?, provider.display_name.unwrap_or_default());
        let fits = alias.to_lowercase().contains(wanted) || name.to_lowercase().contains(wanted);
        let href = links::place(realm, &format!("settings/identity-providers/{}", paths::encode(&alias)));
        fits.then(|| hit(href, &alias, Some(name)))
    });
    found.take(MOST).collect()
}

fn found_session(realm: &str, session: Thing) -> Option<FinderHit> {
    let id = session.id?;
    Some(hit(below(realm, "offline-access", &id)?, &id, session.username))
}
