//! `GET DELETE …/attack-detection/brute-force/users/{id}` and `DELETE …/users`: wrong passwords, looked at and forgotten.

use super::caller::AdminCaller;
use crate::{
    http::api_answer::{ApiResult, json, no_content},
    state::AppState,
};
use actix_web::web;
use perennial_api::BruteForceStatus;
use perennial_flows::admin::{attack_detection, user_roles::user_id};

pub async fn status(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, user) = path.into_inner();
    let status = attack_detection::status(&state.site, &caller.0, &realm, user_id(&user)?).await?;
    let failures = status.failures;
    // As Keycloak has it where nothing has happened.
    let last_ip_failure = if failures.failed_from.is_empty() { "n/a".to_owned() } else { failures.failed_from };
    Ok(json(&BruteForceStatus {
        num_failures: failures.count,
        disabled: status.is_blocked,
        last_ip_failure,
        last_failure: failures.failed_at.as_ms(),
        failed_login_not_before: failures.blocked_until.as_s(),
    }))
}

pub async fn forgive(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, user) = path.into_inner();
    attack_detection::forgive(&state.site, &caller.0, &realm, user_id(&user)?).await?;
    Ok(no_content())
}

pub async fn forgive_all(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    attack_detection::forgive_all(&state.site, &caller.0, &realm).await?;
    Ok(no_content())
}
