//! Endings of many sessions: revocation policies and what Keycloak answers to them.

use serde::{Deserialize, Serialize};

/// Keycloak's answer where a policy is pushed to adapters: which of them took it. Here there is nobody to push to.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GlobalRequestResult {
    pub success_requests: Vec<String>,
    pub failed_requests: Vec<String>,
}

/// Optional body of `…/push-revocation`: sets the policy first.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RevocationPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<NotBeforeMark>,
}

/// A time before which tokens were issued in vain.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NotBeforeMark {
    /// Unix seconds; 0: none.
    At(i64),
    Named(NamedMark),
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamedMark {
    /// By the server's clock.
    Now,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn a_policy_names_a_time_or_now() {
        let read = |value| from_value::<RevocationPolicy>(value).map(|policy| policy.not_before);
        assert_eq!(read(json!({"notBefore": 12})).unwrap(), Some(NotBeforeMark::At(12)));
        assert_eq!(read(json!({"notBefore": "now"})).unwrap(), Some(NotBeforeMark::Named(NamedMark::Now)));
        assert_eq!(read(json!({})).unwrap(), None);
        assert!(read(json!({"notBefore": "soon"})).is_err());
    }
}
