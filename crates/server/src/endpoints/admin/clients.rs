//! `GET /admin/realms/{realm}/clients[/{uuid}]`.

use super::{caller::AdminCaller, client_representation as representation};
use crate::{
    http::api_answer::{ApiResult, json},
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, PageQuery};
use perennial_domain::ClientId;
use perennial_flows::{FlowError, admin::Permission};
use serde::Deserialize;

const MOST: u64 = 1_000;

/// Keycloak's `clientId` finds one by its name; `search` finds part of it.
#[derive(Deserialize)]
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
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let search = page.search.as_deref().unwrap_or_default().to_lowercase();
    let mut found: Vec<_> = loaded.model.clients.values().collect();
    found.retain(|client| match &exact.client_id {
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
    Ok(json(&representation::of_client(&loaded.model, client)))
}

/// The UUID in a path; anything else is a client that does not exist.
pub fn client_id(text: &str) -> Option<ClientId> {
    text.parse().ok()
}
