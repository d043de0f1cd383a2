//! What became of an import of a realm file.

use serde::{Deserialize, Serialize};

/// Keycloak's `PartialImportResults`, and what was left out.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImportResults {
    pub added: usize,
    pub overwritten: usize,
    pub skipped: usize,
    pub results: Vec<ImportResult>,
    /// Ours: things, or parts of them, that are not taken over, with the reason.
    pub left_out: Vec<LeftOut>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImportResult {
    /// `ADDED`, `OVERWRITTEN` or `SKIPPED`.
    pub action: String,
    /// `CLIENT`, `CLIENT_ROLE`, `CLIENT_SCOPE`, `GROUP`, `IDENTITY_PROVIDER`, `REALM_ROLE`, `RESOURCE`, `USER` or `WEBHOOK`.
    pub resource_type: String,
    pub resource_name: String,
    /// The UUID that it has here.
    pub id: String,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeftOut {
    /// Where it stands in the file, like `clients[app].redirectUris`.
    pub what: String,
    pub why: String,
}
