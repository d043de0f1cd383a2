//! A client's tab *Sessions*: who is signed in through it at a browser.

use leptos::prelude::*;
use perennial_api::{UserSessionRepresentation, paths};
use perennial_ui::prelude::*;

use super::client::Shared;
use super::texts::SessionTexts;
use crate::api::{Page, use_api};
use crate::confirm::{Consequence, Question, confirm};
use crate::ends::ends;
use crate::links;
use crate::pages::{cursor_pager, query};
use crate::remote::{Remote, remote, shown};
use crate::rights::judged;

/// A page of them.
const MOST: usize = 50;

/// One session is ended by who manages people, everything of a client by who manages clients.
#[component]
pub fn ClientSessions(shared: Shared) -> impl IntoView {
    let texts = SessionTexts::get();
    let after = query("after");
    let sessions = loaded(shared, after);
    let realm = shared.realm.get_value();
    let end_all = move || view! { <EndAll shared=shared sessions=sessions /> }.into_any();
    let list = move || view! { <Listed shared=shared sessions=sessions after=after /> }.into_any();
    view! {
        <div class="pn-row adm-section-head adm-spread">
            <h2>{texts.title}</h2>
            {judged("clients", &realm, end_all)}
        </div>
        <p class="adm-intro">{texts.words}</p>
        {judged("users", &realm, list)}
    }
}

#[component]
fn Listed(shared: Shared, sessions: Remote<Sessions>, after: Memo<String>) -> impl IntoView {
    let texts = SessionTexts::get();
    let api = use_api();
    let leaving = RwSignal::new((String::new(), String::new()));
    let one = RwSignal::new(false);
    let sign_out = Question {
        open: one,
        title: Signal::derive(move || (texts.sign_out_title)(&leaving.read().1)),
        consequence: texts.sign_out_words.into(),
        confirm: texts.sign_out,
        done: texts.signed_out,
    };
    let act_one = move || {
        let url = paths::admin_session(&shared.realm.read_value(), &leaving.read_untracked().0);
        async move { api.delete(&url).await }
    };
    let leave = Callback::new(move |which: (String, String)| {
        leaving.set(which);
        one.set(true);
    });
    view! {
        {shown(sessions, LoadingShape::Rows, move |page| listed(shared, page, after, sessions.busy, leave))}
        {confirm(sign_out, act_one, move || sessions.reload())}
    }
}

#[component]
fn EndAll(shared: Shared, sessions: Remote<Sessions>) -> impl IntoView {
    let texts = SessionTexts::get();
    let api = use_api();
    let open = RwSignal::new(false);
    let ending = ends(&shared.realm.get_value(), shared.whose(), open);
    let question = Question {
        open,
        title: Signal::derive(move || (texts.end_all_title)(&shared.text("clientId"))),
        consequence: Consequence::counted(texts.end_all_words, ending),
        confirm: texts.end_all,
        done: texts.ended_all,
    };
    let act = move || {
        let url = paths::admin_client_logout_all(&shared.realm.read_value(), &shared.id.read_value());
        async move { api.post_unanswered(&url, &serde_json::json!({})).await }
    };
    view! {
        <Button kind=ButtonKind::Danger on_press=Callback::new(move |()| open.set(true)) id="end-all">
            {texts.end_all}
        </Button>
        {confirm(question, act, move || sessions.reload())}
    }
}

type Sessions = Page<UserSessionRepresentation>;

/// A page, from a cursor on.
fn loaded(shared: Shared, after: Memo<String>) -> Remote<Sessions> {
    let api = use_api();
    let url = paths::admin_client_user_sessions(&shared.realm.read_value(), &shared.id.read_value());
    let load = move |after: String| {
        let from = if after.is_empty() { after } else { format!("&after={}", paths::encode(&after)) };
        let url = format!("{url}?max={MOST}{from}");
        async move { api.page(&url).await }
    };
    remote(move || after.get(), load)
}

fn listed(
    shared: Shared,
    page: Sessions,
    after: Memo<String>,
    busy: RwSignal<bool>,
    leave: Callback<(String, String)>,
) -> AnyView {
    let texts = SessionTexts::get();
    let Page { items: all, next } = page;
    if all.is_empty() && after.read_untracked().is_empty() {
        return view! { <Empty title=texts.none icon=IconKind::User /> }.into_any();
    }
    let here = format!("clients/{}/sessions", paths::encode(&shared.id.read_value()));
    let here = links::place(&shared.realm.read_value(), &here);
    let pager = cursor_pager(after.get_untracked(), next, busy, move |cursor| match cursor {
        "" => here.clone(),
        cursor => format!("{here}?after={}", paths::encode(cursor)),
    });
    let mut columns = [texts.user, texts.started, texts.last_used, texts.address].map(Column::new).to_vec();
    columns.push(Column::actions(texts.actions));
    view! {
        <Table caption=texts.title columns=columns busy=busy>
            {all.into_iter().map(|session| row(session, leave)).collect_view()}
        </Table>
        {pager}
    }
    .into_any()
}

fn row(session: UserSessionRepresentation, leave: Callback<(String, String)>) -> impl IntoView {
    let texts = SessionTexts::get();
    let user = session.username.unwrap_or_default();
    let which = (session.id, user.clone());
    let label = format!("{}: {user}", texts.sign_out);
    view! {
        <tr>
            <Cell label=texts.user head=true>{user}</Cell>
            <Cell label=texts.started><Timestamp at=session.start /></Cell>
            <Cell label=texts.last_used><Timestamp at=session.last_access /></Cell>
            <Cell label=texts.address><span class="adm-address">{session.ip_address}</span></Cell>
            <Cell label=texts.actions>
                <Button on_press=Callback::new(move |()| leave.run(which.clone())) label=label>{texts.sign_out}</Button>
            </Cell>
        </tr>
    }
}
