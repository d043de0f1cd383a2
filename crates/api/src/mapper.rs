//! Protocol mappers as the admin API shows and accepts them.

use crate::client::null_is_empty;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `ProtocolMapperRepresentation`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProtocolMapperRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Always `openid-connect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// What it does, by the name of Keycloak's provider, for example `oidc-audience-mapper`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol_mapper: Option<String>,
    /// Always false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "null_is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<BTreeMap<String, Option<String>>>"))]
    pub config: Option<BTreeMap<String, String>>,
}
