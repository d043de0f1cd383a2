//! `GET POST /admin/realms/{realm}/clients`, `GET PUT DELETE …/clients/{uuid}`.

use super::{caller::AdminCaller, client_representation as representation, mapper_representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, ClientRepresentation, PageQuery, paths};
use perennial_domain::{ClientId, client::ClientSettings};
use perennial_flows::{
    FlowError,
    admin::{
        Permission,
        clients::{self, ClientDraft, ClientEdit, NewClient},
        tag_of,
    },
    endings::not_before::NotBefore,
};
use serde::Deserialize;

const MOST: u64 = 1_000;

/// Keycloak's `clientId` finds one by its name; `search` finds part of it.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct ClientQuery {
    #[serde(rename = "clientId")]
    client_id: Option<String>,
}

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    (page, exact): (web::Query<PageQuery>, web::Query<ClientQuery>),
) -> ApiResult {
    caller.0.require(Permission::QueryClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let search = page.search.as_deref().unwrap_or_default().to_lowercase();
    let mut found: Vec<_> = loaded.model.clients.values().collect();
    found.retain(|client| match &exact.client_id {
        _ if !caller.0.may(Permission::ViewClients, &realm) => false,
        Some(name) => client.client_id == *name,
        None => {
            client.client_id.to_lowercase().contains(&search) || client.display_name().to_lowercase().contains(&search)
        }
    });
    found.sort_by(|a, b| a.client_id.cmp(&b.client_id));
    let first = usize::try_from(page.first.unwrap_or(0)).unwrap_or(usize::MAX);
    let max = usize::try_from(page.max.unwrap_or(MOST).min(MOST)).unwrap_or(0);
    let shown = found.into_iter().skip(first).take(max);
    Ok(json(&shown.map(|client| representation::of_client(&loaded.model, client)).collect::<Vec<_>>()))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let client = client_id(&id).and_then(|id| loaded.model.clients.get(&id));
    let client = client.ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))?;
    Ok(tagged(&tag_of(client), &representation::of_client(&loaded.model, client)))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<ClientRepresentation>,
) -> ApiResult {
    let sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    let missing = || ApiRefusal::Invalid(ApiError::at_field("clientId", "must be given"));
    let wrong_id = || ApiRefusal::Invalid(ApiError::at_field("id", "must be a UUID"));
    let new = NewClient {
        id: sent.id.as_deref().map(|id| client_id(id).ok_or_else(wrong_id)).transpose()?,
        draft: draft(&sent, sent.client_id.clone().ok_or_else(missing)?, &ClientSettings::default()),
    };
    let id = clients::create(&state.site, &caller.0, &realm, new).await?;
    Ok(created(&format!("{}{}", state.site.base_url, paths::admin_client(&realm, &id.to_string()))))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<ClientRepresentation>,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    let sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    let id = client_id(&id).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))?;
    let not_before = sent.not_before.map(NotBefore::of_seconds);
    let change: clients::ClientChange = Box::new(move |client| {
        let name = sent.client_id.clone().unwrap_or_else(|| client.client_id.clone());
        draft(&sent, name, &client.settings)
    });
    clients::update(&state.site, &caller.0, &realm, (id, ClientEdit { change, not_before })).await?;
    Ok(no_content())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let id = client_id(&id).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))?;
    clients::delete(&state.site, &caller.0, &realm, id).await?;
    Ok(no_content())
}

fn draft(sent: &ClientRepresentation, client_id: String, settings: &ClientSettings) -> ClientDraft {
    ClientDraft {
        client_id,
        settings: representation::apply(settings, sent),
        secret: sent.secret.clone(),
        default_scopes: sent.default_client_scopes.clone(),
        optional_scopes: sent.optional_client_scopes.clone(),
        // Checked before.
        mappers: sent.protocol_mappers.as_deref().and_then(|sent| mapper_representation::drafts(sent).ok()),
    }
}

/// The UUID in a path; anything else is a client that does not exist.
pub fn client_id(text: &str) -> Option<ClientId> {
    text.parse().ok()
}
