//! `POST /admin/realms/{realm}/token-policy/preview`: what a proposed policy would end.

use super::{caller::AdminCaller, client_representation, realm_representation, resources};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        json_object::JsonObject,
    },
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, ClientImpact, TokenPolicyPreview, preview::PreviewRequest};
use perennial_flows::{
    FlowError,
    admin::preview::{self, Proposal},
};
use serde_json::Value;

pub async fn run(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<Value>,
) -> ApiResult {
    let proposal = proposal_of(read(sent.0)?)?;
    let shares = preview::run(&state.site, &caller.0, &realm, proposal).await?;
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

/// Refuses what it does not know, at the top and within `client` and `resource`: a misspelt limit would be one that ends nothing.
fn read(sent: Value) -> Result<PreviewRequest, ApiRefusal> {
    let misfit = |reason| ApiError::message(format!("The request body does not fit: {reason}"));
    let request: PreviewRequest = serde_json::from_value(sent.clone()).map_err(|e| ApiRefusal::Invalid(misfit(e)))?;
    let known = serde_json::to_value(&request).map_err(FlowError::internal)?;
    let unknown = first_unknown(&sent, &known).map(str::to_owned).or_else(|| {
        let part = |name: &str| Some(format!("{name}.{}", first_unknown(sent.get(name)?, known.get(name)?)?));
        part("client").or_else(|| part("resource"))
    });
    match unknown {
        None => Ok(request),
        Some(name) => Err(ApiRefusal::Invalid(ApiError::at_field(name, "is no field of a policy"))),
    }
}

/// What was read is written again; what is not written was not read.
fn first_unknown<'a>(sent: &'a Value, known: &Value) -> Option<&'a str> {
    let mut members = sent.as_object()?.iter().filter(|(_, value)| !value.is_null());
    members.find(|(name, _)| known.get(name.as_str()).is_none()).map(|(name, _)| name.as_str())
}

/// Fields of the realm, or of one client under `client`, or of one resource under `resource`.
fn proposal_of(sent: PreviewRequest) -> Result<Proposal, ApiRefusal> {
    let unnamed = |field: &str, text: &str| ApiRefusal::Invalid(ApiError::at_field(field, text));
    match (sent.client, sent.resource) {
        (Some(_), Some(_)) => Err(unnamed("resource", "only one of client and resource may be sent")),
        (Some(client), None) => {
            client_representation::check(&client).map_err(ApiRefusal::Invalid)?;
            let name = client.id.clone().or_else(|| client.client_id.clone());
            let name = name.ok_or_else(|| unnamed("client", "must name a client by its id or clientId"))?;
            Ok(Proposal::Client(name, Box::new(move |settings| client_representation::apply(settings, &client))))
        }
        (None, Some(resource)) => {
            resources::check(&resource)?;
            let name = resource.id.clone().or_else(|| resource.resource.clone());
            let name = name.ok_or_else(|| unnamed("resource", "must name a resource by its id or resource"))?;
            Ok(Proposal::Resource(name, Box::new(move |settings| resources::apply(settings, &resource))))
        }
        (None, None) => {
            realm_representation::check(&sent.realm).map_err(ApiRefusal::Invalid)?;
            let change = move |settings: &_| Ok(realm_representation::apply(settings, &sent.realm));
            Ok(Proposal::Realm(Box::new(change)))
        }
    }
}
