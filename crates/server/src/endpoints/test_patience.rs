//! `POST /test/patience`: how long requests wait for their answer. Only there with `--test-clock`, which needs a loopback address.

use crate::{
    http::api_answer::{ApiResult, no_content},
    state::AppState,
};
use actix_web::web;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Wanted {
    /// 0: nobody waits, so that no test depends on how fast a machine is.
    ms: u64,
}

pub async fn set(state: web::Data<AppState>, wanted: web::Json<Wanted>) -> ApiResult {
    state.patience.set_ms(wanted.ms);
    Ok(no_content())
}
