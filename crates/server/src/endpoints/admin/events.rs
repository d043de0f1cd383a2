//! `GET PUT …/events/config`, `GET DELETE …/events`, `GET DELETE …/admin-events`.

use super::{caller::AdminCaller, event_query::EventQuery, event_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content, tagged},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderValue, LINK},
    web,
};
use perennial_api::RealmEventsConfigRepresentation;
use perennial_domain::EventId;
use perennial_flows::admin::{events, tag_of};

pub async fn settings(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    let settings = events::settings(&state.site, &realm, &caller.0).await?;
    Ok(tagged(&tag_of(&settings)?, &representation::of_settings(&settings)))
}

pub async fn change_settings(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<RealmEventsConfigRepresentation>,
) -> ApiResult {
    representation::check(&sent.0).map_err(ApiRefusal::Invalid)?;
    let change = Box::new(move |settings: &_| representation::apply(settings, &sent.0));
    events::change_settings(&state.site, &realm, &caller.0, change).await?;
    Ok(no_content())
}

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    request: HttpRequest,
) -> ApiResult {
    let query = EventQuery::parse(request.query_string())?;
    let (filter, page) = (query.events()?, query.page()?);
    let found = events::list(&state.site, &realm, &caller.0, filter, page).await?;
    let shown: Vec<_> = found.events.iter().map(|event| representation::of_event(found.realm, event)).collect();
    Ok(with_next(json(&shown), &request, &query, found.next))
}

pub async fn list_admin(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    request: HttpRequest,
) -> ApiResult {
    let query = EventQuery::parse(request.query_string())?;
    let (filter, page) = (query.admin_events()?, query.page()?);
    let found = events::list_admin(&state.site, &realm, &caller.0, filter, page).await?;
    let shown: Vec<_> = found.events.iter().map(|event| representation::of_admin_event(found.realm, event)).collect();
    Ok(with_next(json(&shown), &request, &query, found.next))
}

pub async fn clear(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    events::clear(&state.site, &realm, &caller.0).await?;
    Ok(no_content())
}

pub async fn clear_admin(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    events::clear_admin(&state.site, &realm, &caller.0).await?;
    Ok(no_content())
}

/// Says where the next page is, if there may be one.
pub fn with_next(
    mut answer: HttpResponse,
    request: &HttpRequest,
    query: &EventQuery,
    next: Option<EventId>,
) -> HttpResponse {
    if let Some(after) = next
        && let Ok(link) = HeaderValue::from_str(&query.next_link(request.path(), after))
    {
        answer.headers_mut().insert(LINK, link);
    }
    answer
}
