//! `POST /admin/realms/{realm}/token-policy/preview`: what a proposed policy would end.

use super::{caller::AdminCaller, realm_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ClientImpact, RealmRepresentation, TokenPolicyPreview};
use perennial_flows::admin::preview;

pub async fn run(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<RealmRepresentation>,
) -> ApiResult {
    representation::check(&sent.0).map_err(ApiRefusal::Invalid)?;
    let sent = sent.0;
    let change = Box::new(move |settings: &_| Ok(representation::apply(settings, &sent)));
    let shares = preview::run(&state.site, &caller.0, &realm, change).await?;
    let affected = shares.iter().filter(|share| share.ends_now + share.ends_soon > 0);
    Ok(json(&TokenPolicyPreview {
        total: shares.iter().map(|share| share.total).sum(),
        ends_now: shares.iter().map(|share| share.ends_now).sum(),
        ends_within_7_days: shares.iter().map(|share| share.ends_soon).sum(),
        clients: affected
            .map(|share| ClientImpact {
                client_id: share.client_id.clone(),
                ends_now: share.ends_now,
                ends_within_7_days: share.ends_soon,
            })
            .collect(),
    }))
}
