//! `/groups/{id}/role-mappings…`: the roles that a group gives its members, and with `/composite` all that these and the groups
//! around it include.

use super::{caller::AdminCaller, groups::group_id, role_representation as representation, roles::container};
use crate::{
    http::{
        api_answer::{ApiResult, json, no_content},
        json_list::JsonList,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::RoleRepresentation;
use perennial_domain::RoleId;
use perennial_flows::{
    FlowResult, LoadedRealm,
    admin::{
        Permission, groups,
        roles::{Mapping, RoleChange},
    },
};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};

#[derive(Deserialize)]
pub struct At {
    realm: String,
    group: String,
    /// A client's UUID; absent: the realm.
    container: Option<String>,
}

async fn direct_ids(
    state: &AppState,
    caller: &AdminCaller,
    at: &At,
) -> FlowResult<(BTreeSet<RoleId>, Arc<LoadedRealm>)> {
    caller.0.require(Permission::ViewUsers, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    let ids = groups::find(&loaded.model, group_id(&at.group))?.roles.clone();
    Ok((ids, loaded))
}

pub async fn all(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let (ids, loaded) = direct_ids(&state, &caller, &at).await?;
    Ok(json(&representation::mappings(&loaded.model, &ids)))
}

pub async fn direct(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let (ids, loaded) = direct_ids(&state, &caller, &at).await?;
    let container = container(at.container.as_deref())?;
    container.check(&loaded.model)?;
    Ok(json(&representation::of_container(&loaded.model, &ids, container)))
}

pub async fn composite(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let (_, loaded) = direct_ids(&state, &caller, &at).await?;
    let container = container(at.container.as_deref())?;
    container.check(&loaded.model)?;
    let group = groups::find(&loaded.model, group_id(&at.group))?.id;
    let ids = loaded.model.effective_roles([], &[group]);
    Ok(json(&representation::of_container(&loaded.model, &ids, container)))
}

pub async fn available(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let (ids, loaded) = direct_ids(&state, &caller, &at).await?;
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
    let within = Some(container(at.container.as_deref())?);
    let change = RoleChange { within, roles: representation::references(sent), mapping };
    groups::map_roles(&state.site, &caller.0, &at.realm, group_id(&at.group), change).await?;
    Ok(no_content())
}
