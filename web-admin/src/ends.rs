//! How many offline sessions something is about, counted by the server before it is asked for. The dry run of a bulk ending
//! counts all of them, as far as it comes in a minute; who may not ask for one gets the summary. Both know whether they have seen all.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_api::session_search::{RevokeAnswer, RevokeRequest, SessionFilterRepresentation, SessionSummary};
use perennial_ui::format;
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use crate::api::{Api, Failure, use_api};
use crate::remote::remote;
use crate::texts::phrases;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Exactly(u64),
    AtLeast(u64),
    Unknown,
}

/// Whose sessions.
#[derive(Clone, Debug, PartialEq)]
pub enum Whose {
    Realm,
    Client(String),
    User(String),
    /// By user and client.
    UserOfClient(String, String),
    Scope(String),
    /// By scope and client.
    ScopeOfClient(String, String),
    Resource(String),
}

impl Whose {
    pub fn filter(self) -> SessionFilterRepresentation {
        let mut filter = SessionFilterRepresentation::default();
        match self {
            Whose::Realm => {}
            Whose::Client(id) => filter.client = Some(id),
            Whose::User(id) => filter.user = Some(id),
            Whose::UserOfClient(user, client) => (filter.user, filter.client) = (Some(user), Some(client)),
            Whose::Scope(name) => filter.scope = Some(name),
            Whose::ScopeOfClient(name, client) => (filter.scope, filter.client) = (Some(name), Some(client)),
            Whose::Resource(uri) => filter.resource = Some(uri),
        }
        filter
    }
}

/// Only a session of the console that is over is a failure: what cannot be counted for another reason is unknown.
pub async fn count(api: Api, realm: String, filter: SessionFilterRepresentation) -> Result<Count, Failure> {
    let all = filter == SessionFilterRepresentation::default();
    let request = RevokeRequest { filter: filter.clone(), dry_run: true, all, ..RevokeRequest::default() };
    let counted = api.post::<RevokeAnswer>(&paths::admin_offline_session_revocation(&realm), &request).await;
    match counted {
        Ok(RevokeAnswer { count, complete: true, .. }) => return Ok(Count::Exactly(count)),
        Ok(RevokeAnswer { count, .. }) => return Ok(Count::AtLeast(count)),
        Err(Failure::SignedOut) => return Err(Failure::SignedOut),
        Err(_) => {}
    }
    let url = paths::admin_offline_session_summary(&realm) + &filter.to_query();
    match api.get::<SessionSummary>(&url).await {
        Ok(SessionSummary { total, complete: true, .. }) => Ok(Count::Exactly(total)),
        Ok(SessionSummary { total, .. }) => Ok(Count::AtLeast(total)),
        Err(Failure::SignedOut) => Err(Failure::SignedOut),
        Err(_) => Ok(Count::Unknown),
    }
}

/// What is said of a count.
#[derive(Clone, Copy)]
pub struct CountWords {
    none: &'static str,
    one: &'static str,
    many: With,
    at_least: With,
    unknown: &'static str,
}

impl CountWords {
    /// They end.
    pub fn ending() -> Self {
        let texts = EndsTexts::get();
        CountWords {
            none: texts.none,
            one: texts.one,
            many: texts.many,
            at_least: texts.at_least,
            unknown: texts.unknown,
        }
    }

    /// Something about them changes, which is said beside the number.
    pub fn concerned() -> Self {
        let texts = ConcernTexts::get();
        CountWords {
            none: texts.none,
            one: texts.one,
            many: texts.many,
            at_least: texts.at_least,
            unknown: texts.unknown,
        }
    }

    pub fn say(self, lang: Lang, count: Count) -> String {
        let digits = |n: u64| format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
        match count {
            Count::Exactly(0) => self.none.to_owned(),
            Count::Exactly(1) => self.one.to_owned(),
            Count::Exactly(n) => (self.many)(&digits(n)),
            Count::AtLeast(n) => (self.at_least)(&digits(n)),
            Count::Unknown => self.unknown.to_owned(),
        }
    }
}

/// A sentence that comes when it has been counted; until then nothing is to be agreed to.
#[derive(Clone, Copy)]
pub struct Counted {
    pub sentence: Signal<String>,
    pub waits: Signal<bool>,
}

impl Counted {
    pub fn get(self) -> String {
        self.sentence.get()
    }
}

/// About the offline sessions that end.
pub fn ends(realm: &str, whose: Whose, asked: RwSignal<bool>) -> Counted {
    counted(realm, Signal::stored(whose), CountWords::ending(), asked)
}

/// About the offline sessions that something else befalls.
pub fn concerns(realm: &str, whose: Whose, asked: RwSignal<bool>) -> Counted {
    counted(realm, Signal::stored(whose), CountWords::concerned(), asked)
}

/// Counted anew each time `asked` turns true.
pub fn counted(realm: &str, whose: Signal<Whose>, words: CountWords, asked: RwSignal<bool>) -> Counted {
    let lang = use_lang();
    let counting = EndsTexts::get().counting;
    let api = use_api();
    let realm = realm.to_owned();
    let load = move |asked: Option<Whose>| {
        let realm = realm.clone();
        async move {
            match asked {
                Some(whose) => count(api, realm, whose.filter()).await.map(Some),
                None => Ok(None),
            }
        }
    };
    let counted = remote(move || asked.get().then(|| whose.get()), load);
    let known = Memo::new(move |_| counted.ready().flatten().filter(|_| !counted.busy.get()));
    Counted {
        sentence: Signal::derive(move || known.get().map_or(counting.to_owned(), |count| words.say(lang, count))),
        waits: Signal::derive(move || known.get().is_none()),
    }
}

phrases! { EndsTexts =>
    counting = "Counting the offline sessions that this is about…", "Contando las sesiones sin conexión de que se trata…";
    unknown = "How many offline sessions this ends could not be counted.", "No se pudo contar cuántas sesiones sin conexión termina esto.";
    none = "No offline session ends by this.", "Esto no termina ninguna sesión sin conexión.";
    one = "1 offline session ends at once and cannot be revived.", "1 sesión sin conexión termina de inmediato y no se puede recuperar.";
    many: With = |n| format!("{n} offline sessions end at once and cannot be revived."), |n| format!("{n} sesiones sin conexión terminan de inmediato y no se pueden recuperar.");
    at_least: With = |n| format!("At least {n} offline sessions end at once and cannot be revived."), |n| format!("Al menos {n} sesiones sin conexión terminan de inmediato y no se pueden recuperar.");
}

phrases! { ConcernTexts =>
    unknown = "How many offline sessions this concerns could not be counted.", "No se pudo contar a cuántas sesiones sin conexión afecta.";
    none = "No offline session is concerned today.", "Hoy no afecta a ninguna sesión sin conexión.";
    one = "Offline sessions concerned: 1.", "Sesiones sin conexión afectadas: 1.";
    many: With = |n| format!("Offline sessions concerned: {n}."), |n| format!("Sesiones sin conexión afectadas: {n}.");
    at_least: With = |n| format!("Offline sessions concerned: at least {n}."), |n| format!("Sesiones sin conexión afectadas: al menos {n}.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_of_a_part_is_never_told_as_the_whole() {
        let _owner = Owner::new();
        let words = CountWords::ending();
        assert_eq!(
            words.say(Lang::En, Count::AtLeast(0)),
            "At least 0 offline sessions end at once and cannot be revived."
        );
        assert_eq!(words.say(Lang::En, Count::Exactly(0)), "No offline session ends by this.");
        let unknown = CountWords::concerned().say(Lang::Es, Count::Unknown);
        assert_eq!(unknown, "How many offline sessions this concerns could not be counted.");
    }
}
