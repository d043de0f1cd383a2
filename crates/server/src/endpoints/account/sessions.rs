//! `GET …/account/offline-sessions` and `DELETE …/account/offline-sessions/{id}`.

use super::person::Person;
use crate::{
    endpoints::admin::session_representation,
    http::api_answer::{ApiResult, json, no_content},
    state::AppState,
};
use actix_web::web;
use perennial_api::ApiError;
use perennial_domain::{GrantId, audit::Actor};
use perennial_flows::{FlowError, account, endings};

pub async fn list(state: web::Data<AppState>, person: Person) -> ApiResult {
    let sessions = account::offline_sessions(&state.site, &person.realm, person.user).await?;
    Ok(json(&sessions.iter().map(session_representation::of_view).collect::<Vec<_>>()))
}

/// Only one's own: another user's session is not found.
pub async fn end(state: web::Data<AppState>, person: Person, path: web::Path<(String, String)>) -> ApiResult {
    let (_, session) = path.into_inner();
    let id: GrantId = session.parse().map_err(|_| FlowError::NotFound(ApiError::SESSION_NOT_FOUND))?;
    let actor = Actor::User { user: person.user };
    endings::end_grant(&state.site, &person.realm, (id, Some(person.user)), actor).await?;
    Ok(no_content())
}
