//! The token endpoint (RFC 6749 §3.2): a typed grant goes to its one file.

use super::client_call;
use crate::{
    http::{browser, dpop, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::{
    events,
    grants::{TokenCall, authorization_code, client_credentials, device_code, password, refresh_token, token_exchange},
};
use perennial_protocol::{ErrorCode, OAuthError, device, token_exchange as exchange};

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let call = client_call::of_request(&request, &body);
    let site = &state.site;
    client_call::answer(&state, &request, &realm, call, async |credentials, params| {
        let (client_id, place) = (credentials.client_id.clone(), browser::place(&request));
        let credentials = credentials.with_proof(dpop::of_request(&state, &request)?);
        let call = TokenCall { params: &params, credentials, place: place.clone() };
        let granted = match params.require("grant_type")? {
            "authorization_code" => authorization_code::run(site, &realm, call).await,
            "refresh_token" => refresh_token::run(site, &realm, call).await,
            "password" => password::run(site, &realm, call).await,
            "client_credentials" => client_credentials::run(site, &realm, call).await,
            device::GRANT_TYPE => device_code::run(site, &realm, call).await,
            exchange::GRANT_TYPE => token_exchange::run(site, &realm, call).await,
            _ => Err(OAuthError::new(ErrorCode::UnsupportedGrantType, "Unsupported grant_type").into()),
        };
        if let Err(error) = &granted
            && let Some(event) = events::token_refusal(site, &realm, &params, error)
        {
            site.raise_refusal(&realm, event.client(&client_id).at_place(&place));
        }
        let tokens = granted?;
        let mut answer = oauth_answer::json(&tokens);
        dpop::set_nonce(&mut answer, tokens.dpop_nonce.as_deref());
        Ok(answer)
    })
    .await
}
