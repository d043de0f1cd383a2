//! The revocation endpoint (RFC 7009 §2).

use super::client_call;
use crate::{
    http::{browser, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::revocation;

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let asked = client_call::of_request(&request, &body);
    client_call::answer(&state, &request, &realm, asked, async |credentials, params| {
        let token = params.require("token")?.to_owned();
        revocation::run(&state.site, &realm, credentials, token, browser::place(&request)).await?;
        Ok(oauth_answer::json(&serde_json::json!({})))
    })
    .await
}
