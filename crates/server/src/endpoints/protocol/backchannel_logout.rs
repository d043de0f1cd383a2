//! Where upstream providers say that a user has signed out there (OIDC Back-Channel Logout §2.5).

use crate::{
    http::{
        browser, form,
        oauth_answer::{self, OAuthRefusal},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::upstream;

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, OAuthRefusal> {
    let params = form::of_oauth_body(&request, &body)?;
    let presented = upstream::read(&state.site, &realm, params.require("logout_token")?).await?;
    let keys = state.upstream_keys.of(&state.couriers.http, &presented).await?;
    upstream::log_out(&state.site, &realm, presented, &keys, browser::place(&request)).await?;
    Ok(oauth_answer::json(&serde_json::json!({})))
}
