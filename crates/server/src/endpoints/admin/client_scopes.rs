//! `/client-scopes…` and `/default-default-client-scopes`, `/default-optional-client-scopes`: the realm's client scopes, and
//! those that new clients start with.

use super::{caller::AdminCaller, mapper_representation, scope_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, ClientScopeRepresentation, paths::encode};
use perennial_domain::{ClientScopeId, client_scope::ClientScope, client_scope::ClientScopeSettings};
use perennial_flows::admin::{
    Permission,
    client_scopes::{self, Assignment, ScopeChange, ScopeDraft},
    mappers::MapperDraft,
    roles::Mapping,
    tag_of,
};
use perennial_storage::scopes::LinkKind;

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    Ok(json(&sorted(loaded.model.scopes.values())))
}

/// By name.
pub fn sorted<'s>(scopes: impl Iterator<Item = &'s ClientScope>) -> Vec<ClientScopeRepresentation> {
    let mut scopes: Vec<&ClientScope> = scopes.collect();
    scopes.sort_by(|a, b| a.name.cmp(&b.name));
    scopes.into_iter().map(representation::of_scope).collect()
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let scope = client_scopes::find(&loaded.model, scope_id(&id))?;
    Ok(tagged(&tag_of(scope)?, &representation::of_scope(scope)))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<ClientScopeRepresentation>,
) -> ApiResult {
    let sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    let missing = || ApiRefusal::Invalid(ApiError::at_field("name", "must be given"));
    let wrong_id = || ApiRefusal::Invalid(ApiError::at_field("id", "must be a UUID"));
    let id = sent.id.as_deref().map(|id| scope_id(id).ok_or_else(wrong_id)).transpose()?;
    let settings = representation::apply(&ClientScopeSettings::default(), &sent);
    let draft = ScopeDraft { name: sent.name.clone().ok_or_else(missing)?, settings, mappers: drafts(&sent) };
    let id = client_scopes::create(&state.site, &caller.0, &realm, id, draft).await?;
    Ok(created(&format!("{}/admin/realms/{}/client-scopes/{id}", state.site.base_url, encode(&realm))))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<ClientScopeRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    let change: ScopeChange = Box::new(move |scope| ScopeDraft {
        name: sent.name.clone().unwrap_or_else(|| scope.name.clone()),
        settings: representation::apply(&scope.settings, &sent),
        mappers: drafts(&sent),
    });
    client_scopes::update(&state.site, &caller.0, &realm, scope_id(&id), change).await?;
    Ok(no_content())
}

/// Checked before.
fn drafts(sent: &ClientScopeRepresentation) -> Option<Vec<MapperDraft>> {
    sent.protocol_mappers.as_deref().and_then(|sent| mapper_representation::drafts(sent).ok())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    client_scopes::delete(&state.site, &caller.0, &realm, scope_id(&id)).await?;
    Ok(no_content())
}

pub async fn of_new_clients<const BY_DEFAULT: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
) -> ApiResult {
    caller.0.require(Permission::ViewRealm, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let (default, optional) = loaded.model.scopes_of_new_clients();
    let ids = if BY_DEFAULT { default } else { optional };
    Ok(json(&sorted(ids.iter().filter_map(|id| loaded.model.scopes.get(id)))))
}

pub async fn give_new_clients<const BY_DEFAULT: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let assignment = Assignment { scope: scope_id(&id), kind: kind(BY_DEFAULT), mapping: Mapping::Add };
    client_scopes::assign_to_new_clients(&state.site, &caller.0, &realm, assignment).await?;
    Ok(no_content())
}

pub async fn keep_from_new_clients<const BY_DEFAULT: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let assignment = Assignment { scope: scope_id(&id), kind: kind(BY_DEFAULT), mapping: Mapping::Remove };
    client_scopes::assign_to_new_clients(&state.site, &caller.0, &realm, assignment).await?;
    Ok(no_content())
}

pub const fn kind(by_default: bool) -> LinkKind {
    if by_default { LinkKind::Default } else { LinkKind::Optional }
}

/// The UUID in a path; anything else is a scope that does not exist.
pub fn scope_id(text: &str) -> Option<ClientScopeId> {
    text.parse().ok()
}
