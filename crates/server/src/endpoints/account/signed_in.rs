//! `GET DELETE …/account/sessions`, `GET …/account/sessions/devices`, `DELETE …/account/sessions/{id}`.

use super::{pages, person::Person};
use crate::{
    http::{
        api_answer::{ApiResult, json, no_content},
        asked_page::LONGEST,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{
    AccountSessionRepresentation, ApiError, DeviceRepresentation, PageQuery, SessionClientRepresentation,
};
use perennial_domain::UserSessionId;
use perennial_flows::{
    FlowError,
    account::Part,
    account_sessions::{self, SignedInPlace},
};
use perennial_ui::agent::short_agent;
use serde::Deserialize;

pub async fn list(
    state: web::Data<AppState>,
    person: Person,
    query: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let part = pages::asked(&query)?;
    let (places, next) = account_sessions::list(&state.site, &person.realm, person.user, part).await?;
    let shown: Vec<_> = places.iter().map(|place| representation(place, person.session)).collect();
    Ok(pages::answer(&shown, next, &request))
}

/// Sign-ins from one address with one program are one device. Of somebody who is signed in at very many places those that began last.
pub async fn devices(state: web::Data<AppState>, person: Person) -> ApiResult {
    let newest = Part { after: None, first: 0, max: usize::try_from(LONGEST).unwrap_or(usize::MAX) };
    let (places, _) = account_sessions::list(&state.site, &person.realm, person.user, newest).await?;
    let mut devices: Vec<(&SignedInPlace, DeviceRepresentation)> = Vec::new();
    for place in &places {
        let session = representation(place, person.session);
        let known = devices.iter_mut().find(|(first, _)| first.session.place == place.session.place);
        let Some((_, device)) = known else {
            devices.push((place, device_of(place, session)));
            continue;
        };
        device.current |= session.current;
        device.last_access = device.last_access.max(session.last_access);
        device.sessions.push(session);
    }
    Ok(json(&devices.into_iter().map(|(_, device)| device).collect::<Vec<_>>()))
}

/// Keycloak's `current=true` ends the session that this is asked in, too.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    current: bool,
}

pub async fn end_all(state: web::Data<AppState>, person: Person, which: web::Query<Which>) -> ApiResult {
    let keep = if which.current { None } else { person.session };
    account_sessions::end_others(&state.site, &person.realm, person.user, keep).await?;
    Ok(no_content())
}

pub async fn end(state: web::Data<AppState>, person: Person, path: web::Path<(String, String)>) -> ApiResult {
    let (_, session) = path.into_inner();
    let id: UserSessionId = session.parse().map_err(|_| FlowError::NotFound(ApiError::SESSION_NOT_FOUND))?;
    account_sessions::end(&state.site, &person.realm, person.user, id).await?;
    Ok(no_content())
}

fn representation(place: &SignedInPlace, current: Option<UserSessionId>) -> AccountSessionRepresentation {
    let session = &place.session;
    let client = |client: &perennial_domain::client::Client| SessionClientRepresentation {
        client_id: client.client_id.clone(),
        client_name: client.settings.name.clone(),
    };
    AccountSessionRepresentation {
        id: session.id.to_string(),
        ip_address: session.place.ip.clone(),
        started: session.started_at.as_s(),
        last_access: session.last_used_at.as_s(),
        expires: place.ends_at.as_s(),
        browser: short_agent(&session.place.user_agent),
        current: current == Some(session.id),
        clients: place.clients.iter().map(client).collect(),
    }
}

fn device_of(place: &SignedInPlace, session: AccountSessionRepresentation) -> DeviceRepresentation {
    let agent = &place.session.place.user_agent;
    DeviceRepresentation {
        ip_address: session.ip_address.clone(),
        device: short_agent(agent),
        last_access: session.last_access,
        current: session.current,
        mobile: ["Mobile", "Android", "iPhone", "iPad"].iter().any(|mark| agent.contains(mark)),
        sessions: vec![session],
    }
}
