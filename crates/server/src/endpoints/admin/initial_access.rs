//! `GET POST /admin/realms/{realm}/clients-initial-access`, `DELETE …/{id}`.

use super::caller::AdminCaller;
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, InitialAccessDraft, InitialAccessRepresentation};
use perennial_domain::registration::InitialAccess;
use perennial_flows::{
    FlowError,
    registration::initial_access::{self, Wanted},
};

/// Ten years, in seconds.
const LONGEST_S: i64 = 315_360_000;
const MOST_CLIENTS: i64 = 10_000;

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    let all = initial_access::list(&state.site, &caller.0, &realm).await?;
    Ok(json(&all.iter().map(|access| representation(access, None)).collect::<Vec<_>>()))
}

/// The token is in this answer and nowhere else.
pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<InitialAccessDraft>,
) -> ApiResult {
    let (expiration, count) = (sent.0.expiration.unwrap_or(0), sent.0.count.unwrap_or(1));
    if !(0..=LONGEST_S).contains(&expiration) {
        let text = format!("must be between 0 and {LONGEST_S}");
        return Err(ApiRefusal::Invalid(ApiError::at_field("expiration", text)));
    }
    if !(1..=MOST_CLIENTS).contains(&count) {
        return Err(ApiRefusal::Invalid(ApiError::at_field("count", format!("must be between 1 and {MOST_CLIENTS}"))));
    }
    let wanted = Wanted { lifespan_s: (expiration > 0).then_some(expiration), count };
    let (token, access) = initial_access::create(&state.site, &caller.0, &realm, wanted).await?;
    // 200 and no Location, as Keycloak answers here.
    Ok(json(&representation(&access, Some(token))))
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let id = id.parse().map_err(|_| FlowError::NotFound("Initial access token not found"))?;
    initial_access::delete(&state.site, &caller.0, &realm, id).await?;
    Ok(no_content())
}

fn representation(access: &InitialAccess, token: Option<String>) -> InitialAccessRepresentation {
    InitialAccessRepresentation {
        id: access.id.to_string(),
        token,
        timestamp: access.created_at.as_s(),
        expiration: access.expires_at.map_or(0, |end| access.created_at.seconds_until(end)),
        count: access.count,
        remaining_count: access.remaining,
    }
}
