//! `GET /admin/realms/{realm}/admin-consents`, `GET PUT DELETE …/admin-consents/{client uuid}`.

use super::{caller::AdminCaller, clients::client_id};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content, tagged},
        asked_page::named,
        json_object::JsonObject,
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{AdminConsentRepresentation, ApiError, PageQuery};
use perennial_domain::{ClientId, Timestamp, client::Client};
use perennial_flows::{
    FlowError, FlowResult,
    admin::{
        Permission,
        admin_consents::{self, Approval},
        tag_of,
    },
};

const MOST_SCOPES: usize = 200;

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    page: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let search = page.search.as_deref().unwrap_or_default().to_lowercase();
    let clients = loaded.model.clients.values().filter(|client| client.client_id.to_lowercase().contains(&search));
    let mut found: Vec<_> = clients.filter_map(representation).collect();
    found.sort_by(|a, b| a.client_id.cmp(&b.client_id));
    let (found, next) = named(found, &page, |consent| consent.client_id.clone().unwrap_or_default());
    Ok(followed(json(&found), &request, next.as_deref()))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let client = loaded.client(known(&id)?)?;
    let shown = representation(client).ok_or(FlowError::NotFound("Admin consent not found"))?;
    Ok(tagged(&tag_of(&client.settings.admin_consent)?, &shown))
}

pub async fn give(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<AdminConsentRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let scopes = sent.0.scopes.unwrap_or_default();
    if scopes.len() > MOST_SCOPES {
        return Err(ApiRefusal::Invalid(ApiError::at_field("scopes", "are too many")));
    }
    let approval = Approval { scopes, ends_at: sent.0.expires.map(Timestamp::from_ms) };
    admin_consents::give(&state.site, &caller.0, &realm, known(&id)?, approval).await?;
    Ok(no_content())
}

pub async fn take_away(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    admin_consents::take_away(&state.site, &caller.0, &realm, known(&id)?).await?;
    Ok(no_content())
}

fn representation(client: &Client) -> Option<AdminConsentRepresentation> {
    let consent = client.settings.admin_consent.as_ref()?;
    Some(AdminConsentRepresentation {
        client: Some(client.id.to_string()),
        client_id: Some(client.client_id.clone()),
        scopes: Some(consent.scopes.keys().cloned().collect()),
        expires: consent.ends_at.map(Timestamp::as_ms),
        given_by: consent.given_by.map(|user| user.to_string()),
        created_date: Some(consent.created_at.as_ms()),
        last_updated_date: Some(consent.updated_at.as_ms()),
    })
}

fn known(id: &str) -> FlowResult<ClientId> {
    client_id(id).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))
}
