//! The list's state, shared by its parts: what is wanted, what has been loaded, what is in view and what is chosen; and the
//! loading of what is in view.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use perennial_api::paths;
use perennial_api::session_search::{SessionFilterRepresentation as Filter, SessionSummary};
use perennial_ui::prelude::now_ms;

use super::rows::{LONG_PAGE, Need, PAGE, Rows};
use super::selection::Selection;
use super::track;
use super::wanted::{By, Wanted};
use crate::api::{Api, Failure, SessionPage, use_api};
use crate::pages::session_row::server_now;
use crate::remote::{Remote, SOON, remote};

/// A jump is followed once the reader stays there for this long.
const LANDING: Duration = Duration::from_millis(120);
/// Sessions that the server counts and sorts on the spot; of so many, any place can be asked for.
const EXACT: u64 = 4_000;
/// Rows drawn above and below the window.
const MARGIN: u64 = 3;

/// Sizes in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    pub row: f64,
    pub window: f64,
}

#[derive(Clone, Copy)]
pub struct List {
    pub realm: StoredValue<String>,
    pub wanted: Memo<Wanted>,
    pub summary: Remote<SessionSummary>,
    pub rows: RwSignal<Rows>,
    /// When the survey was taken that the order comes from.
    pub surveyed_at: RwSignal<Option<i64>>,
    /// The server's, in ms.
    pub now: RwSignal<i64>,
    pub chosen: RwSignal<Selection>,
    /// The row that the keyboard is at.
    pub active: RwSignal<u64>,
    /// First pixel of the list that is in view.
    pub top: RwSignal<f64>,
    pub shape: RwSignal<Shape>,
    pub loading: RwSignal<bool>,
    /// On the way to this row, or to the end, where no place can be asked for: what lies before is loaded.
    pub seeking: RwSignal<Option<u64>>,
    pub failed: RwSignal<Option<Failure>>,
    api: Api,
    /// Grows when all that was loaded is dropped: answers to older questions are.
    epoch: StoredValue<u32>,
    landing: StoredValue<Option<TimeoutHandle>>,
}

impl List {
    pub fn new(realm: String) -> Self {
        let api = use_api();
        let realm = StoredValue::new(realm);
        let query = use_query_map();
        let wanted = Memo::new(move |_| Wanted::of_query(|name| query.read().get(name)));
        let load = move |filter: Filter| async move {
            api.get(&(paths::admin_offline_session_summary(&realm.get_value()) + &filter.to_query())).await
        };
        let filter = Memo::new(move |_| wanted.read().filter.clone());
        let list = List {
            realm,
            wanted,
            summary: remote(move || filter.get(), load),
            rows: RwSignal::new(Rows::default()),
            surveyed_at: RwSignal::new(None),
            now: RwSignal::new(now_ms().unwrap_or_default()),
            chosen: RwSignal::new(Selection::default()),
            active: RwSignal::new(0),
            top: RwSignal::new(0.0),
            shape: RwSignal::new(Shape { row: 64.0, window: 640.0 }),
            loading: RwSignal::new(false),
            seeking: RwSignal::new(None),
            failed: RwSignal::new(None),
            api,
            epoch: StoredValue::new(0),
            landing: StoredValue::new(None),
        };
        list.follow();
        list
    }

    fn follow(self) {
        Effect::new(move |before: Option<Wanted>| {
            let wanted = self.wanted.get();
            if before.is_some_and(|before| before != wanted) {
                self.start_anew();
            }
            wanted
        });
        Effect::new(move || {
            let wanted = self.wanted.read();
            // The server's survey knows the way to any place of the whole list, and of a client's where it is sorted; a walk does
            // to one of few.
            let of_client = Filter { client: wanted.filter.client.clone(), ..Filter::default() };
            let surveyed = match wanted.by {
                By::Start => !wanted.is_filtered(),
                By::LastUse | By::End => wanted.filter == of_client,
            };
            let reachable = surveyed || self.total().is_some_and(|total| total <= EXACT);
            if self.rows.with_untracked(|rows| rows.reachable != reachable) {
                self.rows.update(|rows| rows.reachable = reachable);
            }
        });
        Effect::new(move || {
            self.api.sign_ins.track();
            self.failed.set(None);
        });
        Effect::new(move || {
            let (from, to) = self.in_view();
            let needed = self.rows.read().need(from, to).or_else(|| self.on_the_way());
            if self.loading.get() || self.failed.read().is_some() {
                return;
            }
            self.land(needed);
        });
        on_cleanup(move || {
            self.epoch.try_update_value(|epoch| *epoch += 1);
            self.landing.try_get_value().flatten().iter().for_each(TimeoutHandle::clear);
        });
    }

    /// What to load next of what lies between here and the row that is sought.
    fn on_the_way(self) -> Option<Need> {
        let sought = self.seeking.get()?;
        let counted = self.summary.value.read().is_some();
        let rows = self.rows.read();
        if rows.reachable || rows.end().is_some() || rows.loaded() > sought {
            self.seeking.set(None);
            return None;
        }
        rows.further().filter(|_| counted)
    }

    /// Everything is looked at again, from the top.
    pub fn start_anew(self) {
        self.epoch.update_value(|epoch| *epoch += 1);
        self.loading.set(false);
        self.seeking.set(None);
        self.failed.set(None);
        self.chosen.set(Selection::default());
        self.active.set(0);
        self.top.set(0.0);
        self.rows.update(Rows::clear);
    }

    fn land(self, needed: Option<Need>) {
        if let Some(waiting) = self.landing.get_value() {
            waiting.clear();
        }
        match needed {
            None => {}
            Some(Need::At(_)) if !self.rows.read_untracked().is_empty() => {
                let go = move || {
                    let (from, to) = untrack(|| self.in_view());
                    if let Some(need) = self.rows.read_untracked().need(from, to) {
                        self.load(need);
                    }
                };
                self.landing.set_value(set_timeout_with_handle(go, LANDING).ok());
            }
            Some(need) => self.load(need),
        }
    }

    fn load(self, need: Need) {
        let wanted = self.wanted.get_untracked();
        let mut path = paths::admin_offline_sessions(&self.realm.get_value()) + &wanted.filter.to_query();
        let separator = if path.contains('?') { '&' } else { '?' };
        let order = if wanted.descending { "desc" } else { "asc" };
        let max = if self.seeking.read_untracked().is_some() { LONG_PAGE } else { PAGE };
        path.push_str(&format!("{separator}sort={}&order={order}&max={max}", wanted.by.wire()));
        match &need {
            Need::After { cursor, .. } => path.push_str(&format!("&after={}", paths::encode(cursor))),
            Need::At(0) => {}
            Need::At(first) => path.push_str(&format!("&first={first}")),
        }
        let epoch = self.epoch.get_value();
        self.loading.set(true);
        spawn_local(async move {
            let answer = self.api.session_page(&path).await;
            if self.epoch.try_get_value() == Some(epoch) {
                self.take(&need, answer);
            }
        });
    }

    fn take(self, need: &Need, answer: Result<SessionPage, Failure>) {
        match answer {
            Ok(page) => {
                if let Some(now) = server_now(&page.sessions).or_else(now_ms) {
                    self.now.set(now);
                }
                self.surveyed_at.set(page.surveyed_at);
                self.rows.update(|rows| rows.insert(need, page));
            }
            Err(failure) => {
                if failure.is_for_now() {
                    let again = move || drop(self.failed.try_set(None));
                    self.landing.set_value(set_timeout_with_handle(again, SOON).ok());
                }
                self.failed.set(Some(failure));
            }
        }
        self.loading.set(false);
    }

    /// How many match, where all of them were counted.
    pub fn total(self) -> Option<u64> {
        self.summary.ready().filter(|summary| summary.complete).map(|summary| summary.total)
    }

    pub fn count(self) -> u64 {
        self.rows.read().count(self.total())
    }

    pub fn track(self) -> track::Track {
        let shape = self.shape.get();
        track::Track { content: self.count() as f64 * shape.row, window: shape.window }
    }

    /// First row drawn, and the one after the last.
    pub fn in_view(self) -> (u64, u64) {
        let (shape, top) = (self.shape.get(), self.top.get());
        let first = (top / shape.row) as u64;
        let last = ((top + shape.window) / shape.row) as u64 + 1;
        (first.saturating_sub(MARGIN), (last + MARGIN).min(self.count()))
    }

    /// Rows that fit the window whole.
    pub fn window_rows(self) -> u64 {
        let shape = self.shape.get_untracked();
        ((shape.window / shape.row) as u64).max(1)
    }

    /// These have ended: they leave the list, and the figures are asked for again.
    pub fn forget(self, ids: &[String]) {
        self.rows.update(|rows| rows.remove(|id| ids.iter().any(|gone| gone == id)));
        self.chosen.update(Selection::clear);
        self.summary.reload();
    }
}
