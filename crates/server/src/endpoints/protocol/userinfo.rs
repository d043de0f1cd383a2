//! The userinfo endpoint (OIDC Core §5.3): the token in the header or, by POST, in the form; never in the URL (RFC 9700 §4.3.2).

use super::cors::{self, Readers};
use crate::{
    http::{form, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError, http::header::AUTHORIZATION, web};
use perennial_flows::{FlowError, userinfo};
use perennial_protocol::{ErrorCode, OAuthError};

pub async fn get(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let token = bearer_token(&request);
    answer(&state, &request, (&realm, token)).await
}

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let in_form = || form::of_oauth_body(&request, &body).ok()?.get("access_token").map(str::to_owned);
    let token = bearer_token(&request).or_else(in_form);
    answer(&state, &request, (&realm, token)).await
}

/// The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
pub fn bearer_token(request: &HttpRequest) -> Option<String> {
    let (scheme, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

async fn answer(state: &AppState, request: &HttpRequest, (realm, token): (&str, Option<String>)) -> HttpResponse {
    let has_token = token.is_some();
    let missing = || FlowError::from(OAuthError::new(ErrorCode::InvalidToken, "Missing token"));
    let claims = match token {
        Some(token) => userinfo::run(&state.site, realm, token).await,
        None => state.site.realm(realm).await.and_then(|_| Err(missing())),
    };
    let answer = match claims {
        Ok(claims) => oauth_answer::json(&claims),
        Err(FlowError::UnknownRealm) => oauth_answer::OAuthRefusal(FlowError::UnknownRealm).error_response(),
        Err(error) => oauth_answer::refuse_bearer(&error, has_token),
    };
    cors::allow(state, request, (realm, Readers::AnyClient), answer).await
}
