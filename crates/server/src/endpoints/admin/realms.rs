//! `GET /admin/realms`, `GET PUT /admin/realms/{realm}`.

use super::{caller::AdminCaller, realm_representation as representation, smtp_representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json, no_content},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::RealmRepresentation;
use perennial_domain::{audit::Actor, ending::Subject, realm::RealmSettings};
use perennial_flows::{
    admin::realms,
    endings::not_before::{self, NotBefore},
};

pub async fn list(state: web::Data<AppState>, caller: AdminCaller) -> ApiResult {
    let seen = realms::list(&state.site, &caller.0).await?;
    Ok(json(&seen.iter().map(representation::of_realm).collect::<Vec<_>>()))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    Ok(json(&representation::of_realm(&realms::find(&state.site, &caller.0, &realm).await?)))
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
    not_before::check(&state.site, &realm, (Subject::Realm, not_before)).await?;
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
        not_before::set(&state.site, &realm, (Subject::Realm, mark), Actor::Admin { user: caller.0.user }).await?;
    }
    Ok(no_content())
}
