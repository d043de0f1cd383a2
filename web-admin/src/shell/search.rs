//! Search for anything of the realm by name or id: screens at once, the rest from the server when typing pauses. Each
//! kind of thing is asked for by itself, so that a slow or forbidden one holds up no other, and one that fails is told.

mod things;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_ui::prelude::*;

use super::Realms;
use crate::api::{Api, use_api};
use crate::guard::use_guard;
use crate::links;
use crate::rights::Rights;
use crate::screens::PLACES;
use crate::shortcuts::SEARCH_ID;
use crate::texts::phrases;
use things::{BY_ID, KINDS, MOST, REALMS, SCREENS, SEARCHED, Thing, WHOLE, hit};

const TYPING_PAUSE: Duration = Duration::from_millis(180);

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
    failed = "Not all of this realm could be searched.", "No se pudo buscar en todo este reino.";
}

/// A list that the API gives whole: fetched once, when the first word is typed, and looked through here until the field
/// is empty again.
enum Whole {
    Unasked,
    Asked,
    Here(Vec<Thing>),
}

/// One search under way; answers to an earlier one are dropped.
#[derive(Clone, Copy)]
struct Search {
    api: Api,
    rights: StoredValue<Rights>,
    words: StoredValue<String>,
    realm: StoredValue<String>,
    turn: StoredValue<u32>,
    /// Calls of this turn that have not been answered.
    open: RwSignal<usize>,
    /// From the first letter to the empty field.
    opening: StoredValue<u32>,
    lists: StoredValue<[Whole; WHOLE.len()]>,
    /// Lists that have not arrived.
    fetching: RwSignal<usize>,
    failed: RwSignal<bool>,
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
    let search = Search::new();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || waiting.try_get_value().flatten().iter().for_each(TimeoutHandle::clear);
    Effect::new(move || {
        let words = typed.read().trim().to_owned();
        let realm = realm.get().unwrap_or_default();
        stop();
        let asks = !words.is_empty() && !realm.is_empty();
        untrack(|| search.begin(realm, words, lang));
        if asks {
            waiting.set_value(set_timeout_with_handle(move || search.ask(), TYPING_PAUSE).ok());
        }
    });
    on_cleanup(stop);
    let groups = Signal::derive(move || {
        let below = [texts.screens, texts.clients, texts.users, texts.sessions, texts.scopes, texts.roles];
        let titles = below.into_iter().chain([texts.resources, texts.webhooks, texts.providers, texts.realms]);
        let group = |(label, hits): (&str, Vec<FinderHit>)| FinderGroup { label: label.to_owned(), hits };
        titles.zip(search.found.get()).map(group).collect::<Vec<_>>()
    });
    let none = Signal::derive(move || {
        let words = if search.open.get() + search.fetching.get() > 0 { texts.searching } else { texts.nothing };
        words.to_owned()
    });
    let failure = FinderFailure {
        words: texts.failed,
        shown: search.failed.into(),
        again: Callback::new(move |()| search.ask()),
    };
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
                failure=failure
            />
        })
    }
}

impl Search {
    fn new() -> Self {
        Search {
            api: use_api(),
            rights: StoredValue::new(use_context::<Rights>().unwrap_or_default()),
            words: StoredValue::new(String::new()),
            realm: StoredValue::new(String::new()),
            turn: StoredValue::new(0),
            open: RwSignal::new(0),
            opening: StoredValue::new(0),
            lists: StoredValue::new(WHOLE.map(|_| Whole::Unasked)),
            fetching: RwSignal::new(0),
            failed: RwSignal::new(false),
            found: RwSignal::new(Default::default()),
            realms: use_context::<Realms>(),
        }
    }

    /// What is known here, at once. Until typing pauses there is something to wait for.
    fn begin(self, realm: String, words: String, lang: Lang) {
        if words.is_empty() || self.realm.with_value(|before| *before != realm) {
            self.forget();
        }
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.open.set(usize::from(!words.is_empty() && !realm.is_empty()));
        self.failed.set(false);
        let mut found: [Vec<FinderHit>; KINDS] = Default::default();
        found[SCREENS] = self.screens_named(&words, &realm, lang);
        found[REALMS] = self.realms_named(&words);
        self.words.set_value(words);
        self.realm.set_value(realm);
        for (n, kind) in WHOLE.into_iter().enumerate() {
            found[kind] = self.listed(n);
        }
        self.found.set(found);
    }

    /// The lists may be other ones at the next opening of the search.
    fn forget(self) {
        self.opening.update_value(|opening| *opening = opening.wrapping_add(1));
        self.lists.set_value(WHOLE.map(|_| Whole::Unasked));
        self.fetching.set(0);
    }

    fn screens_named(self, words: &str, realm: &str, lang: Lang) -> Vec<FinderHit> {
        let wanted = words.to_lowercase();
        let fits = |title: &str| !wanted.is_empty() && title.to_lowercase().contains(&wanted);
        let named = PLACES.iter().filter(|place| fits(place.title(lang)));
        let seen = named.filter(|place| self.rights.with_value(|rights| rights.may_see(place.section, realm)));
        seen.map(|place| hit(links::place(realm, place.section), place.title(lang), None)).collect()
    }

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

    /// Of the n-th list, as far as it is here.
    fn listed(self, n: usize) -> Vec<FinderHit> {
        let wanted = self.words.with_value(|words| words.to_lowercase());
        self.lists.with_value(|lists| match &lists[n] {
            Whole::Here(things) if !wanted.is_empty() => {
                let fitting = things.iter().filter(|thing| thing.fits(&wanted));
                self.hits(WHOLE[n], fitting)
            }
            _ => Vec::new(),
        })
    }

    fn hits<'t>(self, kind: usize, things: impl Iterator<Item = &'t Thing>) -> Vec<FinderHit> {
        self.realm.with_value(|realm| things.filter_map(|thing| things::found(kind, realm, thing)).take(MOST).collect())
    }

    /// What is typed, of the server; again of what has failed.
    fn ask(self) {
        let (realm, words) = (self.realm.get_value(), self.words.get_value());
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.open.set(0);
        self.failed.set(false);
        for kind in SEARCHED {
            self.add(kind, things::search_url(kind, &realm, &words), false);
        }
        if things::looks_like_an_id(&words) {
            for kind in BY_ID {
                self.add(kind, things::url_of(kind, &realm, &words), true);
            }
        }
        for (n, kind) in WHOLE.into_iter().enumerate() {
            if self.lists.with_value(|lists| matches!(lists[n], Whole::Unasked)) {
                self.fetch(n, things::list_url(kind, &realm));
            }
        }
    }

    fn add(self, kind: usize, url: String, one: bool) {
        let turn = self.turn.get_value();
        self.open.update(|open| *open += 1);
        spawn_local(async move {
            let answer = things::ask(self.api, url, one).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.open.update(|open| *open = open.saturating_sub(1));
            let Some(things) = answer else { return self.failed.set(true) };
            let hits = self.hits(kind, things.iter());
            self.found.update(|found| {
                for hit in hits {
                    if found[kind].iter().all(|known| known.key != hit.key) {
                        found[kind].push(hit);
                    }
                }
            });
        });
    }

    /// The n-th list, for what is typed when it arrives.
    fn fetch(self, n: usize, url: String) {
        let opening = self.opening.get_value();
        self.lists.update_value(|lists| lists[n] = Whole::Asked);
        self.fetching.update(|fetching| *fetching += 1);
        spawn_local(async move {
            let answer = things::ask(self.api, url, false).await;
            if self.opening.try_get_value() != Some(opening) {
                return;
            }
            self.fetching.update(|fetching| *fetching = fetching.saturating_sub(1));
            let here = answer.is_some();
            self.lists.update_value(|lists| lists[n] = answer.map_or(Whole::Unasked, Whole::Here));
            match here {
                true => self.found.update(|found| found[WHOLE[n]] = self.listed(n)),
                false => self.failed.set(true),
            }
        });
    }
}
