//! *Overview*: how many sessions live, what began, was used and ended lately, whose they are, and what looked suspicious.

mod plots;
mod security;
mod tiles;

use leptos::prelude::*;
use perennial_api::paths;
use perennial_api::session_search::SessionSummary;
use perennial_api::statistics::Statistics;
use perennial_ui::format;
use perennial_ui::prelude::*;
use serde::Deserialize;

use crate::api::use_api;
use crate::remote::{remote, shown};
use crate::screens::set_trail;
use crate::texts::overview::OverviewTexts;

/// What this screen reads of a realm.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Notices {
    offline_session_dormant_notice_days: Option<i64>,
}

#[component]
pub fn OverviewPage(realm: String) -> impl IntoView {
    let api = use_api();
    let lang = use_lang();
    let texts = OverviewTexts::get();
    set_trail("overview", &realm, Vec::new());
    let realm = StoredValue::new(realm);
    let load = move |()| {
        // Whoever leaves meanwhile takes the stored name along.
        let realm = realm.get_value();
        async move {
            let summary: SessionSummary = api.get(&paths::admin_offline_session_summary(&realm)).await?;
            let statistics: Statistics = api.get(&paths::admin_statistics(&realm)).await?;
            // Who may not see the realm's settings sees the figures.
            let settings: Notices = api.get(&paths::admin_realm(&realm)).await.unwrap_or_default();
            Ok((summary, statistics, settings.offline_session_dormant_notice_days))
        }
    };
    let figures = remote(|| (), load);
    let events = security::load(api, realm);
    let again = Callback::new(move |()| {
        figures.reload();
        events.reload();
    });
    let seen = move || {
        figures.ready().map(|(_, it, _)| (texts.seen)(&format::exact(lang, it.as_of, zone_offset_min(it.as_of))))
    };
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <div class="pn-row">
                <span class="pn-muted pn-small">{seen}</span>
                <Button busy=figures.busy on_press=again>{texts.refresh}</Button>
            </div>
        </header>
        {shown(figures, LoadingShape::Cards, move |(summary, statistics, dormant_days)| {
            provide_now(statistics.as_of);
            let realm = realm.get_value();
            view! {
                {tiles::tiles(&realm, &summary, &statistics, dormant_days)}
                {plots::plots(&realm, summary, statistics)}
            }
        })}
        {security::card(events)}
    }
}
