//! One row: on a desk a line of cells, on a phone a card of the same parts. Where a row is still to come, its bones.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use perennial_api::UserSessionRepresentation as Session;
use perennial_ui::agent::short_agent;
use perennial_ui::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::grid::{GRID_ID, choose, row_id};
use super::list::List;
use crate::browser;
use crate::links;
use crate::pages::session_row::{life_of, user_of};
use crate::texts::screen_texts;

/// A place in the list and what stands there, once it is loaded.
#[derive(Clone)]
pub struct RowSlot {
    pub row: u64,
    pub session: Option<Session>,
}

impl RowSlot {
    /// Another row when any of these is another.
    pub fn key(&self) -> (u64, Option<(String, i64, bool)>) {
        (self.row, self.session.as_ref().map(|it| (it.id.clone(), it.last_access, it.paused)))
    }
}

#[component]
pub fn Row(list: List, place: RowSlot, open: Callback<u64>) -> impl IntoView {
    let RowSlot { row, session } = place;
    let known = session.is_some();
    let id = session.as_ref().map(|session| session.id.clone()).unwrap_or_default();
    let is_chosen = Memo::new(move |_| known && list.chosen.read().has(&id));
    let is_active = move || list.active.get() == row;
    let clicked = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let within = |what: &str| target.as_ref().is_some_and(|it| it.closest(what).ok().flatten().is_some());
        list.active.set(row);
        if within("a") {
            return;
        }
        browser::focus(GRID_ID);
        if within(".ofl-check") || event.shift_key() || event.ctrl_key() || event.meta_key() {
            choose(list, row, event.shift_key());
        } else {
            open.run(row);
        }
    };
    let cells = match session {
        Some(session) => cells(list, session, is_chosen).into_any(),
        None => bones().into_any(),
    };
    view! {
        <div
            class="ofl-row"
            class:ofl-row-active=is_active
            class:ofl-row-chosen=is_chosen
            role="row"
            id=row_id(row)
            aria-rowindex=row + 2
            aria-selected=move || if is_chosen.get() { "true" } else { "false" }
            on:click=clicked
        >
            {cells}
        </div>
    }
}

fn bones() -> impl IntoView {
    view! {
        <div role="gridcell" class="ofl-bones">
            <span class="pn-hidden">{screen_texts().offline.more}</span>
            <span class="pn-skeleton-bone"></span>
        </div>
    }
}

fn filled(words: Option<String>) -> Option<String> {
    words.filter(|words| !words.is_empty())
}

fn cells(list: List, session: Session, is_chosen: Memo<bool>) -> impl IntoView {
    // Times in words are told from the server's "now".
    provide_now(list.now.get_untracked());
    let all = screen_texts();
    let texts = &all.offline;
    let user = user_of(&session);
    let life = life_of(&session, list.now.get_untracked());
    let ends = end_words(use_lang(), &life);
    let blocked = session.blocked_by.as_ref().filter(|_| !session.paused).map(all.sessions.blocked);
    let address = filled(session.last_ip_address).or_else(|| filled(session.ip_address));
    let agent = filled(session.user_agent);
    let device = filled(session.device_label).or_else(|| short_agent(agent.as_deref()?));
    let href = links::offline_session(&list.realm.get_value(), &session.id);
    let client = session.client_id.unwrap_or_default();
    let label = (texts.select_one)(&format!("{user}, {client}"));
    view! {
        <div role="gridcell" class="ofl-check">
            <input type="checkbox" tabindex="-1" aria-label=label prop:checked=is_chosen />
        </div>
        <div role="gridcell" class="ofl-who">
            <a href=href tabindex="-1" class="ofl-user">{user}</a>
            <span class="ofl-second">{client}</span>
        </div>
        <div role="gridcell" class="ofl-device" title=agent>
            <span class="ofl-first">{device.unwrap_or_else(|| all.sessions.unknown.to_owned())}</span>
            <span class="ofl-second">{address}</span>
        </div>
        <div role="gridcell" class="ofl-started">
            <span class="ofl-label">{texts.started}</span>
            <Timestamp at=session.start />
        </div>
        <div role="gridcell" class="ofl-used">
            <span class="ofl-label">{texts.last_used}</span>
            <Timestamp at=session.last_access />
        </div>
        <div role="gridcell" class="ofl-life">
            <Lifeline id=format!("life-{}", session.id) data=life />
            <span class="ofl-ends">
                {session.paused.then(|| view! { <Badge tone=Tone::Warning icon=IconKind::Pause>{all.sessions.paused}</Badge> })}
                {blocked.map(|words| view! { <Badge tone=Tone::Danger icon=IconKind::Warning>{words}</Badge> })}
                <span class="ofl-second">{ends}</span>
            </span>
        </div>
    }
}
