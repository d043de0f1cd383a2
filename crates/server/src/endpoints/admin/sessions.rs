//! A client's offline sessions: listed, counted, looked at and ended.

use super::{caller::AdminCaller, clients::client_id, event_representation, session_representation as representation};
use crate::{
    endpoints::account::patch,
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{
    HttpRequest,
    http::header::{HeaderValue, LINK},
    web,
};
use perennial_api::{
    ApiError, OfflineSessionPatch, PageQuery, SessionCount, UserSessionRepresentation, page::next_link,
};
use perennial_domain::{ClientId, GrantId, Timestamp};
use perennial_flows::{
    FlowError,
    admin::{
        events,
        sessions::{self, GrantCursor, PageRequest},
    },
};
use serde::Deserialize;

const DEFAULT_PAGE: u64 = 100;
const LONGEST_PAGE: u64 = 500;

pub async fn list_of_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    (query, request): (web::Query<PageQuery>, HttpRequest),
) -> ApiResult {
    let (realm, client) = path.into_inner();
    let page = sessions::list_of_client(&state.site, &realm, (&caller.0, known(&client)?), page_of(&query)?).await?;
    let mut answer = json(&page.sessions.iter().map(representation::of_view).collect::<Vec<_>>());
    if let Some(next) = page.next {
        let link = next_link(request.path(), &query, &cursor_out(next));
        if let Ok(value) = HeaderValue::from_str(&link) {
            answer.headers_mut().insert(LINK, value);
        }
    }
    Ok(answer)
}

pub async fn count_of_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    let count = sessions::count_of_client(&state.site, &realm, (&caller.0, known(&client)?)).await?;
    Ok(json(&SessionCount { count }))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, session) = path.into_inner();
    let asked = (&caller.0, session_id(&session)?);
    let view = sessions::find(&state.site, &realm, asked).await?;
    let found = events::timeline(&state.site, &realm, asked).await?;
    let timeline = found.events.iter().map(|event| event_representation::of_event(found.realm, event)).collect();
    Ok(json(&UserSessionRepresentation { events: timeline, ..representation::of_view(&view) }))
}

pub async fn end(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, session) = path.into_inner();
    sessions::end(&state.site, &realm, (&caller.0, session_id(&session)?)).await?;
    Ok(no_content())
}

/// Pauses, resumes, narrows, shortens and names. Access for longer is the user's to give.
pub async fn steer(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<OfflineSessionPatch>,
) -> ApiResult {
    let (realm, session) = path.into_inner();
    let steering = patch::read(sent.0)?;
    sessions::steer(&state.site, &realm, (&caller.0, session_id(&session)?), steering).await?;
    Ok(no_content())
}

/// Keycloak's `DELETE …/sessions/{id}?isOffline=true`; online sessions are user sessions.
#[derive(Deserialize)]
pub struct SessionKind {
    #[serde(rename = "isOffline", default)]
    is_offline: bool,
}

pub async fn end_by_query(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    kind: web::Query<SessionKind>,
) -> ApiResult {
    let (realm, session) = path.into_inner();
    if kind.is_offline {
        sessions::end(&state.site, &realm, (&caller.0, session_id(&session)?)).await?;
    } else {
        let id = session.parse().map_err(|_| FlowError::NotFound(ApiError::SESSION_NOT_FOUND))?;
        sessions::end_user_session(&state.site, &realm, (&caller.0, id)).await?;
    }
    Ok(no_content())
}

fn known(client: &str) -> Result<ClientId, FlowError> {
    client_id(client).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))
}

fn session_id(text: &str) -> Result<GrantId, FlowError> {
    text.parse().map_err(|_| FlowError::NotFound(ApiError::SESSION_NOT_FOUND))
}

fn page_of(query: &PageQuery) -> Result<PageRequest, ApiRefusal> {
    let after = query.after.as_deref().map(cursor_in).transpose()?;
    let max = query.max.unwrap_or(DEFAULT_PAGE).clamp(1, LONGEST_PAGE);
    Ok(PageRequest {
        after,
        first: i64::try_from(query.first.unwrap_or(0)).unwrap_or(i64::MAX),
        max: i64::try_from(max).unwrap_or(1),
    })
}

/// Opaque to callers: `<last use>.<id>`.
fn cursor_out(cursor: GrantCursor) -> String {
    format!("{}.{}", cursor.last_used_at.as_ms(), cursor.id)
}

fn cursor_in(text: &str) -> Result<GrantCursor, ApiRefusal> {
    let read = || {
        let (used, id) = text.split_once('.')?;
        Some(GrantCursor { last_used_at: Timestamp::from_ms(used.parse().ok()?), id: id.parse().ok()? })
    };
    read().ok_or_else(|| ApiRefusal::Invalid(ApiError::at_field("after", "is not a cursor of this list")))
}
