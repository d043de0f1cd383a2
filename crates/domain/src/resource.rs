//! Protected resources (RFC 8707): the APIs that access tokens are for, with lifetimes of their own.

use crate::{ids::ResourceId, token_policy::ResourceTokenPolicy};
use perennial_protocol::{
    ScopeSet,
    scope::{OFFLINE_ACCESS, OPENID},
};
use serde::{Deserialize, Serialize};

/// What an admin sets on a resource; stored as one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceSettings {
    pub name: Option<String>,
    pub description: Option<String>,
    /// Scopes that its access tokens may carry; empty: all that were granted.
    pub scopes: Vec<String>,
    pub token_policy: ResourceTokenPolicy,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resource {
    pub id: ResourceId,
    /// The identifier that requests and grants name, compared as it stands. It never changes.
    pub uri: String,
    pub settings: ResourceSettings,
}

impl Resource {
    /// What people read.
    pub fn display_name(&self) -> &str {
        self.settings.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.uri)
    }
}

/// The scope of an access token for these resources: what any of them takes of what was granted (RFC 8707 §2.2). `openid` and
/// `offline_access` are of the authorization, not of an API.
pub fn scope_for(resources: &[&Resource], granted: &ScopeSet) -> ScopeSet {
    if resources.iter().any(|resource| resource.settings.scopes.is_empty()) || resources.is_empty() {
        return granted.clone();
    }
    let taken = |name: &str| resources.iter().any(|resource| resource.settings.scopes.iter().any(|own| own == name));
    granted.filtered(|name| name == OPENID || name == OFFLINE_ACCESS || taken(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn resource(scopes: &[&str]) -> Resource {
        let scopes = scopes.iter().map(|name| (*name).to_owned()).collect();
        let settings = ResourceSettings { scopes, ..Default::default() };
        Resource { id: ResourceId(Uuid::nil()), uri: "https://api.example".into(), settings }
    }

    #[test]
    fn a_token_carries_what_any_of_its_resources_takes() {
        let granted = ScopeSet::lenient("openid offline_access email profile");
        let (mail, people, open) = (resource(&["email"]), resource(&["profile"]), resource(&[]));
        assert_eq!(scope_for(&[], &granted), granted);
        assert_eq!(scope_for(&[&mail, &open], &granted), granted);
        assert_eq!(scope_for(&[&mail], &granted), ScopeSet::lenient("openid offline_access email"));
        assert_eq!(scope_for(&[&mail, &people], &granted), granted);
    }
}
