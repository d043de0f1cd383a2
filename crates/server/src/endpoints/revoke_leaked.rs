//! `POST /revoke-leaked`: anyone may hand in a token that they found, as a form or as JSON. The answer is the same for every
//! token, so that nobody learns here what a token is worth.

use crate::{
    http::{api_answer::ApiResult, form},
    state::AppState,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web,
};
use perennial_flows::leaked::{self, LONGEST_TOKEN};
use perennial_protocol::OAuthError;
use serde_json::Value;

pub async fn post(state: web::Data<AppState>, request: HttpRequest, body: web::Bytes) -> ApiResult {
    let token = token_in(&request, &body)?;
    if let Some(realm) = super::admin::caller::issuing_realm(&state.site.base_url, &token) {
        leaked::hand_in(&state.site, &realm, token).await?;
    }
    Ok(HttpResponse::NoContent().insert_header((CACHE_CONTROL, "no-store")).finish())
}

/// Only the shape of the request is ever refused.
fn token_in(request: &HttpRequest, body: &web::Bytes) -> Result<String, OAuthError> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_json = kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json");
    let token = if is_json {
        // By hand: serde would take an array for the object.
        let read: Option<Value> = serde_json::from_slice(body).ok();
        let named = read.as_ref().and_then(|read| read.get("token")).and_then(Value::as_str).map(str::to_owned);
        named.ok_or_else(|| OAuthError::invalid_request("The body must be a JSON object with a token"))?
    } else {
        form::of_oauth_body(request, body)?.require("token")?.to_owned()
    };
    if token.is_empty() || token.len() > LONGEST_TOKEN {
        return Err(OAuthError::invalid_request("The token is missing or too long"));
    }
    Ok(token.trim().to_owned())
}
