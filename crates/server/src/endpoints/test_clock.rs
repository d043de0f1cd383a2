//! `POST /test/clock`: moves all of the server's time forward. Only there with `--test-clock`, which needs a loopback address.

use crate::{
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::web;
use perennial_flows::FlowError;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct Step {
    /// Seconds.
    advance: i64,
}

#[derive(Serialize)]
struct Now {
    /// Unix milliseconds.
    now: i64,
}

pub async fn advance(state: web::Data<AppState>, step: web::Json<Step>) -> ApiResult {
    let seconds = step.advance;
    let moved =
        state.site.store.write(move |tx| Ok::<_, FlowError>(perennial_storage::advance_test_clock(tx, seconds)?));
    Ok(json(&Now { now: moved.await?.as_ms() }))
}
