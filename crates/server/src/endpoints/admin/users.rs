//! `GET POST /admin/realms/{realm}/users`, `GET …/users/count`, `GET PUT DELETE …/users/{id}`, `PUT …/reset-password`.

use super::{caller::AdminCaller, user_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        flag::flag,
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{
    HttpRequest,
    http::header::{HeaderValue, LINK},
    web,
};
use perennial_api::{ApiError, CredentialRepresentation, PageQuery, UserRepresentation, page::next_link, paths};
use perennial_flows::{
    admin::{
        tag_of,
        user_roles::user_id,
        users::{self, NewUser, UserChange, UserDraft, UserEdit},
    },
    endings::not_before::NotBefore,
};
use perennial_storage::users::{UserFilter, UserPage};
use serde::Deserialize;

const DEFAULT_PAGE: i64 = 100;
const LONGEST_PAGE: i64 = 1_000;
/// That a new user joins at once.
const MOST_GROUPS: usize = 100;

/// Keycloak's filters. Texts match the start of what is stored, or the whole where `exact`.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct UserQuery {
    username: Option<String>,
    email: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    exact: Option<bool>,
    #[serde(default, deserialize_with = "flag")]
    enabled: Option<bool>,
}

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    (page, query, request): (web::Query<PageQuery>, web::Query<UserQuery>, HttpRequest),
) -> ApiResult {
    let max = page.max.and_then(|max| i64::try_from(max).ok()).unwrap_or(DEFAULT_PAGE).min(LONGEST_PAGE);
    let first = page.first.map_or(0, |first| i64::try_from(first).unwrap_or(i64::MAX));
    let asked = UserPage { after: page.after.clone(), first, max };
    let found = users::list(&state.site, &caller.0, &realm, (filter(&page, &query), asked)).await?;
    let is_full = i64::try_from(found.len()).is_ok_and(|count| count == max);
    let mut answer = json(&found.iter().map(|user| representation::of_user(user, None)).collect::<Vec<_>>());
    // The cursor goes on with the same search; the other filters find few.
    if let Some(last) = found.last().filter(|_| is_full)
        && let Ok(value) = HeaderValue::from_str(&next_link(request.path(), &page, &last.username))
    {
        answer.headers_mut().insert(LINK, value);
    }
    Ok(answer)
}

pub async fn count(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    (page, query): (web::Query<PageQuery>, web::Query<UserQuery>),
) -> ApiResult {
    Ok(json(&users::count(&state.site, &caller.0, &realm, filter(&page, &query)).await?))
}

fn filter(page: &PageQuery, query: &UserQuery) -> UserFilter {
    UserFilter {
        search: page.search.clone(),
        username: query.username.clone(),
        email: query.email.clone(),
        exact: query.exact.unwrap_or(false),
        enabled: query.enabled,
    }
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let (user, client) = users::find(&state.site, &caller.0, &realm, user_id(&id)?).await?;
    Ok(tagged(&tag_of(&user), &representation::of_user(&user, client)))
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
    let password = password.map(|(password, _)| password);
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
    users::update(&state.site, &caller.0, &realm, (user_id(&id)?, edit)).await?;
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
    let keeps_offline = sent.0.keep_offline_sessions;
    let password = representation::password(sent.0).map_err(ApiRefusal::Invalid)?;
    users::reset_password(&state.site, &caller.0, &realm, (user_id(&id)?, password, keeps_offline)).await?;
    Ok(no_content())
}
