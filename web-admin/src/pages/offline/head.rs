//! The grid's header row: the columns' names, those that sort as buttons. Cards have the same orders in the bar above.

use leptos::prelude::*;
use perennial_ui::prelude::*;

use super::list::List;
use super::wanted::By;
use crate::links;
use crate::texts::screen_texts;

#[component]
pub fn Head(list: List) -> impl IntoView {
    let texts = &screen_texts().offline;
    let go = links::navigator(false);
    let sort = Callback::new(move |by: By| {
        let wanted = list.wanted.read_untracked().sorted_by(by);
        go(&wanted.address(&list.realm.get_value()));
    });
    let plain = |words: &'static str| view! { <div role="columnheader" class="ofl-column">{words}</div> };
    let sorted = move |by: By, words: &'static str| {
        let present = move || list.wanted.read().by == by;
        let descending = move || list.wanted.read().descending;
        let aria = move || match (present(), descending()) {
            (false, _) => "none",
            (true, true) => "descending",
            (true, false) => "ascending",
        };
        let hint = (use_kit_texts().sort_by)(words);
        let arrow = move || {
            present().then(|| match descending() {
                true => view! { <Icon kind=IconKind::SortDown /> },
                false => view! { <Icon kind=IconKind::SortUp /> },
            })
        };
        view! {
            <div role="columnheader" class="ofl-column" aria-sort=aria>
                <button class="pn-table-sort" type="button" title=hint on:click=move |_| sort.run(by)>
                    <span>{words}</span>
                    {arrow}
                </button>
            </div>
        }
    };
    view! {
        <div class="ofl-head" role="rowgroup">
            <div class="ofl-row" role="row" aria-rowindex="1">
                <div role="columnheader" class="ofl-column ofl-check">
                    <span class="pn-hidden">{texts.select}</span>
                </div>
                {plain(texts.user)}
                {plain(texts.device)}
                {sorted(By::Start, texts.started)}
                {sorted(By::LastUse, texts.last_used)}
                {sorted(By::End, texts.end)}
            </div>
        </div>
    }
}
