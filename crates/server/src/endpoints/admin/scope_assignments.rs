//! Which scopes a client has, by default or on request: `/clients/{uuid}/default-client-scopes`, `…/optional-client-scopes`; and
//! which roles a client or client scope carries: `…/scope-mappings…`.

use super::{
    caller::AdminCaller,
    client_scopes::{kind, scope_id, sorted},
    clients::client_id,
    role_representation as roles,
    roles::container,
};
use crate::{
    http::{
        api_answer::{ApiResult, json, no_content},
        json_list::JsonList,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, RoleRepresentation};
use perennial_domain::ClientId;
use perennial_flows::{
    FlowError, FlowResult,
    admin::{
        Permission,
        client_scopes::{self, Assignment, Carrier},
        roles::{Mapping, RoleChange},
    },
};
use serde::Deserialize;

/// Which parts a path has depends on the route.
#[derive(Deserialize)]
pub struct At {
    realm: String,
    client: Option<String>,
    scope: Option<String>,
    /// The UUID of the client whose roles are meant; absent: the realm's.
    container: Option<String>,
}

impl At {
    fn client(&self) -> FlowResult<ClientId> {
        let id = self.client.as_deref().and_then(client_id);
        id.ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))
    }

    /// What carries the roles: the client, else the client scope.
    fn carrier(&self) -> FlowResult<Carrier> {
        match &self.client {
            Some(_) => self.client().map(Carrier::Client),
            None => Ok(Carrier::Scope(self.scope.as_deref().and_then(scope_id))),
        }
    }
}

pub async fn list<const BY_DEFAULT: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
) -> ApiResult {
    caller.0.require(Permission::ViewClients, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    let client = loaded.client(at.client()?)?;
    let ids = if BY_DEFAULT { &client.default_scopes } else { &client.optional_scopes };
    Ok(json(&sorted(ids.iter().filter_map(|id| loaded.model.scopes.get(id)))))
}

pub async fn give<const BY_DEFAULT: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
) -> ApiResult {
    assign(&state, &caller, &at, BY_DEFAULT, Mapping::Add).await
}

pub async fn take<const BY_DEFAULT: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
) -> ApiResult {
    assign(&state, &caller, &at, BY_DEFAULT, Mapping::Remove).await
}

async fn assign(state: &AppState, caller: &AdminCaller, at: &At, by_default: bool, mapping: Mapping) -> ApiResult {
    let scope = at.scope.as_deref().and_then(scope_id);
    let assignment = Assignment { scope, kind: kind(by_default), mapping };
    client_scopes::assign(&state.site, &caller.0, &at.realm, at.client()?, assignment).await?;
    Ok(no_content())
}

pub async fn all_roles(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    caller.0.require(Permission::ViewClients, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    Ok(json(&roles::mappings(&loaded.model, at.carrier()?.roles(&loaded.model)?)))
}

pub async fn roles_of(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    caller.0.require(Permission::ViewClients, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    let container = container(at.container.as_deref())?;
    container.check(&loaded.model)?;
    Ok(json(&roles::of_container(&loaded.model, at.carrier()?.roles(&loaded.model)?, container)))
}

pub async fn add_roles(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonList<RoleRepresentation>,
) -> ApiResult {
    map(&state, &caller, &at, sent.0, Mapping::Add).await
}

pub async fn remove_roles(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonList<RoleRepresentation>,
) -> ApiResult {
    map(&state, &caller, &at, sent.0, Mapping::Remove).await
}

async fn map(
    state: &AppState,
    caller: &AdminCaller,
    at: &At,
    sent: Vec<RoleRepresentation>,
    mapping: Mapping,
) -> ApiResult {
    let (carrier, within) = (at.carrier()?, Some(container(at.container.as_deref())?));
    let change = RoleChange { within, roles: roles::references(sent), mapping };
    client_scopes::map_roles(&state.site, &caller.0, &at.realm, carrier, change).await?;
    Ok(no_content())
}
