//! `POST /test/clock`: moves all of the server's time, or stops it. Only there with `--test-clock`, which needs a loopback address.

use crate::{
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::web;
use perennial_flows::FlowError;
use perennial_storage::{Tx, advance_test_clock, freeze_test_clock};
use serde::{Deserialize, Serialize};

/// A century.
const LONGEST_STEP_S: i64 = 100 * 366 * 86_400;

#[derive(Deserialize)]
pub struct Step {
    /// Seconds; negative goes back.
    advance: Option<i64>,
    /// Whether time stands still but for `advance`, so that a slow machine changes no result.
    freeze: Option<bool>,
}

#[derive(Serialize)]
struct Now {
    /// Unix milliseconds.
    now: i64,
}

pub async fn advance(state: web::Data<AppState>, step: web::Json<Step>) -> ApiResult {
    let Step { advance, freeze } = step.into_inner();
    let says_nothing = advance.is_none() && freeze.is_none();
    if says_nothing || advance.is_some_and(|seconds| !(-LONGEST_STEP_S..=LONGEST_STEP_S).contains(&seconds)) {
        return Err(FlowError::Invalid("Expected `advance` (seconds, at most a century) or `freeze`".into()).into());
    }
    let unit = move |tx: &mut Tx<'_>| {
        if let Some(is_frozen) = freeze {
            freeze_test_clock(tx, is_frozen)?;
        }
        Ok::<_, FlowError>(advance_test_clock(tx, advance.unwrap_or(0))?)
    };
    Ok(json(&Now { now: state.site.store.write(unit).await?.as_ms() }))
}
