//! The device authorization endpoint (RFC 8628 §3.1).

use super::client_call;
use crate::{
    http::{browser, oauth_answer},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::device;

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let asked = client_call::of_request(&request, &body);
    client_call::answer((&state, &request), (&realm, asked), async |credentials, params| {
        let asked = (&params, credentials, browser::place(&request));
        Ok(oauth_answer::json(&device::authorize(&state.site, &realm, asked).await?))
    })
    .await
}
