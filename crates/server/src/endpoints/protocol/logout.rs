//! The logout endpoint (OIDC RP-Initiated Logout §2): a browser's request, or a client's call with its own refresh token.

use super::client_call;
use crate::{
    endpoints::pages::signed_out,
    http::{browser, cross_site_post, form, page},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::logout;

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
    let asked = client_call::of_request(&request, &body);
    client_call::answer(&state, &request, &realm, asked, async |credentials, params| {
        let token = params.require("refresh_token")?.to_owned();
        logout::with_token(&state.site, &realm, credentials, token, browser::place(&request)).await?;
        Ok(HttpResponse::NoContent().finish())
    })
    .await
}
