//! A protected resource (RFC 8707) as the admin API shows and accepts it.

use serde::{Deserialize, Serialize};

/// Durations are in seconds; 0 takes an own value away, and one that is not there is inherited from client and realm.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceRepresentation {
    /// A UUID; paths carry this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The identifier that requests name: an absolute URI without fragment. It never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Client scopes that its access tokens may carry; empty: all that were granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_lifespan: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_idle_timeout: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_max_lifespan: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_resource_has_the_documented_shape() {
        let value = json!({
            "id": "0199f0c0-0000-7000-8000-000000000001", "resource": "https://api.example/", "name": "API",
            "scopes": ["email"], "accessTokenLifespan": 60, "offlineSessionIdleTimeout": 604800,
            "offlineSessionMaxLifespan": 2592000
        });
        let read: ResourceRepresentation = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(read.offline_session_idle_timeout, Some(604_800));
        assert_eq!(serde_json::to_value(&read).unwrap(), value);
    }
}
