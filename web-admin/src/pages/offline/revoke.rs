//! Ending what is chosen: first counts it on the server, by client, then says so and asks, then does it and says how many.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::UserSessionRepresentation as Session;
use perennial_api::paths;
use perennial_api::session_search::{ClientSessions, RevokeAnswer, RevokeRequest};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::grid::GRID_ID;
use super::list::List;
use crate::api::{Api, Failure, use_api};
use crate::browser;
use crate::pages::session_row::user_of;
use crate::texts::offline::BulkTexts;
use crate::texts::{screen_texts, texts};

/// Of the sample.
const SHOWN: usize = 5;

fn number(lang: Lang, n: u64) -> String {
    format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

/// What the choice means to the API.
fn request(list: List, dry_run: bool) -> RevokeRequest {
    let chosen = list.chosen.read_untracked();
    if chosen.is_all() {
        let filter = list.wanted.read_untracked().filter.clone();
        return RevokeRequest { all: filter == Default::default(), filter, dry_run, ..RevokeRequest::default() };
    }
    RevokeRequest { sessions: chosen.picked().cloned().collect(), dry_run, ..RevokeRequest::default() }
}

/// The question as it stands.
#[derive(Clone, Copy)]
struct Asking {
    list: List,
    open: RwSignal<bool>,
    counted: RwSignal<Option<RevokeAnswer>>,
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    api: Api,
    words: &'static BulkTexts,
    say: fn(&Failure) -> String,
}

impl Asking {
    fn path(self) -> String {
        paths::admin_offline_session_revocation(&self.list.realm.get_value())
    }

    /// How many, and whether these are all.
    fn count(self) -> Option<(u64, bool)> {
        self.counted.read().as_ref().map(|answer| (answer.count, answer.complete))
    }

    fn ask(self) {
        self.counted.set(None);
        self.error.set(None);
        self.busy.set(true);
        let asked = request(self.list, true);
        spawn_local(async move {
            match self.api.post::<RevokeAnswer>(&self.path(), &asked).await {
                Ok(answer) => self.counted.set(Some(answer)),
                Err(failure) => self.error.set(Some((self.say)(&failure))),
            }
            self.busy.set(false);
        });
    }

    fn end(self, toasts: Toasts, lang: Lang) {
        self.busy.set(true);
        self.error.set(None);
        let asked = request(self.list, false);
        spawn_local(async move {
            let answer = self.api.post::<RevokeAnswer>(&self.path(), &asked).await;
            self.busy.set(false);
            match answer {
                Ok(done) => {
                    let count = number(lang, done.count);
                    toasts.done(match done.complete {
                        true => (self.words.done)(&count, done.count == 1),
                        false => (self.words.goes_on)(&count),
                    });
                    if asked.sessions.is_empty() {
                        self.look_again();
                    } else {
                        self.list.forget(&asked.sessions);
                    }
                    self.open.set(false);
                    request_animation_frame(|| browser::focus(GRID_ID));
                }
                Err(failure) => self.error.set(Some((self.say)(&failure))),
            }
        });
    }

    fn look_again(self) {
        self.list.start_anew();
        self.list.summary.reload();
    }
}

#[component]
pub fn BulkRevoke(list: List, open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let lang = use_lang();
    let say = texts().failure;
    let texts = &screen_texts().offline.revoke;
    let (counted, error, busy) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(false));
    let asking = Asking { list, open, counted, error, busy, api: use_api(), words: texts, say };
    Effect::new(move || {
        if open.get() {
            asking.ask();
        }
    });
    let confirm = Callback::new(move |()| match untrack(|| asking.count()) {
        // Not counted: the question stands open. Nothing left: it only closes.
        None => {}
        Some((0, true)) => {
            asking.look_again();
            open.set(false);
        }
        Some(_) => asking.end(toasts, lang),
    });
    let consequence = MaybeProp::derive(move || match asking.count() {
        None => error.read().is_none().then(|| texts.counting.to_owned()),
        Some((0, true)) => Some(texts.nothing.to_owned()),
        Some((n, true)) => Some((texts.consequence)(&number(lang, n), n == 1)),
        Some((n, false)) => Some((texts.at_least)(&number(lang, n))),
    });
    let words = Signal::derive(move || match asking.count() {
        None => texts.counting.to_owned(),
        Some((0, true)) => texts.close.to_owned(),
        Some((n, true)) => (texts.confirm)(&number(lang, n), n == 1),
        Some((n, false)) => (texts.confirm)(&format!("{}+", number(lang, n)), false),
    });
    view! {
        <Dialog
            open=open
            kind=DialogKind::Danger
            title=texts.title
            consequence=consequence
            confirm=words
            on_confirm=confirm
            error=error
            busy=busy
        >
            {move || counted.get().filter(|answer| answer.count > 0).map(|answer| view! {
                <div class="ofl-ending" tabindex="0" role="group" aria-label=texts.title>
                    {clients(lang, answer.clients)}
                    {sample(list, answer.sample)}
                </div>
                <p class="pn-muted pn-small">{texts.how}</p>
            })}
        </Dialog>
    }
}

/// The first few, to be recognized.
fn sample(list: List, sessions: Vec<Session>) -> Option<AnyView> {
    if sessions.is_empty() {
        return None;
    }
    let texts = &screen_texts().offline;
    let words = &texts.revoke;
    // Times in words are told from the server's "now".
    provide_now(list.now.get_untracked());
    let row = move |session: Session| {
        let user = user_of(&session);
        view! {
            <tr>
                <Cell label=words.user head=true>{user}</Cell>
                <Cell label=words.client>{session.client_id}</Cell>
                <Cell label=texts.last_used><Timestamp at=session.last_access /></Cell>
            </tr>
        }
    };
    let columns = vec![Column::new(words.user), Column::new(words.client), Column::new(texts.last_used)];
    let rows = sessions.into_iter().take(SHOWN).map(row).collect_view();
    let view = view! {
        <h3 class="ofl-sample-title">{words.sample}</h3>
        <div id="sample">
            <Table caption=words.sample columns=columns>{rows}</Table>
        </div>
    };
    Some(view.into_any())
}

fn clients(lang: Lang, clients: Vec<ClientSessions>) -> impl IntoView {
    let texts = &screen_texts().offline.revoke;
    let row = move |client: ClientSessions| {
        view! {
            <tr>
                <Cell label=texts.client head=true>{client.client_id}</Cell>
                <Cell label=texts.sessions number=true>{number(lang, client.count)}</Cell>
            </tr>
        }
    };
    view! {
        <Table caption=texts.title columns=vec![Column::new(texts.client), Column::new(texts.sessions).number()]>
            {clients.into_iter().map(row).collect_view()}
        </Table>
    }
}
