//! *Offline access*: all offline sessions of the realm. Filter, order and position stand in the address; rows are loaded as
//! they come into view; what is chosen can be ended together.

mod figures;
mod filters;
mod grid;
mod head;
mod list;
mod lookup;
mod names;
mod revoke;
mod row;
mod rows;
mod search;
mod selection;
mod status;
mod track;
mod wanted;

pub use names::FilterName;

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;

use super::query;
use crate::links;
use crate::screens::set_trail;
use crate::texts::screen_texts;
use figures::Figures;
use filters::Filters;
use grid::Grid;
use list::List;
use revoke::BulkRevoke;
use status::Status;

#[component]
pub fn OfflineAccessPage(realm: String) -> impl IntoView {
    let texts = &screen_texts().offline;
    set_trail("offline-access", &realm, Vec::new());
    let first = query("row").get_untracked().parse().unwrap_or(0);
    let list = List::new(realm);
    let asking = RwSignal::new(false);
    let on_end = Callback::new(move |()| asking.set(true));
    let nothing = Memo::new(move |_| list.rows.read().end() == Some(0));
    let export = move || {
        let query = list.wanted.read().filter.to_query();
        format!("{}/export.csv{query}", paths::admin_offline_sessions(&list.realm.get_value()))
    };
    let failed = Memo::new(move |_| list.failed.get().filter(|_| list.rows.read().is_empty()));
    view! {
        <header class="adm-head ofl-title">
            <h1>{texts.title}</h1>
            <a class="pn-button" href=export download="offline-sessions.csv" rel="external" title=texts.export_help>
                <Icon kind=IconKind::Download />
                <span class="pn-button-words">{texts.export}</span>
            </a>
        </header>
        <Figures list=list />
        <Filters list=list />
        <Status list=list on_end=on_end />
        {move || match failed.get() {
            Some(failure) => {
                let retry = Callback::new(move |()| list.start_anew());
                view! { <Failed words=(crate::texts::texts().failure)(&failure) on_retry=retry /> }.into_any()
            }
            None if nothing.get() => none(list).into_any(),
            None => view! { <Grid list=list first=first on_end=on_end /> }.into_any(),
        }}
        <BulkRevoke list=list open=asking />
    }
}

fn none(list: List) -> impl IntoView {
    let texts = &screen_texts().offline;
    if !list.wanted.read_untracked().is_filtered() {
        return view! {
            <Empty title=texts.empty_title icon=IconKind::Away>
                <p>{texts.empty_words}</p>
            </Empty>
        }
        .into_any();
    }
    let all = links::offline_access(&list.realm.get_value());
    view! {
        <Empty title=texts.none_title icon=IconKind::Filter>
            <p>{texts.none_words}</p>
            <ButtonLink href=all>{texts.clear_filters}</ButtonLink>
        </Empty>
    }
    .into_any()
}
