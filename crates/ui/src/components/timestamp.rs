//! An instant and a length of time in words. An instant reads relatively ("3 hours ago"); the exact time is in the
//! title, in the reader's zone in the browser and in UTC from the server.

use leptos::prelude::*;

use crate::format;
use crate::text::use_lang;
use crate::time::{now_ms, zone_offset_min};

/// `at` in ms since epoch. `exact` shows the exact time itself.
#[component]
pub fn Timestamp(at: i64, #[prop(optional)] exact: bool) -> impl IntoView {
    let lang = use_lang();
    let full = format::exact(lang, at, zone_offset_min(at));
    let words = match now_ms() {
        Some(now) if !exact => format::relative(lang, at, now),
        _ => full.clone(),
    };
    view! {
        <time class="pn-time" datetime=format::rfc3339(at) title=full>
            {words}
        </time>
    }
}

/// A number of seconds as "30 days".
#[component]
pub fn DurationText(seconds: i64) -> impl IntoView {
    format::duration(use_lang(), seconds)
}
