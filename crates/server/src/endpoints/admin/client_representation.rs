//! Clients between their settings and Keycloak's representation; an update changes only the fields that were sent.

use super::client_attributes::{
    ATTRIBUTES, LONGEST_ADDRESS, rotation_in, rotation_out, web_uri, window_in, window_out,
};
use super::{
    mapper_representation,
    texts::{check_line, check_text, fits_in_a_path},
};
use crate::outbound::Outbound;
use perennial_api::{ApiError, ClientRepresentation, OfflineAccessConsent, client::attributes::SECRET_AS_READ};
use perennial_domain::{
    client::{BACKCHANNEL_LOGOUT_URL, Client, ClientAuthenticator, ClientKind, ClientSettings, OfflineConsent},
    realm_model::RealmModel,
};
use perennial_protocol::redirect;
use std::collections::{BTreeMap, BTreeSet};

const LONGEST_NAME: usize = 255;
const LONGEST_VALUE: usize = 4_000;
const MOST_URIS: usize = 200;
const MOST_ATTRIBUTES: usize = 200;
/// The public keys by which the client may introduce itself.
const KEYS: &str = "jwks.string";

pub fn of_client(model: &RealmModel, client: &Client) -> ClientRepresentation {
    let settings = &client.settings;
    let policy = &settings.token_policy;
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
        protocol_mappers: Some(mapper_representation::all(&settings.mappers)),
        attributes: Some(attributes_of(settings)),
        secret: None,
        client_authenticator_type: Some(authenticator_out(settings.authenticator).to_owned()),
        protocol: Some("openid-connect".into()),
        not_before: Some(client.not_before_at.as_s()),
        contacts: Some(settings.contacts.clone()),
        rotation: policy.rotation.map(rotation_out),
        replay_window: policy.replay_window.and_then(window_out),
        offline_session_limit: policy.offline_session_limit.map(i64::from),
        offline_access_consent: Some(consent_out(settings.offline_consent)),
    }
}

/// The client's own attributes, and the settings that Keycloak keeps among them.
pub fn attributes_of(settings: &ClientSettings) -> BTreeMap<String, String> {
    let mut all = settings.attributes.clone();
    let known = ATTRIBUTES.iter().filter_map(|(name, read, _)| Some(((*name).to_owned(), read(settings)?)));
    all.extend(known);
    all
}

/// What is wrong with the values themselves, field by field.
pub fn check(sent: &ClientRepresentation) -> Result<(), ApiError> {
    let mut wrong = Vec::new();
    let mut require = |right: bool, field: &str, text: &str| {
        if !right {
            wrong.push(ApiError::at_field(field, text));
        }
    };
    let plain = |id: &String| !id.trim().is_empty() && id.len() <= LONGEST_NAME && !id.chars().any(char::is_control);
    require(sent.client_id.as_ref().is_none_or(plain), "clientId", "must have 1 to 255 printable characters");
    require(sent.client_id.as_deref().is_none_or(fits_in_a_path), "clientId", "must be more than dots");
    let secret = |secret: &String| !secret.is_empty() && secret.len() <= LONGEST_NAME;
    require(sent.secret.as_ref().is_none_or(secret), "secret", "must have 1 to 255 characters");
    let authenticator = sent.client_authenticator_type.as_deref().is_none_or(|name| authenticator_in(name).is_some());
    require(authenticator, "clientAuthenticatorType", "must be client-secret or client-jwt");
    let protocol = sent.protocol.as_deref().is_none_or(|name| name == "openid-connect");
    require(protocol, "protocol", "must be openid-connect");
    let limit = sent.offline_session_limit.is_none_or(|limit| (0..=1_000_000).contains(&limit));
    require(limit, "offlineSessionLimit", "must be between 0 and 1000000");
    let address = |value: &Option<String>| web_uri(filled(value.as_deref())).is_ok();
    require(address(&sent.root_url), "rootUrl", "must be an http or https address");
    let base = sent.base_url.as_deref().is_some_and(path_fits) || address(&sent.base_url);
    require(base, "baseUrl", "must be an http or https address, or a path");
    let uris = |all: &Option<Vec<String>>, right: fn(&str) -> bool| {
        all.as_ref().is_none_or(|all| all.len() <= MOST_URIS && all.iter().all(|uri| right(uri)))
    };
    let exact = "must be a list of exact, absolute URIs without a fragment; patterns are not supported";
    require(uris(&sent.redirect_uris, redirect_fits), "redirectUris", exact);
    let origins = "must be a list of exact origins such as https://app.example, or +";
    require(uris(&sent.web_origins, origin_fits), "webOrigins", origins);
    require(uris(&sent.contacts, contact_fits), "contacts", "must be a list of e-mail addresses");
    wrong.extend(check_line("name", sent.name.as_deref(), LONGEST_NAME));
    wrong.extend(check_text("description", sent.description.as_deref(), LONGEST_VALUE));
    check_attributes(sent, &mut wrong);
    wrong.extend(mapper_representation::drafts(sent.protocol_mappers.as_deref().unwrap_or_default()).err());
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::at_fields(wrong)) }
}

/// Where the client wants to be told of logouts must be an address that the server would call (OIDC Back-Channel Logout §2.2).
pub fn check_outbound(sent: &ClientRepresentation, outbound: &Outbound) -> Result<(), ApiError> {
    let url = sent.attributes.as_ref().and_then(|all| all.get(BACKCHANNEL_LOGOUT_URL));
    match url.and_then(|url| filled(Some(url))).map(|url| outbound.check(url)) {
        Some(Err(reason)) => Err(ApiError::at_field(format!("attributes.{BACKCHANNEL_LOGOUT_URL}"), reason)),
        _ => Ok(()),
    }
}

fn check_attributes(sent: &ClientRepresentation, wrong: &mut Vec<ApiError>) {
    let mut scratch = ClientSettings::default();
    let attributes = sent.attributes.iter().flatten();
    for (name, value) in attributes.clone() {
        let known = ATTRIBUTES.iter().find(|(known, _, _)| known == name);
        let written = known.map_or(Ok(()), |(_, _, write)| write(&mut scratch, filled(Some(value))));
        let long = name.len() > LONGEST_NAME || value.chars().count() > LONGEST_VALUE;
        let keyless = name == KEYS && filled(Some(value)).is_some_and(|text| !holds_keys(text));
        let keyless = keyless.then(|| "must be a JSON Web Key Set: an object with a list of keys".to_owned());
        let text = written.err().or_else(|| long.then(|| "is too long".to_owned())).or(keyless);
        wrong.extend(text.map(|text| ApiError::at_field(format!("attributes.{name}"), text)));
    }
    if attributes.count() > MOST_ATTRIBUTES {
        wrong.push(ApiError::at_field("attributes", "are too many"));
    }
    if !scratch.post_logout_redirect_uris.iter().all(|uri| redirect::is_acceptable(uri)) {
        wrong.push(ApiError::at_field("attributes.post.logout.redirect.uris", "must be exact, absolute URIs"));
    }
}

/// RFC 7517 §5. Whoever saved anything else would lock the client out without a word.
fn holds_keys(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|set| set["keys"].is_array())
}

const fn authenticator_out(authenticator: ClientAuthenticator) -> &'static str {
    match authenticator {
        ClientAuthenticator::Secret => "client-secret",
        ClientAuthenticator::Jwt => "client-jwt",
    }
}

fn authenticator_in(name: &str) -> Option<ClientAuthenticator> {
    let all = [ClientAuthenticator::Secret, ClientAuthenticator::Jwt];
    all.into_iter().find(|own| authenticator_out(*own) == name)
}

/// Below the root address, and not on another host.
fn path_fits(path: &str) -> bool {
    let leads_away = ["//", "/\\"].iter().any(|start| path.starts_with(start));
    path.starts_with('/') && !leads_away && path.len() <= LONGEST_ADDRESS && !path.chars().any(char::is_control)
}

/// A path is completed with the server's own address.
pub(super) fn redirect_fits(uri: &str) -> bool {
    redirect::is_acceptable(uri) || (uri.starts_with('/') && redirect::is_acceptable(&format!("http://x{uri}")))
}

pub(super) fn origin_fits(origin: &str) -> bool {
    let web = origin.starts_with("http://") || origin.starts_with("https://");
    origin == "+" || (web && redirect::is_acceptable(origin) && redirect::csp_source(origin).as_deref() == Some(origin))
}

fn contact_fits(address: &str) -> bool {
    let parts = address.split_once('@');
    let clean = address.len() <= LONGEST_NAME && !address.chars().any(|c| c.is_whitespace() || c.is_control());
    clean && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// The settings with the sent fields put in. The values have been checked.
pub fn apply(settings: &ClientSettings, sent: &ClientRepresentation) -> ClientSettings {
    let mut next = settings.clone();
    set(&mut next.enabled, sent.enabled);
    set(
        &mut next.kind,
        sent.public_client.map(|public| if public { ClientKind::Public } else { ClientKind::Confidential }),
    );
    set(&mut next.authenticator, sent.client_authenticator_type.as_deref().and_then(authenticator_in));
    set(&mut next.consent_required, sent.consent_required);
    set(&mut next.standard_flow, sent.standard_flow_enabled);
    set(&mut next.direct_access_grants, sent.direct_access_grants_enabled);
    set(&mut next.service_accounts, sent.service_accounts_enabled);
    set(&mut next.full_scope_allowed, sent.full_scope_allowed);
    set(&mut next.redirect_uris, sent.redirect_uris.clone());
    set(&mut next.web_origins, sent.web_origins.clone());
    set(&mut next.contacts, sent.contacts.clone());
    set_text(&mut next.name, sent.name.as_deref());
    set_text(&mut next.description, sent.description.as_deref());
    set_text(&mut next.root_url, sent.root_url.as_deref());
    set_text(&mut next.base_url, sent.base_url.as_deref());
    apply_attributes(&mut next, sent);
    apply_policy(&mut next, settings, sent);
    next
}

/// Keycloak's tools read, change and write a client: an attribute that is not named stays, an empty one goes. What tells of the
/// secret as it was read has done its work.
fn apply_attributes(next: &mut ClientSettings, sent: &ClientRepresentation) {
    for (name, value) in sent.attributes.iter().flatten().filter(|(name, _)| *name != SECRET_AS_READ) {
        match (ATTRIBUTES.iter().find(|(known, _, _)| known == name), filled(Some(value))) {
            // Checked before, so it fits.
            (Some((_, _, write)), value) => drop(write(next, value)),
            (None, Some(value)) => drop(next.attributes.insert(name.clone(), value.to_owned())),
            (None, None) => drop(next.attributes.remove(name)),
        }
    }
}

/// The same settings stand among the attributes: whoever writes both back changes the one that differs from what was read.
fn apply_policy(next: &mut ClientSettings, before: &ClientSettings, sent: &ClientRepresentation) {
    let (policy, old) = (&mut next.token_policy, &before.token_policy);
    if let Some(mode) = sent.rotation.map(rotation_in).filter(|mode| old.rotation != Some(*mode)) {
        policy.rotation = Some(mode);
    }
    if let Some(window) = sent.replay_window.map(window_in).filter(|window| old.replay_window != *window) {
        policy.replay_window = window;
    }
    let limit = sent.offline_session_limit.and_then(|limit| u32::try_from(limit).ok());
    if let Some(limit) = limit.filter(|limit| old.offline_session_limit != Some(*limit)) {
        policy.offline_session_limit = Some(limit);
    }
    if let Some(consent) = sent.offline_access_consent.map(consent_in).filter(|one| before.offline_consent != *one) {
        next.offline_consent = consent;
    }
}

const fn consent_out(consent: OfflineConsent) -> OfflineAccessConsent {
    match consent {
        OfflineConsent::Stored => OfflineAccessConsent::Stored,
        OfflineConsent::Strict => OfflineAccessConsent::Strict,
    }
}

const fn consent_in(consent: OfflineAccessConsent) -> OfflineConsent {
    match consent {
        OfflineAccessConsent::Stored => OfflineConsent::Stored,
        OfflineAccessConsent::Strict => OfflineConsent::Strict,
    }
}

fn set<T>(field: &mut T, sent: Option<T>) {
    if let Some(value) = sent {
        *field = value;
    }
}

fn set_text(field: &mut Option<String>, sent: Option<&str>) {
    if sent.is_some() {
        *field = filled(sent).map(str::to_owned);
    }
}

fn filled(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.is_empty())
}

#[cfg(test)]
#[path = "client_representation_tests.rs"]
mod tests;
