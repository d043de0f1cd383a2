//! Tokens with which an admin lets clients register themselves, in Keycloak's shapes.

use serde::{Deserialize, Serialize};

/// `ClientInitialAccessCreatePresentation`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InitialAccessDraft {
    /// Seconds from now; 0 or absent: never ends.
    pub expiration: Option<i64>,
    /// Clients that may register with it; one unless it says more.
    pub count: Option<i64>,
}

/// `ClientInitialAccessPresentation`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitialAccessRepresentation {
    pub id: String,
    /// Only where it was just made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Unix seconds.
    pub timestamp: i64,
    /// Seconds from `timestamp`; 0: never ends.
    pub expiration: i64,
    pub count: i64,
    pub remaining_count: i64,
}
