//! Every limit there is, who set it, when it would end the session, and which one does first.

use leptos::prelude::*;
use perennial_api::explain::{ExplainedLimit, Explanation};
use perennial_ui::prelude::*;

use crate::texts::screen_texts;

pub fn card(explanation: Explanation, now: i64) -> impl IntoView {
    let texts = &screen_texts().session;
    let columns =
        vec![Column::new(texts.limit), Column::new(texts.length), Column::new(texts.set_by), Column::new(texts.ends)];
    view! {
        <Card title=texts.limits>
            <p class="pn-muted pn-small ofs-before-table">{texts.limits_help}</p>
            <Table caption=texts.limits columns=columns>
                {explanation.limits.into_iter().map(|limit| row(limit, now)).collect_view()}
            </Table>
        </Card>
    }
}

fn row(limit: ExplainedLimit, now: i64) -> impl IntoView {
    let texts = &screen_texts().session;
    let dash = || view! { <span class="pn-muted">"–"</span> }.into_any();
    let length = limit.seconds.map_or_else(dash, |seconds| view! { <DurationText seconds=seconds /> }.into_any());
    let source = limit.source.as_deref().map_or_else(dash, |source| (texts.source)(source).into_any());
    let ends = match limit.ends {
        Some(at) if limit.wins || at > now => view! { <Timestamp at=at /> }.into_any(),
        Some(at) => view! { <Timestamp at=at exact=true /> }.into_any(),
        None => view! { <span class="pn-muted">{texts.no_limit}</span> }.into_any(),
    };
    view! {
        <tr class:ofs-wins=limit.wins>
            <Cell label=texts.limit head=true>{(texts.limit_name)(limit.limit.as_str())}</Cell>
            <Cell label=texts.length>{length}</Cell>
            <Cell label=texts.set_by>{source}</Cell>
            <Cell label=texts.ends>
                {ends}
                {limit.wins.then(|| view! { <div><Badge tone=Tone::Accent>{texts.wins}</Badge></div> })}
            </Cell>
        </tr>
    }
}
