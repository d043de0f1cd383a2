//! `GET …/account/applications` and `DELETE …/account/applications/{clientId}/consent`.

use super::person::Person;
use crate::{
    endpoints::admin::session_representation,
    http::api_answer::{ApiResult, json, no_content},
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApplicationRepresentation, ConsentRepresentation, ConsentScopeRepresentation};
use perennial_domain::{audit::Actor, consent::Consent};
use perennial_flows::{
    account::{self, Application},
    console::{ConsoleKind, client_id_of},
    endings,
};

pub async fn list(state: web::Data<AppState>, person: Person) -> ApiResult {
    let apps = account::applications(&state.site, &person.realm, person.user).await?;
    // The consoles are part of the provider, not apps that act for someone.
    let consoles = [ConsoleKind::Admin, ConsoleKind::Account].map(client_id_of);
    let shown = apps.iter().filter(|app| !consoles.contains(&app.client.client_id.as_str()));
    Ok(json(&shown.map(representation).collect::<Vec<_>>()))
}

pub async fn revoke(state: web::Data<AppState>, person: Person, path: web::Path<(String, String)>) -> ApiResult {
    let (_, client_id) = path.into_inner();
    let actor = Actor::User { user: person.user };
    endings::revoke_consent(&state.site, &person.realm, (person.user, client_id), actor).await?;
    Ok(no_content())
}

fn representation(app: &Application) -> ApplicationRepresentation {
    let settings = &app.client.settings;
    ApplicationRepresentation {
        client_id: app.client.client_id.clone(),
        client_name: settings.name.clone(),
        description: settings.description.clone(),
        user_consent_required: app.client.needs_consent(),
        in_use: app.in_use,
        offline_access: !app.sessions.is_empty(),
        root_url: settings.root_url.clone(),
        base_url: settings.base_url.clone(),
        effective_url: settings.base_url.clone().or_else(|| settings.root_url.clone()),
        logo_uri: settings.logo_uri.clone(),
        policy_uri: settings.policy_uri.clone(),
        tos_uri: settings.tos_uri.clone(),
        consent: app.consent.as_ref().map(consent),
        offline_sessions: app.sessions.iter().map(session_representation::of_view).collect(),
    }
}

fn consent(consent: &Consent) -> ConsentRepresentation {
    let named = |name: &str| ConsentScopeRepresentation { name: name.to_owned(), ..Default::default() };
    ConsentRepresentation {
        granted_scopes: consent.scope.iter().map(named).collect(),
        created_date: Some(consent.created_at.as_ms()),
        last_updated_date: Some(consent.updated_at.as_ms()),
    }
}
