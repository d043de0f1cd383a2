//! `POST /test/jobs`: runs the background jobs now, so that no test waits for their turn. Only there with `--test-clock`,
//! which needs a loopback address.

use crate::{
    audit_log::AuditLog,
    http::api_answer::{ApiResult, no_content},
    jobs::{self, Turn},
    state::AppState,
};
use actix_web::web;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Which {
    /// Only what is due by the clock, as it would come by itself.
    #[serde(default)]
    due: bool,
}

/// Answers when all of them are through.
pub async fn run(state: web::Data<AppState>, log: web::Data<AuditLog>, which: web::Query<Which>) -> ApiResult {
    let turn = if which.due { Turn::Due } else { Turn::Now };
    jobs::run_all(&state, &log.into_inner(), turn).await?;
    Ok(no_content())
}
