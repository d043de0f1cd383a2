//! `POST /test/jobs`: runs the background jobs now, so that no test waits for their turn. Only there with `--test-clock`,
//! which needs a loopback address.

use crate::{
    audit_log::AuditLog,
    http::api_answer::{ApiResult, no_content},
    jobs,
    state::AppState,
};
use actix_web::web;

/// Answers when all of them are through.
pub async fn run(state: web::Data<AppState>, log: web::Data<AuditLog>) -> ApiResult {
    jobs::run_all(&state, &log.into_inner()).await?;
    Ok(no_content())
}
