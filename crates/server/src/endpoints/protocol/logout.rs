//! The logout endpoint (OIDC RP-Initiated Logout §2): a browser's request, or a client's call with its own refresh token.

use crate::{
    endpoints::pages::signed_out,
    http::{browser, credentials, cross_site_post, form, oauth_answer, page},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::{FlowResult, logout};
use perennial_protocol::Params;

pub async fn get(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let params = form::of_query(&request);
    signed_out::begin(&state, &request, &realm, &params).await
}

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let params = match form::of_body(&request, &body) {
        Ok(params) => params,
        Err(error) => return page::error(&state, &request, &realm, &error.into()),
    };
    if params.get("refresh_token").is_none() {
        return match cross_site_post::as_get(&request, &params) {
            Ok(Some(again)) => again,
            Ok(None) => signed_out::begin(&state, &request, &realm, &params).await,
            Err(error) => page::error(&state, &request, &realm, &error.into()),
        };
    }
    match by_token(&state, &request, &realm, &params).await {
        Ok(answer) => answer,
        Err(error) => oauth_answer::refuse(&oauth_answer::to_oauth(&error), Some(&request)),
    }
}

async fn by_token(state: &AppState, request: &HttpRequest, realm: &str, params: &Params) -> FlowResult<HttpResponse> {
    params.check_repeated()?;
    let token = params.require("refresh_token")?.to_owned();
    let (credentials, place) = (credentials::of_request(request, params)?, browser::place(request));
    logout::with_token(&state.site, realm, credentials, token, place).await?;
    Ok(HttpResponse::NoContent().finish())
}
