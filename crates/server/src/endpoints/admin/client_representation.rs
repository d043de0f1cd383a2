//! Clients in Keycloak's representation.

use perennial_api::{ClientRepresentation, client::attributes};
use perennial_domain::{
    client::Client,
    realm_model::RealmModel,
    token_policy::{ClientTokenPolicy, ReplayWindow, RotationMode},
};
use std::collections::{BTreeMap, BTreeSet};

pub fn of_client(model: &RealmModel, client: &Client) -> ClientRepresentation {
    let settings = &client.settings;
    let names = |ids: &BTreeSet<_>| {
        let scopes = ids.iter().filter_map(|id| model.scopes.get(id));
        let mut names: Vec<String> = scopes.map(|scope| scope.name.clone()).collect();
        names.sort_unstable();
        Some(names)
    };
    ClientRepresentation {
        id: Some(client.id.to_string()),
        client_id: Some(client.client_id.clone()),
        name: settings.name.clone(),
        description: settings.description.clone(),
        enabled: Some(settings.enabled),
        public_client: Some(client.is_public()),
        consent_required: Some(settings.consent_required),
        standard_flow_enabled: Some(settings.standard_flow),
        direct_access_grants_enabled: Some(settings.direct_access_grants),
        service_accounts_enabled: Some(settings.service_accounts),
        full_scope_allowed: Some(settings.full_scope_allowed),
        root_url: settings.root_url.clone(),
        base_url: settings.base_url.clone(),
        redirect_uris: Some(settings.redirect_uris.clone()),
        web_origins: Some(settings.web_origins.clone()),
        default_client_scopes: names(&client.default_scopes),
        optional_client_scopes: names(&client.optional_scopes),
        attributes: Some(attributes_of(client)),
        contacts: Some(settings.contacts.clone()),
    }
}

/// The client's own attributes, and its policy under Keycloak's attribute names.
fn attributes_of(client: &Client) -> BTreeMap<String, String> {
    let mut all = client.settings.attributes.clone();
    let policy: &ClientTokenPolicy = &client.settings.token_policy;
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            all.insert(name.to_owned(), value);
        }
    };
    put(attributes::ACCESS_TOKEN_LIFESPAN, policy.access_token_lifespan_s.map(|s| s.to_string()));
    put(attributes::OFFLINE_SESSION_IDLE_TIMEOUT, policy.offline_idle_s.map(|s| s.to_string()));
    put(attributes::OFFLINE_SESSION_MAX_LIFESPAN, policy.offline_max_s.map(|s| s.to_string()));
    put(attributes::ROTATION, policy.rotation.map(|mode| rotation_name(mode).to_owned()));
    put(attributes::REPLAY_WINDOW, policy.replay_window.and_then(window_name));
    put(attributes::OFFLINE_SESSION_LIMIT, policy.offline_session_limit.map(|limit| limit.to_string()));
    put(attributes::USE_REFRESH_TOKENS, Some(client.settings.use_refresh_tokens.to_string()));
    all
}

const fn rotation_name(mode: RotationMode) -> &'static str {
    match mode {
        RotationMode::Never => "never",
        RotationMode::Aging => "aging",
        RotationMode::Always => "always",
        RotationMode::Auto => "auto",
    }
}

fn window_name(window: ReplayWindow) -> Option<String> {
    match window {
        ReplayWindow::UntilProven => Some("until-proven".into()),
        ReplayWindow::Seconds(seconds) => Some(seconds.to_string()),
        ReplayWindow::Replays(_) => None,
    }
}
