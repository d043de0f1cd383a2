//! `…/roles/{role}/users` and `…/roles/{role}/groups`, of the realm's roles and of clients': who was given a role directly.

use super::{
    caller::AdminCaller,
    group_representation,
    groups::GroupQuery,
    roles::At,
    user_query::{self, MemberQuery},
};
use crate::{
    http::{
        api_answer::{ApiResult, json},
        next_page::followed,
    },
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
    request: HttpRequest,
) -> ApiResult {
    caller.0.require(Permission::ViewUsers, &at.realm)?;
    let loaded = state.site.realm(&at.realm).await?;
    let role = roles::find(&loaded.model, &at.named()?)?.id;
    let mut found: Vec<_> = loaded.model.groups.values().filter(|group| group.roles.contains(&role)).collect();
    found.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    // In several places there may be one of the same name.
    let (page, next) = query.page(found, |group| format!("{}\0{}", group.name, group.id));
    let shown: Vec<_> = page.into_iter().map(|group| group_representation::brief(&loaded.model, group)).collect();
    Ok(followed(json(&shown), &request, next.as_deref()))
}
