//! `GET …/offline-sessions`, its summary, and the same lists below a client and a user.

use super::{caller::AdminCaller, session_export, session_filter, session_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderName, HeaderValue},
    web,
};
use perennial_api::{
    ApiError,
    session_search::{ClientSessions, SessionClass, SessionSummary},
};
use perennial_domain::{
    Timestamp,
    session_filter::SessionFilter,
    session_tally::{Classes, EDGES_DAYS},
};
use perennial_flows::admin::{
    Permission,
    session_search::{self, Cursor, Found, Order, Search},
};

const DEFAULT_PAGE: usize = 100;
const LONGEST_PAGE: usize = 500;
/// The order is that of a survey taken then.
const AS_OF: &str = "sessions-as-of";

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    request: HttpRequest,
) -> ApiResult {
    if session_export::is_wanted(&request) {
        return session_export::get(state, caller, realm, request).await;
    }
    caller.0.require(Permission::ViewUsers, &realm)?;
    let filter = session_filter::of_query(&state, &realm, request.query_string()).await?;
    page(&state, &caller, &request, Listed { realm: &realm, permission: Permission::ViewUsers, filter }).await
}

pub async fn list_of_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    caller.0.require(Permission::ViewClients, &realm)?;
    let asked = session_filter::of_query(&state, &realm, request.query_string()).await?;
    let filter = SessionFilter { client: Some(super::sessions::known(&client)?), ..asked };
    page(&state, &caller, &request, Listed { realm: &realm, permission: Permission::ViewClients, filter }).await
}

pub async fn list_of_user(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, user, client) = path.into_inner();
    caller.0.require(Permission::ViewUsers, &realm)?;
    let asked = session_filter::of_query(&state, &realm, request.query_string()).await?;
    let user = user.parse().map_err(|_| perennial_flows::FlowError::NotFound(ApiError::USER_NOT_FOUND))?;
    let filter = SessionFilter { user: Some(user), client: Some(super::sessions::known(&client)?), ..asked };
    page(&state, &caller, &request, Listed { realm: &realm, permission: Permission::ViewUsers, filter }).await
}

pub async fn summary(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    request: HttpRequest,
) -> ApiResult {
    caller.0.require(Permission::ViewUsers, &realm)?;
    let filter = session_filter::of_query(&state, &realm, request.query_string()).await?;
    let found = session_search::summarise(&state.site, &realm, &caller.0, filter).await?;
    Ok(json(&SessionSummary {
        total: found.all.total,
        paused: found.all.paused,
        by_end: classes(&found.all.by_end),
        by_last_use: classes(&found.all.by_last_use),
        clients: found.clients.into_iter().map(|(client_id, count)| ClientSessions { client_id, count }).collect(),
        as_of: found.as_of.as_ms(),
        complete: found.complete,
    }))
}

fn classes(counts: &Classes) -> Vec<SessionClass> {
    let edges = EDGES_DAYS.iter().copied().map(Some).chain([None]);
    edges.zip(counts).map(|(within_days, &count)| SessionClass { within_days, count }).collect()
}

/// Which sessions a list is of.
struct Listed<'a> {
    realm: &'a str,
    /// What it takes to see them.
    permission: Permission,
    filter: SessionFilter,
}

async fn page(state: &AppState, caller: &AdminCaller, request: &HttpRequest, listed: Listed<'_>) -> ApiResult {
    let search = search_of(listed.filter, request.query_string())?;
    let order = search.order;
    let found = session_search::list(&state.site, listed.realm, &caller.0, listed.permission, search).await?;
    Ok(answer(&found, order, request))
}

fn answer(found: &Found, order: Order, request: &HttpRequest) -> HttpResponse {
    let shown = json(&found.sessions.iter().map(representation::of_view).collect::<Vec<_>>());
    let cursor = |next: &Cursor| format!("{}.{}", if order == Order::Start { 0 } else { next.key.as_ms() }, next.id);
    let mut answer = followed(shown, request, found.next.as_ref().map(cursor).as_deref());
    if let Some(at) = found.surveyed_at
        && let Ok(value) = HeaderValue::from_str(&at.as_ms().to_string())
    {
        answer.headers_mut().insert(HeaderName::from_static(AS_OF), value);
    }
    answer
}

/// The page's own parameters; those of the filter are read with it.
pub(super) fn search_of(filter: SessionFilter, query: &str) -> Result<Search, ApiRefusal> {
    let pairs = session_filter::pairs(query);
    let get = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let wrong = |field: &str, text: &str| ApiRefusal::Invalid(ApiError::at_field(field, text));
    let number = |name: &str, default: usize| match get(name).map(str::parse) {
        None => Ok(default),
        Some(Ok(number)) => Ok(number),
        Some(Err(_)) => Err(wrong(name, "must be a number from 0 on")),
    };
    let order = match get("sort") {
        None | Some("start") => Order::Start,
        Some("lastUse") => Order::LastUse,
        Some("end") => Order::End,
        Some(_) => return Err(wrong("sort", "must be start, lastUse or end")),
    };
    let descending = match get("order") {
        // The newest first; what ends first, first.
        None => order != Order::End,
        Some("desc") => true,
        Some("asc") => false,
        Some(_) => return Err(wrong("order", "must be asc or desc")),
    };
    let after = get("after").map(|text| cursor_of(text).ok_or_else(|| wrong("after", "is not a cursor of this list")));
    Ok(Search {
        filter,
        order,
        descending,
        after: after.transpose()?,
        first: number("first", 0)?,
        max: number("max", DEFAULT_PAGE)?.clamp(1, LONGEST_PAGE),
    })
}

/// Opaque to callers: `<key>.<id>`.
fn cursor_of(text: &str) -> Option<Cursor> {
    let (key, id) = text.split_once('.')?;
    Some(Cursor { key: Timestamp::from_ms(key.parse().ok()?), id: id.parse().ok()? })
}
