//! The offline sessions of a client, page by page. Cursors only lead forward: the address keeps the present one, the
//! tab remembers the one before.

use leptos::prelude::*;
use perennial_api::{OfflineSessionPage, PageQuery, SessionCount, UserSessionRepresentation, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::revoke::RevokeDialog;
use super::session_row::{SessionRow, server_now};
use super::{first_row, query};
use crate::api::use_api;
use crate::browser;
use crate::links;
use crate::remote::{Remote, remote, shown};
use crate::rights::judged;
use crate::texts::screen_texts;

const ROWS: u64 = 25;
/// The heading; takes the focus when the row that had it is gone.
pub const HEADING_ID: &str = "sessions";

/// What the parts of the list share.
#[derive(Clone, Copy)]
struct List {
    realm: StoredValue<String>,
    client: StoredValue<String>,
    /// `clientId`, for sentences.
    name: StoredValue<String>,
    after: Memo<String>,
    first: Memo<u64>,
    page: Remote<OfflineSessionPage>,
    count: Remote<SessionCount>,
    ending: RwSignal<Option<UserSessionRepresentation>>,
}

/// Also below a client: people's sessions are ended by who manages people.
#[component]
pub fn Sessions(realm: String, client: String, name: String) -> impl IntoView {
    judged("users", &realm.clone(), move || view! { <Listed realm=realm client=client name=name /> }.into_any())
}

#[component]
fn Listed(realm: String, client: String, name: String) -> impl IntoView {
    let api = use_api();
    let lang = use_lang();
    let texts = &screen_texts().sessions;
    let (after, first) = (query("after"), first_row());
    let (realm, client) = (StoredValue::new(realm), StoredValue::new(client));
    let page = remote(
        move || after.get(),
        move |after| async move {
            let query =
                PageQuery { max: Some(ROWS), after: Some(after).filter(|it| !it.is_empty()), ..PageQuery::default() };
            api.offline_sessions(&realm.get_value(), &client.get_value(), &query).await
        },
    );
    let count = remote(
        || (),
        move |()| async move {
            api.get(&paths::admin_client_offline_session_count(&realm.get_value(), &client.get_value())).await
        },
    );
    let list =
        List { realm, client, name: StoredValue::new(name), after, first, page, count, ending: RwSignal::new(None) };
    let total = move || {
        count.ready().map(|all: SessionCount| {
            let words = (texts.count)(&number(lang, all.count), all.count == 1);
            view! { <span id="session-count" title=words><Badge>{number(lang, all.count)}</Badge></span> }
        })
    };
    let ended = Callback::new(move |()| {
        page.reload();
        count.reload();
    });
    view! {
        <section class="adm-sessions" aria-labelledby=HEADING_ID>
            <div class="pn-row adm-section-head">
                <h2 id=HEADING_ID tabindex="-1">{texts.title}</h2>
                {total}
            </div>
            {shown(page, LoadingShape::Rows, move |page| listed(page, list))}
            <RevokeDialog realm=realm client=list.name ending=list.ending on_ended=ended />
        </section>
    }
}

fn number(lang: Lang, n: u64) -> String {
    format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

fn listed(page: OfflineSessionPage, list: List) -> AnyView {
    let texts = &screen_texts().sessions;
    if page.sessions.is_empty() {
        return nothing(list);
    }
    let now = server_now(&page.sessions).or_else(now_ms).unwrap_or_default();
    // Times in words are told from the server's "now", too.
    provide_now(now);
    let columns = vec![
        Column::new(texts.user),
        Column::new(texts.started),
        Column::new(texts.last_used),
        Column::new(texts.address),
        Column::new(texts.device),
        Column::new(texts.life),
        Column::actions(texts.actions),
    ];
    let rows = page.sessions.len() as u64;
    let row = move |session: UserSessionRepresentation| {
        let this = session.clone();
        let on_end = Callback::new(move |()| list.ending.set(Some(this.clone())));
        view! { <SessionRow session=session now=now on_end=on_end /> }
    };
    view! {
        <Table caption=texts.title columns=columns busy=list.page.busy>
            {page.sessions.into_iter().map(row).collect_view()}
        </Table>
        {pager(list, rows, page.next)}
    }
    .into_any()
}

fn pager(list: List, rows: u64, next: Option<String>) -> Option<AnyView> {
    let lang = use_lang();
    let texts = &screen_texts().sessions;
    let (after, first) = (list.after.get_untracked(), list.first.get_untracked());
    // After a jump straight to this page (another tab, a bookmark) only the first one is known.
    let previous = (!after.is_empty()).then(|| browser::previous_cursor(&after).unwrap_or_default());
    if previous.is_none() && next.is_none() {
        return None;
    }
    let (here, ahead) = (after, next.clone());
    let navigate = links::navigator(false);
    let on_go = Callback::new(move |cursor: String| {
        let forward = ahead.as_ref() == Some(&cursor);
        if forward {
            browser::remember_previous_cursor(&cursor, &here);
        }
        let position = match (forward, cursor.is_empty()) {
            (true, _) => first + rows,
            (false, true) => 0,
            (false, false) => first.saturating_sub(ROWS),
        };
        let (realm, client) = (list.realm.get_value(), list.client.get_value());
        navigate(&links::client_offline_access_at(&realm, &client, &cursor, position));
    });
    let words = Signal::derive(move || {
        let all = list.count.ready().map(|all: SessionCount| number(lang, all.count));
        (texts.position)(&number(lang, first + 1), &number(lang, first + rows), all.as_deref())
    });
    let position = MaybeProp::derive(move || Some(words.get()));
    let view = view! {
        <Pager
            previous=Signal::stored(previous)
            next=Signal::stored(next)
            on_go=on_go
            position=position
            busy=list.page.busy
        />
    };
    Some(view.into_any())
}

fn nothing(list: List) -> AnyView {
    let texts = &screen_texts().sessions;
    if list.after.get_untracked().is_empty() {
        let words = (texts.empty_words)(&list.name.get_value());
        return view! {
            <Empty title=texts.empty_title icon=IconKind::Away>
                <p>{words}</p>
            </Empty>
        }
        .into_any();
    }
    let start = links::client_offline_access(&list.realm.get_value(), &list.client.get_value());
    view! {
        <Empty title=texts.past_the_end icon=IconKind::Info>
            <ButtonLink href=start>{texts.first_page}</ButtonLink>
        </Empty>
    }
    .into_any()
}
