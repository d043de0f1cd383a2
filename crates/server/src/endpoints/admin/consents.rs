//! `GET /users/{id}/consents` and `GET PUT DELETE …/consents/{clientId}`: what a user has allowed, and an admin's taking it away, in part
//! or whole.

use super::caller::AdminCaller;
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content, tagged},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{AdditionalGrant, ApiError, UserConsentRepresentation};
use perennial_flows::admin::{
    endings::{self, NarrowedConsent},
    tag_of,
    user_consents::{self, Allowed},
    user_roles::user_id,
};
use perennial_protocol::ScopeSet;
use serde::Deserialize;

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let all = user_consents::list(&state.site, &realm, &caller.0, user_id(&id)?).await?;
    Ok(json(&all.iter().map(representation).collect::<Vec<_>>()))
}

/// One of them, with the tag that a change can insist on.
pub async fn find(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
) -> ApiResult {
    let (realm, id, client_id) = path.into_inner();
    let found = user_consents::find(&state.site, &realm, &caller.0, user_id(&id)?, client_id).await?;
    Ok(tagged(&tag_of(&user_consents::state_of(found.consent.as_ref()))?, &representation(&found)))
}

fn representation(app: &Allowed) -> UserConsentRepresentation {
    let consent = app.consent.as_ref();
    let offline = || AdditionalGrant { client: app.client.id.to_string(), key: "Offline Token".into() };
    UserConsentRepresentation {
        client_id: app.client.client_id.clone(),
        granted_client_scopes: consent.iter().flat_map(|consent| consent.scope.iter()).map(str::to_owned).collect(),
        created_date: consent.map(|consent| consent.created_at.as_ms()),
        last_updated_date: consent.map(|consent| consent.updated_at.as_ms()),
        additional_grants: app.offline.then(offline).into_iter().collect(),
    }
}

/// What the list shows, with fewer scopes; the rest of it is not looked at.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Narrowed {
    granted_client_scopes: Vec<String>,
}

/// What is no longer listed is taken from every session of the client, too; without `offline_access` offline sessions end.
pub async fn narrow(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
    sent: JsonObject<Narrowed>,
) -> ApiResult {
    let (realm, id, client_id) = path.into_inner();
    let names = sent.0.granted_client_scopes;
    let invalid = || ApiRefusal::Invalid(ApiError::at_field("grantedClientScopes", "must be a list of scope names"));
    if names.iter().any(|name| name.is_empty() || name.contains(' ')) {
        return Err(invalid());
    }
    let scope = ScopeSet::parse(&names.join(" ")).ok_or_else(invalid)?;
    let narrowed = NarrowedConsent { user: user_id(&id)?, client_id, scope };
    endings::narrow_consent(&state.site, &caller.0, &realm, narrowed).await?;
    Ok(no_content())
}

pub async fn revoke(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String, String)>,
) -> ApiResult {
    let (realm, id, client_id) = path.into_inner();
    endings::revoke_consent(&state.site, &caller.0, &realm, user_id(&id)?, client_id).await?;
    Ok(no_content())
}
