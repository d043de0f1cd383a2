//! Plots over time as inline SVG: columns where single counts matter, an area where the course does. Each has its numbers as a
//! table beneath, for who does not see it or wants to read them. Whole units only, so that both themes and any width fit.

use leptos::prelude::*;

use super::{Cell, Column, Table};
use crate::format;
use crate::text::{Lang, use_kit_texts, use_lang};

/// A span of time and what was counted in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotPoint {
    /// The time in words.
    pub label: String,
    pub value: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlotKind {
    #[default]
    Columns,
    Area,
}

/// Height of the drawing, and width of its coordinates where it is stretched.
const HEIGHT: u64 = 120;
const WIDTH: u64 = 1_000;

/// A round number that is not below `most`: 1, 2 or 5 and zeros.
fn ceiling(most: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let edge = step.saturating_mul(factor);
            if edge >= most {
                return edge;
            }
        }
        step = step.saturating_mul(10);
    }
}

/// `title` names it and its table; `what` is what is counted, the table's second column.
#[component]
pub fn Plot(
    #[prop(into)] title: String,
    #[prop(into)] time: String,
    #[prop(into)] what: String,
    points: Vec<PlotPoint>,
    #[prop(optional)] kind: PlotKind,
) -> impl IntoView {
    let lang = use_lang();
    let number = move |n: u64| number(lang, n);
    let top = ceiling(points.iter().map(|point| point.value).max().unwrap_or(0).max(1));
    let drawing = match kind {
        PlotKind::Columns => columns(&points, top, lang).into_any(),
        PlotKind::Area => area(&points, top).into_any(),
    };
    let edge = |point: Option<&PlotPoint>| point.map(|point| point.label.clone()).unwrap_or_default();
    let (first, middle, last) = (edge(points.first()), edge(points.get(points.len() / 2)), edge(points.last()));
    let rows = points.into_iter().rev().map(|point| {
        view! {
            <tr>
                <Cell label=time.clone() head=true>{point.label}</Cell>
                <Cell label=what.clone() number=true>{number(point.value)}</Cell>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <figure class="pn-plot">
            <div class="pn-plot-picture" aria-hidden="true">
                <div class="pn-plot-scale">
                    <span>{number(top)}</span>
                    <span>"0"</span>
                </div>
                {drawing}
                <div class="pn-plot-times">
                    <span>{first}</span>
                    <span>{middle}</span>
                    <span>{last}</span>
                </div>
            </div>
            <details class="pn-plot-table">
                <summary>{use_kit_texts().as_table}</summary>
                <Table caption=title columns=vec![Column::new(time.clone()), Column::new(what.clone()).number()]>
                    {rows}
                </Table>
            </details>
        </figure>
    }
}

fn grid() -> impl IntoView {
    let line = |y: u64| view! { <line class="pn-plot-line" x1="0" x2="100%" y1=y y2=y></line> };
    [0, HEIGHT / 2, HEIGHT].map(line).collect_view()
}

fn number(lang: Lang, n: u64) -> String {
    format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

fn columns(points: &[PlotPoint], top: u64, lang: Lang) -> impl IntoView + use<> {
    let count = points.len().max(1) as u64;
    let percent = |hundredths: u64| format!("{}.{:02}%", hundredths / 100, hundredths % 100);
    let column = |(i, point): (usize, &PlotPoint)| {
        // What is there is seen.
        let height = if point.value == 0 { 0 } else { (point.value * HEIGHT / top).max(2) };
        let (left, width) = (10_000 * i as u64 / count, 10_000 / count);
        view! {
            <g>
                <title>{format!("{}: {}", point.label, number(lang, point.value))}</title>
                <rect class="pn-plot-hit" x=percent(left) width=percent(width) y="0" height=HEIGHT></rect>
                <rect
                    class="pn-plot-column"
                    x=percent(left + width / 8)
                    width=percent(width * 3 / 4)
                    y=HEIGHT - height
                    height=height
                    rx="2"
                ></rect>
            </g>
        }
    };
    let drawn = points.iter().enumerate().map(column).collect_view();
    view! {
        <svg class="pn-plot-svg" width="100%" height=HEIGHT overflow="visible">
            {grid()}
            {drawn}
        </svg>
    }
}

fn area(points: &[PlotPoint], top: u64) -> impl IntoView + use<> {
    let last = points.len().saturating_sub(1).max(1) as u64;
    let place = |(i, point): (usize, &PlotPoint)| {
        format!("{},{}", WIDTH * i as u64 / last, HEIGHT - point.value.min(top) * HEIGHT / top)
    };
    let line: Vec<String> = points.iter().enumerate().map(place).collect();
    let line = format!("M{}", line.join("L"));
    let filled = format!("{line}L{WIDTH},{HEIGHT}L0,{HEIGHT}z");
    view! {
        <svg
            class="pn-plot-svg"
            width="100%"
            height=HEIGHT
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            preserveAspectRatio="none"
        >
            {grid()}
            <path class="pn-plot-area" d=filled></path>
            <path class="pn-plot-course" d=line></path>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::ceiling;

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (most, edge) in [(0, 1), (1, 1), (2, 2), (3, 5), (7, 10), (11, 20), (240, 500), (1_001, 2_000)] {
            assert_eq!(ceiling(most), edge, "{most}");
        }
    }
}
