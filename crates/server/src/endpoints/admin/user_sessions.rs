//! Sign-in sessions: of a user, of a client, counted, and `client-session-stats`.

use super::{caller::AdminCaller, sessions::known};
use crate::{
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, PageQuery, SessionCount, UserSessionRepresentation, session_search::ClientSessionStats};
use perennial_flows::{
    FlowError,
    admin::user_sessions::{self, OnlineSession},
};

const DEFAULT_PAGE: u64 = 100;
const LONGEST_PAGE: u64 = 500;

pub async fn list_of_user(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, user) = path.into_inner();
    let user = user.parse().map_err(|_| FlowError::NotFound(ApiError::USER_NOT_FOUND))?;
    let found = user_sessions::list_of_user(&state.site, &realm, (&caller.0, user)).await?;
    Ok(json(&found.into_iter().map(of_online).collect::<Vec<_>>()))
}

pub async fn list_of_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: web::Query<PageQuery>,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    let first = usize::try_from(query.first.unwrap_or(0)).unwrap_or(usize::MAX);
    let max = usize::try_from(query.max.unwrap_or(DEFAULT_PAGE).clamp(1, LONGEST_PAGE)).unwrap_or(1);
    let called = (&caller.0, known(&client)?);
    let found = user_sessions::list_of_client(&state.site, &realm, called, (first, max)).await?;
    Ok(json(&found.into_iter().map(of_online).collect::<Vec<_>>()))
}

pub async fn count_of_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    let count = user_sessions::count_of_client(&state.site, &realm, (&caller.0, known(&client)?)).await?;
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
