//! Offline sessions, one by one: looked at and ended; and how many a client has.

use super::{caller::AdminCaller, clients::client_id, event_representation, session_representation as representation};
use crate::{
    endpoints::account::patch,
    http::{
        api_answer::{ApiResult, json, no_content},
        flag::flag,
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, OfflineSessionPatch, SessionCount, UserSessionRepresentation};
use perennial_domain::{ClientId, GrantId};
use perennial_flows::{
    FlowError,
    admin::{events, sessions},
};
use serde::Deserialize;

pub async fn count_of_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    let count = sessions::count_of_client(&state.site, &realm, &caller.0, known(&client)?).await?;
    Ok(json(&SessionCount { count }))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, session) = path.into_inner();
    let id = session_id(&session)?;
    let view = sessions::find(&state.site, &realm, &caller.0, id).await?;
    let found = events::timeline(&state.site, &realm, &caller.0, id).await?;
    let timeline = found.events.iter().map(|event| event_representation::of_event(found.realm, event)).collect();
    Ok(json(&UserSessionRepresentation { events: timeline, ..representation::of_view(&view) }))
}

pub async fn end(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, session) = path.into_inner();
    sessions::end(&state.site, &realm, &caller.0, session_id(&session)?).await?;
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
    sessions::steer(&state.site, &realm, &caller.0, session_id(&session)?, steering).await?;
    Ok(no_content())
}

/// Keycloak's `DELETE …/sessions/{id}?isOffline=true`; online sessions are user sessions.
#[derive(Deserialize)]
pub struct SessionKind {
    #[serde(rename = "isOffline", default, deserialize_with = "flag")]
    is_offline: Option<bool>,
}

pub async fn end_by_query(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    kind: web::Query<SessionKind>,
) -> ApiResult {
    let (realm, session) = path.into_inner();
    if kind.is_offline == Some(true) {
        sessions::end(&state.site, &realm, &caller.0, session_id(&session)?).await?;
    } else {
        let id = session.parse().map_err(|_| FlowError::NotFound(ApiError::SESSION_NOT_FOUND))?;
        sessions::end_user_session(&state.site, &realm, &caller.0, id).await?;
    }
    Ok(no_content())
}

pub(super) fn known(client: &str) -> Result<ClientId, FlowError> {
    client_id(client).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))
}

fn session_id(text: &str) -> Result<GrantId, FlowError> {
    text.parse().map_err(|_| FlowError::NotFound(ApiError::SESSION_NOT_FOUND))
}
