//! `GET …/account/applications` and `GET PUT DELETE …/account/applications/{clientId}/consent`.

use super::{pages, person::Person};
use crate::{
    endpoints::admin::session_representation,
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{
    ApiError, ApplicationRepresentation, ConsentRepresentation, ConsentScopeRepresentation, PageQuery,
};
use perennial_domain::{audit::Actor, consent::Consent};
use perennial_flows::{
    account::{self, Application},
    endings::{self, consent::Change},
};
use perennial_protocol::ScopeSet;

pub async fn list(
    state: web::Data<AppState>,
    person: Person,
    query: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let part = pages::asked(&query)?;
    let (apps, next) = account::applications(&state.site, &person.realm, person.user, part).await?;
    let shown: Vec<_> = apps.iter().map(representation).collect();
    Ok(pages::answer(&shown, next, &request))
}

/// No content where the user has never consented, as in Keycloak.
pub async fn consent(state: web::Data<AppState>, person: Person, path: web::Path<(String, String)>) -> ApiResult {
    let (_, client_id) = path.into_inner();
    let found = endings::consent::find(&state.site, &person.realm, person.user, client_id).await?;
    Ok(found.map_or_else(no_content, |consent| json(&representation_of(&consent))))
}

/// What is no longer listed is taken from the app's sessions, too; without `offline_access` they end.
pub async fn replace(
    state: web::Data<AppState>,
    person: Person,
    path: web::Path<(String, String)>,
    sent: JsonObject<ConsentRepresentation>,
) -> ApiResult {
    let (_, client_id) = path.into_inner();
    let names: Vec<&str> = sent.0.granted_scopes.iter().map(|scope| scope.name.as_str()).collect();
    let invalid = || ApiRefusal::Invalid(ApiError::at_field("grantedScopes", "must be a list of scopes with names"));
    if names.iter().any(|name| name.is_empty() || name.contains(' ')) {
        return Err(invalid());
    }
    let scope = ScopeSet::parse(&names.join(" ")).ok_or_else(invalid)?;
    let change = Change {
        user: person.user,
        client_id,
        scope,
        actor: Actor::User { user: person.user },
        in_person: person.in_person,
    };
    let stands = endings::consent::replace(&state.site, &person.realm, change).await?;
    Ok(json(&representation_of(&stands)))
}

pub async fn revoke(state: web::Data<AppState>, person: Person, path: web::Path<(String, String)>) -> ApiResult {
    let (_, client_id) = path.into_inner();
    let actor = Actor::User { user: person.user };
    endings::revoke_consent(&state.site, &person.realm, person.user, client_id, actor).await?;
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
        consent: app.consent.as_ref().map(representation_of),
        offline_sessions: app.sessions.iter().map(session_representation::of_view).collect(),
    }
}

fn representation_of(consent: &Consent) -> ConsentRepresentation {
    let named = |name: &str| ConsentScopeRepresentation { name: name.to_owned(), ..Default::default() };
    ConsentRepresentation {
        granted_scopes: consent.scope.iter().map(named).collect(),
        created_date: Some(consent.created_at.as_ms()),
        last_updated_date: Some(consent.updated_at.as_ms()),
    }
}
