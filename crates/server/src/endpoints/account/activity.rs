//! `GET …/account/activity`: what was granted, used, refused and ended, the newest first, with the words left to the reader.

use super::person::Person;
use crate::{
    endpoints::admin::{event_query::EventQuery, events::with_next},
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::ActivityRepresentation;
use perennial_domain::event::{EventType, StoredEvent};
use perennial_flows::{LoadedRealm, account, events::BY};

pub async fn list(state: web::Data<AppState>, person: Person, request: HttpRequest) -> ApiResult {
    let query = EventQuery::parse(request.query_string())?;
    let page = query.page()?;
    let (realm, (events, next)) = account::activity(&state.site, &person.realm, person.user, page).await?;
    let shown: Vec<_> = events.iter().map(|event| representation(&realm, event)).collect();
    Ok(with_next(json(&shown), &request, &query, next))
}

fn representation(realm: &LoadedRealm, stored: &StoredEvent) -> ActivityRepresentation {
    let event = &stored.event;
    let client = event.client.as_deref().and_then(|id| realm.model.find_client(id));
    ActivityRepresentation {
        id: stored.id.to_string(),
        time: stored.at.as_ms(),
        event_type: event.event_type.as_str().to_owned(),
        by: event.details.get(BY).cloned().unwrap_or_else(|| usual_actor(event.event_type).to_owned()),
        client_id: event.client.clone(),
        client_name: client.map(|client| client.display_name().to_owned()),
        grant_id: event.grant.map(|id| id.to_string()),
        ip_address: event.ip.clone(),
        error: event.error.clone(),
        details: event.details.iter().filter(|(name, _)| *name != BY).map(|(k, v)| (k.clone(), v.clone())).collect(),
    }
}

/// Who does such a thing, where the event does not say otherwise.
fn usual_actor(event_type: EventType) -> &'static str {
    match event_type {
        EventType::CodeToToken
        | EventType::CodeToTokenError
        | EventType::ClientLogin
        | EventType::ClientLoginError
        | EventType::RefreshToken
        | EventType::RefreshTokenError
        | EventType::RefreshTokenReplayed
        | EventType::RefreshTokenReused
        | EventType::IntrospectToken
        | EventType::IntrospectTokenError
        | EventType::DeviceCodeToToken
        | EventType::DeviceCodeToTokenError
        | EventType::TokenExchange
        | EventType::TokenExchangeError => "client",
        EventType::RefreshTokenRecovered
        | EventType::RefreshKeySuspected
        | EventType::UserSessionDeleted
        | EventType::OfflineSessionEvicted
        | EventType::OfflineSessionExpiring
        | EventType::OfflineSessionDormant => "server",
        _ => "user",
    }
}
