//! What users and admins have allowed clients, as the admin API shows it. Instants are Unix milliseconds.

use serde::{Deserialize, Serialize};

/// Keycloak's `UserConsentRepresentation`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserConsentRepresentation {
    pub client_id: String,
    pub granted_client_scopes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated_date: Option<i64>,
    /// Offline sessions of the client, which may be there without a stored consent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_grants: Vec<AdditionalGrant>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdditionalGrant {
    /// The client's UUID.
    pub client: String,
    /// Always `Offline Token`.
    pub key: String,
}

/// Ours: an admin's consent for a client in the name of every user of the realm.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AdminConsentRepresentation {
    /// The client's UUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// When it ends; absent: until taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// The admin's user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated_date: Option<i64>,
}
