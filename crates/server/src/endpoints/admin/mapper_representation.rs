//! Protocol mappers between what is stored and Keycloak's representation. A mapper that could not work is refused when it is sent.

use perennial_api::{ApiError, ProtocolMapperRepresentation};
use perennial_domain::mapper::{MapperKind, ProtocolMapper, Rule};
use perennial_flows::admin::mappers::MapperDraft;
use std::collections::BTreeMap;

pub const PROTOCOL: &str = "openid-connect";
const LONGEST_NAME: usize = 255;
const LONGEST_VALUE: usize = 4_000;
const MOST_KEYS: usize = 60;

pub fn of_mapper(mapper: &ProtocolMapper) -> ProtocolMapperRepresentation {
    ProtocolMapperRepresentation {
        id: Some(mapper.id.to_string()),
        name: Some(mapper.name.clone()),
        protocol: Some(PROTOCOL.into()),
        protocol_mapper: Some(mapper.kind.provider().into()),
        consent_required: Some(false),
        config: Some(mapper.config.clone()),
    }
}

pub fn all(mappers: &[ProtocolMapper]) -> Vec<ProtocolMapperRepresentation> {
    let mut shown: Vec<&ProtocolMapper> = mappers.iter().collect();
    shown.sort_by(|a, b| a.name.cmp(&b.name));
    shown.into_iter().map(of_mapper).collect()
}

pub fn drafts(sent: &[ProtocolMapperRepresentation]) -> Result<Vec<MapperDraft>, ApiError> {
    sent.iter().map(draft).collect()
}

pub fn draft(sent: &ProtocolMapperRepresentation) -> Result<MapperDraft, ApiError> {
    let wrong = |field: &str, text: &str| Err(ApiError::at_field(field, text));
    let name = sent.name.clone().unwrap_or_default();
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return wrong("name", "must have 1 to 255 printable characters");
    }
    if sent.protocol.as_deref().is_some_and(|protocol| protocol != PROTOCOL) {
        return wrong("protocol", "must be openid-connect");
    }
    let Some(provider) = sent.protocol_mapper.as_deref() else { return wrong("protocolMapper", "must be given") };
    let Some(kind) = MapperKind::of_provider(provider) else {
        return Err(ApiError::message("ProtocolMapper provider not found"));
    };
    let id = match sent.id.as_deref().filter(|id| !id.is_empty()).map(str::parse) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => return wrong("id", "must be a UUID"),
    };
    let config = sent.config.clone().unwrap_or_default();
    check(&config)?;
    if let Err(error) = Rule::parse(kind, &config) {
        return wrong(&format!("config.{}", error.key), error.text);
    }
    Ok(MapperDraft { id, name, kind, config })
}

fn check(config: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let clean = |text: &str, most: usize| text.chars().count() <= most && !text.contains('\0');
    let fits = config.iter().all(|(key, value)| clean(key, LONGEST_NAME) && clean(value, LONGEST_VALUE));
    if fits && config.len() <= MOST_KEYS { Ok(()) } else { Err(ApiError::at_field("config", "is too long")) }
}
