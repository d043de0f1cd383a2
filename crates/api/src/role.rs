//! Roles and who has them, as the admin API shows and accepts them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `RoleRepresentation` as far as it applies.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoleRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Includes further roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composite: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_role: Option<bool>,
    /// The UUID of the realm or client that the role belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_id: Option<String>,
}

/// Keycloak's `MappingsRepresentation`: roles given directly, by where they belong. The keys are `clientId`s.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MappingsRepresentation {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub realm_mappings: Vec<RoleRepresentation>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_mappings: BTreeMap<String, ClientMappingsRepresentation>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientMappingsRepresentation {
    /// The client's UUID.
    pub id: String,
    /// The client's `clientId`.
    pub client: String,
    pub mappings: Vec<RoleRepresentation>,
}
