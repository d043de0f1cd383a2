//! Between a client's metadata (RFC 7591 §2) and its settings here.

use crate::{FlowResult, LoadedRealm, admin::clients::ClientDraft, loaded_realm::parse_assertion_keys};
use perennial_crypto::SigningAlgorithm;
use perennial_domain::{
    client::{Client, ClientAuthenticator, ClientKind, ClientSettings},
    client_metadata::{BASIC, ClientMetadata, GRANT_TYPES, NONE, POST, PRIVATE_KEY_JWT, invalid},
    device::DEVICE_GRANT_ENABLED,
};
use perennial_protocol::{OAuthError, ScopeSet, device, scope::OPENID};
use std::collections::{BTreeMap, BTreeSet};

/// What the client said and only it needs; kept among its attributes.
const METHOD: &str = "token.endpoint.auth.method";
const SOFTWARE_ID: &str = "software.id";
const SOFTWARE_VERSION: &str = "software.version";
const LONGEST_TEXT: usize = 255;

/// What a client may choose from when it registers: any scope that new clients have, any flow.
pub fn newcomer(blank: Client) -> Client {
    let mut settings = ClientSettings { standard_flow: true, use_refresh_tokens: true, ..blank.settings };
    settings.attributes.insert(DEVICE_GRANT_ENABLED.to_owned(), "true".to_owned());
    Client { settings, ..blank }
}

/// The client as its metadata, which have been checked, want it. `before` is what an admin may have set: scopes and flows that it
/// lacks are not won back.
pub fn draft(realm: &LoadedRealm, before: &Client, metadata: &ClientMetadata) -> FlowResult<ClientDraft> {
    let (default_scopes, optional_scopes) = scopes(realm, before, metadata)?;
    let mut settings = ClientSettings {
        name: metadata.client_name.clone().filter(|name| !name.trim().is_empty()),
        kind: if metadata.auth_method() == NONE { ClientKind::Public } else { ClientKind::Confidential },
        authenticator: match metadata.auth_method() {
            PRIVATE_KEY_JWT => ClientAuthenticator::Jwt,
            _ => ClientAuthenticator::Secret,
        },
        redirect_uris: metadata.redirect_uris.clone(),
        post_logout_redirect_uris: metadata.post_logout_redirect_uris.clone(),
        base_url: metadata.client_uri.clone(),
        logo_uri: metadata.logo_uri.clone(),
        policy_uri: metadata.policy_uri.clone(),
        tos_uri: metadata.tos_uri.clone(),
        contacts: metadata.contacts.clone(),
        // Its own pages may call the token endpoint from where it is redirected to.
        web_origins: vec!["+".into()],
        standard_flow: before.settings.standard_flow && metadata.has_grant("authorization_code"),
        direct_access_grants: false,
        service_accounts: false,
        use_refresh_tokens: before.settings.use_refresh_tokens && metadata.has_grant("refresh_token"),
        full_scope_allowed: false,
        registered_dynamically: true,
        id_token_algorithm: algorithm(realm, metadata)?,
        ..before.settings.clone()
    };
    put_attributes(&mut settings.attributes, before, metadata)?;
    Ok(ClientDraft {
        client_id: before.client_id.clone(),
        settings,
        secret: None,
        default_scopes: Some(default_scopes),
        optional_scopes: Some(optional_scopes),
        mappers: None,
    })
}

/// Names of the client's default scopes, and of those asked for among its optional ones. What new clients have may be asked for,
/// too: a client that sends what it always sent is not refused after an admin took a scope away.
fn scopes(realm: &LoadedRealm, before: &Client, metadata: &ClientMetadata) -> FlowResult<(Vec<String>, Vec<String>)> {
    let names = |ids: &BTreeSet<_>| -> Vec<String> {
        ids.iter().filter_map(|id| realm.model.scopes.get(id)).map(|scope| scope.name.clone()).collect()
    };
    let (default, mut optional) = (names(&before.default_scopes), names(&before.optional_scopes));
    let (new_default, new_optional) = realm.model.scopes_of_new_clients();
    let of_new: Vec<String> = [names(&new_default), names(&new_optional)].concat();
    if let Some(asked) = &metadata.scope {
        let asked = ScopeSet::parse(asked).ok_or_else(|| invalid("scope is not of the form of RFC 6749 §3.3"))?;
        let known =
            |name: &str| name == OPENID || default.iter().chain(&optional).chain(&of_new).any(|own| own == name);
        if !asked.iter().all(known) {
            return Err(invalid("scope has one that clients cannot choose for themselves").into());
        }
        optional.retain(|name| asked.contains(name));
    }
    Ok((default, optional))
}

fn algorithm(realm: &LoadedRealm, metadata: &ClientMetadata) -> Result<Option<String>, OAuthError> {
    let Some(name) = &metadata.id_token_signed_response_alg else { return Ok(None) };
    let key = name.parse::<SigningAlgorithm>().ok().and_then(|algorithm| realm.signing.signer(algorithm));
    key.map(|_| Some(name.clone())).ok_or_else(|| invalid("id_token_signed_response_alg is not one of this realm's"))
}

fn put_attributes(
    all: &mut BTreeMap<String, String>,
    before: &Client,
    metadata: &ClientMetadata,
) -> Result<(), OAuthError> {
    let jwks = metadata.jwks.as_ref().map(ToString::to_string);
    if let Some(text) = &jwks {
        let has_private_part = metadata
            .jwks
            .as_ref()
            .and_then(|set| set["keys"].as_array())
            .is_some_and(|keys| keys.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()));
        if has_private_part || parse_assertion_keys(text).is_none() {
            return Err(invalid("jwks must be public RS256, ES256 or EdDSA keys"));
        }
    }
    for text in [&metadata.software_id, &metadata.software_version].into_iter().flatten() {
        if text.len() > LONGEST_TEXT {
            return Err(invalid("software_id and software_version are too long"));
        }
    }
    let has_device = before.has_attribute_set(DEVICE_GRANT_ENABLED) && metadata.has_grant(device::GRANT_TYPE);
    let device = has_device.then(|| "true".to_owned());
    let method = (metadata.auth_method() == POST).then(|| POST.to_owned());
    let wanted = [
        ("use.jwks.string", jwks.is_some().then(|| "true".to_owned())),
        ("jwks.string", jwks),
        (DEVICE_GRANT_ENABLED, device),
        (METHOD, method),
        (SOFTWARE_ID, metadata.software_id.clone()),
        (SOFTWARE_VERSION, metadata.software_version.clone()),
    ];
    for (name, value) in wanted {
        match value {
            Some(value) => drop(all.insert(name.to_owned(), value)),
            None => drop(all.remove(name)),
        }
    }
    Ok(())
}

/// The client as it stands, also where an admin has changed it since.
pub fn metadata_of(realm: &LoadedRealm, client: &Client) -> ClientMetadata {
    let settings = &client.settings;
    let attribute = |name: &str| client.attribute(name).map(str::to_owned);
    let method = match (settings.kind, settings.authenticator) {
        (ClientKind::Public, _) => NONE.to_owned(),
        (_, ClientAuthenticator::Jwt) => PRIVATE_KEY_JWT.to_owned(),
        (_, ClientAuthenticator::Secret) => attribute(METHOD).unwrap_or_else(|| BASIC.to_owned()),
    };
    let granted = |name: &&&str| match **name {
        "authorization_code" => settings.standard_flow,
        "refresh_token" => settings.use_refresh_tokens,
        _ => client.has_attribute_set(DEVICE_GRANT_ENABLED),
    };
    let scopes = client.default_scopes.iter().chain(&client.optional_scopes);
    let scopes: ScopeSet =
        scopes.filter_map(|id| realm.model.scopes.get(id)).map(|scope| scope.name.as_str()).collect();
    ClientMetadata {
        redirect_uris: settings.redirect_uris.clone(),
        token_endpoint_auth_method: Some(method),
        grant_types: Some(GRANT_TYPES.iter().filter(granted).map(|name| (*name).to_owned()).collect()),
        response_types: Some(if settings.standard_flow { vec!["code".into()] } else { Vec::new() }),
        client_name: settings.name.clone(),
        client_uri: settings.base_url.clone(),
        logo_uri: settings.logo_uri.clone(),
        policy_uri: settings.policy_uri.clone(),
        tos_uri: settings.tos_uri.clone(),
        scope: Some(scopes.to_string()),
        contacts: settings.contacts.clone(),
        post_logout_redirect_uris: settings.post_logout_redirect_uris.clone(),
        jwks: client.attribute("jwks.string").and_then(|text| serde_json::from_str(text).ok()),
        jwks_uri: None,
        subject_type: Some("public".into()),
        id_token_signed_response_alg: settings.id_token_algorithm.clone(),
        software_id: attribute(SOFTWARE_ID),
        software_version: attribute(SOFTWARE_VERSION),
    }
}
