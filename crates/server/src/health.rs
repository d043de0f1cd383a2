//! `/health/live`: the process answers. `/health/ready`: so does the database, within a second, which can be written as far as is known,
//! and the server is not about to stop; a balancer sends nobody here otherwise. Who may see it sees words only, no reasons.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use perennial_storage::Store;
use serde_json::{Value, json};

const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether the server has been told to stop.
#[derive(Default)]
pub struct Stopping(AtomicBool);

impl Stopping {
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// `GET /health/live`
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({"status": "UP"}))
}

/// `GET /health/ready`. The schema needs no look of its own: the server migrates before it serves.
pub async fn ready(store: web::Data<Store>, stopping: web::Data<Stopping>) -> HttpResponse {
    if stopping.has_begun() {
        return report(Some("server"));
    }
    let answer = tokio::time::timeout(DATABASE_TIMEOUT, store.look()).await;
    match answer {
        Ok(Ok(())) => report(None),
        Ok(Err(error)) => {
            tracing::warn!(reason = error.private_reason(), "not ready: the database refused");
            report(Some("database"))
        }
        Err(_) => {
            tracing::warn!("not ready: the database did not answer within a second");
            report(Some("database"))
        }
    }
}

fn report(down: Option<&str>) -> HttpResponse {
    let mut response = if down.is_none() { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.insert_header((CACHE_CONTROL, "no-store")).json(body(down))
}

fn body(down: Option<&str>) -> Value {
    match down {
        None => json!({"status": "UP"}),
        Some(name) => json!({"status": "DOWN", "checks": [{"name": name, "status": "DOWN"}]}),
    }
}
