//! `/admin/realms/{realm}/resources[/{uuid}]`: protected resources (RFC 8707). An update changes only the fields that are sent.

use super::caller::AdminCaller;
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content, tagged},
        asked_page::named,
        json_object::JsonObject,
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use perennial_api::{ApiError, PageQuery, ResourceRepresentation, paths, realm::LONGEST_S};
use perennial_domain::{
    ResourceId,
    resource::{Resource, ResourceSettings},
};
use perennial_flows::{
    FlowError,
    admin::{resources, tag_of},
};
use perennial_protocol::resource;

const MOST_SCOPES: usize = 256;

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    page: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let mut found = resources::list(&state.site, &caller.0, &realm).await?;
    let search = page.search.as_deref().unwrap_or_default().to_lowercase();
    found.retain(|resource| {
        resource.uri.to_lowercase().contains(&search) || resource.display_name().to_lowercase().contains(&search)
    });
    let (found, next) = named(found, &page, |resource| resource.uri.clone());
    Ok(followed(json(&found.iter().map(of_resource).collect::<Vec<_>>()), &request, next.as_deref()))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<ResourceRepresentation>,
) -> ApiResult {
    let uri = sent.0.resource.clone().filter(|uri| resource::is_acceptable(uri));
    let uri = uri.ok_or_else(|| {
        ApiRefusal::Invalid(ApiError::at_field("resource", "must be an absolute URI without a fragment"))
    })?;
    check(&sent.0)?;
    let settings = apply(&ResourceSettings::default(), &sent.0);
    let id = resources::create(&state.site, &realm, &caller.0, uri, settings).await?;
    let location = format!("{}{}", state.site.base_url, paths::admin_resource(&realm, &id.to_string()));
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).finish())
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let found = resources::find(&state.site, &realm, &caller.0, resource_id(&id)?).await?;
    Ok(tagged(&tag_of(&found)?, &of_resource(&found)))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<ResourceRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let id = resource_id(&id)?;
    check(&sent.0)?;
    if let Some(uri) = &sent.0.resource {
        let stored = resources::find(&state.site, &realm, &caller.0, id).await?;
        if stored.uri != *uri {
            // Sessions name it by its URI: another one would be another resource.
            return Err(ApiRefusal::Invalid(ApiError::at_field("resource", "cannot be changed")));
        }
    }
    let change = Box::new(move |settings: &_| Ok(apply(settings, &sent.0)));
    resources::update(&state.site, &realm, &caller.0, id, change).await?;
    Ok(no_content())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    resources::delete(&state.site, &realm, &caller.0, resource_id(&id)?).await?;
    Ok(no_content())
}

/// The UUID in a path; anything else is a resource that does not exist.
fn resource_id(text: &str) -> Result<ResourceId, ApiRefusal> {
    text.parse().map_err(|_| FlowError::NotFound(ApiError::RESOURCE_NOT_FOUND).into())
}

pub(super) fn of_resource(resource: &Resource) -> ResourceRepresentation {
    let settings = &resource.settings;
    ResourceRepresentation {
        id: Some(resource.id.to_string()),
        resource: Some(resource.uri.clone()),
        name: settings.name.clone(),
        description: settings.description.clone(),
        scopes: Some(settings.scopes.clone()),
        access_token_lifespan: settings.token_policy.access_token_lifespan_s,
        offline_session_idle_timeout: settings.token_policy.offline_idle_s,
        offline_session_max_lifespan: settings.token_policy.offline_max_s,
    }
}

pub(super) fn check(sent: &ResourceRepresentation) -> Result<(), ApiRefusal> {
    let lifetimes = [
        ("accessTokenLifespan", sent.access_token_lifespan),
        ("offlineSessionIdleTimeout", sent.offline_session_idle_timeout),
        ("offlineSessionMaxLifespan", sent.offline_session_max_lifespan),
    ];
    let out_of_range = |(_, value): &&(&str, Option<i64>)| value.is_some_and(|value| !(0..=LONGEST_S).contains(&value));
    let mut wrong: Vec<ApiError> = lifetimes
        .iter()
        .filter(out_of_range)
        .map(|(name, _)| ApiError::at_field(*name, format!("must be between 0 and {LONGEST_S}")))
        .collect();
    for (name, text) in [("name", &sent.name), ("description", &sent.description)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > 255 || text.contains('\0')) {
            wrong.push(ApiError::at_field(name, "must not be longer than 255 characters"));
        }
    }
    if sent.scopes.as_ref().is_some_and(|scopes| scopes.len() > MOST_SCOPES) {
        wrong.push(ApiError::at_field("scopes", format!("must not be more than {MOST_SCOPES}")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(ApiRefusal::Invalid(ApiError::at_fields(wrong))) }
}

pub(super) fn apply(settings: &ResourceSettings, sent: &ResourceRepresentation) -> ResourceSettings {
    let mut next = settings.clone();
    for (own, sent) in [(&mut next.name, &sent.name), (&mut next.description, &sent.description)] {
        if let Some(text) = sent {
            *own = Some(text.clone()).filter(|text| !text.is_empty());
        }
    }
    if let Some(scopes) = &sent.scopes {
        next.scopes.clone_from(scopes);
    }
    let policy = &mut next.token_policy;
    for (own, sent) in [
        (&mut policy.access_token_lifespan_s, sent.access_token_lifespan),
        (&mut policy.offline_idle_s, sent.offline_session_idle_timeout),
        (&mut policy.offline_max_s, sent.offline_session_max_lifespan),
    ] {
        if let Some(seconds) = sent {
            *own = (seconds > 0).then_some(seconds);
        }
    }
    next
}
