//! `/users/{id}/federated-identity[/{alias}]`: who a user is at upstream providers.

use super::{caller::AdminCaller, identity_provider_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::FederatedIdentityRepresentation;
use perennial_flows::admin::{user_identities, user_roles::user_id};

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, user) = path.into_inner();
    let all = user_identities::list(&state.site, &caller.0, &realm, user_id(&user)?).await?;
    Ok(json(&all.iter().map(representation::of_link).collect::<Vec<_>>()))
}

pub async fn link(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
    sent: JsonObject<FederatedIdentityRepresentation>,
) -> ApiResult {
    let (realm, user, alias) = path.into_inner();
    let link = representation::link(alias, &sent.0).map_err(ApiRefusal::Invalid)?;
    user_identities::link(&state.site, &caller.0, &realm, user_id(&user)?, link).await?;
    Ok(no_content())
}

pub async fn unlink(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
) -> ApiResult {
    let (realm, user, alias) = path.into_inner();
    user_identities::unlink(&state.site, &caller.0, &realm, user_id(&user)?, alias).await?;
    Ok(no_content())
}
