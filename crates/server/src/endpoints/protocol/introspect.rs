//! The introspection endpoint (RFC 7662 §2).

use super::client_call;
use crate::{
    http::{browser, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::introspection;

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let asked = client_call::of_request(&request, &body);
    client_call::answer(&state, &request, &realm, asked, async |credentials, params| {
        let token = params.require("token")?.to_owned();
        let place = browser::place(&request);
        Ok(oauth_answer::json(&introspection::run(&state.site, &realm, credentials, token, place).await?))
    })
    .await
}
