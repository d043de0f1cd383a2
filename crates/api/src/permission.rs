//! Client scopes as permissions: what somebody who decides about an app must know of each, without what only tokens need.

use serde::{Deserialize, Serialize};

/// One of `…/permissions`: a client scope is two of them, one of each type. On input, a field that is not sent stays as it is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PermissionRepresentation {
    /// The delegated one has that of the client scope, which is made, renamed and deleted at `…/client-scopes`; the application one
    /// an identifier of its own. Read only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// As requests and tokens name it, whatever the type. Read only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `delegated`: used for users; `application`: used by a client in its own name, with its service account. Read only.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What the consent page says, in English; absent: the name. Of both types. The well-known scopes have words in each language,
    /// which stay; of any other, an empty one takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_text: Option<String>,
    /// More about it. Of both types. An empty one takes an admin's away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Only an admin gives it: by consent for the client, or, `offline_access` of an application, by letting it use refresh tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_consent_required: Option<bool>,
    /// How new clients have it: `default`, `optional` or `none`. Read only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_clients: Option<String>,
}
