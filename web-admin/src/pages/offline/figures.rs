//! How the sessions are spread by end and by last use: bars that filter when pressed.

use leptos::prelude::*;
use perennial_api::session_search::{SessionClass, SessionFilterRepresentation as Filter, SessionSummary};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::list::List;
use super::wanted::Wanted;
use crate::links;
use crate::texts::screen_texts;

const DAY_MS: i64 = 86_400_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    End,
    LastUse,
}

#[component]
pub fn Figures(list: List) -> impl IntoView {
    let texts = &screen_texts().offline;
    view! {
        <div class="ofl-figures">
            {figure(list, What::End, texts.by_end)}
            {figure(list, What::LastUse, texts.by_last_use)}
        </div>
    }
}

fn figure(list: List, what: What, title: &'static str) -> impl IntoView {
    let go = links::navigator(false);
    let show = Callback::new(move |wanted: Wanted| go(&wanted.address(&list.realm.get_value())));
    let bars = move || {
        let summary = list.summary.ready().unwrap_or_default();
        let classes = classes_of(&summary, what);
        let most = classes.iter().map(|class| class.count).max().unwrap_or(0).max(1);
        let edges: Vec<Option<i64>> = classes.iter().map(|class| class.within_days).collect();
        let from = |i: usize| i.checked_sub(1).and_then(|before| edges[before]);
        let bar = |(i, class): (usize, SessionClass)| {
            let shown = Bar { from: from(i), to: class.within_days, count: class.count, most };
            let picked = wanted_of(&list.wanted.read_untracked(), what, shown.from, shown.to, summary.as_of);
            bar(shown, what, Callback::new(move |()| picked.iter().for_each(|it| show.run(it.clone()))))
        };
        classes.into_iter().enumerate().map(bar).collect_view()
    };
    view! {
        <section class="ofl-figure">
            <h2 class="ofl-figure-title">{title}</h2>
            <ul class="ofl-bars">{bars}</ul>
        </section>
    }
}

fn classes_of(summary: &SessionSummary, what: What) -> Vec<SessionClass> {
    let classes = match what {
        What::End => &summary.by_end,
        What::LastUse => &summary.by_last_use,
    };
    // Before the first answer the bars stand there empty, so that nothing jumps.
    if classes.is_empty() {
        let edges = [Some(1), Some(7), Some(30), Some(90), None];
        return edges.map(|within_days| SessionClass { within_days, count: 0 }).to_vec();
    }
    classes.clone()
}

/// The API has no lower bound of ends, so a bar of ends stands for all that end until its upper edge; its last one for none.
fn wanted_of(wanted: &Wanted, what: What, from: Option<i64>, to: Option<i64>, now: i64) -> Option<Wanted> {
    let change = |change: &dyn Fn(&mut Filter)| Some(wanted.filtered(|filter| change(filter)));
    match (what, from, to) {
        (What::End, _, Some(to)) => change(&|filter| filter.ends_before = Some(now + to * DAY_MS)),
        (What::End, _, None) => None,
        (What::LastUse, from, to) => change(&|filter| {
            filter.used_before = from.map(|days| now - days * DAY_MS);
            filter.used_after = to.map(|days| now - days * DAY_MS);
        }),
    }
}

/// The sessions of one class, beside the largest of its figure.
struct Bar {
    /// Days.
    from: Option<i64>,
    to: Option<i64>,
    count: u64,
    most: u64,
}

fn bar(shown: Bar, what: What, press: Callback<()>) -> impl IntoView {
    let Bar { from, to, count, most } = shown;
    let lang = use_lang();
    let texts = &screen_texts().offline;
    let words = match what {
        What::End => (texts.class_end)(from, to),
        What::LastUse => (texts.class_use)(from, to),
    };
    let number = format::number(lang, i64::try_from(count).unwrap_or(i64::MAX));
    let label = (texts.class_count)(&words, &number);
    // A count that is there is seen.
    let height = if count == 0 { 0 } else { (count * 36 / most).max(2) };
    let fixed = what == What::End && to.is_none();
    view! {
        <li>
            <button
                type="button"
                class="ofl-bar"
                aria-label=label
                aria-disabled=(count == 0 || fixed).then_some("true")
                on:click=move |_| {
                    if count > 0 && !fixed {
                        press.run(());
                    }
                }
            >
                <span class="ofl-bar-count">{number}</span>
                <svg class="ofl-bar-picture" width="100%" height="36" aria-hidden="true">
                    <rect x="0" width="100%" y=36 - height height=height rx="2"></rect>
                    <rect class="ofl-bar-base" x="0" width="100%" y="35" height="1"></rect>
                </svg>
                <span class="ofl-bar-words">{words}</span>
            </button>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_filters_by_what_it_shows() {
        let wanted = Wanted::default();
        let now = 100 * DAY_MS;
        let middle = wanted_of(&wanted, What::LastUse, Some(7), Some(30), now).unwrap_or_default().filter;
        assert_eq!((middle.used_before, middle.used_after), (Some(93 * DAY_MS), Some(70 * DAY_MS)));
        let week = wanted_of(&wanted, What::End, Some(1), Some(7), now).unwrap_or_default().filter;
        assert_eq!(week.ends_before, Some(107 * DAY_MS));
        assert_eq!(wanted_of(&wanted, What::End, Some(90), None, now), None);
    }
}
