//! What is not there: JSON for programs, a page for people.

use crate::{http::page, state::AppState};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use perennial_api::ApiError;
use perennial_flows::FlowError;

/// The host's root leads to the admin console.
pub async fn root() -> HttpResponse {
    page::see_other("/admin/").finish()
}

pub async fn not_found(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")));
    if wants_page {
        return page::error(&state, &request, "Perennial", &FlowError::NotFound("Not found"));
    }
    HttpResponse::NotFound().json(ApiError::error("HTTP 404 Not Found"))
}

/// Below the admin API a wrong path is never the console's.
pub async fn no_such_api() -> HttpResponse {
    HttpResponse::NotFound().json(ApiError::error("HTTP 404 Not Found"))
}
