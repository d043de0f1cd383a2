//! `/users/{id}/groups…`: the groups that a user was put into.

use super::{caller::AdminCaller, group_representation as representation, groups::group_id};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content},
        asked_page::named,
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{GroupCount, GroupRepresentation, PageQuery};
use perennial_flows::admin::{
    group_members::{self, Membership},
    roles::Mapping,
    user_roles::user_id,
};
use serde::Deserialize;

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    page: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, user) = path.into_inner();
    let found = found(&state, &caller, &realm, &user, page.search.as_deref()).await?;
    let (found, next) = named(found, &page, |group| group.path.clone().unwrap_or_default());
    Ok(followed(json(&found), &request, next.as_deref()))
}

pub async fn count(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    page: web::Query<PageQuery>,
) -> ApiResult {
    let (realm, user) = path.into_inner();
    let found = found(&state, &caller, &realm, &user, page.search.as_deref()).await?;
    Ok(json(&GroupCount { count: found.len() }))
}

async fn found(
    state: &AppState,
    caller: &AdminCaller,
    realm: &str,
    user: &str,
    search: Option<&str>,
) -> Result<Vec<GroupRepresentation>, ApiRefusal> {
    let (ids, loaded) = group_members::of_user(&state.site, &caller.0, realm, user_id(user)?).await?;
    let search = search.unwrap_or_default().to_lowercase();
    let groups = ids.iter().filter_map(|id| loaded.model.groups.get(id));
    let fitting = groups.filter(|group| group.name.to_lowercase().contains(&search));
    let mut shown: Vec<_> = fitting.map(|group| representation::brief(&loaded.model, group)).collect();
    shown.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(shown)
}

/// Which user's membership of which group.
#[derive(Deserialize)]
pub struct At {
    realm: String,
    user: String,
    group: String,
}

pub async fn join(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    change(&state, &caller, &at, Mapping::Add).await
}

pub async fn leave(state: web::Data<AppState>, caller: AdminCaller, at: web::Path<At>) -> ApiResult {
    change(&state, &caller, &at, Mapping::Remove).await
}

async fn change(state: &AppState, caller: &AdminCaller, at: &At, mapping: Mapping) -> ApiResult {
    let membership = Membership { user: user_id(&at.user)?, group: group_id(&at.group) };
    group_members::change(&state.site, &caller.0, &at.realm, membership, mapping).await?;
    Ok(no_content())
}
