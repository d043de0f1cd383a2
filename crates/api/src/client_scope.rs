//! Client scopes as the admin API shows and accepts them.

use crate::{client::null_is_empty, mapper::ProtocolMapperRepresentation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `ClientScopeRepresentation` as far as it applies.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientScopeRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Always `openid-connect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "null_is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<BTreeMap<String, Option<String>>>"))]
    pub attributes: Option<BTreeMap<String, String>>,
    /// What tokens with the scope say. On input, all of them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::objects::optional_list")]
    pub protocol_mappers: Option<Vec<ProtocolMapperRepresentation>>,
    /// Ours: only an admin's consent for the client gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_consent_required: Option<bool>,
    /// Ours: the same for what the client does in its own name, with its service account; until it is sent, as
    /// `adminConsentRequired`. Of `offline_access` always true: there, the admin's word is that its client may use refresh tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_admin_consent_required: Option<bool>,
}

/// Names of client scope attributes; the values are text.
pub mod attributes {
    pub const CONSENT_TEXT: &str = "consent.screen.text";
    pub const DISPLAY_ON_CONSENT: &str = "display.on.consent.screen";
    pub const INCLUDE_IN_TOKEN_SCOPE: &str = "include.in.token.scope";
}
