//! What is offered for what is typed into the filter: the names that the realm knows, asked for when typing pauses, and the
//! words themselves as they stand. Names that could not be looked up are told by a last offer, to try again.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{ClientRepresentation, ClientScopeRepresentation, PageQuery, UserRepresentation, paths};

use super::list::List;
use super::names::{FilterName, is_id, meanings};
use crate::api::{Api, Failure};
use crate::remote::{Remote, remote};

const TYPING_PAUSE: Duration = Duration::from_millis(180);
/// Names of a kind that are offered.
const MOST: u64 = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    Filter(FilterName, String),
    Session(String),
    /// Names could not be looked up.
    Again,
}

/// The names that the realm knows by what is typed.
#[derive(Clone, Copy)]
pub struct Names {
    pub typed: RwSignal<String>,
    /// Whether what is typed may be a name.
    sought: Memo<bool>,
    known: RwSignal<Vec<Offer>>,
    /// All of the realm: fetched when a name begins to be typed, not at each pause.
    scopes: Remote<Vec<String>>,
    failed: RwSignal<bool>,
    again: RwSignal<u32>,
    /// Those of what is typed have not come yet.
    awaited: RwSignal<bool>,
    /// Enter was pressed before they had come.
    pub entered: RwSignal<bool>,
}

impl Names {
    pub fn new(api: Api, list: List) -> Self {
        let typed = RwSignal::new(String::new());
        let sought = Memo::new(move |_| {
            let typed = typed.read();
            let words = typed.trim();
            !words.is_empty() && matches!(meanings(words), [FilterName::User, ..])
        });
        let load = move |sought: bool| {
            let url = list.realm.with_value(|realm| paths::admin_client_scopes(realm));
            async move {
                let scopes: Vec<ClientScopeRepresentation> =
                    if sought { seen(api.get(&url).await)? } else { Vec::new() };
                Ok(scopes.into_iter().filter_map(|scope| scope.name).collect())
            }
        };
        let names = Names {
            typed,
            sought,
            known: RwSignal::new(Vec::new()),
            scopes: remote(move || sought.get(), load),
            failed: RwSignal::new(false),
            again: RwSignal::new(0),
            awaited: RwSignal::new(false),
            entered: RwSignal::new(false),
        };
        ask_for_names(api, list, names);
        names
    }

    pub fn offers(self) -> Vec<Offer> {
        let typed = self.typed.read();
        let words = typed.trim();
        let mut known = self.known.get();
        let scopes = self.scopes.value.read();
        let scopes = scopes.as_ref().filter(|_| self.sought.get());
        if scopes.and_then(|all| all.as_ref().ok()).is_some_and(|all| all.iter().any(|name| name == words)) {
            known.push(Offer::Filter(FilterName::Scope, words.to_owned()));
        }
        let mut offers = offered(words, &known);
        if self.failed.get() || scopes.is_some_and(Result::is_err) {
            offers.push(Offer::Again);
        }
        offers
    }

    /// Whether there may be more to offer soon.
    pub fn waits(self) -> bool {
        self.awaited.get() || self.scopes.busy.get()
    }

    pub fn try_again(self) {
        self.again.update(|again| *again = again.wrapping_add(1));
        if self.scopes.value.with_untracked(|scopes| matches!(scopes, Some(Err(_)))) {
            self.scopes.reload();
        }
    }

    /// Enter was pressed before the names were there: they are what it was pressed for.
    pub fn take_when_there(self, offers: Memo<Vec<Offer>>, take: Callback<Offer>) {
        Effect::new(move || {
            if self.entered.get() && !self.waits() {
                self.entered.set(false);
                if let Some(offer) = untrack(|| offers.get().into_iter().next()) {
                    take.run(offer);
                }
            }
        });
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
    let Names { typed, sought, known, failed, awaited, .. } = names;
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        let words = typed.read().trim().to_owned();
        names.again.track();
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        failed.set(false);
        if !sought.get() {
            awaited.set(false);
            return known.set(Vec::new());
        }
        awaited.set(true);
        let ask = move || {
            spawn_local(async move {
                let (found, failing) = names_like(api, &list.realm.get_value(), &words).await;
                if typed.try_get_untracked().is_some_and(|now| now.trim() == words) {
                    known.set(found);
                    failed.set(failing);
                    if failing {
                        // Without the names nobody knows what Enter was meant for.
                        names.entered.set(false);
                    }
                    awaited.set(false);
                }
            });
        };
        waiting.set_value(set_timeout_with_handle(ask, TYPING_PAUSE).ok());
    });
    on_cleanup(move || waiting.try_get_value().flatten().iter().for_each(TimeoutHandle::clear));
}

/// What is not for this admin's eyes holds no names for them.
fn seen<T: Default>(answer: Result<T, Failure>) -> Result<T, Failure> {
    match answer {
        Err(Failure::Refused { status: 403, .. }) => Ok(T::default()),
        answer => answer,
    }
}

/// Users and clients; and whether some could not be asked for.
async fn names_like(api: Api, realm: &str, words: &str) -> (Vec<Offer>, bool) {
    let query = PageQuery { search: Some(words.to_owned()), max: Some(MOST), ..PageQuery::default() }.to_query();
    let users: Result<Vec<UserRepresentation>, _> = seen(api.get(&(paths::admin_users(realm) + &query)).await);
    let clients: Result<Vec<ClientRepresentation>, _> = seen(api.get(&(paths::admin_clients(realm) + &query)).await);
    let failing = users.is_err() || clients.is_err();
    let users = users.unwrap_or_default().into_iter().filter_map(|user| user.username);
    let clients = clients.unwrap_or_default().into_iter().filter_map(|client| client.client_id);
    let users = users.map(|name| Offer::Filter(FilterName::User, name));
    let found = users.chain(clients.map(|name| Offer::Filter(FilterName::Client, name)));
    (found.collect(), failing)
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
