//! `…/scope-mappings/…/available` and `…/composite`: the roles that a client or client scope could still carry, and those that it
//! carries with all that they include.

use super::{
    caller::AdminCaller, client_scopes::scope_id, clients::client_id, role_representation as representation,
    roles::container,
};
use crate::{
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::web;
use perennial_api::ApiError;
use perennial_domain::{RoleId, realm_model::RealmModel};
use perennial_flows::{
    FlowError, FlowResult,
    admin::{Permission, client_scopes::Carrier, roles::Container},
};
use serde::Deserialize;
use std::collections::BTreeSet;

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
    fn container(&self) -> FlowResult<Container> {
        container(self.container.as_deref())
    }

    fn carrier(&self) -> FlowResult<Carrier> {
        match &self.client {
            Some(id) => client_id(id).map(Carrier::Client).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND)),
            None => Ok(Carrier::Scope(self.scope.as_deref().and_then(scope_id))),
        }
    }
}

/// What a client or client scope could still carry.
pub async fn available_to_carry(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    carried(&state, &caller, &at, others).await
}

/// What a client or client scope carries, with all that it includes.
pub async fn carried_with_included(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    carried(&state, &caller, &at, |model, ids| model.closure(ids.iter().copied())).await
}

async fn carried(
    state: &AppState,
    caller: &AdminCaller,
    at: &At,
    choose: impl Fn(&RealmModel, &BTreeSet<RoleId>) -> BTreeSet<RoleId>,
) -> ApiResult {
    caller.0.require(Permission::ViewClients, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    let container = at.container()?;
    container.check(&loaded.model)?;
    let chosen = choose(&loaded.model, at.carrier()?.roles(&loaded.model)?);
    Ok(json(&representation::of_container(&loaded.model, &chosen, container)))
}

/// All but these.
fn others(model: &RealmModel, ids: &BTreeSet<RoleId>) -> BTreeSet<RoleId> {
    model.roles.keys().filter(|id| !ids.contains(id)).copied().collect()
}
