//! What the account API shows a user of the apps that can act for them.

use crate::session::UserSessionRepresentation;
use serde::{Deserialize, Serialize};

/// Keycloak's account `ClientRepresentation` (`GET /applications`), and our own fields from `offline_sessions` on.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApplicationRepresentation {
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub user_consent_required: bool,
    /// The app has an online session now.
    pub in_use: bool,
    /// The app has an offline session.
    pub offline_access: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentRepresentation>,

    /// One for each device or installation, the most recently used first: the 100 that began last. `/offline-sessions` has all.
    pub offline_sessions: Vec<UserSessionRepresentation>,
}

/// Keycloak's account `ConsentRepresentation`. Instants are Unix milliseconds.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsentRepresentation {
    #[serde(deserialize_with = "crate::objects::list")]
    pub granted_scopes: Vec<ConsentScopeRepresentation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated_date: Option<i64>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsentScopeRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub name: String,
    /// In words; in the language of the request where the server has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_a_keycloak_application_with_its_consent() {
        let app: ApplicationRepresentation = serde_json::from_value(json!({
            "clientId": "nightly-backup",
            "clientName": "Nightly backup",
            "description": "",
            "userConsentRequired": true,
            "inUse": false,
            "offlineAccess": true,
            "rootUrl": "",
            "baseUrl": "",
            "effectiveUrl": "",
            "consent": {
                "grantedScopes": [
                    {"id": "a8b9", "name": "offline_access", "displayText": "${offlineAccessScopeConsentText}"}
                ],
                "createdDate": 1763680000000_i64,
                "lastUpdatedDate": 1763680000000_i64
            },
            "tosUri": null
        }))
        .unwrap();
        assert!(app.offline_access);
        assert_eq!(app.tos_uri, None);
        let consent = app.consent.unwrap();
        assert_eq!(consent.granted_scopes[0].name, "offline_access");
        assert_eq!(consent.created_date, Some(1_763_680_000_000));
        assert!(app.offline_sessions.is_empty());
    }
}
