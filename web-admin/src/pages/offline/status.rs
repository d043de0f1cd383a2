//! The line between filters and list, always as high as it is: how many there are and how well that is known, or what is chosen
//! and what can be done with it.

use leptos::prelude::*;
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::grid::GRID_ID;
use super::list::List;
use super::rows::PAGE;
use super::selection::Selection;
use crate::browser;
use crate::links;
use crate::texts::screen_texts;

fn number(lang: Lang, n: u64) -> String {
    format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

#[component]
pub fn Status(list: List, on_end: Callback<()>) -> impl IntoView {
    let chosen = Memo::new(move |_| !list.chosen.read().is_empty());
    view! {
        <div class="ofl-status" class:ofl-status-chosen=chosen>
            {move || match chosen.get() {
                true => selected(list, on_end).into_any(),
                false => counted(list).into_any(),
            }}
        </div>
    }
}

fn counted(list: List) -> impl IntoView {
    let lang = use_lang();
    let texts = &screen_texts().offline;
    let count = move || {
        let (end, seen) = list.rows.with(|rows| (rows.end(), rows.loaded()));
        let found = list.summary.ready().map(|summary| summary.total.max(seen));
        match (list.total().or(end), found) {
            (Some(n), _) => (texts.count)(&number(lang, n), n == 1),
            (None, Some(n)) if n > 0 => (texts.at_least)(&number(lang, n)),
            _ => String::new(),
        }
    };
    let in_view = move || {
        let (shape, top, count) = (list.shape.get(), list.top.get(), list.count());
        let first = (top / shape.row) as u64 + 1;
        let last = (((top + shape.window) / shape.row) as u64).clamp(first.min(count), count);
        (count > 1).then(|| (texts.from_to)(&number(lang, first), &number(lang, last)))
    };
    let ages = move || ages(list, lang);
    let trouble = move || {
        let rows = list.rows.read();
        if list.failed.read().is_some() {
            Some(texts.more_failed.to_owned())
        } else if list.seeking.get().is_some() {
            Some((texts.on_the_way)(&number(lang, rows.loaded())))
        } else if list.loading.get() && !rows.reachable && rows.end().is_none() {
            Some(texts.looking.to_owned())
        } else {
            None
        }
    };
    view! {
        <p class="ofl-count" role="status">
            <strong id="session-count">{count}</strong>
        </p>
        <p class="pn-muted pn-small ofl-where">{in_view}</p>
        <p class="pn-muted pn-small">{ages}</p>
        <p class="pn-small ofl-trouble">
            {trouble} " "
            {move || list.failed.read().is_some().then(|| view! {
                <button class="pn-link-button" type="button" on:click=move |_| list.failed.set(None)>
                    {use_kit_texts().try_again}
                </button>
            })}
            {move || sought(list)}
        </p>
        <p class="pn-muted pn-small ofl-keys">{texts.keys}</p>
    }
}

/// Where rows come one after the other: the way to the end can be left, and the other end is one step away.
fn sought(list: List) -> Option<AnyView> {
    let texts = &screen_texts().offline;
    if list.failed.read().is_some() {
        return None;
    }
    let (words, turns) = match list.seeking.get() {
        Some(_) => (texts.stop, false),
        None => {
            let rows = list.rows.read();
            (!rows.reachable && rows.end().is_none() && rows.loaded() > PAGE).then_some((texts.turn, true))?
        }
    };
    let go = links::navigator(false);
    let press = move |_| match turns {
        true => {
            let wanted = list.wanted.read_untracked();
            go(&wanted.sorted_by(wanted.by).address(&list.realm.get_value()));
        }
        false => list.seeking.set(None),
    };
    Some(view! { <button class="pn-link-button" type="button" on:click=press>{words}</button> }.into_any())
}

/// Counts of long ago, and places that a survey gave, say so.
fn ages(list: List, lang: Lang) -> String {
    let texts = &screen_texts().offline;
    let now = list.now.get();
    let counted_at = list.summary.ready().map(|summary| summary.as_of).filter(|at| now - at > 60_000);
    let ordered_at = list.surveyed_at.get();
    [
        counted_at.map(|at| (texts.counted_at)(&format::relative(lang, at, now))),
        ordered_at.map(|at| (texts.ordered_at)(&format::relative(lang, at, now))),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" · ")
}

fn selected(list: List, on_end: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let texts = &screen_texts().offline;
    let words = move || {
        let chosen = list.chosen.read();
        match (chosen.is_all(), list.total()) {
            (true, Some(n)) => (texts.selected)(&number(lang, n), n == 1),
            (true, None) => texts.selected_all.to_owned(),
            (false, _) => (texts.selected)(&number(lang, chosen.len() as u64), chosen.len() == 1),
        }
    };
    let pick = move || match list.total() {
        Some(n) => (texts.pick_all)(&number(lang, n)),
        None => texts.pick_every.to_owned(),
    };
    let clear = Callback::new(move |()| {
        list.chosen.update(Selection::clear);
        browser::focus(GRID_ID);
    });
    view! {
        <p class="ofl-count" role="status">
            <strong>{words}</strong>
        </p>
        <Button kind=ButtonKind::Danger on_press=on_end id="end-selected">{texts.end_selected}</Button>
        {move || {
            (!list.chosen.read().is_all()).then(|| view! {
                <button class="pn-link-button" type="button" on:click=move |_| {
                    list.chosen.update(Selection::pick_all);
                    browser::focus(GRID_ID);
                }>{pick}</button>
            })
        }}
        <Button kind=ButtonKind::Quiet on_press=clear>{texts.clear}</Button>
    }
}
