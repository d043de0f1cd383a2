//! The clients of a realm with how many live offline sessions each has: searched, sorted and paged, all in the address.

use leptos::prelude::*;
use perennial_api::session_search::ClientSessionStats;
use perennial_api::{ClientRepresentation, PageQuery, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::CREATE;
use super::texts::ListTexts;
use crate::api::use_api;
use crate::links;
use crate::pages::filter::{FilterField, list_url};
use crate::pages::{first_row, query};
use crate::policy::offline_scope;
use crate::remote::{Remote, remote, shown};
use crate::rights::{NEW_CLIENT, judged};
use crate::screens::set_trail;
use crate::texts::screen_texts;

const ROWS: usize = 25;
/// The most that the API gives at once; sorting is done here, so that it can go by what other answers say.
const PAGE: u64 = 1_000;
/// So many times that; a search leads to the others.
const PAGES: usize = 10;

/// All clients, and whether there are more.
type Clients = (Vec<ClientRepresentation>, bool);

#[derive(Clone, PartialEq)]
struct Position {
    search: String,
    sort: String,
    descending: bool,
    first: usize,
}

impl Position {
    fn url(&self, base: &str) -> String {
        let first = if self.first > 0 { self.first.to_string() } else { String::new() };
        let order = if self.descending { "desc" } else { "" };
        list_url(base, &[("search", &self.search), ("sort", &self.sort), ("order", order), ("first", &first)])
    }
}

#[derive(Clone, Copy)]
struct List {
    base: StoredValue<String>,
    position: Memo<Position>,
    clients: Remote<Clients>,
    stats: Remote<Vec<ClientSessionStats>>,
}

impl List {
    /// `None` while they are not counted, or where this admin may not know.
    fn sessions_of(self, client: Option<&str>) -> Option<u64> {
        let stats = self.stats.ready()?;
        let own = stats.iter().find(|one| Some(one.id.as_str()) == client);
        Some(own.and_then(|one| one.offline.parse().ok()).unwrap_or_default())
    }
}

#[component]
pub fn ClientsPage(realm: String) -> impl IntoView {
    let api = use_api();
    let words = ListTexts::get();
    let texts = &screen_texts().clients;
    set_trail("clients", &realm, Vec::new());
    let (search, first, sort, order) = (query("search"), first_row(), query("sort"), query("order"));
    let (base, here) = (links::clients(&realm), realm.clone());
    let position = Memo::new(move |_| Position {
        search: search.get(),
        sort: sort.get(),
        descending: *order.read() == "desc",
        first: usize::try_from(first.get()).unwrap_or_default(),
    });
    let stats_url = paths::admin_client_session_stats(&realm);
    let load = move |search: String| {
        let search = Some(search).filter(|search| !search.is_empty());
        let query = PageQuery { search, first: None, max: Some(PAGE), after: None };
        let url = paths::admin_clients(&realm) + &query.to_query();
        async move { api.pages(&url, PAGES).await }
    };
    let list = List {
        base: StoredValue::new(base.clone()),
        position,
        clients: remote(move || search.get(), load),
        stats: remote(move || stats_url.clone(), move |url| async move { api.get(&url).await }),
    };
    let create = format!("{base}/{CREATE}");
    let make = move || {
        let words = words.create;
        view! { <ButtonLink href=create kind=ButtonKind::Primary icon=IconKind::Plus id="create">{words}</ButtonLink> }
            .into_any()
    };
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <div class="adm-head-tools">
                <FilterField base=base label=texts.search search=search />
                {judged(NEW_CLIENT, &here, make)}
            </div>
        </header>
        {shown(list.clients, LoadingShape::Rows, move |clients| {
            let clients = StoredValue::new(clients);
            move || listed(clients.get_value(), &list.position.get(), list)
        })}
    }
}

fn sorted(rows: &mut [ClientRepresentation], at: &Position, list: List) {
    rows.sort_by_cached_key(|client| {
        let name = client.client_id.clone().unwrap_or_default().to_lowercase();
        match at.sort.as_str() {
            "type" => (u64::from(client.public_client.unwrap_or_default()), name),
            "sessions" => (list.sessions_of(client.id.as_deref()).unwrap_or_default(), name),
            _ => (0, name),
        }
    });
    if at.descending {
        rows.reverse();
    }
}

fn column(label: &'static str, key: &'static str, list: List) -> Column {
    let sort = Signal::derive(move || {
        let at = list.position.read();
        (at.sort == key).then_some(if at.descending { Sort::Descending } else { Sort::Ascending })
    });
    let go = links::navigator(true);
    let press = Callback::new(move |()| {
        let at = list.position.get_untracked();
        // Numbers are looked at from the largest down.
        let descending = if at.sort == key { !at.descending } else { key == "sessions" };
        let next = Position { sort: key.to_owned(), descending, first: 0, ..at };
        go(&next.url(&list.base.read_value()));
    });
    Column::new(label).sortable(sort, press)
}

fn listed(clients: Clients, at: &Position, list: List) -> AnyView {
    let (mut rows, more) = clients;
    let words = ListTexts::get();
    let texts = &screen_texts().clients;
    if rows.is_empty() {
        return none(at, list);
    }
    let all = rows.len();
    sorted(&mut rows, at, list);
    let rows: Vec<_> = rows.into_iter().skip(at.first).take(ROWS).collect();
    let columns = vec![
        column(texts.client, "", list),
        column(texts.kind, "type", list),
        Column::new(texts.consent),
        Column::new(texts.offline_access),
        column(words.sessions, "sessions", list).number(),
    ];
    let count = rows.len();
    view! {
        <Table caption=texts.title columns=columns busy=list.clients.busy>
            {rows.into_iter().map(|client| row(client, list)).collect_view()}
        </Table>
        {pager(at, list, count, all)}
        {more.then(|| view! { <p class="pn-muted pn-small">{(words.first_ones)(&number(use_lang(), all))}</p> })}
    }
    .into_any()
}

fn number(lang: Lang, n: usize) -> String {
    format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

fn pager(at: &Position, list: List, count: usize, all: usize) -> Option<AnyView> {
    let lang = use_lang();
    if all <= ROWS {
        return None;
    }
    let base = list.base.read_value();
    let page = |first: usize| Position { first, ..at.clone() }.url(&base);
    let previous = (at.first > 0).then(|| page(at.first.saturating_sub(ROWS)));
    let next = (at.first + count < all).then(|| page(at.first + ROWS));
    let number = |n| number(lang, n);
    let position =
        (screen_texts().sessions.position)(&number(at.first + 1), &number(at.first + count), Some(&number(all)));
    let go = links::navigator(false);
    let on_go = Callback::new(move |url: String| go(&url));
    let (previous, next) = (Signal::stored(previous), Signal::stored(next));
    Some(view! { <Pager previous=previous next=next on_go=on_go position=position /> }.into_any())
}

fn none(at: &Position, list: List) -> AnyView {
    let texts = &screen_texts().clients;
    if at.search.is_empty() {
        return view! { <Empty title=texts.none_title icon=IconKind::Clients /> }.into_any();
    }
    let words = (texts.none_found)(&at.search);
    view! {
        <Empty title=texts.none_title icon=IconKind::Search>
            <p>{words}</p>
            <ButtonLink href=list.base.get_value()>{texts.show_all}</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn row(client: ClientRepresentation, list: List) -> impl IntoView {
    let lang = use_lang();
    let words = ListTexts::get();
    let texts = &screen_texts().clients;
    let scope = (texts.scope)(offline_scope(&client));
    let href = format!("{}/{}", list.base.read_value(), client.id.as_deref().unwrap_or_default());
    let sessions_href = format!("{href}/offline-access");
    let digits = move |n: u64| format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
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
            <Cell label=words.sessions number=true>
                // The counts may come after the clients.
                {move || match list.sessions_of(client.id.as_deref()) {
                    None => view! { <span class="pn-muted">"–"</span> }.into_any(),
                    Some(0) => view! { <span class="pn-muted">"0"</span> }.into_any(),
                    Some(n) => view! { <a href=sessions_href.clone()>{digits(n)}</a> }.into_any(),
                }}
            </Cell>
        </tr>
    }
}
