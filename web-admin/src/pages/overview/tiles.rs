//! The four numbers that one looks at first.

use leptos::prelude::*;
use perennial_api::session_search::SessionSummary;
use perennial_api::statistics::Statistics;
use perennial_ui::format;
use perennial_ui::prelude::*;

use crate::links;
use crate::texts::overview::OverviewTexts;

const DAY_MS: i64 = 86_400_000;
/// Sessions that were not used for so many days sleep, where the realm says nothing that is counted.
const ASLEEP_DAYS: i64 = 30;

/// The realm's days, where the sessions are counted at them.
fn asleep_days(summary: &SessionSummary, dormant_days: Option<i64>) -> i64 {
    let counted = |days: &i64| summary.by_last_use.iter().any(|class| class.within_days == Some(*days));
    dormant_days.filter(counted).unwrap_or(ASLEEP_DAYS)
}

pub fn number(lang: Lang, n: u64) -> String {
    format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

struct Tile {
    id: &'static str,
    title: &'static str,
    value: String,
    words: String,
    href: Option<String>,
}

fn tile(tile: Tile) -> impl IntoView {
    let value = match tile.href {
        Some(href) => view! { <a href=href>{tile.value}</a> }.into_any(),
        None => view! { <span>{tile.value}</span> }.into_any(),
    };
    view! {
        <div class="ovw-tile" id=tile.id>
            <dt>{tile.title}</dt>
            <dd>
                <p class="ovw-value">{value}</p>
                <p class="pn-muted pn-small">{tile.words}</p>
            </dd>
        </div>
    }
}

pub fn tiles(
    realm: &str,
    summary: &SessionSummary,
    statistics: &Statistics,
    dormant_days: Option<i64>,
) -> impl IntoView + use<> {
    let lang = use_lang();
    let texts = OverviewTexts::get();
    // The present minute is not over: the one before is the last whole one.
    let minutes = &statistics.minutes;
    let minute = minutes.iter().rev().nth(1).map_or(0, |span| span.refreshed);
    let refused: u64 = minutes.iter().map(|span| span.refused).sum();
    let days = |back: usize| statistics.days.iter().rev().nth(back).map_or(0, |span| span.begun);
    let asleep_days = asleep_days(summary, dormant_days);
    let asleep = asleep(summary, asleep_days);
    let age = statistics.as_of - summary.as_of;
    let live_words = match (summary.complete, age > 60_000) {
        (false, _) => texts.counting.to_owned(),
        (true, true) => (texts.counted)(&format::relative(lang, summary.as_of, statistics.as_of)),
        (true, false) => (texts.live_paused)(&number(lang, summary.paused)),
    };
    let list = links::offline_access(realm);
    let sleeping = format!("{list}?usedBefore={}", statistics.as_of - asleep_days * DAY_MS);
    let all = [
        Tile { id: "live", title: texts.live, value: number(lang, summary.total), words: live_words, href: Some(list) },
        Tile {
            id: "per-minute",
            title: texts.per_minute,
            value: number(lang, minute),
            words: (texts.refused)(&number(lang, refused)),
            href: None,
        },
        Tile {
            id: "begun-today",
            title: texts.begun_today,
            value: number(lang, days(0)),
            words: (texts.begun_before)(&number(lang, days(1))),
            href: None,
        },
        Tile {
            id: "asleep",
            title: texts.asleep,
            value: number(lang, asleep),
            words: (texts.asleep_words)(&asleep_days.to_string()),
            href: Some(sleeping),
        },
    ];
    view! { <dl class="ovw-tiles">{all.map(tile).collect_view()}</dl> }
}

/// The classes that begin at so many days or later.
fn asleep(summary: &SessionSummary, asleep_days: i64) -> u64 {
    let later =
        |class: &&perennial_api::session_search::SessionClass| class.within_days.is_none_or(|days| days > asleep_days);
    summary.by_last_use.iter().filter(later).map(|class| class.count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_api::session_search::SessionClass;

    #[test]
    fn what_was_not_used_for_the_realms_days_sleeps() {
        let class = |within_days, count| SessionClass { within_days, count };
        let by_last_use = vec![class(Some(30), 5), class(Some(90), 3), class(None, 2)];
        let summary = SessionSummary { by_last_use, ..SessionSummary::default() };
        assert_eq!(asleep(&summary, asleep_days(&summary, None)), 5);
        assert_eq!(asleep(&summary, asleep_days(&summary, Some(90))), 2);
        assert_eq!(asleep_days(&summary, Some(45)), 30, "not counted at that day");
    }
}
