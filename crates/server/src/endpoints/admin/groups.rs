//! `/groups…`, `/group-by-path/…` and `/default-groups`: the realm's groups, their tree and their members.

use super::{
    caller::AdminCaller,
    group_representation as representation,
    user_query::{self, MemberQuery},
};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        asked_page::named,
        flag::flag,
        json_object::JsonObject,
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, web};
use perennial_api::{ApiError, GroupCount, GroupRepresentation, PageQuery, paths::encode};
use perennial_domain::{GroupId, group::Group, group::GroupSettings, realm_model::RealmModel};
use perennial_flows::{
    FlowError,
    admin::{
        Permission, group_members,
        groups::{self, GroupChange},
        roles::Mapping,
        tag_of,
    },
};
use serde::Deserialize;

/// Keycloak's filters.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupQuery {
    search: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    exact: Option<bool>,
    first: Option<u64>,
    max: Option<u64>,
    /// Cursor: only ever what a Link header gave.
    after: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    brief_representation: Option<bool>,
    #[serde(default, deserialize_with = "flag")]
    top: Option<bool>,
}

impl GroupQuery {
    fn fits(&self, group: &Group) -> bool {
        match self.search.as_deref() {
            None | Some("") => true,
            Some(text) if self.exact == Some(true) => group.name == text,
            Some(text) => group.name.to_lowercase().contains(&text.to_lowercase()),
        }
    }

    fn has_search(&self) -> bool {
        self.search.as_deref().is_some_and(|text| !text.is_empty())
    }

    /// See [`named`].
    pub fn page<T>(&self, sorted: Vec<T>, name: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
        let query = PageQuery { search: None, first: self.first, max: self.max, after: self.after.clone() };
        named(sorted, &query, name)
    }

    fn shown(&self, model: &RealmModel, group: &Group) -> GroupRepresentation {
        let is_brief = self.brief_representation.unwrap_or(true);
        if is_brief { representation::brief(model, group) } else { representation::full(model, group) }
    }

    /// Of groups that are in the same place, by name.
    fn answer(&self, model: &RealmModel, siblings: Vec<&Group>, request: &HttpRequest) -> HttpResponse {
        let (page, next) = self.page(siblings, |group| group.name.clone());
        let shown: Vec<_> = page.into_iter().map(|group| self.shown(model, group)).collect();
        followed(json(&shown), request, next.as_deref())
    }
}

/// Those at the top; a search finds groups anywhere and shows them in their tree.
pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    query: web::Query<GroupQuery>,
    request: HttpRequest,
) -> ApiResult {
    caller.0.require(Permission::ViewUsers, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let model = &loaded.model;
    let top = model.groups_below(None);
    if !query.has_search() {
        return Ok(query.answer(model, top, &request));
    }
    let fits = |group: &Group| query.fits(group);
    let tree = model.groups_by_parent();
    let found = top.into_iter().filter_map(|group| representation::searched(model, &tree, group, &fits));
    let found: Vec<GroupRepresentation> = found.collect();
    let (page, next) = query.page(found, |group| group.name.clone().unwrap_or_default());
    Ok(followed(json(&page), &request, next.as_deref()))
}

pub async fn count(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    query: web::Query<GroupQuery>,
) -> ApiResult {
    caller.0.require(Permission::ViewUsers, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let counted = |group: &&Group| query.fits(group) && (query.top != Some(true) || group.parent.is_none());
    Ok(json(&GroupCount { count: loaded.model.groups.values().filter(counted).count() }))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    caller.0.require(Permission::ViewUsers, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let group = groups::find(&loaded.model, group_id(&id))?;
    Ok(tagged(&tag_of(group)?, &representation::full(&loaded.model, group)))
}

pub async fn find_by_path(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, path) = path.into_inner();
    caller.0.require(Permission::ViewUsers, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let found = loaded.model.find_group_by_path(&format!("/{}", path.trim_start_matches('/')));
    let group = found.ok_or(FlowError::NotFound("Group path does not exist"))?;
    Ok(json(&representation::full(&loaded.model, group)))
}

pub async fn children(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: web::Query<GroupQuery>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    caller.0.require(Permission::ViewUsers, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let mut below = loaded.model.groups_below(Some(groups::find(&loaded.model, group_id(&id))?.id));
    below.retain(|group| query.fits(group));
    Ok(query.answer(&loaded.model, below, &request))
}

/// A group that is named by its id moves to the top.
pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<GroupRepresentation>,
) -> ApiResult {
    create_below(&state, &caller, &realm, None, sent.0).await
}

/// A group that is named by its id moves to this place.
pub async fn create_child(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<GroupRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    create_below(&state, &caller, &realm, Some(group_id(&id)), sent.0).await
}

async fn create_below(
    state: &AppState,
    caller: &AdminCaller,
    realm: &str,
    parent: Option<Option<GroupId>>,
    sent: GroupRepresentation,
) -> ApiResult {
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    if let Some(id) = &sent.id {
        groups::place(&state.site, &caller.0, realm, group_id(id), parent).await?;
        return Ok(no_content());
    }
    if sent.name.is_none() {
        return Err(ApiRefusal::Invalid(ApiError::message("Group name is missing")));
    }
    let draft = representation::apply(String::new(), &GroupSettings::default(), &sent);
    let id = groups::create(&state.site, &caller.0, realm, parent, draft).await?;
    Ok(created(&format!("{}/admin/realms/{}/groups/{id}", state.site.base_url, encode(realm))))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<GroupRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    let change: GroupChange = Box::new(move |group| representation::apply(group.name.clone(), &group.settings, &sent));
    groups::update(&state.site, &caller.0, &realm, group_id(&id), change).await?;
    Ok(no_content())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    groups::delete(&state.site, &caller.0, &realm, group_id(&id)).await?;
    Ok(no_content())
}

pub async fn members(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    query: web::Query<MemberQuery>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let page = query.page();
    let found = group_members::members(&state.site, &caller.0, &realm, group_id(&id), page.clone()).await?;
    Ok(user_query::answer(&found, &page, &request))
}

pub async fn of_new_users(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    caller.0.require(Permission::ViewRealm, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let ids = loaded.model.realm.settings.default_groups.iter();
    let found = ids.filter_map(|id| loaded.model.groups.get(id));
    Ok(json(&found.map(|group| representation::brief(&loaded.model, group)).collect::<Vec<_>>()))
}

pub async fn give_new_users(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    groups::set_default(&state.site, &caller.0, &realm, group_id(&id), Mapping::Add).await?;
    Ok(no_content())
}

pub async fn keep_from_new_users(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    groups::set_default(&state.site, &caller.0, &realm, group_id(&id), Mapping::Remove).await?;
    Ok(no_content())
}

/// The UUID in a path; anything else is a group that does not exist.
pub fn group_id(text: &str) -> Option<GroupId> {
    text.parse().ok()
}
