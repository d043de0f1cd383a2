//! Discovery (OIDC Discovery §4, RFC 8414 §3) and the JWKS (RFC 7517 §5).

use super::cors::{self, Readers};
use crate::{http::oauth_answer::OAuthRefusal, state::AppState};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use perennial_protocol::metadata::ProviderMetadata;
use std::collections::BTreeSet;

/// Seconds that a key set may be kept; a client that meets an unknown key asks anew anyway.
const KEPT: &str = "public, max-age=300";

pub async fn discovery(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
) -> Result<HttpResponse, OAuthRefusal> {
    let loaded = state.site.realm(&realm).await?;
    let mut scopes: Vec<String> = loaded.model.scopes.values().map(|scope| scope.name.clone()).collect();
    scopes.push(perennial_protocol::scope::OPENID.into());
    scopes.sort_unstable();
    let algorithms: BTreeSet<String> = loaded.signing.jwks().keys.into_iter().filter_map(|key| key.alg).collect();
    let metadata = ProviderMetadata::of_issuer(&loaded.issuer, scopes, algorithms.into_iter().collect());
    let answer = HttpResponse::Ok().insert_header((header::CACHE_CONTROL, KEPT)).json(metadata);
    Ok(cors::allow(&state, &request, &realm, Readers::Anyone, answer).await)
}

pub async fn certs(
    state: web::Data<AppState>,
    request: HttpRequest,
    realm: web::Path<String>,
) -> Result<HttpResponse, OAuthRefusal> {
    let loaded = state.site.realm(&realm).await?;
    let answer = HttpResponse::Ok().insert_header((header::CACHE_CONTROL, KEPT)).json(loaded.signing.jwks());
    Ok(cors::allow(&state, &request, &realm, Readers::Anyone, answer).await)
}
