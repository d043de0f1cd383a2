//! The token endpoint (RFC 6749 §3.2): a typed grant goes to its one file.

use super::cors::{self, Readers};
use crate::{
    http::{browser, credentials, form, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use perennial_flows::{FlowResult, grants};
use perennial_protocol::{ErrorCode, OAuthError, Params, token::TokenResponse};

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    if let Err(error) = state.site.glance(&realm).await {
        return oauth_answer::OAuthRefusal(error).error_response();
    }
    let params = match form::of_oauth_body(&request, &body) {
        Ok(params) => params,
        Err(error) => return oauth_answer::refuse(&error, Some(&request)),
    };
    let (client_id, granted) = grant(&state, &request, (&realm, &params)).await;
    let answer = match granted {
        Ok(tokens) => oauth_answer::json(&tokens),
        Err(error) => oauth_answer::refuse(&oauth_answer::to_oauth(&error), Some(&request)),
    };
    let readers = client_id.as_deref().map_or(Readers::AnyClient, Readers::Of);
    cors::allow(&state, &request, (&realm, readers), answer).await
}

/// The client that asked, as far as it is known, and what came of it.
async fn grant(
    state: &AppState,
    request: &HttpRequest,
    (realm, params): (&str, &Params),
) -> (Option<String>, FlowResult<TokenResponse>) {
    let credentials = match credentials::of_request(request, params) {
        Ok(credentials) => credentials,
        Err(error) => return (None, Err(error.into())),
    };
    let client_id = credentials.client_id.clone();
    let asked = (params, credentials, browser::place(request));
    let granted = match params.require("grant_type") {
        Err(error) => Err(error.into()),
        Ok("authorization_code") => grants::authorization_code::run(&state.site, realm, asked).await,
        Ok("refresh_token") => grants::refresh_token::run(&state.site, realm, asked).await,
        Ok("password") => grants::password::run(&state.site, realm, asked).await,
        Ok("client_credentials") => grants::client_credentials::run(&state.site, realm, asked).await,
        Ok(_) => Err(OAuthError::new(ErrorCode::UnsupportedGrantType, "Unsupported grant_type").into()),
    };
    (Some(client_id), granted)
}
