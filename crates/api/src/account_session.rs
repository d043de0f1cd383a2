//! Where a user is signed in, and how they change their password, in the account API. Instants here are Unix seconds, as in
//! Keycloak's account API.

use serde::{Deserialize, Serialize};

/// Keycloak's account `SessionRepresentation`: one browser's sign-in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountSessionRepresentation {
    pub id: String,
    pub ip_address: String,
    /// Unix seconds, as in Keycloak's account API.
    pub started: i64,
    /// Unix seconds.
    pub last_access: i64,
    /// Unix seconds.
    pub expires: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// The one that this is asked in.
    pub current: bool,
    pub clients: Vec<SessionClientRepresentation>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionClientRepresentation {
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
}

/// Keycloak's `DeviceRepresentation`: the sign-ins from one place with one program.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeviceRepresentation {
    pub ip_address: String,
    /// Browser and system, in short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Unix seconds.
    pub last_access: i64,
    pub current: bool,
    pub mobile: bool,
    pub sessions: Vec<AccountSessionRepresentation>,
}

/// `GET …/credentials`: what the user can sign in with.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CredentialContainer {
    #[serde(rename = "type")]
    pub kind: String,
    pub category: String,
    pub updateable: bool,
    pub removeable: bool,
    /// Whether there is one.
    pub present: bool,
}

/// `POST …/credentials/password`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordChangeRequest {
    pub current_password: String,
    pub new_password: String,
    /// Where it is sent, it must equal the new password.
    pub confirmation: Option<String>,
    /// Sign out everywhere else.
    pub logout_sessions: bool,
    /// End what apps may do while the user is away.
    pub end_offline_sessions: bool,
}

/// A password is never printed.
impl std::fmt::Debug for PasswordChangeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordChangeRequest").finish_non_exhaustive()
    }
}
