//! The what-if of a token policy: `POST …/token-policy/preview` takes the proposed fields of a [`RealmRepresentation`], or under
//! `client` or `resource` those of one of them, and answers with a [`TokenPolicyPreview`].

use crate::{ClientRepresentation, RealmRepresentation, ResourceRepresentation};
use serde::{Deserialize, Serialize};

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PreviewRequest {
    /// With its `id` or `clientId`; then the fields of the realm count for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::objects::optional")]
    pub client: Option<ClientRepresentation>,
    /// With its `id` or `resource`, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::objects::optional")]
    pub resource: Option<ResourceRepresentation>,
    #[serde(flatten)]
    pub realm: RealmRepresentation,
}

/// How many live offline sessions the proposal would end, and whose they are.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenPolicyPreview {
    /// Live offline sessions of the realm today.
    pub total: u64,
    pub ends_now: u64,
    /// Further ones that would end within 7 days if not used; those that end so anyway are not counted.
    pub ends_within_7_days: u64,
    /// Clients that lose sessions, the most affected first; not necessarily all of them.
    pub clients: Vec<ClientImpact>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientImpact {
    pub client_id: String,
    pub ends_now: u64,
    pub ends_within_7_days: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_preview_has_the_documented_shape() {
        let preview = TokenPolicyPreview {
            total: 8913,
            ends_now: 1240,
            ends_within_7_days: 96,
            clients: vec![ClientImpact { client_id: "nightly-backup".into(), ends_now: 1200, ends_within_7_days: 90 }],
        };
        let value = json!({
            "total": 8913, "endsNow": 1240, "endsWithin7Days": 96,
            "clients": [{"clientId": "nightly-backup", "endsNow": 1200, "endsWithin7Days": 90}]
        });
        assert_eq!(serde_json::to_value(&preview).unwrap(), value);
        assert_eq!(serde_json::from_value::<TokenPolicyPreview>(value).unwrap(), preview);
    }
}
