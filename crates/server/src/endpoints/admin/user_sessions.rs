//! Sign-in sessions: of a user, of a client, counted, and `client-session-stats`.

use super::{caller::AdminCaller, sessions::known};
use crate::{
    http::{
        api_answer::{ApiResult, json},
        asked_page::{LONGEST, cursor, length, skipped},
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_api::{ApiError, PageQuery, SessionCount, UserSessionRepresentation, session_search::ClientSessionStats};
use perennial_flows::{
    FlowError,
    account::Part,
    admin::user_sessions::{self, OnlineSession},
};

const DEFAULT_PAGE: u64 = 100;

pub async fn list_of_user(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, user) = path.into_inner();
    let user = user.parse().map_err(|_| FlowError::NotFound(ApiError::USER_NOT_FOUND))?;
    let part = Part { after: cursor(&query)?, first: skipped(&query)?, max: length(&query, LONGEST) };
    Ok(answer(user_sessions::list_of_user(&state.site, &realm, &caller.0, user, part).await?, &request))
}

pub async fn list_of_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    let part = Part { after: cursor(&query)?, first: skipped(&query)?, max: length(&query, DEFAULT_PAGE) };
    Ok(answer(user_sessions::list_of_client(&state.site, &realm, &caller.0, known(&client)?, part).await?, &request))
}

fn answer(page: user_sessions::Page, request: &HttpRequest) -> HttpResponse {
    let (found, next) = page;
    let shown: Vec<_> = found.into_iter().map(of_online).collect();
    followed(json(&shown), request, next.map(|id| id.to_string()).as_deref())
}

pub async fn count_of_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    let count = user_sessions::count_of_client(&state.site, &realm, &caller.0, known(&client)?).await?;
    Ok(json(&SessionCount { count }))
}

pub async fn stats(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    let all = user_sessions::stats(&state.site, &realm, &caller.0).await?;
    let shown = all.into_iter().map(|one| ClientSessionStats {
        id: one.id.to_string(),
        client_id: one.client_id,
        active: one.active.to_string(),
        offline: one.offline.to_string(),
    });
    Ok(json(&shown.collect::<Vec<_>>()))
}

fn of_online(one: OnlineSession) -> UserSessionRepresentation {
    let session = one.session;
    UserSessionRepresentation {
        id: session.id.to_string(),
        username: Some(one.username),
        user_id: Some(session.user_id.to_string()),
        ip_address: Some(session.place.ip),
        user_agent: Some(session.place.user_agent),
        start: session.started_at.as_ms(),
        last_access: session.last_used_at.as_ms(),
        remember_me: Some(false),
        clients: one.clients,
        offline: false,
        ..UserSessionRepresentation::default()
    }
}
