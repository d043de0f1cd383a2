//! The introspection endpoint (RFC 7662 §2).

use super::cors::{self, Readers};
use crate::{
    http::{
        credentials, form,
        oauth_answer::{self, OAuthRefusal},
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_flows::introspection;

pub async fn post(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, OAuthRefusal> {
    state.site.glance(&realm).await?;
    let params = form::of_oauth_body(&request, &body)?;
    let credentials = credentials::of_request(&request, &params)?;
    let client_id = credentials.client_id.clone();
    let token = params.require("token")?.to_owned();
    let answer = oauth_answer::json(&introspection::run(&state.site, &realm, (credentials, token)).await?);
    Ok(cors::allow(&state, &request, (&realm, Readers::Of(&client_id)), answer).await)
}
