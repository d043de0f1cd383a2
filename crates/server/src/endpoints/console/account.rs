//! The account portal: its shell, and its sign-in to its realm.

use super::sign_in;
use crate::{
    http::{api_answer::ApiResult, page},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::console::ConsoleKind;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct LoginQuery {
    return_to: Option<String>,
}

/// Only below realms that exist.
pub async fn shell(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let realm = request.match_info().get("realm").unwrap_or_default();
    match state.site.realm(realm).await {
        Ok(_) => state.assets.account_shell(&request),
        Err(error) => page::error(&state, &request, realm, &error),
    }
}

pub async fn login(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    query: web::Query<LoginQuery>,
) -> HttpResponse {
    let begun = sign_in::login(&state, ConsoleKind::Account, &realm, query.return_to.as_deref()).await;
    begun.unwrap_or_else(|error| page::error(&state, &request, &realm, &error))
}

pub async fn callback(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let done = sign_in::callback(&state, ConsoleKind::Account, &request).await;
    done.unwrap_or_else(|error| page::error(&state, &request, "Perennial", &error))
}

pub async fn me(state: web::Data<AppState>, request: HttpRequest) -> ApiResult {
    sign_in::me(&state, ConsoleKind::Account, &request).await
}

pub async fn logout(state: web::Data<AppState>, request: HttpRequest) -> ApiResult {
    sign_in::logout(&state, ConsoleKind::Account, &request).await
}
