//! What the policy means, drawn while it is typed: two example sessions on one axis, each with a sentence. Positions
//! are percentages in SVG attributes, so it needs no inline style and no measuring.

use leptos::prelude::*;
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::picture::{End, Example, Picture};
use crate::texts::{DrawingTexts, screen_texts};
use crate::token_form::{Field, Typed};

// Whole pixels: printing floats would take 6 kB of the bundle.
const BAR_HEIGHT: i32 = 30;
const AXIS_HEIGHT: i32 = 24;

/// Of a client that says nothing itself.
#[component]
pub fn PolicyDrawing(typed: Memo<Typed>) -> impl IntoView {
    let lang = use_lang();
    let texts = &screen_texts().drawing;
    let limits = Memo::new(move |_| {
        let typed = typed.read();
        let (idle_s, max_s) = typed.for_clients();
        Some((idle_s.filter(|_| typed.has_valid_limits())?, max_s))
    });
    let access = move || {
        let typed = typed.read();
        let seconds = typed.access_s.filter(|_| typed.problem(Field::Access).is_none())?;
        let words = (texts.access)(&format::duration(lang, seconds));
        Some(view! { <p class="adm-drawing-note">{words}</p> })
    };
    view! {
        <Card title=texts.title id="drawing">
            {move || match limits.get() {
                Some((idle_s, max_s)) => drawn(lang, texts, idle_s, max_s).into_any(),
                None => view! { <p class="pn-muted">{texts.cannot_draw}</p> }.into_any(),
            }}
            {access}
        </Card>
    }
}

fn drawn(lang: Lang, texts: &'static DrawingTexts, idle_s: i64, max_s: Option<i64>) -> impl IntoView {
    let picture = Picture::of(idle_s, max_s);
    let time = |seconds| format::duration(lang, seconds);
    let latest = max_s.map(time).unwrap_or_default();
    let nightly = match picture.nightly.end {
        None => texts.nightly_lives.to_owned(),
        Some((_, End::Idle)) => (texts.nightly_too_short)(&time(idle_s)),
        Some((_, End::Max)) => (texts.nightly_ends)(&latest),
    };
    let forgotten = match picture.forgotten.end {
        Some((_, End::Max)) => (texts.forgotten_max)(&latest),
        _ => (texts.forgotten_ends)(&time(idle_s)),
    };
    let max = picture.max;
    view! {
        <div class="adm-drawing">
            {example(texts.nightly, nightly, &picture.nightly, max)}
            {example(texts.forgotten, forgotten, &picture.forgotten, max)}
            {axis(lang, texts, &picture.axis)}
            {legend(texts, max.is_some())}
        </div>
    }
}

fn percent(at: f64) -> String {
    // Two decimals, without the machinery that prints floats.
    let hundredths = (at * 100.0).round() as i64;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

fn example(title: &'static str, words: String, example: &Example, max: Option<f64>) -> impl IntoView + use<> {
    let label = format!("{title}: {words}");
    view! {
        <figure class="adm-example">
            <figcaption>
                <h3>{title}</h3>
                <p>{words}</p>
            </figcaption>
            <svg role="img" aria-label=label width="100%" height=BAR_HEIGHT overflow="visible">
                {bar(example, max)}
            </svg>
        </figure>
    }
}

/// From back to front: the maximum, the life, the stretch in which idle time runs, the uses, the end.
fn bar(example: &Example, max: Option<f64>) -> impl IntoView + use<> {
    let middle = BAR_HEIGHT / 2;
    let (top, thick) = (middle - 4, 8);
    let until = example.end.map_or(100.0, |(at, _)| at);
    let lived = example.idle_from.unwrap_or(until);
    let idle = example.idle_from.map(|from| {
        view! { <rect class="adm-draw-idle" x=percent(from) y=top width=percent(until - from) height=thick rx="4"></rect> }
    });
    let uses = example.uses.iter().map(|at| {
        view! { <line class="adm-draw-use" x1=percent(*at) x2=percent(*at) y1=middle - 7 y2=middle + 7></line> }
    });
    let limit = max
        .map(|at| view! { <line class="adm-draw-max" x1=percent(at) x2=percent(at) y1="-2" y2=BAR_HEIGHT + 2></line> });
    let end = example.end.map(|(at, _)| {
        view! { <line class="adm-draw-end" x1=percent(at) x2=percent(at) y1="2" y2=BAR_HEIGHT - 2></line> }
    });
    let open = example.end.is_none().then(|| {
        view! { <text class="adm-draw-open" x="100%" y=middle + 5 text-anchor="end" aria-hidden="true">"→"</text> }
    });
    view! {
        {limit}
        <rect class="adm-draw-lived" x="0" y=top width=percent(lived) height=thick rx="4"></rect>
        {idle}
        {uses.collect_view()}
        {end}
        {open}
    }
}

fn axis(lang: Lang, texts: &'static DrawingTexts, marks: &[(f64, i64)]) -> impl IntoView + use<> {
    let mark = |(n, (at, seconds)): (usize, &(f64, i64))| {
        // On a narrow drawing only every second of many marks keeps its words, so that no two of them touch.
        let between = marks.len() > 3 && n % 2 == 1;
        let class = if between { "adm-draw-words adm-draw-between" } else { "adm-draw-words" };
        let (words, anchor) = match *seconds {
            0 => (texts.start.to_owned(), "start"),
            seconds if *at > 92.0 => (format::duration(lang, seconds), "end"),
            seconds => (format::duration(lang, seconds), "middle"),
        };
        view! {
            <line class="adm-draw-axis" x1=percent(*at) x2=percent(*at) y1="0" y2="5"></line>
            <text class=class x=percent(*at) y="19" text-anchor=anchor>{words}</text>
        }
    };
    view! {
        <svg class="adm-axis" aria-hidden="true" width="100%" height=AXIS_HEIGHT overflow="visible">
            <line class="adm-draw-axis" x1="0" x2="100%" y1="0.5" y2="0.5"></line>
            {marks.iter().enumerate().map(mark).collect_view()}
        </svg>
    }
}

fn legend(texts: &'static DrawingTexts, max: bool) -> impl IntoView {
    let line =
        |class| view! { <svg width="14" height="14"><line class=class x1="7" x2="7" y1="0" y2="14"></line></svg> };
    let item = move |sign: AnyView, words: &'static str| view! { <li>{sign}<span>{words}</span></li> };
    let idle = view! { <svg width="20" height="14"><rect class="adm-draw-idle" y="3" width="20" height="8" rx="4"></rect></svg> };
    view! {
        <ul class="adm-legend" aria-hidden="true">
            {item(line("adm-draw-use").into_any(), texts.legend_use)}
            {item(idle.into_any(), texts.legend_idle)}
            {item(line("adm-draw-end").into_any(), texts.legend_end)}
            {max.then(|| item(line("adm-draw-max").into_any(), texts.legend_max))}
        </ul>
    }
}
