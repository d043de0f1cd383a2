//! The list itself: a window onto rows of equal height, of which only those in view are in the page. The whole is one stop of
//! the Tab key that keeps the focus while rows come and go; arrows move inside of it.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlElement;

use super::head::Head;
use super::list::{List, Shape};
use super::row::{Row, RowSlot};
use crate::browser;
use crate::links;
use crate::texts::screen_texts;

/// Id of the grid, for giving it the focus.
pub const GRID_ID: &str = "offline-sessions";
/// Scrolling rests when nothing moved for this long.
const REST: Duration = Duration::from_millis(160);
/// Widest screen that shows cards, in CSS pixels; the style sheet says the same.
const NARROW: f64 = 760.0;
const ROW_HEIGHT: f64 = 64.0;
const CARD_HEIGHT: f64 = 172.0;

/// What moves the window: the scrollbar's own position, and the pixel of the list that it stands for.
#[derive(Clone, Copy)]
struct Scroller {
    list: List,
    node: NodeRef<html::Div>,
    /// Position of the bar that has been followed already.
    followed: StoredValue<i32>,
    rest: StoredValue<Option<TimeoutHandle>>,
}

impl Scroller {
    /// The window, as long as it is shown: the browser tells of a moved bar, and calls for the next frame, after the screen may
    /// have been left.
    fn window(self) -> Option<HtmlElement> {
        self.node.try_get_untracked().flatten().map(HtmlElement::from)
    }

    /// Takes up the window's present size, and says whether it has changed.
    fn measure(self) -> bool {
        let Some(node) = self.window() else { return false };
        let width = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(1_024.0);
        let row = if width <= NARROW { CARD_HEIGHT } else { ROW_HEIGHT };
        let shape = Shape { row, window: f64::from(node.client_height()) };
        let before = self.list.shape.get_untracked();
        if before == shape {
            return false;
        }
        let row = self.list.top.get_untracked() / before.row;
        self.list.shape.set(shape);
        self.go_to(row * shape.row);
        true
    }

    /// Shows this row first, once it is known to be there.
    fn begin_at(self, first: u64) {
        self.list.seeking.set((first > 0).then_some(first));
        Effect::new(move |begun: Option<bool>| {
            if self.node.get().is_none() {
                return false;
            }
            self.measure();
            let known = self.list.count() > first;
            if begun != Some(true) && known && first > 0 {
                self.list.active.set(first);
                // The track must be as high as the list before the bar can be placed.
                request_animation_frame(move || self.begin_with(first));
            }
            begun == Some(true) || known
        });
    }

    fn begin_with(self, first: u64) {
        if self.window().is_some() {
            self.go_to(first as f64 * self.list.shape.get_untracked().row);
        }
    }

    /// The bar was moved: a little is taken pixel by pixel, also where the track is compressed; a lot is a jump.
    fn follow(self) {
        // A window of another size moves the bar by itself, maybe before anyone is told of the size: nobody scrolled.
        if self.measure() {
            return;
        }
        let Some(node) = self.window() else { return };
        let position = node.scroll_top();
        let moved = f64::from(position - self.followed.get_value());
        if moved == 0.0 {
            return;
        }
        self.followed.set_value(position);
        self.list.seeking.set(None);
        let track = untrack(|| self.list.track());
        let near = track.is_compressed() && moved.abs() < 2.0 * track.window;
        let top = if near { self.list.top.get_untracked() + moved } else { track.top_at(f64::from(position)) };
        self.list.top.set(track.clamp(top));
        self.rest_later();
    }

    /// Shows this pixel of the list first.
    fn go_to(self, top: f64) {
        let top = untrack(|| self.list.track()).clamp(top);
        self.list.top.set(top);
        self.place_bar();
        self.rest_later();
    }

    fn place_bar(self) {
        let Some(node) = self.window() else { return };
        let position = untrack(|| self.list.track()).position_of(self.list.top.get_untracked());
        node.set_scroll_top(position as i32);
        self.followed.set_value(node.scroll_top());
    }

    fn show(self, row: u64) {
        if self.window().is_none() {
            return;
        }
        let shape = self.list.shape.get_untracked();
        let (top, above) = (self.list.top.get_untracked(), row as f64 * shape.row);
        if above < top {
            self.go_to(above);
        } else if above + shape.row > top + shape.window {
            self.go_to(above + shape.row - shape.window);
        }
    }

    fn rest_later(self) {
        if let Some(waiting) = self.rest.get_value() {
            waiting.clear();
        }
        let rest = move || {
            // A move of the bar that has not been told of yet is not undone.
            self.follow();
            // The bar says again where in the whole this is, and so does the address.
            self.place_bar();
            let (list, shape) = (self.list, self.list.shape.get_untracked());
            let row = (list.top.get_untracked() / shape.row) as u64;
            browser::replace_address(&list.wanted.read_untracked().address_at(&list.realm.get_value(), row));
        };
        self.rest.set_value(set_timeout_with_handle(rest, REST).ok());
    }

    /// Stays at the last row while more are loaded on the way to the end.
    fn keep_at_the_end(self) {
        Effect::new(move |was: Option<bool>| {
            let seeks = self.list.seeking.get() == Some(u64::MAX);
            let last = self.list.count().saturating_sub(1);
            if seeks || was == Some(true) && self.list.rows.read().end().is_some() {
                self.list.active.set(last);
                // The track must be as high as the list before the bar can be placed.
                request_animation_frame(move || self.show(last));
            }
            seeks
        });
    }
}

/// `on_end` asks whether to end what is chosen. `first` is the row to begin at.
#[component]
pub fn Grid(list: List, first: u64, on_end: Callback<()>) -> impl IntoView {
    let texts = &screen_texts().offline;
    let node = NodeRef::<html::Div>::new();
    let scroller = Scroller { list, node, followed: StoredValue::new(0), rest: StoredValue::new(None) };
    scroller.begin_at(first);
    scroller.keep_at_the_end();
    // Another filter or order begins at the top.
    Effect::new(move || {
        if list.top.get() == 0.0 {
            scroller.place_bar();
        }
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        scroller.measure();
    });
    on_cleanup(move || {
        resized.remove();
        scroller.rest.try_get_value().flatten().iter().for_each(TimeoutHandle::clear);
    });
    let on_open = links::navigator(false);
    let open = Callback::new(move |row: u64| {
        let id = list.rows.read_untracked().get(row).map(|session| session.id.clone());
        if let Some(id) = id {
            on_open(&links::offline_session(&list.realm.get_value(), &id));
        }
    });
    let keys = move |event: KeyboardEvent| pressed(&event, scroller, open, on_end);
    // A row that is out of view is not in the page.
    let active_id = move || {
        let (from, to) = list.in_view();
        let active = list.active.get();
        ((from..to).contains(&active) && list.rows.read().get(active).is_some()).then(|| row_id(active))
    };
    view! {
        <div
            class="ofl-grid"
            id=GRID_ID
            role="grid"
            tabindex="0"
            aria-label=texts.list
            aria-multiselectable="true"
            aria-rowcount=move || list.total().map_or(-1, |total| total as i64 + 1)
            aria-activedescendant=active_id
            aria-busy=move || list.loading.get().then_some("true")
            on:keydown=keys
        >
            <Head list=list />
            <div class="ofl-window" role="rowgroup" tabindex="0" node_ref=node on:scroll=move |_| scroller.follow()>
                <div
                    class="ofl-track"
                    role="presentation"
                    style:height=move || format!("{}px", list.track().height().max(list.shape.get().window))
                >
                    {rows(list, open)}
                </div>
            </div>
        </div>
    }
}

pub fn row_id(row: u64) -> String {
    format!("offline-session-{row}")
}

/// The rows in view, in a pane that stays in the window: their place does not depend on how exactly the bar is drawn.
fn rows(list: List, open: Callback<u64>) -> impl IntoView {
    let slots = move || {
        let (from, to) = list.in_view();
        let rows = list.rows.read();
        (from..to).map(|row| RowSlot { row, session: rows.get(row).cloned() }).collect::<Vec<_>>()
    };
    let offset = move || {
        let (from, _) = list.in_view();
        format!("translateY({:.1}px)", from as f64 * list.shape.get().row - list.top.get())
    };
    view! {
        <div class="ofl-pane" role="presentation" style:height=move || format!("{}px", list.shape.get().window)>
            <div role="presentation" style:transform=offset>
                <For each=slots key=RowSlot::key children=move |place| view! { <Row list=list place=place open=open /> } />
            </div>
        </div>
    }
}

fn pressed(event: &KeyboardEvent, scroller: Scroller, open: Callback<u64>, on_end: Callback<()>) {
    let list = scroller.list;
    let chord = event.ctrl_key() || event.meta_key();
    let last = untrack(|| list.count()).saturating_sub(1);
    let (here, page) = (list.active.get_untracked().min(last), list.window_rows());
    let grows = list.rows.with_untracked(|rows| !rows.reachable && rows.end().is_none());
    let to = match event.key().as_str() {
        "ArrowDown" => here + 1,
        "ArrowUp" => here.saturating_sub(1),
        "PageDown" => here + page,
        "PageUp" => here.saturating_sub(page),
        "Home" => 0,
        "End" => last,
        " " => {
            event.prevent_default();
            return choose(list, here, event.shift_key());
        }
        "a" if chord => {
            event.prevent_default();
            return list.chosen.update(super::selection::Selection::pick_all);
        }
        "Enter" => return open.run(here),
        "Delete" if !list.chosen.read_untracked().is_empty() => return on_end.run(()),
        "Escape" => return list.chosen.update(super::selection::Selection::clear),
        _ => return,
    };
    event.prevent_default();
    list.seeking.set((grows && event.key() == "End").then_some(u64::MAX));
    let to = to.min(last);
    list.active.set(to);
    scroller.show(to);
    if event.shift_key() {
        choose(list, to, true);
    }
}

/// Chooses a row, or with `range` all from where the last one was chosen; rows that are not loaded are left out.
pub fn choose(list: List, row: u64, range: bool) {
    list.active.set(row);
    let rows = list.rows.read_untracked();
    let Some(id) = rows.get(row).map(|session| session.id.clone()) else { return };
    list.chosen.update(|chosen| {
        if !range {
            return chosen.toggle(row, &id);
        }
        let (from, to) = (chosen.anchor().min(row), chosen.anchor().max(row));
        chosen.add((from..=to).filter_map(|row| rows.get(row).map(|session| session.id.clone())));
    });
}
