//! The clients of a realm: searched by client ID, paged; both are part of the address.

use std::time::Duration;

use leptos::prelude::*;
use perennial_api::{ClientRepresentation, PageQuery, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::{first_row, query};
use crate::api::use_api;
use crate::links;
use crate::policy::offline_scope;
use crate::remote::{Remote, remote, shown};
use crate::screens::set_trail;
use crate::texts::texts;

const ROWS: u64 = 20;
/// A search waits until typing pauses for this long.
const TYPING_PAUSE: Duration = Duration::from_millis(200);

#[derive(Clone, PartialEq)]
struct Position {
    realm: String,
    search: String,
    first: u64,
}

#[component]
pub fn ClientsPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = &texts().clients;
    set_trail("clients", &realm, Vec::new());
    let (search, first) = (query("search"), first_row());
    let position = Memo::new(move |_| Position { realm: realm.clone(), search: search.get(), first: first.get() });
    let load = move |at: Position| async move {
        let search = Some(at.search).filter(|search| !search.is_empty());
        // One row more than shown says whether there is a next page.
        let query = PageQuery { search, first: Some(at.first), max: Some(ROWS + 1), after: None };
        api.get(&(paths::admin_clients(&at.realm) + &query.to_query())).await
    };
    let clients = remote(move || position.get(), load);
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            {search_field(position)}
        </header>
        {shown(clients, LoadingShape::Rows, move |rows| listed(rows, position, clients))}
    }
}

/// What is typed becomes part of the address when typing pauses; the address, changed otherwise, is what is typed.
fn search_field(position: Memo<Position>) -> impl IntoView {
    let texts = &texts().clients;
    let go = links::navigator(true);
    let typed = RwSignal::new(position.get_untracked().search);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        let search = position.read().search.clone();
        if typed.read_untracked().trim() != search {
            typed.set(search);
        }
    });
    Effect::new(move || {
        let search = typed.read().trim().to_owned();
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        let go = go.clone();
        let search_now = move || {
            let at = position.get_untracked();
            if at.search != search {
                go(&links::clients_at(&at.realm, &search, 0));
            }
        };
        waiting.set_value(set_timeout_with_handle(search_now, TYPING_PAUSE).ok());
    });
    on_cleanup(move || {
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
    });
    view! { <SearchField id="filter" label=texts.search value=typed /> }
}

fn listed(
    mut rows: Vec<ClientRepresentation>,
    position: Memo<Position>,
    clients: Remote<Vec<ClientRepresentation>>,
) -> AnyView {
    let lang = use_lang();
    let texts = &texts().clients;
    let at = position.get_untracked();
    if rows.is_empty() {
        return none(&at);
    }
    let more = rows.len() as u64 > ROWS;
    rows.truncate(ROWS as usize);
    let last = at.first + rows.len() as u64;
    let number = |n: u64| format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
    let words = (texts.position)(&number(at.first + 1), &number(last));
    let previous = (at.first > 0).then(|| links::clients_at(&at.realm, &at.search, at.first.saturating_sub(ROWS)));
    let next = more.then(|| links::clients_at(&at.realm, &at.search, at.first + ROWS));
    let paged = previous.is_some() || next.is_some();
    let go = links::navigator(false);
    let on_go = Callback::new(move |url: String| go(&url));
    let columns = vec![
        Column::new(texts.client),
        Column::new(texts.kind),
        Column::new(texts.consent),
        Column::new(texts.offline_access),
    ];
    view! {
        <Table caption=texts.title columns=columns busy=clients.busy>
            {rows.into_iter().map(|client| row(&at.realm, client)).collect_view()}
        </Table>
        {paged.then(|| view! {
            <Pager
                previous=Signal::stored(previous)
                next=Signal::stored(next)
                on_go=on_go
                position=words
                busy=clients.busy
            />
        })}
    }
    .into_any()
}

fn none(at: &Position) -> AnyView {
    let texts = &texts().clients;
    let all = links::clients(&at.realm);
    if at.search.is_empty() && at.first == 0 {
        return view! { <Empty title=texts.none_title icon=IconKind::Clients /> }.into_any();
    }
    let words = (!at.search.is_empty()).then(|| (texts.none_found)(&at.search));
    view! {
        <Empty title=texts.none_title icon=IconKind::Search>
            <p>{words}</p>
            <ButtonLink href=all>{texts.show_all}</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn row(realm: &str, client: ClientRepresentation) -> impl IntoView + use<> {
    let texts = &texts().clients;
    let scope = (texts.scope)(offline_scope(&client));
    let href = links::client_offline_access(realm, client.id.as_deref().unwrap_or_default());
    let client_id = client.client_id.unwrap_or_default();
    let name = client.name.filter(|name| !name.is_empty() && *name != client_id && !name.starts_with("${"));
    let kind = if client.public_client.unwrap_or_default() { texts.public } else { texts.confidential };
    let consent =
        if client.consent_required.unwrap_or_default() { texts.consent_required } else { texts.consent_not_required };
    view! {
        <tr>
            <Cell label=texts.client head=true>
                <a href=href>{client_id}</a>
                {(client.enabled == Some(false)).then(|| view! { " " <Badge tone=Tone::Warning>{texts.disabled}</Badge> })}
                {name.map(|name| view! { <div class="pn-muted pn-small">{name}</div> })}
            </Cell>
            <Cell label=texts.kind>{kind}</Cell>
            <Cell label=texts.consent>{consent}</Cell>
            <Cell label=texts.offline_access>{scope}</Cell>
        </tr>
    }
}
