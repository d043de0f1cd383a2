//! Endings of many sessions: `POST …/logout-all`, `…/users/{id}/logout`, `…/clients/{uuid}/logout-all`, and the revocation
//! policies' `…/push-revocation`.

use super::{caller::AdminCaller, clients::client_id};
use crate::{
    http::api_answer::{ApiRefusal, ApiResult, json, no_content},
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, GlobalRequestResult, NotBeforeMark, RevocationPolicy};
use perennial_domain::{UserId, ending::Subject};
use perennial_flows::{
    FlowError,
    admin::{Caller, endings},
    endings::not_before::NotBefore,
};
use serde_json::{Map, Value};

pub async fn logout_all(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    endings::end_sessions(&state.site, &caller.0, &realm, Subject::Realm).await?;
    Ok(json(&GlobalRequestResult::default()))
}

pub async fn logout_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    endings::end_sessions(&state.site, &caller.0, &realm, client_of(&client)?).await?;
    Ok(json(&GlobalRequestResult::default()))
}

pub async fn logout_user(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, user) = path.into_inner();
    endings::end_sessions(&state.site, &caller.0, &realm, user_of(&user)?).await?;
    Ok(no_content())
}

pub async fn push_realm(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    body: web::Bytes,
) -> ApiResult {
    push(&state, &caller.0, &realm, Subject::Realm, &body).await
}

pub async fn push_client(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    body: web::Bytes,
) -> ApiResult {
    let (realm, client) = path.into_inner();
    push(&state, &caller.0, &realm, client_of(&client)?, &body).await
}

pub async fn push_user(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    body: web::Bytes,
) -> ApiResult {
    let (realm, user) = path.into_inner();
    push(&state, &caller.0, &realm, user_of(&user)?, &body).await
}

/// Keycloak pushes the policy to its adapters; here it holds everywhere from the next request on, so nothing is left to push. A
/// body sets it first: to a time, to `"now"`, or with 0 to none.
async fn push(state: &AppState, caller: &Caller, realm: &str, of: Subject, body: &web::Bytes) -> ApiResult {
    endings::check_not_before(&state.site, caller, realm, of, None).await?;
    if let Some(mark) = mark_in(body)? {
        endings::set_not_before(&state.site, caller, realm, of, mark).await?;
    }
    Ok(json(&GlobalRequestResult::default()))
}

fn mark_in(body: &[u8]) -> Result<Option<NotBefore>, ApiRefusal> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let invalid = || ApiRefusal::Invalid(ApiError::at_field("notBefore", "must be Unix seconds, 0 or \"now\""));
    // By way of an object: serde alone would take an array.
    let read: Option<Map<String, Value>> = serde_json::from_slice(body).ok();
    let read = read.map(|members| serde_json::from_value::<RevocationPolicy>(Value::Object(members)));
    let sent = read.and_then(Result::ok).ok_or_else(invalid)?;
    Ok(sent.not_before.map(|mark| match mark {
        NotBeforeMark::Named(_) => NotBefore::Now,
        NotBeforeMark::At(seconds) => NotBefore::of_seconds(seconds),
    }))
}

fn client_of(text: &str) -> Result<Subject, FlowError> {
    client_id(text).map(Subject::Client).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))
}

fn user_of(text: &str) -> Result<Subject, FlowError> {
    text.parse::<UserId>().map(Subject::User).map_err(|_| FlowError::NotFound(ApiError::USER_NOT_FOUND))
}
