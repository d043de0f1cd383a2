//! The bar above the list: the field, three menus of ready filters, on a phone the order, and the chips of what is set.

use leptos::ev::Event;
use leptos::prelude::*;
use perennial_ui::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

use super::list::List;
use super::names;
use super::search::Search;
use super::wanted::{By, Wanted};
use crate::links;
use crate::texts::screen_texts;

const DAY_MS: i64 = 86_400_000;
const USED_WITHIN: [i64; 3] = [1, 7, 30];
const UNUSED_FOR: [i64; 3] = [7, 30, 60];
const ENDS_WITHIN: [i64; 3] = [1, 7, 30];

#[component]
pub fn Filters(list: List) -> impl IntoView {
    let lang = use_lang();
    let texts = &screen_texts().offline;
    let go = links::navigator(false);
    let show = Callback::new(move |wanted: Wanted| go(&wanted.address(&list.realm.get_value())));
    let chips = Signal::derive(move || names::chips(lang, texts, &list.wanted.read()));
    let remove = Callback::new(move |key: String| {
        show.run(list.wanted.read_untracked().without(&key));
        // The button that was pressed is gone.
        crate::browser::focus(super::grid::GRID_ID);
    });
    let clear = Callback::new(move |()| {
        show.run(list.wanted.read_untracked().filtered(|filter| *filter = Default::default()));
        crate::browser::focus(super::grid::GRID_ID);
    });
    view! {
        <div class="ofl-filters">
            <Search list=list />
            {menus(list, show)}
        </div>
        <div class="ofl-chips">
            <FilterChips chips=chips on_remove=remove on_clear=clear />
        </div>
    }
}

/// A menu that sets a filter and then stands at its name again: what is set is said by the chips.
fn menu(name: &'static str, id: &'static str, options: Vec<(String, String)>, pick: Callback<String>) -> impl IntoView {
    let picked = move |event: Event| {
        let value = event_target_value(&event);
        if value.is_empty() {
            return;
        }
        // What was removed from the chips can be picked again.
        if let Some(menu) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) {
            menu.set_value("");
        }
        pick.run(value);
    };
    view! {
        <select class="pn-input pn-select ofl-menu" id=id name=id aria-label=name prop:value="" on:change=picked>
            <option value="">{name}</option>
            {options.into_iter().map(|(value, words)| view! { <option value=value>{words}</option> }).collect_view()}
        </select>
    }
}

fn menus(list: List, show: Callback<Wanted>) -> impl IntoView {
    let texts = &screen_texts().offline;
    let used = USED_WITHIN.iter().map(|days| (format!("+{days}"), (texts.used_within)(*days)));
    let unused = UNUSED_FOR.iter().map(|days| (format!("-{days}"), (texts.unused_for)(*days)));
    let last_use = used.chain(unused).collect();
    let ends = ENDS_WITHIN.iter().map(|days| (days.to_string(), (texts.ends_within)(*days))).collect();
    let flag = |name, on| (texts.filter_flag)(name, on).to_owned();
    let states = vec![
        ("paused".to_owned(), flag(names::FilterName::Paused, true)),
        ("blocked".to_owned(), flag(names::FilterName::Blocked, true)),
    ];
    let number = |value: &str| value.parse::<i64>().unwrap_or_default();
    let by_use = Callback::new(move |value: String| {
        let days = number(&value);
        let at = list.now.get_untracked() - days.abs() * DAY_MS;
        show.run(list.wanted.read_untracked().filtered(|filter| {
            (filter.used_after, filter.used_before) = if days > 0 { (Some(at), None) } else { (None, Some(at)) };
        }));
    });
    let by_end = Callback::new(move |value: String| {
        let at = list.now.get_untracked() + number(&value) * DAY_MS;
        show.run(list.wanted.read_untracked().filtered(|filter| filter.ends_before = Some(at)));
    });
    let by_state = Callback::new(move |value: String| {
        show.run(list.wanted.read_untracked().filtered(|filter| match value.as_str() {
            "paused" => filter.paused = Some(true),
            _ => filter.blocked = Some(true),
        }));
    });
    let orders = [By::Start, By::LastUse, By::End].map(|by| {
        let words = match by {
            By::Start => texts.started,
            By::LastUse => texts.last_used,
            By::End => texts.end,
        };
        (by.wire().to_owned(), words.to_owned())
    });
    let by_order = Callback::new(move |value: String| {
        let by = [By::LastUse, By::End].into_iter().find(|by| by.wire() == value).unwrap_or_default();
        show.run(list.wanted.read_untracked().sorted_by(by));
    });
    view! {
        <div class="ofl-menus">
            {menu(texts.last_use, "filter-last-use", last_use, by_use)}
            {menu(texts.ends, "filter-ends", ends, by_end)}
            {menu(texts.state, "filter-state", states, by_state)}
            <span class="ofl-order">
                {menu(texts.order, "order", orders.to_vec(), by_order)}
            </span>
        </div>
    }
}
