//! The userinfo endpoint (OIDC Core §5.3): the token in the header or, by POST, in the form; never in the URL (RFC 9700 §4.3.2).
//! A token that is bound to a key comes in the `DPoP` scheme, with a proof (RFC 9449 §7).

use super::cors::{self, Readers};
use crate::{
    http::{dpop, form, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError, http::header::AUTHORIZATION, web};
use perennial_flows::{FlowError, FlowResult, userinfo};
use perennial_protocol::{ErrorCode, OAuthError};
use serde_json::{Map, Value};

/// How the token came.
enum Sent {
    Bearer(String),
    Dpop(String),
}

pub async fn get(state: web::Data<AppState>, request: HttpRequest, realm: web::Path<String>) -> HttpResponse {
    let sent = in_header(&request);
    answer(&state, &request, &realm, sent).await
}

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let in_form = || form::of_oauth_body(&request, &body).ok()?.get("access_token").map(str::to_owned);
    let sent = in_header(&request).or_else(|| in_form().map(Sent::Bearer));
    answer(&state, &request, &realm, sent).await
}

fn in_header(request: &HttpRequest) -> Option<Sent> {
    of_scheme(request, "dpop").map(Sent::Dpop).or_else(|| bearer_token(request).map(Sent::Bearer))
}

/// The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
pub fn bearer_token(request: &HttpRequest) -> Option<String> {
    of_scheme(request, "bearer")
}

fn of_scheme(request: &HttpRequest, wanted: &str) -> Option<String> {
    let (scheme, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| token.trim().to_owned())
}

async fn claims(
    state: &AppState,
    request: &HttpRequest,
    realm: &str,
    sent: &Option<Sent>,
) -> FlowResult<Map<String, Value>> {
    match sent {
        Some(Sent::Bearer(token)) => userinfo::run(&state.site, realm, token.clone(), None).await,
        Some(Sent::Dpop(token)) => {
            let proof = dpop::of_request(state, request)?.ok_or_else(|| dpop::invalid("DPoP proof is missing"))?;
            userinfo::run(&state.site, realm, token.clone(), Some(proof)).await
        }
        None => {
            state.site.realm(realm).await?;
            Err(OAuthError::new(ErrorCode::InvalidToken, "Missing token").into())
        }
    }
}

async fn answer(state: &AppState, request: &HttpRequest, realm: &str, sent: Option<Sent>) -> HttpResponse {
    let answer = match claims(state, request, realm, &sent).await {
        Ok(claims) => oauth_answer::json(&claims),
        Err(FlowError::UnknownRealm) => oauth_answer::OAuthRefusal(FlowError::UnknownRealm).error_response(),
        Err(error) => {
            let mut answer = oauth_answer::refuse_bearer(&error, sent.is_some());
            if matches!(sent, Some(Sent::Dpop(_))) {
                dpop::challenge(&mut answer, &oauth_answer::to_oauth(&error));
            }
            answer
        }
    };
    cors::allow(state, request, realm, Readers::AnyClient, answer).await
}
