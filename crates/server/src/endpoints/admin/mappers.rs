//! `/clients/{uuid}/protocol-mappers…` and `/client-scopes/{id}/protocol-mappers…`: what tokens say of their users.

use super::{
    caller::AdminCaller, client_scopes::scope_id, clients::client_id, mapper_representation as representation,
};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        json_list::JsonList,
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ProtocolMapperRepresentation, paths::encode};
use perennial_domain::MapperId;
use perennial_flows::admin::{
    Permission,
    mappers::{self, MapperChange, Owner},
    tag_of,
};
use serde::Deserialize;

/// Whose mappers, and which; what a path has depends on the route.
#[derive(Deserialize)]
pub struct At {
    realm: String,
    client: Option<String>,
    scope: Option<String>,
    mapper: Option<String>,
    protocol: Option<String>,
}

impl At {
    fn owner(&self) -> Owner {
        match &self.client {
            Some(id) => Owner::Client(client_id(id)),
            None => Owner::Scope(self.scope.as_deref().and_then(scope_id)),
        }
    }

    fn mapper(&self) -> Option<MapperId> {
        self.mapper.as_deref()?.parse().ok()
    }
}

/// All, or those of one protocol: there is only one.
pub async fn list(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    caller.0.require(Permission::ViewClients, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    let found = representation::all(mappers::list(&loaded.model, at.owner())?);
    let is_ours = at.protocol.as_deref().is_none_or(|protocol| protocol == representation::PROTOCOL);
    Ok(json(&if is_ours { found } else { Vec::new() }))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    caller.0.require(Permission::ViewClients, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    let mapper = mappers::find(&loaded.model, at.owner(), at.mapper())?;
    Ok(tagged(&tag_of(mapper)?, &representation::of_mapper(mapper)))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonObject<ProtocolMapperRepresentation>,
) -> ApiResult {
    let draft = representation::draft(&sent.0).map_err(ApiRefusal::Invalid)?;
    let change = MapperChange::Add(vec![draft]);
    let added = mappers::change(&state.site, &caller.0, &at.realm, at.owner(), change).await?;
    let (base, realm) = (&state.site.base_url, encode(&at.realm));
    let (below, owner) = match (&at.client, &at.scope) {
        (Some(client), _) => ("clients", encode(client)),
        (None, scope) => ("client-scopes", encode(scope.as_deref().unwrap_or_default())),
    };
    let id = added.first().map(ToString::to_string).unwrap_or_default();
    Ok(created(&format!("{base}/admin/realms/{realm}/{below}/{owner}/protocol-mappers/models/{id}")))
}

/// All or none.
pub async fn create_all(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonList<ProtocolMapperRepresentation>,
) -> ApiResult {
    let drafts = representation::drafts(&sent.0).map_err(ApiRefusal::Invalid)?;
    mappers::change(&state.site, &caller.0, &at.realm, at.owner(), MapperChange::Add(drafts)).await?;
    Ok(no_content())
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonObject<ProtocolMapperRepresentation>,
) -> ApiResult {
    let draft = representation::draft(&sent.0).map_err(ApiRefusal::Invalid)?;
    let change = MapperChange::Replace(at.mapper(), draft);
    mappers::change(&state.site, &caller.0, &at.realm, at.owner(), change).await?;
    Ok(no_content())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    let change = MapperChange::Remove(at.mapper());
    mappers::change(&state.site, &caller.0, &at.realm, at.owner(), change).await?;
    Ok(no_content())
}
