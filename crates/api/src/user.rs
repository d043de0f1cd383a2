//! A user as the admin API shows and accepts it, without any credential.

use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `UserRepresentation` as far as it applies.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_timestamp: Option<i64>,
    /// Seconds since 1970; tokens issued before are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    /// What the user must do at the next sign-in: `UPDATE_PASSWORD`, `VERIFY_EMAIL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_actions: Option<Vec<String>>,
    /// Further facts by name. On input, all of them: one that is not named is taken away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lists")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::attributes"))]
    pub attributes: Option<BTreeMap<String, Vec<String>>>,
    /// Only ever accepted: the password.
    #[serde(skip_serializing, deserialize_with = "crate::objects::optional_list")]
    pub credentials: Option<Vec<CredentialRepresentation>>,
    /// Only ever accepted, and on creation only: paths of groups to join.
    #[serde(skip_serializing)]
    pub groups: Option<Vec<String>>,
    /// The `clientId` whose service account this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_client_id: Option<String>,
}

/// As Keycloak reads them: a list of values, one value, or null for none.
pub(crate) fn lists<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, Vec<String>>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Sent {
        Many(Vec<String>),
        One(String),
    }
    let read: Option<BTreeMap<String, Option<Sent>>> = Option::deserialize(deserializer)?;
    let values = |sent: Option<Sent>| match sent {
        Some(Sent::Many(values)) => values,
        Some(Sent::One(value)) => vec![value],
        None => Vec::new(),
    };
    Ok(read.map(|all| all.into_iter().map(|(name, sent)| (name, values(sent))).collect()))
}

/// Keycloak's `CredentialRepresentation` as far as it is accepted; no answer has it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CredentialRepresentation {
    /// Always `password`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub value: Option<String>,
    pub temporary: Option<bool>,
    /// Ours: whether offline sessions outlive a reset; absent: as the realm says.
    #[serde(rename = "keepOfflineSessions")]
    pub keep_offline_sessions: Option<bool>,
}

/// A credential that a user has, without anything of what it proves.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredCredential {
    pub id: String,
    /// Always `password`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl std::fmt::Debug for CredentialRepresentation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CredentialRepresentation").field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_a_keycloak_user_and_ignores_what_it_does_not_know() {
        let user: UserRepresentation = serde_json::from_value(json!({
            "id": "f5f0c5a1-0f6e-4a05-8ed9-5e7b3a7d1b5d",
            "createdTimestamp": 1763680000000_i64,
            "username": "alice",
            "enabled": true,
            "totp": false,
            "emailVerified": true,
            "firstName": "Alice",
            "lastName": "Example",
            "email": "alice@example.org",
            "disableableCredentialTypes": [],
            "requiredActions": [],
            "notBefore": 0
        }))
        .unwrap();
        assert_eq!(user.username.as_deref(), Some("alice"));
        assert_eq!(user.created_timestamp, Some(1_763_680_000_000));
        assert_eq!(user.email_verified, Some(true));
    }
}
