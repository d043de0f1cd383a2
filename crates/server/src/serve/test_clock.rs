//! `POST /test/clock`: moves the server's time, on all nodes of the database. Routed only under `--test-clock`, which needs a
//! loopback address.

use actix_web::{HttpResponse, web};
use perennial_storage::{StorageError, Store, advance_test_clock};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
pub struct Move {
    /// Seconds; the clock never goes back.
    advance: u32,
}

pub async fn advance(store: web::Data<Store>, step: web::Json<Move>) -> HttpResponse {
    let seconds = i64::from(step.advance);
    match store.write(move |tx| Ok::<_, StorageError>(advance_test_clock(tx, seconds)?)).await {
        // Unix milliseconds.
        Ok(now) => HttpResponse::Ok().json(json!({"now": now.as_ms()})),
        Err(error) => {
            tracing::error!(reason = error.private_reason(), "the test clock could not be moved");
            HttpResponse::ServiceUnavailable().json(json!({"error": "temporarily_unavailable"}))
        }
    }
}
