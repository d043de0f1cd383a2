//! Roles of the realm (`/roles…`), of a client (`/clients/{uuid}/roles…`) and by id (`/roles-by-id/{id}`), with their composites.

use super::{caller::AdminCaller, clients::client_id, role_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        asked_page::named,
        json_list::JsonList,
        json_object::JsonObject,
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{ApiError, PageQuery, RoleRepresentation, paths::encode};
use perennial_flows::{
    FlowError, FlowResult,
    admin::{
        Permission,
        roles::{self, Container, Mapping, RoleChange, RoleKey},
        tag_of,
    },
};
use serde::Deserialize;

/// Where a role stands; which parts a path has depends on the route.
#[derive(Deserialize)]
pub struct At {
    pub realm: String,
    client: Option<String>,
    role: Option<String>,
    /// Whose included roles are meant: a client's UUID.
    container: Option<String>,
}

impl At {
    fn container(&self) -> FlowResult<Container> {
        container(self.client.as_deref())
    }

    pub fn named(&self) -> FlowResult<RoleKey> {
        Ok(RoleKey::Named(self.container()?, self.role.clone().unwrap_or_default()))
    }

    fn by_id(&self) -> RoleKey {
        RoleKey::Id(self.role.as_deref().and_then(|id| id.parse().ok()))
    }
}

/// The realm, or the client of that UUID.
pub fn container(client: Option<&str>) -> FlowResult<Container> {
    match client {
        None => Ok(Container::Realm),
        Some(id) => client_id(id).map(Container::Client).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND)),
    }
}

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    page: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let container = at.container()?;
    caller.0.require(container.view(), &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    container.check(&loaded.model)?;
    let search = page.search.as_deref().unwrap_or_default().to_lowercase();
    let own = loaded.model.roles.values().filter(|role| container.holds(role));
    let found = representation::sorted(&loaded.model, own.filter(|role| role.name.to_lowercase().contains(&search)));
    let (found, next) = named(found, &page, |role| role.name.clone().unwrap_or_default());
    Ok(followed(json(&found), &request, next.as_deref()))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonObject<RoleRepresentation>,
) -> ApiResult {
    let container = at.container()?;
    let draft = representation::draft(sent.0).map_err(ApiRefusal::Invalid)?;
    let name = draft.name.clone().unwrap_or_default();
    roles::create(&state.site, &caller.0, &at.realm, container, draft).await?;
    let below = match &at.client {
        Some(client) => format!("/clients/{}", encode(client)),
        None => String::new(),
    };
    let (base, realm) = (&state.site.base_url, encode(&at.realm));
    Ok(created(&format!("{base}/admin/realms/{realm}{below}/roles/{}", encode(&name))))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    find_by(&state, &caller, &at.realm, at.named()?).await
}

pub async fn find_by_id(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    find_by(&state, &caller, &at.realm, at.by_id()).await
}

async fn find_by(state: &AppState, caller: &AdminCaller, realm: &str, key: RoleKey) -> ApiResult {
    require_view(caller, realm, &key)?;
    let loaded = state.site.realm(realm).await?;
    let role = roles::find(&loaded.model, &key)?;
    caller.0.require(Container::of(role).view(), realm)?;
    Ok(tagged(&tag_of(role)?, &representation::of_role(&loaded.model, role)))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonObject<RoleRepresentation>,
) -> ApiResult {
    update_by(&state, &caller, &at.realm, at.named()?, sent.0).await
}

pub async fn update_by_id(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonObject<RoleRepresentation>,
) -> ApiResult {
    update_by(&state, &caller, &at.realm, at.by_id(), sent.0).await
}

async fn update_by(
    state: &AppState,
    caller: &AdminCaller,
    realm: &str,
    key: RoleKey,
    sent: RoleRepresentation,
) -> ApiResult {
    let draft = representation::draft(sent).map_err(ApiRefusal::Invalid)?;
    roles::update(&state.site, &caller.0, realm, key, draft).await?;
    Ok(no_content())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    roles::delete(&state.site, &caller.0, &at.realm, at.named()?).await?;
    Ok(no_content())
}

pub async fn delete_by_id(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    roles::delete(&state.site, &caller.0, &at.realm, at.by_id()).await?;
    Ok(no_content())
}

/// What the role at a path includes; the handlers below are for both kinds of path.
fn key(at: &At, by_id: bool) -> FlowResult<RoleKey> {
    if by_id { Ok(at.by_id()) } else { at.named() }
}

pub async fn composites<const BY_ID: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
) -> ApiResult {
    let key = key(&at, BY_ID)?;
    require_view(&caller, &at.realm, &key)?;
    let loaded = state.site.realm(&at.realm).await?;
    let role = roles::find(&loaded.model, &key)?;
    caller.0.require(Container::of(role).view(), &at.realm)?;
    let included = role.composites.iter().filter_map(|id| loaded.model.roles.get(id));
    Ok(json(&representation::sorted(&loaded.model, included)))
}

/// Of what a role includes, the roles of the realm or, where the path names one, of a client.
pub async fn composites_within<const BY_ID: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
) -> ApiResult {
    let (key, within) = (key(&at, BY_ID)?, container(at.container.as_deref())?);
    require_view(&caller, &at.realm, &key)?;
    let loaded = state.site.realm(&at.realm).await?;
    let role = roles::find(&loaded.model, &key)?;
    caller.0.require(Container::of(role).view(), &at.realm)?;
    within.check(&loaded.model)?;
    Ok(json(&representation::of_container(&loaded.model, &role.composites, within)))
}

pub async fn include<const BY_ID: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonList<RoleRepresentation>,
) -> ApiResult {
    let change = RoleChange { within: None, roles: representation::references(sent.0), mapping: Mapping::Add };
    roles::change_composites(&state.site, &caller.0, &at.realm, key(&at, BY_ID)?, change).await?;
    Ok(no_content())
}

pub async fn exclude<const BY_ID: bool>(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    sent: JsonList<RoleRepresentation>,
) -> ApiResult {
    let change = RoleChange { within: None, roles: representation::references(sent.0), mapping: Mapping::Remove };
    roles::change_composites(&state.site, &caller.0, &at.realm, key(&at, BY_ID)?, change).await?;
    Ok(no_content())
}

/// Whether a role exists is told only to those who may see one.
fn require_view(caller: &AdminCaller, realm: &str, key: &RoleKey) -> FlowResult<()> {
    match key {
        RoleKey::Named(container, _) => caller.0.require(container.view(), realm),
        RoleKey::Id(_) if caller.0.may(Permission::ViewClients, realm) => Ok(()),
        RoleKey::Id(_) => caller.0.require(Permission::ViewRealm, realm),
    }
}
