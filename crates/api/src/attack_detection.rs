//! What wrong passwords have come to for one user.

use serde::{Deserialize, Serialize};

/// Keycloak's answer of `…/attack-detection/brute-force/users/{id}`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BruteForceStatus {
    pub num_failures: i64,
    /// Nobody can sign in as the user for now.
    pub disabled: bool,
    #[serde(rename = "lastIPFailure")]
    pub last_ip_failure: String,
    /// Unix milliseconds; 0: never.
    pub last_failure: i64,
    /// Unix seconds; 0: at any time.
    pub failed_login_not_before: i64,
}
