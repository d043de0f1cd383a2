//! The users of a realm: searched by name or email, paged by the last name of a page; both are part of the address.

use leptos::prelude::*;
use perennial_api::{PageQuery, UserRepresentation, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::CREATE;
use super::texts::UsersTexts;
use crate::api::use_api;
use crate::browser;
use crate::links;
use crate::pages::filter::{FilterField, list_url};
use crate::pages::{first_row, query};
use crate::remote::{Remote, remote, shown};
use crate::screens::set_trail;

const ROWS: u64 = 25;

#[derive(Clone, PartialEq)]
struct Position {
    realm: String,
    search: String,
    after: String,
    first: u64,
}

#[component]
pub fn UsersPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = UsersTexts::get();
    set_trail("users", &realm, Vec::new());
    let (search, after, first) = (query("search"), query("after"), first_row());
    let base = links::place(&realm, "users");
    let create = format!("{base}/{CREATE}");
    let position = Memo::new(move |_| Position {
        realm: realm.clone(),
        search: search.get(),
        after: after.get(),
        first: first.get(),
    });
    let load = move |at: Position| async move {
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        // One row more than shown says whether there is a next page.
        let query = PageQuery { search: filled(at.search), first: None, max: Some(ROWS + 1), after: filled(at.after) };
        api.get(&(paths::admin_users(&at.realm) + &query.to_query())).await
    };
    let users = remote(move || position.get(), load);
    let listed_base = base.clone();
    view! {
        <header class="adm-head">
            <h1>{texts.title}</h1>
            <div class="adm-head-tools">
                <FilterField base=base label=texts.search search=search />
                <ButtonLink href=create kind=ButtonKind::Primary icon=IconKind::Plus id="create">
                    {texts.create}
                </ButtonLink>
            </div>
        </header>
        {shown(users, LoadingShape::Rows, move |rows| listed(rows, &position.get_untracked(), &listed_base, users))}
    }
}

fn listed(
    mut rows: Vec<UserRepresentation>,
    at: &Position,
    base: &str,
    users: Remote<Vec<UserRepresentation>>,
) -> AnyView {
    let texts = UsersTexts::get();
    if rows.is_empty() {
        return none(at, base);
    }
    let more = rows.len() as u64 > ROWS;
    rows.truncate(ROWS as usize);
    let columns =
        vec![Column::new(texts.user), Column::new(texts.name), Column::new(texts.email), Column::new(texts.created)];
    let base = base.to_owned();
    let next = rows.last().filter(|_| more).and_then(|user| user.username.clone());
    let pager = pager(at, &base, next, rows.len() as u64, users.busy);
    let rows = rows.into_iter().map(|user| row(&base, user)).collect_view();
    view! {
        <Table caption=texts.title columns=columns busy=users.busy>
            {rows}
        </Table>
        {pager}
    }
    .into_any()
}

fn pager(at: &Position, base: &str, next: Option<String>, rows: u64, busy: RwSignal<bool>) -> Option<AnyView> {
    let lang = use_lang();
    let texts = UsersTexts::get();
    let previous = (!at.after.is_empty()).then(|| browser::previous_cursor(&at.after).unwrap_or_default());
    if previous.is_none() && next.is_none() {
        return None;
    }
    let number = |n: u64| format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
    let position = (texts.position)(&number(at.first + 1), &number(at.first + rows));
    let (here, ahead, base) = (at.clone(), next.clone(), base.to_owned());
    let go = links::navigator(false);
    let on_go = Callback::new(move |cursor: String| {
        let forward = ahead.as_ref() == Some(&cursor);
        if forward {
            browser::remember_previous_cursor(&cursor, &here.after);
        }
        let first = match (forward, cursor.is_empty()) {
            (true, _) => here.first + rows,
            (false, true) => 0,
            (false, false) => here.first.saturating_sub(ROWS),
        };
        let first = if first > 0 { first.to_string() } else { String::new() };
        go(&list_url(&base, &[("search", &here.search), ("after", &cursor), ("first", &first)]));
    });
    let (previous, next) = (Signal::stored(previous), Signal::stored(next));
    Some(view! { <Pager previous=previous next=next on_go=on_go position=position busy=busy /> }.into_any())
}

fn none(at: &Position, base: &str) -> AnyView {
    let texts = UsersTexts::get();
    let base = base.to_owned();
    if at.search.is_empty() && at.after.is_empty() {
        return view! { <Empty title=texts.none_title icon=IconKind::Users><p>{texts.none_words}</p></Empty> }
            .into_any();
    }
    let words = (!at.search.is_empty()).then(|| (texts.none_found)(&at.search));
    view! {
        <Empty title=texts.none_title icon=IconKind::Search>
            <p>{words}</p>
            <ButtonLink href=base>{texts.show_all}</ButtonLink>
        </Empty>
    }
    .into_any()
}

pub fn full_name(user: &UserRepresentation) -> String {
    let parts = [&user.first_name, &user.last_name].into_iter().flatten();
    parts.map(String::as_str).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn row(base: &str, user: UserRepresentation) -> impl IntoView + use<> {
    let texts = UsersTexts::get();
    let href = format!("{base}/{}", user.id.as_deref().unwrap_or_default());
    let name = full_name(&user);
    view! {
        <tr>
            <Cell label=texts.user head=true>
                <a href=href>{user.username}</a>
                {(user.enabled == Some(false)).then(|| view! { " " <Badge tone=Tone::Warning>{texts.disabled}</Badge> })}
            </Cell>
            <Cell label=texts.name>{name}</Cell>
            <Cell label=texts.email>{user.email}</Cell>
            <Cell label=texts.created>
                {user.created_timestamp.map(|at| view! { <Timestamp at=at /> })}
            </Cell>
        </tr>
    }
}
