//! `/users/{id}/role-mappings…`: the roles that a user was given, and with `/composite` all that these and the user's groups
//! include.

use super::{caller::AdminCaller, role_representation as representation, roles::container};
use crate::{
    http::{
        api_answer::{ApiResult, json, no_content},
        json_list::JsonList,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::RoleRepresentation;
use perennial_flows::admin::{
    roles::{Mapping, RoleChange},
    user_roles::{self, user_id},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct At {
    realm: String,
    user: String,
    /// A client's UUID; absent: the realm.
    container: Option<String>,
}

pub async fn all(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let (ids, loaded) = user_roles::direct(&state.site, &caller.0, &at.realm, user_id(&at.user)?).await?;
    Ok(json(&representation::mappings(&loaded.model, &ids)))
}

pub async fn direct(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let (ids, loaded) = user_roles::direct(&state.site, &caller.0, &at.realm, user_id(&at.user)?).await?;
    let container = container(at.container.as_deref())?;
    container.check(&loaded.model)?;
    Ok(json(&representation::of_container(&loaded.model, &ids, container)))
}

pub async fn composite(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let (ids, loaded) = user_roles::effective(&state.site, &caller.0, &at.realm, user_id(&at.user)?).await?;
    let container = container(at.container.as_deref())?;
    container.check(&loaded.model)?;
    Ok(json(&representation::of_container(&loaded.model, &ids, container)))
}

pub async fn available(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let (ids, loaded) = user_roles::direct(&state.site, &caller.0, &at.realm, user_id(&at.user)?).await?;
    let container = container(at.container.as_deref())?;
    container.check(&loaded.model)?;
    Ok(json(&representation::available(&loaded.model, &ids, container)))
}

pub async fn add(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonList<RoleRepresentation>,
) -> ApiResult {
    change(&state, &caller, &at, sent.0, Mapping::Add).await
}

pub async fn remove(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonList<RoleRepresentation>,
) -> ApiResult {
    change(&state, &caller, &at, sent.0, Mapping::Remove).await
}

async fn change(
    state: &AppState,
    caller: &AdminCaller,
    at: &At,
    sent: Vec<RoleRepresentation>,
    mapping: Mapping,
) -> ApiResult {
    let (user, within) = (user_id(&at.user)?, Some(container(at.container.as_deref())?));
    let change = RoleChange { within, roles: representation::references(sent), mapping };
    user_roles::change(&state.site, &caller.0, &at.realm, user, change).await?;
    Ok(no_content())
}
