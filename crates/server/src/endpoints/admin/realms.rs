//! `GET POST /admin/realms`, `GET PUT DELETE /admin/realms/{realm}`.

use super::{caller::AdminCaller, realm_representation as representation, smtp_representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, RealmRepresentation, paths};
use perennial_domain::{ending::Subject, realm::RealmSettings};
use perennial_flows::{
    admin::{endings, realm_life, realms},
    bootstrap::NewRealm,
    endings::not_before::NotBefore,
};

pub async fn list(state: web::Data<AppState>, caller: AdminCaller) -> ApiResult {
    let seen = realms::list(&state.site, &caller.0).await?;
    Ok(json(&seen.iter().map(representation::of_realm).collect::<Vec<_>>()))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    Ok(json(&representation::of_realm(&realms::find(&state.site, &caller.0, &realm).await?)))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    sent: JsonObject<RealmRepresentation>,
) -> ApiResult {
    let sent = sent.0;
    representation::check(&sent).map_err(ApiRefusal::Invalid)?;
    let missing = || ApiRefusal::Invalid(ApiError::at_field("realm", "must be given"));
    let name = sent.realm.clone().ok_or_else(missing)?;
    let mut settings = representation::apply(&RealmSettings::default(), &sent);
    if let Some(server) = &sent.smtp_server {
        let read = smtp_representation::apply(None, server, &state.site.master);
        settings.smtp_server = read.map_err(|text| ApiRefusal::Invalid(ApiError::message(text)))?;
    }
    realm_life::create(&state.site, &caller.0, NewRealm { name: name.clone(), settings }).await?;
    Ok(created(&format!("{}{}", state.site.base_url, paths::admin_realm(&name))))
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
    let not_before = sent.not_before.map(NotBefore::of_seconds);
    endings::check_not_before(&state.site, &caller.0, &realm, (Subject::Realm, not_before)).await?;
    let master = state.site.master.clone();
    let change = Box::new(move |settings: &RealmSettings| {
        let mut next = representation::apply(settings, &sent);
        if let Some(server) = &sent.smtp_server {
            next.smtp_server = smtp_representation::apply(settings.smtp_server.as_ref(), server, &master)?;
        }
        Ok(next)
    });
    realms::update(&state.site, &caller.0, &realm, change).await?;
    if let Some(mark) = not_before {
        endings::set_not_before(&state.site, &caller.0, &realm, (Subject::Realm, mark)).await?;
    }
    Ok(no_content())
}
