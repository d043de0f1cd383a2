//! Upstream providers between the domain and Keycloak's representation, whose `config` is a map of texts.

use super::texts::check_line;
use perennial_api::{ApiError, FederatedIdentityRepresentation, IdentityProviderRepresentation};
use perennial_crypto::ForeignKeys;
use perennial_domain::upstream::{IdentityLink, IdentityProvider, KeySource};
use std::collections::BTreeMap;

/// The only kind there is.
const OIDC: &str = "oidc";
const LONGEST: usize = 255;
const LONGEST_ADDRESS: usize = 2_000;
/// In bytes.
const LARGEST_JWKS: usize = 32 * 1_024;

const ISSUER: &str = "issuer";
const CLIENT_ID: &str = "clientId";
const USE_JWKS_URL: &str = "useJwksUrl";
const JWKS_URL: &str = "jwksUrl";
const JWKS: &str = "publicKeySignatureVerifier";
const BACKCHANNEL: &str = "backchannelSupported";

type Config = BTreeMap<String, String>;

pub fn of_provider(alias: &str, provider: &IdentityProvider) -> IdentityProviderRepresentation {
    IdentityProviderRepresentation {
        alias: Some(alias.to_owned()),
        display_name: provider.display_name.clone(),
        provider_id: Some(OIDC.to_owned()),
        enabled: Some(provider.enabled),
        config: Some(config_of(provider)),
    }
}

fn config_of(provider: &IdentityProvider) -> Config {
    let (uses_url, place, keys) = match &provider.keys {
        KeySource::Url(address) => (true, JWKS_URL, address),
        KeySource::Jwks(text) => (false, JWKS, text),
    };
    let fields = [
        (ISSUER, provider.issuer.clone()),
        (CLIENT_ID, provider.client_id.clone()),
        (USE_JWKS_URL, uses_url.to_string()),
        (place, keys.clone()),
        (BACKCHANNEL, provider.backchannel_supported.to_string()),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A provider to be, with its alias.
pub fn new(sent: &IdentityProviderRepresentation) -> Result<(String, IdentityProvider), ApiError> {
    let alias = sent.alias.clone().ok_or_else(|| ApiError::at_field("alias", "must be given"))?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if alias.is_empty() || alias.len() > LONGEST || !alias.chars().all(fits) || alias.starts_with('.') {
        let text = "must be 1 to 255 letters, digits, hyphens, dots and underscores, not a dot at first";
        return Err(ApiError::at_field("alias", text));
    }
    let provider = build(sent.config.clone().unwrap_or_default(), sent)?;
    Ok((alias, IdentityProvider { enabled: sent.enabled.unwrap_or(true), ..provider }))
}

/// The provider with the sent fields put in, and those of its configuration.
pub fn apply(before: &IdentityProvider, sent: &IdentityProviderRepresentation) -> Result<IdentityProvider, ApiError> {
    let mut config = config_of(before);
    config.extend(sent.config.clone().unwrap_or_default());
    let after = build(config, sent)?;
    Ok(IdentityProvider {
        display_name: if sent.display_name.is_some() { after.display_name } else { before.display_name.clone() },
        enabled: sent.enabled.unwrap_or(before.enabled),
        ..after
    })
}

fn build(config: Config, sent: &IdentityProviderRepresentation) -> Result<IdentityProvider, ApiError> {
    if sent.provider_id.as_deref().is_some_and(|kind| kind != OIDC) {
        return Err(ApiError::at_field("providerId", "must be oidc"));
    }
    check_line("displayName", sent.display_name.as_deref(), LONGEST).map_or(Ok(()), Err)?;
    let issuer = line(&config, ISSUER, LONGEST_ADDRESS)?;
    if issuer.contains(char::is_whitespace) {
        return Err(at(ISSUER, "must not hold spaces"));
    }
    Ok(IdentityProvider {
        display_name: sent.display_name.clone().filter(|name| !name.is_empty()),
        enabled: true,
        issuer,
        client_id: line(&config, CLIENT_ID, LONGEST)?,
        keys: keys(&config)?,
        backchannel_supported: switch(&config, BACKCHANNEL)?.unwrap_or(true),
    })
}

/// Without a word on where they are: at an address, if there is one.
fn keys(config: &Config) -> Result<KeySource, ApiError> {
    let uses_url = switch(config, USE_JWKS_URL)?.unwrap_or_else(|| config.contains_key(JWKS_URL));
    if uses_url {
        let address = line(config, JWKS_URL, LONGEST_ADDRESS)?;
        let is_address = url::Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        return if is_address { Ok(KeySource::Url(address)) } else { Err(at(JWKS_URL, "must be an absolute address")) };
    }
    let text = config.get(JWKS).map(|text| text.trim()).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| at(JWKS, "must be given, unless useJwksUrl is true"))?;
    if text.starts_with("-----BEGIN") || text.len() > LARGEST_JWKS || ForeignKeys::parse(text).is_none() {
        return Err(at(JWKS, "must be a JWKS as JSON, with a key for signatures and at most 32 KiB; PEM is not read"));
    }
    Ok(KeySource::Jwks(text.to_owned()))
}

fn line(config: &Config, name: &str, longest: usize) -> Result<String, ApiError> {
    let text = config.get(name).filter(|text| !text.is_empty()).ok_or_else(|| at(name, "must be given"))?;
    match check_line(&format!("config.{name}"), Some(text), longest) {
        Some(error) => Err(error),
        None => Ok(text.clone()),
    }
}

fn switch(config: &Config, name: &str) -> Result<Option<bool>, ApiError> {
    match config.get(name).map(String::as_str) {
        None | Some("") => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(at(name, "must be true or false")),
    }
}

fn at(name: &str, text: &str) -> ApiError {
    ApiError::at_field(format!("config.{name}"), text)
}

pub fn of_link(link: &IdentityLink) -> FederatedIdentityRepresentation {
    FederatedIdentityRepresentation {
        identity_provider: Some(link.alias.clone()),
        user_id: Some(link.subject.clone()),
        user_name: Some(link.username.clone()).filter(|name| !name.is_empty()),
    }
}

pub fn link(alias: String, sent: &FederatedIdentityRepresentation) -> Result<IdentityLink, ApiError> {
    let subject = sent.user_id.clone().filter(|subject| !subject.is_empty());
    let subject = subject.ok_or_else(|| ApiError::at_field("userId", "must be given"))?;
    check_line("userId", Some(&subject), LONGEST).map_or(Ok(()), Err)?;
    check_line("userName", sent.user_name.as_deref(), LONGEST).map_or(Ok(()), Err)?;
    Ok(IdentityLink { alias, subject, username: sent.user_name.clone().unwrap_or_default() })
}
