//! `…/roles/{role}/users` and `…/roles/{role}/groups`, of the realm's roles and of clients': who was given a role directly.

use super::{
    caller::AdminCaller,
    group_representation,
    groups::GroupQuery,
    roles::At,
    user_query::{self, MemberQuery},
};
use crate::{
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_flows::admin::{Permission, role_members, roles};

pub async fn users(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    query: web::Query<MemberQuery>,
    request: HttpRequest,
) -> ApiResult {
    let page = query.page();
    let found = role_members::users(&state.site, &caller.0, &at.realm, at.named()?, page.clone()).await?;
    Ok(user_query::answer(&found, &page, &request))
}

pub async fn groups(
    state: web::Data<AppState>,
    caller: AdminCaller,
    at: web::Path<At>,
    query: web::Query<GroupQuery>,
) -> ApiResult {
    caller.0.require(Permission::ViewUsers, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    let role = roles::find(&loaded.model, &at.named()?)?.id;
    let mut found: Vec<_> = loaded.model.groups.values().filter(|group| group.roles.contains(&role)).collect();
    found.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let shown = query.page(found).into_iter().map(|group| group_representation::brief(&loaded.model, group));
    Ok(json(&shown.collect::<Vec<_>>()))
}
