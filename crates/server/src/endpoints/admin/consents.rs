//! `GET /users/{id}/consents` and `DELETE …/consents/{clientId}`: what a user has allowed, and an admin's taking it away.

use super::caller::AdminCaller;
use crate::{
    http::api_answer::{ApiResult, json, no_content},
    state::AppState,
};
use actix_web::web;
use perennial_api::{AdditionalGrant, UserConsentRepresentation};
use perennial_flows::{
    account::{self, Application},
    admin::{endings, user_roles::user_id, users},
};

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let (user, _) = users::find(&state.site, &caller.0, &realm, user_id(&id)?).await?;
    let apps = account::applications(&state.site, &realm, user.id).await?;
    let shown = apps.iter().filter(|app| app.consent.is_some() || !app.sessions.is_empty());
    Ok(json(&shown.map(representation).collect::<Vec<_>>()))
}

fn representation(app: &Application) -> UserConsentRepresentation {
    let consent = app.consent.as_ref();
    let offline = || AdditionalGrant { client: app.client.id.to_string(), key: "Offline Token".into() };
    UserConsentRepresentation {
        client_id: app.client.client_id.clone(),
        granted_client_scopes: consent.iter().flat_map(|consent| consent.scope.iter()).map(str::to_owned).collect(),
        created_date: consent.map(|consent| consent.created_at.as_ms()),
        last_updated_date: consent.map(|consent| consent.updated_at.as_ms()),
        additional_grants: (!app.sessions.is_empty()).then(offline).into_iter().collect(),
    }
}

pub async fn revoke(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
) -> ApiResult {
    let (realm, id, client_id) = path.into_inner();
    endings::revoke_consent(&state.site, &caller.0, &realm, (user_id(&id)?, client_id)).await?;
    Ok(no_content())
}
