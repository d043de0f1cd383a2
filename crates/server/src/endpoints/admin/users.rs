//! `GET POST /admin/realms/{realm}/users`, `GET …/users/count`, `GET PUT DELETE …/users/{id}`, `PUT …/reset-password`.

use super::{
    caller::AdminCaller,
    user_query::{self, UserQuery},
    user_representation as representation,
};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{ApiError, CredentialRepresentation, UserRepresentation, paths};
use perennial_flows::{
    admin::{
        tag_of, user_lists,
        user_roles::user_id,
        users::{self, NewUser, UserChange, UserDraft, UserEdit},
    },
    endings::not_before::NotBefore,
};

/// That a new user joins at once.
const MOST_GROUPS: usize = 100;

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    query: web::Query<UserQuery>,
    request: HttpRequest,
) -> ApiResult {
    let page = query.page();
    let found = user_lists::list(&state.site, &caller.0, &realm, query.filter()?, page.clone()).await?;
    Ok(user_query::answer(&found, &page, &request))
}

pub async fn count(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    query: web::Query<UserQuery>,
) -> ApiResult {
    Ok(json(&user_lists::count(&state.site, &caller.0, &realm, query.filter()?).await?))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let (user, client) = users::find(&state.site, &caller.0, &realm, user_id(&id)?).await?;
    Ok(tagged(&tag_of(&user)?, &representation::of_user(&user, client)))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<UserRepresentation>,
) -> ApiResult {
    let mut sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    if sent.username.is_none() {
        return Err(ApiRefusal::Invalid(ApiError::at_field("username", "must be given")));
    }
    let password = representation::first_password(sent.credentials.take()).map_err(ApiRefusal::Invalid)?;
    // Absent means off, as with Keycloak; its console and ours send it.
    let draft = representation::apply(UserDraft::default(), &sent);
    let groups = sent.groups.unwrap_or_default();
    if groups.len() > MOST_GROUPS {
        return Err(ApiRefusal::Invalid(ApiError::at_field("groups", "are too many")));
    }
    let id = users::create(&state.site, &caller.0, &realm, NewUser { draft, password, groups }).await?;
    Ok(created(&format!("{}{}", state.site.base_url, paths::admin_user(&realm, &id.to_string()))))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<UserRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let mut sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    let password = representation::first_password(sent.credentials.take()).map_err(ApiRefusal::Invalid)?;
    if sent.groups.is_some() {
        let text = "are joined and left one by one, at groups/{group} below the user";
        return Err(ApiRefusal::Invalid(ApiError::at_field("groups", text)));
    }
    let not_before = sent.not_before.map(NotBefore::of_seconds);
    let change: UserChange = Box::new(move |user| representation::apply(UserDraft::of(user), &sent));
    let edit = UserEdit { change, not_before, password };
    users::update(&state.site, &caller.0, &realm, user_id(&id)?, edit).await?;
    Ok(no_content())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    users::delete(&state.site, &caller.0, &realm, user_id(&id)?).await?;
    Ok(no_content())
}

pub async fn reset_password(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<CredentialRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let password = representation::password(sent.0).map_err(ApiRefusal::Invalid)?;
    users::reset_password(&state.site, &caller.0, &realm, user_id(&id)?, password).await?;
    Ok(no_content())
}
