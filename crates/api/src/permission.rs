//! Client scopes as permissions: what somebody who decides about an app must know of each, without what only tokens need.

use serde::{Deserialize, Serialize};

/// One of `…/permissions`. On input, a field that is not sent stays as it is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PermissionRepresentation {
    /// That of the client scope, which has the same and is made, renamed and deleted at `…/client-scopes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// As requests and tokens name it. Read only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the consent page says; absent: the built-in text, or the name. An empty one takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_text: Option<String>,
    /// For admins. An empty one takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How new clients have it: `default`, `optional` or `none`. Read only.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Only an admin's consent for the client gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_consent_required: Option<bool>,
}
