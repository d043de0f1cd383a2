//! `GET POST …/clients/{uuid}/client-secret` and `GET …/clients/{uuid}/service-account-user`: how a client signs in, and as whom.

use super::{caller::AdminCaller, clients::client_id, user_representation};
use crate::{
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, ClientSecretRepresentation};
use perennial_domain::ClientId;
use perennial_flows::{FlowError, FlowResult, admin::client_secret};

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let secret = client_secret::find(&state.site, &caller.0, &realm, known(&id)?).await?;
    Ok(json(&answer(secret.to_string())))
}

pub async fn renew(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let secret = client_secret::renew(&state.site, &caller.0, &realm, known(&id)?).await?;
    Ok(json(&answer(secret.to_string())))
}

pub async fn service_account(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let (user, client) = client_secret::service_account(&state.site, &caller.0, &realm, known(&id)?).await?;
    Ok(json(&user_representation::of_user(&user, Some(client))))
}

fn known(id: &str) -> FlowResult<ClientId> {
    client_id(id).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))
}

fn answer(value: String) -> ClientSecretRepresentation {
    ClientSecretRepresentation { kind: "secret".into(), value }
}
