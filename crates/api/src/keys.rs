//! A realm's keys as the admin API shows them, in Keycloak's `KeysMetadataRepresentation`, and their rotation, which is ours.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeysMetadata {
    /// The key that works for each algorithm.
    pub active: BTreeMap<String, String>,
    pub keys: Vec<KeyMetadata>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeyMetadata {
    pub provider_id: String,
    pub provider_priority: i64,
    pub kid: String,
    /// `ACTIVE`, or `PASSIVE`: it only verifies.
    pub status: String,
    /// `RSA`, `EC`, `OKP`, or `OCT`.
    #[serde(rename = "type")]
    pub kind: String,
    pub algorithm: String,
    #[serde(rename = "use")]
    pub use_: String,
    /// `SubjectPublicKeyInfo` in base64; no secret key is ever shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// Ours, in Unix milliseconds.
    pub created: i64,
    /// Ours: a passive key is removed no earlier than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retires: Option<i64>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// Derives refresh tokens.
    Refresh,
    /// Signs access and ID tokens.
    Signing,
}

/// `POST …/keys/rotate`. A misspelt `dryRun` must not remove a key.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyRotation {
    pub kind: KeyKind,
    /// Others may know the old keys: they go at once, and with a refresh key every session of it.
    #[serde(default)]
    pub compromised: bool,
    /// Only this key; absent: every active one of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Nothing is done; the answer says what would be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// What a rotation did, by key ids.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeysRotated {
    pub made: Vec<String>,
    pub passive: Vec<String>,
    pub removed: Vec<String>,
    pub ended_sessions: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rotation_needs_no_more_than_its_kind() {
        let wanted: KeyRotation = serde_json::from_value(json!({"kind": "refresh"})).unwrap();
        assert_eq!(wanted, KeyRotation { kind: KeyKind::Refresh, compromised: false, kid: None, dry_run: false });
        assert!(serde_json::from_value::<KeyRotation>(json!({"kind": "all"})).is_err());
        assert!(serde_json::from_value::<KeyRotation>(json!({})).is_err());
    }
}
