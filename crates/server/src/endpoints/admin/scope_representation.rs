//! Client scopes between their settings and Keycloak's representation; an update changes only the fields that were sent.

use super::{mapper_representation, texts::check_text};
use perennial_api::{ApiError, ClientScopeRepresentation, client_scope::attributes};
use perennial_domain::client_scope::{ClientScope, ClientScopeSettings, PermissionType};
use perennial_protocol::ScopeSet;
use std::collections::BTreeMap;

const LONGEST: usize = 255;

pub fn of_scope(scope: &ClientScope) -> ClientScopeRepresentation {
    let settings = &scope.settings;
    let mut all = BTreeMap::from([
        (attributes::DISPLAY_ON_CONSENT.to_owned(), settings.display_on_consent.to_string()),
        (attributes::INCLUDE_IN_TOKEN_SCOPE.to_owned(), settings.include_in_token_scope.to_string()),
    ]);
    all.extend(settings.consent_text.clone().map(|text| (attributes::CONSENT_TEXT.to_owned(), text)));
    ClientScopeRepresentation {
        id: Some(scope.id.to_string()),
        name: Some(scope.name.clone()),
        description: settings.description.clone(),
        protocol: Some("openid-connect".into()),
        attributes: Some(all),
        protocol_mappers: Some(mapper_representation::all(&settings.mappers)),
        admin_consent_required: Some(settings.admin_consent_required),
        application_admin_consent_required: Some(scope.takes_admin(PermissionType::Application)),
    }
}

/// What is wrong with the values themselves, field by field.
pub fn check(sent: &ClientScopeRepresentation) -> Result<(), ApiError> {
    let mut wrong = Vec::new();
    // It stands in requests and tokens: one token of RFC 6749 §3.3.
    let token = |name: &str| {
        name.len() <= LONGEST && ScopeSet::parse(name).is_some_and(|set| set.len() == 1 && !name.contains(' '))
    };
    if !sent.name.as_deref().is_none_or(token) {
        wrong.push(ApiError::at_field("name", "must be 1 to 255 characters without spaces, quotes or backslashes"));
    }
    if sent.protocol.as_deref().is_some_and(|protocol| protocol != "openid-connect") {
        wrong.push(ApiError::at_field("protocol", "must be openid-connect"));
    }
    let text = sent.attributes.as_ref().and_then(|all| all.get(attributes::CONSENT_TEXT));
    wrong.extend(check_text("description", sent.description.as_deref(), LONGEST));
    wrong.extend(check_text("attributes.consent.screen.text", text.map(String::as_str), LONGEST));
    for name in [attributes::DISPLAY_ON_CONSENT, attributes::INCLUDE_IN_TOKEN_SCOPE] {
        let value = sent.attributes.as_ref().and_then(|all| all.get(name));
        if value.is_some_and(|value| !matches!(value.as_str(), "true" | "false" | "")) {
            wrong.push(ApiError::at_field(format!("attributes.{name}"), "must be true or false"));
        }
    }
    wrong.extend(mapper_representation::drafts(sent.protocol_mappers.as_deref().unwrap_or_default()).err());
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::at_fields(wrong)) }
}

/// Whether services are meant by themselves: not by a document that is sent back with what was shown in it, which may follow what holds
/// for users, nor by one in which the two are equal.
fn tells_apart(settings: &ClientScopeSettings, sent: &ClientScopeRepresentation, required: bool) -> bool {
    let Some(for_users) = sent.admin_consent_required else { return true };
    let stands = settings.application_consent_required;
    let shown = stands.unwrap_or(settings.admin_consent_required);
    required != shown && (stands.is_some() || required != for_users)
}

/// The settings with the sent fields put in. The values have been checked.
pub fn apply(settings: &ClientScopeSettings, sent: &ClientScopeRepresentation) -> ClientScopeSettings {
    let mut next = settings.clone();
    if let Some(text) = &sent.description {
        next.description = Some(text.clone()).filter(|text| !text.is_empty());
    }
    if let Some(required) = sent.admin_consent_required {
        next.admin_consent_required = required;
    }
    if let Some(required) = sent.application_admin_consent_required
        && tells_apart(settings, sent, required)
    {
        next.application_consent_required = Some(required);
    }
    for (name, value) in sent.attributes.iter().flatten() {
        match name.as_str() {
            attributes::CONSENT_TEXT => next.consent_text = Some(value.clone()).filter(|text| !text.is_empty()),
            attributes::DISPLAY_ON_CONSENT => next.display_on_consent = value != "false",
            attributes::INCLUDE_IN_TOKEN_SCOPE => next.include_in_token_scope = value != "false",
            _ => {}
        }
    }
    next
}
