//! What began and was used lately, what ended why, whose sessions there are and how long they rest.

use std::collections::BTreeMap;

use leptos::prelude::*;
use perennial_api::paths::encode;
use perennial_api::session_search::SessionSummary;
use perennial_api::statistics::Statistics;
use perennial_ui::format;
use perennial_ui::prelude::*;

use crate::links;
use crate::texts::overview::OverviewTexts;
use crate::texts::screen_texts;

/// Clients shown.
const MOST_CLIENTS: usize = 8;

pub fn plots(realm: &str, summary: SessionSummary, statistics: Statistics) -> impl IntoView + use<> {
    let lang = use_lang();
    let texts = OverviewTexts::get();
    let now = statistics.as_of;
    let begun = statistics.days.iter().map(|span| {
        // Days are UTC's, and so are their names.
        PlotPoint { label: format::day(lang, span.from, now, None), value: span.begun }
    });
    let begun: Vec<PlotPoint> = begun.collect();
    let used = statistics.minutes.iter().map(|span| {
        let exact = format::exact(lang, span.from, zone_offset_min(span.from));
        let clock = exact.rsplit(", ").next().unwrap_or_default().to_owned();
        PlotPoint { label: clock, value: span.refreshed }
    });
    let used: Vec<PlotPoint> = used.collect();
    let clients = clients(realm, &summary);
    let endings = endings(&statistics);
    let rests = rests(&summary);
    view! {
        <div class="ovw-wide">
            <Card title=texts.begun id="begun">
                <Plot title=texts.begun time=texts.day what=texts.begun_short points=begun />
            </Card>
            <Card title=texts.refreshes id="refreshes">
                <Plot
                    title=texts.refreshes
                    time=texts.minute
                    what=texts.refreshes_short
                    points=used
                    kind=PlotKind::Area
                />
            </Card>
        </div>
        <div class="ovw-narrow">
            <Card title=texts.clients id="clients">
                {match clients.is_empty() {
                    true => view! { <p class="pn-muted">{texts.no_clients}</p> }.into_any(),
                    false => view! { <BarList bars=clients /> }.into_any(),
                }}
            </Card>
            <Card title=texts.endings id="endings">
                {match endings.is_empty() {
                    true => view! { <p class="pn-muted">{texts.no_endings}</p> }.into_any(),
                    false => view! { <BarList bars=endings /> }.into_any(),
                }}
                <p class="pn-muted pn-small ovw-help">{texts.endings_help}</p>
            </Card>
            <Card title=texts.last_use id="last-use">
                <BarList bars=rests />
            </Card>
        </div>
    }
}

fn clients(realm: &str, summary: &SessionSummary) -> Vec<Bar> {
    let list = links::offline_access(realm);
    let bar = |client: &perennial_api::session_search::ClientSessions| Bar {
        label: client.client_id.clone(),
        value: client.count,
        href: Some(format!("{list}?client={}", encode(&client.client_id))),
    };
    summary.clients.iter().take(MOST_CLIENTS).map(bar).collect()
}

/// The most frequent cause first.
fn endings(statistics: &Statistics) -> Vec<Bar> {
    let texts = OverviewTexts::get();
    let mut causes: BTreeMap<&str, u64> = BTreeMap::new();
    for (cause, count) in statistics.days.iter().flat_map(|span| &span.endings) {
        *causes.entry(cause).or_default() += count;
    }
    let mut bars: Vec<Bar> = causes
        .into_iter()
        .map(|(cause, value)| Bar { label: (texts.cause)(cause).to_owned(), value, href: None })
        .collect();
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.value));
    bars
}

fn rests(summary: &SessionSummary) -> Vec<Bar> {
    let words = screen_texts().offline.class_use;
    let mut from = None;
    let bar = |class: &perennial_api::session_search::SessionClass| {
        let bar = Bar { label: words(from, class.within_days), value: class.count, href: None };
        from = class.within_days;
        bar
    };
    summary.by_last_use.iter().map(bar).collect()
}
