//! The field that filters: what is typed is offered as user, client, scope, resource, address or session, with the names that
//! the realm knows; arrows choose, Enter takes, Escape clears.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ClientRepresentation, ClientScopeRepresentation, PageQuery, UserRepresentation, paths};
use perennial_ui::prelude::*;

use super::list::List;
use super::names::{FilterName, is_id, meanings};
use crate::api::{Api, use_api};
use crate::links;
use crate::texts::screen_texts;

pub const FIELD_ID: &str = "filter";
const LISTBOX_ID: &str = "filter-suggestions";
const TYPING_PAUSE: Duration = Duration::from_millis(180);
/// Names of a kind that are offered.
const MOST: u64 = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Offer {
    Filter(FilterName, String),
    Session(String),
}

/// The names that the realm knows by what is typed.
#[derive(Clone, Copy)]
struct Names {
    typed: RwSignal<String>,
    known: RwSignal<Vec<Offer>>,
    /// Those of what is typed have not come yet.
    awaited: RwSignal<bool>,
    entered: RwSignal<bool>,
}

impl Names {
    /// Enter was pressed before the names were there: they are what it was pressed for.
    fn take_when_there(self, offers: Memo<Vec<Offer>>, take: Callback<Offer>) {
        Effect::new(move || {
            if self.entered.get() && !self.awaited.get() {
                self.entered.set(false);
                if let Some(offer) = untrack(|| offers.get().into_iter().next()) {
                    take.run(offer);
                }
            }
        });
    }
}

#[component]
pub fn Search(list: List) -> impl IntoView {
    let api = use_api();
    let texts = &screen_texts().offline;
    let typed = RwSignal::new(String::new());
    let known = RwSignal::new(Vec::<Offer>::new());
    let at = RwSignal::new(0_usize);
    let open = RwSignal::new(false);
    let offers = Memo::new(move |_| offered(typed.read().trim(), &known.read()));
    let go = links::navigator(false);
    let take = Callback::new(move |offer: Offer| {
        typed.set(String::new());
        open.set(false);
        let realm = list.realm.get_value();
        match offer {
            Offer::Session(id) => go(&links::offline_session(&realm, &id)),
            Offer::Filter(name, value) => go(&set(list, name, value).address(&realm)),
        }
    });
    let names = Names { typed, known, awaited: RwSignal::new(false), entered: RwSignal::new(false) };
    ask_for_names(api, list, names);
    names.take_when_there(offers, take);
    let keys = move |event: KeyboardEvent| pressed(&event, names, at, offers, take);
    let shown = move || open.get() && !offers.read().is_empty();
    view! {
        <div class="pn-search ofl-search">
            <Icon kind=IconKind::Filter />
            <input
                class="pn-input"
                type="search"
                id=FIELD_ID
                name=FIELD_ID
                role="combobox"
                aria-label=texts.search
                aria-autocomplete="list"
                aria-controls=LISTBOX_ID
                aria-expanded=move || if shown() { "true" } else { "false" }
                aria-activedescendant=move || shown().then(|| format!("{LISTBOX_ID}-{}", at.get()))
                placeholder=texts.search
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                prop:value=move || typed.get()
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    names.entered.set(false);
                    at.set(0);
                    open.set(true);
                }
                on:focus=move |_| open.set(true)
                on:blur=move |_| open.set(false)
                on:keydown=keys
            />
            <ul class="ofl-offers" role="listbox" id=LISTBOX_ID aria-label=texts.suggestions hidden=move || !shown()>
                {move || offers.get().into_iter().enumerate().map(|(i, offer)| option(i, offer, at, take)).collect_view()}
            </ul>
        </div>
    }
}

fn pressed(event: &KeyboardEvent, names: Names, at: RwSignal<usize>, offers: Memo<Vec<Offer>>, take: Callback<Offer>) {
    let count = offers.read_untracked().len();
    match event.key().as_str() {
        "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
        "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
        "Enter" if names.awaited.get_untracked() && at.get_untracked() == 0 => names.entered.set(true),
        "Enter" => {
            let offer = offers.read_untracked().get(at.get_untracked()).cloned();
            if let Some(offer) = offer {
                take.run(offer);
            }
        }
        "Escape" => names.typed.set(String::new()),
        _ => return,
    }
    event.prevent_default();
}

fn option(i: usize, offer: Offer, at: RwSignal<usize>, take: Callback<Offer>) -> impl IntoView {
    let texts = &screen_texts().offline;
    let label = match &offer {
        Offer::Filter(name, value) => (texts.filter)(*name, value),
        Offer::Session(id) => (texts.open_session)(id),
    };
    view! {
        <li
            role="option"
            id=format!("{LISTBOX_ID}-{i}")
            class="ofl-offer"
            class:ofl-offer-active=move || at.get() == i
            aria-selected=move || if at.get() == i { "true" } else { "false" }
            // Before the field loses the focus, which would close the list.
            on:mousedown=move |event| {
                event.prevent_default();
                take.run(offer.clone());
            }
        >
            {label}
        </li>
    }
}

/// What the realm knows goes first; then what was typed, as it stands.
fn offered(typed: &str, known: &[Offer]) -> Vec<Offer> {
    if typed.is_empty() {
        return Vec::new();
    }
    let mut offers: Vec<Offer> = known.to_vec();
    if is_id(typed) {
        offers.push(Offer::Session(typed.to_owned()));
    }
    for name in meanings(typed) {
        let plain = Offer::Filter(*name, typed.to_owned());
        if !offers.contains(&plain) {
            offers.push(plain);
        }
    }
    offers
}

fn ask_for_names(api: Api, list: List, names: Names) {
    let Names { typed, known, awaited, .. } = names;
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        let words = typed.read().trim().to_owned();
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        if words.is_empty() || !matches!(meanings(&words), [FilterName::User, ..]) {
            awaited.set(false);
            return known.set(Vec::new());
        }
        awaited.set(true);
        let ask = move || {
            spawn_local(async move {
                let found = names_like(api, &list.realm.get_value(), &words).await;
                if typed.try_get_untracked().is_some_and(|now| now.trim() == words) {
                    known.set(found);
                    awaited.set(false);
                }
            });
        };
        waiting.set_value(set_timeout_with_handle(ask, TYPING_PAUSE).ok());
    });
    on_cleanup(move || waiting.try_get_value().flatten().iter().for_each(TimeoutHandle::clear));
}

/// Suggestions only: what cannot be asked is left out.
async fn names_like(api: Api, realm: &str, words: &str) -> Vec<Offer> {
    let query = PageQuery { search: Some(words.to_owned()), max: Some(MOST), ..PageQuery::default() }.to_query();
    let users: Vec<UserRepresentation> = api.get(&(paths::admin_users(realm) + &query)).await.unwrap_or_default();
    let clients: Vec<ClientRepresentation> = api.get(&(paths::admin_clients(realm) + &query)).await.unwrap_or_default();
    let users = users.into_iter().filter_map(|user| Some(Offer::Filter(FilterName::User, user.username?)));
    let clients = clients.into_iter().filter_map(|client| Some(Offer::Filter(FilterName::Client, client.client_id?)));
    let scopes: Vec<ClientScopeRepresentation> = api.get(&paths::admin_client_scopes(realm)).await.unwrap_or_default();
    let scopes = scopes.into_iter().filter_map(|scope| scope.name).filter(|name| name == words);
    users.chain(clients).chain(scopes.map(|name| Offer::Filter(FilterName::Scope, name))).collect()
}

fn set(list: List, name: FilterName, value: String) -> super::wanted::Wanted {
    list.wanted.read_untracked().filtered(|filter| match name {
        FilterName::Client => filter.client = Some(value),
        FilterName::User => filter.user = Some(value),
        FilterName::Scope => filter.scope = Some(value),
        FilterName::Resource => filter.resource = Some(value),
        _ => filter.ip_address = Some(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_offered_before_what_was_typed() {
        let known =
            [Offer::Filter(FilterName::Client, "alice".into()), Offer::Filter(FilterName::User, "alice2".into())];
        let offers = offered("alice", &known);
        assert_eq!(offers[..2], known);
        assert_eq!(
            offers[2..],
            [Offer::Filter(FilterName::User, "alice".into()), Offer::Filter(FilterName::Scope, "alice".into())]
        );
        assert!(offered("", &[]).is_empty());
    }

    #[test]
    fn an_id_opens_its_session() {
        let id = "0199f0c0-0000-7000-8000-000000000001";
        assert_eq!(offered(id, &[])[0], Offer::Session(id.into()));
    }
}
