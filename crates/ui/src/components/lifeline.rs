//! The picture of an offline session: a thin bar from start to end, a tick for each use, a mark for now, the shaded
//! stretch that remains, and the end with its cause. Pure view code, so the server renders it as well. Positions are
//! percentages in SVG attributes: it scales without distorting and needs no inline style.

use leptos::prelude::*;

use super::lifeline_geometry::{EndCause, Geometry, LifelineData, LifelineState, WHOLE};
use crate::format;
use crate::text::{Lang, use_lang};
use crate::time::zone_offset_min;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LifelineSize {
    /// For a table row: the bar alone, its words in the title.
    #[default]
    Small,
    /// For a page: with start, now and end in words beneath.
    Large,
}

/// The end with its cause, as "idle, if not used by 21 Dec".
pub fn end_words(lang: Lang, data: &LifelineData) -> String {
    let texts = &lang.texts().lifeline;
    let Some(end) = data.end else {
        return texts.no_end.to_owned();
    };
    let day = format::day(lang, end.at, data.now, zone_offset_min(end.at));
    if end.at <= data.now {
        return (texts.ended)(&day);
    }
    let words = match end.cause {
        EndCause::Idle => texts.ends_idle,
        EndCause::Max => texts.ends_max,
        EndCause::Chosen => texts.ends_chosen,
        EndCause::Approval => texts.ends_approval,
        EndCause::Other => texts.ends_other,
    };
    words(&day)
}

/// The whole picture in sentences, for who does not see it.
fn description(lang: Lang, data: &LifelineData) -> String {
    let texts = &lang.texts().lifeline;
    let relative = |at| format::relative(lang, at, data.now);
    let used = match data.uses.iter().max() {
        Some(last) => (texts.last_used)(&relative(*last)),
        None => texts.never_used.to_owned(),
    };
    let end = end_words(lang, data);
    let mut letters = end.chars();
    let end: String = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default();
    format!("{} {used} {end}.", (texts.began)(&relative(data.started_at)))
}

/// Hundredths of a percent as an SVG length.
fn percent(at: i64) -> String {
    format!("{}.{:02}%", at / 100, at % 100)
}

/// The bar's parts, from back to front, in a box `height` high.
fn bar(geometry: Geometry, height: i64) -> impl IntoView {
    let middle = height / 2;
    let (thick, tick) = (6, height * 2 / 3);
    let now = geometry.now;
    let remaining = (!geometry.ended).then(|| {
        let class = if geometry.endless { "pn-lifeline-rest pn-lifeline-endless" } else { "pn-lifeline-rest" };
        view! { <rect class=class x=percent(now) y=middle - thick / 2 width=percent(WHOLE - now) height=thick rx="3"></rect> }
    });
    let ticks = geometry.ticks.into_iter().map(|at| {
        let (top, bottom) = (middle - tick / 2, middle + tick / 2);
        view! { <line class="pn-lifeline-use" x1=percent(at) x2=percent(at) y1=top y2=bottom></line> }
    });
    let cap = (!geometry.endless).then(|| {
        view! { <line class="pn-lifeline-cap" x1="100%" x2="100%" y1="1" y2=height - 1></line> }
    });
    let mark = (!geometry.ended).then(|| {
        view! { <circle class="pn-lifeline-now" cx=percent(now) cy=middle r=height / 4></circle> }
    });
    view! {
        <rect class="pn-lifeline-lived" x="0" y=middle - thick / 2 width=percent(now) height=thick rx="3"></rect>
        {remaining}
        {ticks.collect_view()}
        {cap}
        {mark}
    }
}

/// `id` must be unique in the page: title and description are tied by it.
#[component]
pub fn Lifeline(#[prop(into)] id: String, data: LifelineData, #[prop(optional)] size: LifelineSize) -> impl IntoView {
    let lang = use_lang();
    let texts = &lang.texts().lifeline;
    let (title_id, desc_id) = (format!("{id}-title"), format!("{id}-desc"));
    let labelled = format!("{title_id} {desc_id}");
    let geometry = data.geometry();
    let state = match (geometry.ended, data.state) {
        (true, _) => "pn-lifeline-ended",
        (false, LifelineState::Live) => "pn-lifeline-live",
        (false, LifelineState::Paused) => "pn-lifeline-paused",
        (false, LifelineState::Blocked) => "pn-lifeline-blocked",
    };
    let (class, height) = match size {
        LifelineSize::Small => ("pn-lifeline pn-lifeline-small", 16),
        LifelineSize::Large => ("pn-lifeline pn-lifeline-large", 24),
    };
    let words = (size == LifelineSize::Large).then(|| {
        let start = format::day(lang, data.started_at, data.now, zone_offset_min(data.started_at));
        view! {
            <div class="pn-lifeline-words" aria-hidden="true">
                <span>{start}</span>
                <span>{end_words(lang, &data)}</span>
            </div>
        }
    });
    view! {
        <div class=format!("{class} {state}")>
            <svg role="img" aria-labelledby=labelled width="100%" height=height.to_string() overflow="visible">
                <title id=title_id>{texts.title}</title>
                <desc id=desc_id>{description(lang, &data)}</desc>
                {bar(geometry, height)}
            </svg>
            {words}
        </div>
    }
}
