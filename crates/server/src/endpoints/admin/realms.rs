//! `GET POST /admin/realms`, `GET PUT DELETE /admin/realms/{realm}`.

use super::{
    caller::AdminCaller, realm_file::reading, realm_parts, realm_representation as representation,
    realm_upload::RealmUpload, smtp_representation,
};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content, tagged},
        asked_page::named,
        flag::flag,
        json_object::JsonObject,
        next_page::followed,
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use perennial_api::{ApiError, PageQuery, RealmRepresentation, paths};
use perennial_crypto::MasterKey;
use perennial_domain::realm::RealmSettings;
use perennial_flows::{
    FlowError,
    admin::{
        import::{self, Package, Report},
        realm_life,
        realms::{self, Seen},
        tag_of,
    },
    bootstrap::NewRealm,
    endings::not_before::NotBefore,
};
use serde::Deserialize;
use serde_json::Value;

/// Whole, as Keycloak's clients take it, where nobody says how many.
pub async fn list(
    state: web::Data<AppState>,
    caller: AdminCaller,
    page: web::Query<PageQuery>,
    request: HttpRequest,
) -> ApiResult {
    let seen = realms::list(&state.site, &caller.0).await?;
    let shown = |seen: &Seen| match seen {
        Seen::Whole(realm) => representation::of_realm(realm),
        Seen::Named(name) => RealmRepresentation { realm: Some(name.clone()), ..RealmRepresentation::default() },
    };
    let name = |realm: &RealmRepresentation| realm.realm.clone().unwrap_or_default();
    let search = page.search.as_deref().unwrap_or_default().to_lowercase();
    let mut found: Vec<_> = seen.iter().map(shown).collect();
    found.retain(|realm| name(realm).to_lowercase().contains(&search));
    if page.first.is_none() && page.max.is_none() && page.after.is_none() {
        return Ok(json(&found));
    }
    // A database may have another order.
    found.sort_by_cached_key(name);
    let (found, next) = named(found, &page, name);
    Ok(followed(json(&found), &request, next.as_deref()))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    let found = realms::find(&state.site, &caller.0, &realm).await?;
    Ok(tagged(&tag_of(&found)?, &representation::of_realm(&found)))
}

/// Whether the answer tells what became of a realm file. Keycloak's has no body, and its clients rely on that.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default, deserialize_with = "flag")]
    report: Option<bool>,
}

/// A realm by its settings alone, or with all that a realm file holds.
pub async fn create(
    state: web::Data<AppState>,
    RealmUpload { caller, file }: RealmUpload,
    wanted: web::Query<Wanted>,
) -> ApiResult {
    let master = state.site.master.clone();
    let read = web::block(move || read_new(file, &master)).await.map_err(FlowError::internal)?;
    let (new, package, report) = read.map_err(ApiRefusal::Invalid)?;
    let name = new.name.clone();
    if !realm_life::is_legal(&name) {
        return Err(ApiRefusal::Invalid(ApiError::at_field("realm", realm_life::NAME_RULE)));
    }
    let location = format!("{}{}", state.site.base_url, paths::admin_realm(&name));
    let report = import::create(&state.site, Some(&caller), new, package, report).await?;
    let mut answer = HttpResponse::Created();
    answer.insert_header((header::LOCATION, location));
    Ok(if wanted.report == Some(true) { answer.json(realm_parts::results(&report)) } else { answer.finish() })
}

fn read_new(file: Value, master: &MasterKey) -> Result<(NewRealm, Package, Report), ApiError> {
    let settings = RealmRepresentation::deserialize(&file)
        .map_err(|reason| ApiError::message(format!("The request body does not fit: {reason}")))?;
    if !reading::CONTENTS.iter().any(|part| file.get(part).is_some()) {
        // Nothing but settings: whoever sets one wrong wants to know before the realm is there.
        representation::check(&settings)?;
        if let Some(server) = &settings.smtp_server {
            smtp_representation::apply(None, server, master).map_err(ApiError::message)?;
        }
    }
    reading::realm(file, None, master)
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    realm_life::delete(&state.site, &caller.0, &realm).await?;
    Ok(no_content())
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<RealmRepresentation>,
) -> ApiResult {
    representation::check(&sent.0).map_err(ApiRefusal::Invalid)?;
    let sent = sent.0;
    if sent.realm.as_ref().is_some_and(|name| *name != *realm) {
        let text = "cannot be changed: it is in the issuer of every token";
        return Err(ApiRefusal::Invalid(ApiError::at_field("realm", text)));
    }
    let not_before = sent.not_before.map(NotBefore::of_seconds);
    let master = state.site.master.clone();
    let change = Box::new(move |settings: &RealmSettings| {
        let mut next = representation::apply(settings, &sent);
        if let Some(server) = &sent.smtp_server {
            next.smtp_server = smtp_representation::apply(settings.smtp_server.as_ref(), server, &master)?;
        }
        Ok(next)
    });
    realms::update(&state.site, &caller.0, &realm, change, not_before).await?;
    Ok(no_content())
}
