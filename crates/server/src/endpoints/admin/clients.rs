//! `GET POST /admin/realms/{realm}/clients`, `GET PUT DELETE …/clients/{uuid}`.

use super::{caller::AdminCaller, client_representation as representation, mapper_representation, user_query};
use crate::{
    endpoints::protocol::userinfo::bearer_token,
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        flag::flag,
        json_object::JsonObject,
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{HttpRequest, web};
use perennial_api::{ApiError, ClientRepresentation, client::attributes::SECRET_AS_READ, paths};
use perennial_domain::{
    ClientId,
    client::{Client, ClientSettings},
};
use perennial_flows::{
    FlowError,
    admin::{
        Permission, client_secret,
        clients::{self, ClientDraft, ClientEdit, NewClient},
        tag_of,
    },
    endings::not_before::NotBefore,
};
use serde::Deserialize;

const MOST: usize = 1_000;

/// Keycloak's filters; others are refused.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientQuery {
    /// The whole of it; with `search=true` a part.
    client_id: Option<String>,
    /// `true`: see `clientId`. Any other text: part of the `clientId` or name.
    search: Option<String>,
    /// Attributes, as `name:value name:value`; in quotes where they hold spaces.
    q: Option<String>,
    first: Option<usize>,
    max: Option<usize>,
    /// Cursor: only ever what a Link header gave.
    after: Option<String>,
    /// Nobody sees others.
    #[serde(default, deserialize_with = "flag")]
    #[expect(dead_code, reason = "Keycloak's tools send it")]
    viewable_only: Option<bool>,
}

impl ClientQuery {
    fn fits(&self, client: &Client) -> bool {
        let is_part = |part: &str, of: &str| of.to_lowercase().contains(&part.to_lowercase());
        let search = self.search.as_deref().filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("false"));
        let as_part = search.is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let named = match &self.client_id {
            None => true,
            Some(name) if as_part => is_part(name, &client.client_id),
            Some(name) => client.client_id == *name,
        };
        let text = search.filter(|_| !as_part).unwrap_or_default();
        named && (is_part(text, &client.client_id) || is_part(text, client.display_name()))
    }
}

pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    query: web::Query<ClientQuery>,
    request: HttpRequest,
) -> ApiResult {
    caller.0.require(Permission::QueryClients, &realm)?;
    let wanted = user_query::attributes(query.q.as_deref().unwrap_or_default())
        .ok_or_else(|| ApiRefusal::Invalid(ApiError::at_field("q", "must be name:value")))?;
    let loaded = state.site.realm(&realm).await?;
    let mut found: Vec<_> = loaded.model.clients.values().collect();
    found.retain(|client| caller.0.may(Permission::ViewClients, &realm) && query.fits(client));
    if !wanted.is_empty() {
        let has = |client: &Client| {
            let own = representation::attributes_of(&client.settings);
            wanted.iter().all(|(name, value)| own.get(name) == Some(value))
        };
        found.retain(|client| has(client));
    }
    found.sort_by(|a, b| a.client_id.cmp(&b.client_id));
    if let Some(after) = &query.after {
        found.retain(|client| client.client_id > *after);
    }
    let max = query.max.unwrap_or(MOST).min(MOST);
    let mut rest = found.into_iter().skip(query.first.unwrap_or(0));
    let page: Vec<_> = rest.by_ref().take(max).collect();
    let goes_on = page.last().filter(|_| rest.next().is_some()).map(|client| client.client_id.as_str());
    let shown: Vec<_> = page.iter().map(|client| representation::of_client(&loaded.model, client)).collect();
    Ok(followed(json(&shown), &request, goes_on))
}

/// Programs get the secret with the client, as with Keycloak; a page has it only when it asks for it by itself.
pub async fn find(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> ApiResult {
    let (realm, id) = path.into_inner();
    caller.0.require(Permission::ViewClients, &realm)?;
    let loaded = state.site.realm(&realm).await?;
    let client = client_id(&id).and_then(|id| loaded.model.clients.get(&id));
    let client = client.ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))?;
    let mut shown = representation::of_client(&loaded.model, client);
    if bearer_token(&request).is_some() {
        let secret = client_secret::find_if_allowed(&state.site, &caller.0, &realm, client.id).await?;
        if let Some(secret) = secret {
            let mark = mark_of(&state, client.id, &secret);
            shown.attributes.get_or_insert_default().insert(SECRET_AS_READ.to_owned(), mark);
            shown.secret = Some(secret.to_string());
        }
    }
    Ok(tagged(&tag_of(client)?, &shown))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<ClientRepresentation>,
) -> ApiResult {
    let sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    representation::check_outbound(&sent, &state.couriers.http).map_err(ApiRefusal::Invalid)?;
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
    let id = client_id(&id).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))?;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    representation::check_outbound(&sent, &state.couriers.http).map_err(ApiRefusal::Invalid)?;
    let mark = sent.secret.as_deref().map(|secret| mark_of(&state, id, secret));
    let is_as_read = mark.is_some_and(|mark| sent.attribute(SECRET_AS_READ) == Some(mark.as_str()));
    let not_before = sent.not_before.map(NotBefore::of_seconds);
    let change: clients::ClientChange = Box::new(move |client| {
        let name = sent.client_id.clone().unwrap_or_else(|| client.client_id.clone());
        let mut draft = draft(&sent, name, &client.settings);
        if is_as_read && client.sealed_secret.is_some() {
            draft.secret = None;
        }
        draft
    });
    clients::update(&state.site, &caller.0, &realm, id, ClientEdit { change, not_before }).await?;
    Ok(no_content())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, id) = path.into_inner();
    let id = client_id(&id).ok_or(FlowError::NotFound(ApiError::CLIENT_NOT_FOUND))?;
    clients::delete(&state.site, &caller.0, &realm, id).await?;
    Ok(no_content())
}

/// Belongs to this secret of this client: written onto another one, the secret is set.
fn mark_of(state: &AppState, client: ClientId, secret: &str) -> String {
    state.site.master.mark(SECRET_AS_READ, &format!("{client}\0{secret}"))
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
