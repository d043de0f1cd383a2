//! Ending what is chosen: first counts it on the server, by client, then says so and asks, then does it and says how many.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::paths;
use perennial_api::session_search::{RevokeAnswer, RevokeRequest};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::grid::GRID_ID;
use super::list::List;
use crate::api::{Api, Failure, use_api};
use crate::browser;
use crate::texts::offline::BulkTexts;
use crate::texts::{screen_texts, texts};

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

    fn count(self) -> Option<u64> {
        self.counted.read().as_ref().map(|answer| answer.count)
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
                    toasts.done((self.words.done)(&number(lang, done.count), done.count == 1));
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
        Some(0) => {
            asking.look_again();
            open.set(false);
        }
        Some(_) => asking.end(toasts, lang),
    });
    let consequence = MaybeProp::derive(move || match asking.count() {
        None => error.read().is_none().then(|| texts.counting.to_owned()),
        Some(0) => Some(texts.nothing.to_owned()),
        Some(n) => Some((texts.consequence)(&number(lang, n), n == 1)),
    });
    let words = Signal::derive(move || match asking.count() {
        None => texts.counting.to_owned(),
        Some(0) => texts.close.to_owned(),
        Some(n) => (texts.confirm)(&number(lang, n), n == 1),
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
            {move || counted.get().filter(|answer| answer.count > 0).map(|answer| clients(lang, answer))}
        </Dialog>
    }
}

fn clients(lang: Lang, answer: RevokeAnswer) -> impl IntoView {
    let texts = &screen_texts().offline.revoke;
    let row = move |client: perennial_api::session_search::ClientSessions| {
        view! {
            <tr>
                <Cell label=texts.client head=true>{client.client_id}</Cell>
                <Cell label=texts.sessions number=true>{number(lang, client.count)}</Cell>
            </tr>
        }
    };
    view! {
        <div class="ofl-ending">
            <Table caption=texts.title columns=vec![Column::new(texts.client), Column::new(texts.sessions).number()]>
                {answer.clients.into_iter().map(row).collect_view()}
            </Table>
        </div>
        <p class="pn-muted pn-small">{texts.how}</p>
    }
}
