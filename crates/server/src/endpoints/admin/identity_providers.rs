//! `/identity-provider/instances[/{alias}[/linked-users/count]]`: upstream providers. An update changes only the fields that are sent.

use super::{caller::AdminCaller, identity_provider_representation as representation};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, created, json, no_content, tagged},
        json_object::JsonObject,
    },
    outbound::Outbound,
    state::AppState,
};
use actix_web::web;
use perennial_api::{ApiError, IdentityProviderRepresentation, LinkedUserCount, paths};
use perennial_domain::upstream::{IdentityProvider, KeySource};
use perennial_flows::admin::{identity_providers, tag_of};

pub async fn list(state: web::Data<AppState>, caller: AdminCaller, realm: web::Path<String>) -> ApiResult {
    let all = identity_providers::list(&state.site, &caller.0, &realm).await?;
    let shown = all.iter().map(|(alias, provider)| representation::of_provider(alias, provider));
    Ok(json(&shown.collect::<Vec<_>>()))
}

pub async fn create(
    state: web::Data<AppState>,
    caller: AdminCaller,
    realm: web::Path<String>,
    sent: JsonObject<IdentityProviderRepresentation>,
) -> ApiResult {
    let (alias, provider) = representation::new(&sent.0).map_err(ApiRefusal::Invalid)?;
    check_address(&provider, &state.couriers.http).map_err(ApiRefusal::Invalid)?;
    let address = format!("{}{}", state.site.base_url, paths::admin_identity_provider(&realm, &alias));
    identity_providers::create(&state.site, &caller.0, &realm, alias, provider).await?;
    Ok(created(&address))
}

pub async fn find(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, alias) = path.into_inner();
    let found = identity_providers::find(&state.site, &caller.0, &realm, &alias).await?;
    Ok(tagged(&tag_of(&found)?, &representation::of_provider(&alias, &found)))
}

pub async fn count_linked(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
) -> ApiResult {
    let (realm, alias) = path.into_inner();
    let count = identity_providers::count_linked(&state.site, &caller.0, &realm, alias).await?;
    Ok(json(&LinkedUserCount { count }))
}

pub async fn update(
    state: web::Data<AppState>,
    caller: AdminCaller,
    path: web::Path<(String, String)>,
    sent: JsonObject<IdentityProviderRepresentation>,
) -> ApiResult {
    let (realm, alias) = path.into_inner();
    if sent.0.alias.as_ref().is_some_and(|sent| *sent != alias) {
        return Err(ApiRefusal::Invalid(ApiError::at_field("alias", "cannot be changed")));
    }
    // Said at its field, where the provider can be seen as it stands.
    if let Ok(before) = identity_providers::find(&state.site, &caller.0, &realm, &alias).await {
        let after = representation::apply(&before, &sent.0).map_err(ApiRefusal::Invalid)?;
        check_address(&after, &state.couriers.http).map_err(ApiRefusal::Invalid)?;
    }
    let known = state.clone();
    let change = Box::new(move |before: &IdentityProvider| {
        let after = representation::apply(before, &sent.0).and_then(|after| {
            check_address(&after, &known.couriers.http)?;
            Ok(after)
        });
        after.map_err(|error| {
            format!("{} {}", error.field.as_deref().unwrap_or("It"), error.text().unwrap_or("is wrong"))
        })
    });
    identity_providers::update(&state.site, &caller.0, &realm, alias, change).await?;
    Ok(no_content())
}

pub async fn delete(state: web::Data<AppState>, caller: AdminCaller, path: web::Path<(String, String)>) -> ApiResult {
    let (realm, alias) = path.into_inner();
    identity_providers::delete(&state.site, &caller.0, &realm, alias).await?;
    Ok(no_content())
}

/// It is going to be asked by this server.
fn check_address(provider: &IdentityProvider, outbound: &Outbound) -> Result<(), ApiError> {
    match &provider.keys {
        KeySource::Url(address) => {
            outbound.check(address).map(drop).map_err(|reason| ApiError::at_field("config.jwksUrl", reason))
        }
        KeySource::Jwks(_) => Ok(()),
    }
}
