//! `/health/live`: the process answers. `/health/ready`: so does the database, within a second; a balancer sends nobody
//! here otherwise. Who may see it sees words only, no reasons.

use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use perennial_storage::Store;
use serde_json::{Value, json};

const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// `GET /health/live`
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({"status": "UP"}))
}

/// `GET /health/ready`. The schema needs no look of its own: the server migrates before it serves.
pub async fn ready(store: web::Data<Store>) -> HttpResponse {
    let answer = tokio::time::timeout(DATABASE_TIMEOUT, store.ping()).await;
    match answer {
        Ok(Ok(())) => report(true),
        Ok(Err(error)) => {
            tracing::warn!(reason = error.private_reason(), "not ready: the database refused");
            report(false)
        }
        Err(_) => {
            tracing::warn!("not ready: the database did not answer within a second");
            report(false)
        }
    }
}

fn report(is_up: bool) -> HttpResponse {
    let mut response = if is_up { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.insert_header((CACHE_CONTROL, "no-store")).json(body(is_up))
}

fn body(is_up: bool) -> Value {
    if is_up {
        json!({"status": "UP"})
    } else {
        json!({"status": "DOWN", "checks": [{"name": "database", "status": "DOWN"}]})
    }
}
