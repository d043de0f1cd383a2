//! The admin console: its shell, and its sign-in to the realm whose admin somebody is.

use super::sign_in;
use crate::{
    http::{api_answer::ApiResult, page},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::{admin::permission::MASTER, console::ConsoleKind};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct LoginQuery {
    realm: Option<String>,
    return_to: Option<String>,
}

pub async fn shell(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    state.assets.admin_shell(&request)
}

pub async fn login(state: web::Data<AppState>, request: HttpRequest, query: web::Query<LoginQuery>) -> HttpResponse {
    let realm = query.realm.as_deref().unwrap_or(MASTER);
    let begun = sign_in::login(&state, ConsoleKind::Admin, realm, query.return_to.as_deref()).await;
    begun.unwrap_or_else(|error| page::error(&state, &request, realm, &error))
}

pub async fn callback(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let done = sign_in::callback(&state, ConsoleKind::Admin, &request).await;
    done.unwrap_or_else(|error| page::error(&state, &request, "Perennial", &error))
}

pub async fn me(state: web::Data<AppState>, request: HttpRequest) -> ApiResult {
    sign_in::me(&state, ConsoleKind::Admin, &request).await
}

pub async fn logout(state: web::Data<AppState>, request: HttpRequest) -> ApiResult {
    sign_in::logout(&state, ConsoleKind::Admin, &request).await
}
