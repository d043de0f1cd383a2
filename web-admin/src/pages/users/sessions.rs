//! A user's tab *Sessions*: where they are signed in, and which apps work for them while they are away.

use leptos::prelude::*;
use perennial_api::{UserSessionRepresentation, paths};
use perennial_ui::agent::short_agent;
use perennial_ui::prelude::*;

use super::texts::UsersTexts;
use super::user::Shared;
use crate::api::use_api;
use crate::confirm::{Consequence, Question, confirm, opened_by};
use crate::ends::ends;
use crate::links;
use crate::pages::session_row::{life_of, server_now, state_badges};
use crate::remote::{Remote, remote, shown};
use crate::screens::place_of;

/// Offline sessions shown here; a user has a handful.
const MOST: usize = 100;

type Sessions = Vec<UserSessionRepresentation>;

#[component]
pub fn UserSessions(shared: Shared) -> impl IntoView {
    let texts = UsersTexts::get();
    let api = use_api();
    let (realm, id) = (shared.realm.get_value(), shared.id.get_value());
    let online_url = paths::admin_user_sessions(&realm, &id);
    let online = remote(move || online_url.clone(), move |url| async move { api.get::<Sessions>(&url).await });
    let offline_url = format!("{}?user={id}&max={MOST}", paths::admin_offline_sessions(&realm));
    let offline = remote(move || offline_url.clone(), move |url| async move { api.get::<Sessions>(&url).await });
    let everything = RwSignal::new(false);
    let ending = ends(&realm, shared.whose(), everything);
    let question = Question {
        open: everything,
        title: Signal::derive(move || (texts.end_all_title)(&shared.text("username"))),
        consequence: Consequence::counted(texts.end_all_words, ending),
        confirm: texts.end_all,
        done: texts.ended_all,
    };
    let act = move || {
        let url = paths::admin_user_logout(&shared.realm.read_value(), &shared.id.read_value());
        async move { api.post_unanswered(&url, &serde_json::json!({})).await }
    };
    let reload = move || {
        online.reload();
        offline.reload();
    };
    view! {
        <div class="pn-row adm-section-head adm-spread">
            <h2>{texts.online}</h2>
            <Button kind=ButtonKind::Danger on_press=Callback::new(move |()| everything.set(true)) id="end-all">
                {texts.end_all}
            </Button>
        </div>
        {online_part(shared, online)}
        <div class="pn-row adm-section-head adm-after"><h2>{texts.offline}</h2></div>
        {offline_part(shared, offline)}
        {confirm(question, act, reload)}
    }
}

fn online_part(shared: Shared, online: Remote<Sessions>) -> impl IntoView {
    let texts = UsersTexts::get();
    let api = use_api();
    let leaving = RwSignal::new(None::<String>);
    let open = opened_by(leaving);
    let question = Question {
        open,
        title: texts.sign_out_title.into(),
        consequence: texts.sign_out_words.into(),
        confirm: texts.sign_out,
        done: texts.signed_out,
    };
    let act = move || {
        let url = paths::admin_session(&shared.realm.read_value(), &leaving.get_untracked().unwrap_or_default());
        async move { api.delete(&url).await }
    };
    let listed = move |sessions: Sessions| {
        if sessions.is_empty() {
            return view! { <Empty title=texts.online_none icon=IconKind::Device /> }.into_any();
        }
        let mut columns =
            [texts.started, texts.last_used, texts.address, texts.device, texts.apps].map(Column::new).to_vec();
        columns.push(Column::actions(texts.actions));
        view! {
            <Table caption=texts.online columns=columns busy=online.busy>
                {sessions.into_iter().map(|session| online_row(session, leaving)).collect_view()}
            </Table>
        }
        .into_any()
    };
    view! {
        {shown(online, LoadingShape::Rows, listed)}
        {confirm(question, act, move || online.reload())}
    }
}

fn device_of(session: &UserSessionRepresentation) -> Option<String> {
    let label = session.device_label.clone().filter(|label| !label.is_empty());
    label.or_else(|| short_agent(session.user_agent.as_deref()?))
}

fn online_row(session: UserSessionRepresentation, leaving: RwSignal<Option<String>>) -> impl IntoView {
    let texts = UsersTexts::get();
    let device = device_of(&session);
    let apps = session.clients.into_values().collect::<Vec<_>>().join(", ");
    let device = device.unwrap_or_else(|| texts.unknown.to_owned());
    let label = format!("{}: {device}", texts.sign_out);
    let id = session.id;
    let leave = Callback::new(move |()| leaving.set(Some(id.clone())));
    view! {
        <tr>
            <Cell label=texts.started head=true><Timestamp at=session.start /></Cell>
            <Cell label=texts.last_used><Timestamp at=session.last_access /></Cell>
            <Cell label=texts.address><span class="adm-address">{session.ip_address}</span></Cell>
            <Cell label=texts.device>{device}</Cell>
            <Cell label=texts.apps>{apps}</Cell>
            <Cell label=texts.actions>
                <Button on_press=leave label=label>{texts.sign_out}</Button>
            </Cell>
        </tr>
    }
}

fn offline_part(shared: Shared, offline: Remote<Sessions>) -> impl IntoView {
    let texts = UsersTexts::get();
    let api = use_api();
    let leaving = RwSignal::new(None::<(String, String)>);
    let open = opened_by(leaving);
    let question = Question {
        open,
        title: Signal::derive(move || (texts.end_one_title)(&leaving.get().map(|(_, app)| app).unwrap_or_default())),
        consequence: texts.end_one_words.into(),
        confirm: texts.end,
        done: texts.ended_one,
    };
    let act = move || {
        let id = leaving.get_untracked().map(|(id, _)| id).unwrap_or_default();
        let url = paths::admin_offline_session(&shared.realm.read_value(), &id);
        async move { api.delete(&url).await }
    };
    let listed = move |sessions: Sessions| {
        if sessions.is_empty() {
            return view! { <Empty title=texts.offline_none icon=IconKind::Away /> }.into_any();
        }
        let now = server_now(&sessions).or_else(now_ms).unwrap_or_default();
        provide_now(now);
        let mut columns =
            [texts.app, texts.started, texts.last_used, texts.device, texts.life].map(Column::new).to_vec();
        columns.push(Column::actions(texts.actions));
        let full = sessions.len() >= MOST;
        let row = move |session| offline_row(session, &shared.realm.read_value(), now, leaving);
        view! {
            <Table caption=texts.offline columns=columns busy=offline.busy>
                {sessions.into_iter().map(row).collect_view()}
            </Table>
            {full.then(|| view! { <p class="pn-muted pn-small">{texts.offline_more}</p> })}
        }
        .into_any()
    };
    view! {
        {shown(offline, LoadingShape::Rows, listed)}
        {confirm(question, act, move || offline.reload())}
    }
}

fn offline_row(
    session: UserSessionRepresentation,
    realm: &str,
    now: i64,
    leaving: RwSignal<Option<(String, String)>>,
) -> impl IntoView + use<> {
    let words = UsersTexts::get();
    let life = life_of(&session, now);
    let ends = end_words(use_lang(), &life);
    let state = state_badges(&session);
    let app = session.client_id.clone().unwrap_or_default();
    let device = device_of(&session).unwrap_or_else(|| words.unknown.to_owned());
    let page = place_of("offline-access").map(|_| links::place(realm, &format!("offline-access/{}", session.id)));
    let this = (session.id.clone(), app.clone());
    let label = format!("{}: {app}", words.end);
    let leave = Callback::new(move |()| leaving.set(Some(this.clone())));
    view! {
        <tr>
            <Cell label=words.app head=true>
                {match page {
                    Some(href) => view! { <a href=href>{app}</a> }.into_any(),
                    None => view! { <span>{app}</span> }.into_any(),
                }}
            </Cell>
            <Cell label=words.started><Timestamp at=session.start /></Cell>
            <Cell label=words.last_used><Timestamp at=session.last_access /></Cell>
            <Cell label=words.device><span class="adm-device">{device}</span></Cell>
            <Cell label=words.life>
                <Lifeline id=format!("life-{}", session.id) data=life />
                <div class="adm-ends">{ends}</div>
                {state}
            </Cell>
            <Cell label=words.actions>
                <Button on_press=leave label=label>{words.end}</Button>
            </Cell>
        </tr>
    }
}
