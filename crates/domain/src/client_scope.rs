//! Client scopes: the permissions that clients can ask for, with their words for people.

use crate::{
    client::Client,
    ids::{ClientId, ClientScopeId, RoleId},
    mapper::ProtocolMapper,
};
use perennial_protocol::scope::OFFLINE_ACCESS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// In whose name a client uses a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionType {
    /// A user's.
    Delegated,
    /// Its own, with its service account.
    Application,
}

impl PermissionType {
    pub const ALL: [Self; 2] = [Self::Delegated, Self::Application];

    /// `service_of`: whose service account the user is with whom the client uses it.
    pub fn of(service_of: Option<ClientId>, client: &Client) -> Self {
        if service_of == Some(client.id) { Self::Application } else { Self::Delegated }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delegated => "delegated",
            Self::Application => "application",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientScopeSettings {
    pub description: Option<String>,
    /// What the consent page says; a built-in scope's text comes from the catalogue of texts instead.
    pub consent_text: Option<String>,
    pub display_on_consent: bool,
    pub include_in_token_scope: bool,
    /// To use it for users.
    pub admin_consent_required: bool,
    /// To use it in the client's own name; `None`: as for users.
    pub application_consent_required: Option<bool>,
    /// What tokens with this scope say.
    pub mappers: Vec<ProtocolMapper>,
}

impl Default for ClientScopeSettings {
    fn default() -> Self {
        Self {
            description: None,
            consent_text: None,
            display_on_consent: true,
            include_in_token_scope: true,
            admin_consent_required: false,
            application_consent_required: None,
            mappers: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientScope {
    pub id: ClientScopeId,
    pub name: String,
    pub settings: ClientScopeSettings,
    /// Roles that the scope carries: it is granted only to users who have one of them, if there are any.
    pub scope_mappings: BTreeSet<RoleId>,
}

impl ClientScope {
    /// Whether only an admin's consent for the client gives it.
    pub fn is_reserved(&self, used: PermissionType) -> bool {
        let for_users = self.settings.admin_consent_required;
        match used {
            PermissionType::Application if self.name != OFFLINE_ACCESS => {
                self.settings.application_consent_required.unwrap_or(for_users)
            }
            _ => for_users,
        }
    }

    /// Whether it takes an admin in one way or another: no service keeps its access unless one has switched that on for its client.
    pub fn takes_admin(&self, used: PermissionType) -> bool {
        self.is_reserved(used) || (used == PermissionType::Application && self.name == OFFLINE_ACCESS)
    }
}

/// The four bits of a UUID that say its version (RFC 9562 §4.2).
const VERSION: u128 = 0xf << 76;

impl ClientScopeId {
    /// From the identifier of the scope, which is that of its delegated type, to the one of its application type and back: the
    /// version's bits are turned over, so that it takes no place and is no other scope's.
    #[must_use]
    pub fn of_other_type(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128() ^ VERSION))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(name: &str, for_users: bool, own: Option<bool>) -> ClientScope {
        let settings = ClientScopeSettings {
            admin_consent_required: for_users,
            application_consent_required: own,
            ..ClientScopeSettings::default()
        };
        let id = ClientScopeId(Uuid::from_u128(7));
        ClientScope { id, name: name.to_owned(), settings, scope_mappings: BTreeSet::new() }
    }

    #[test]
    fn each_type_takes_an_admin_by_itself_and_a_service_that_stays_always_does() {
        for (name, for_users, own, reserved, takes_admin) in [
            ("files", false, None, [false, false], [false, false]),
            ("files", true, None, [true, true], [true, true]),
            ("files", true, Some(false), [true, false], [true, false]),
            ("files", false, Some(true), [false, true], [false, true]),
            (OFFLINE_ACCESS, false, None, [false, false], [false, true]),
            (OFFLINE_ACCESS, false, Some(true), [false, false], [false, true]),
            (OFFLINE_ACCESS, true, None, [true, true], [true, true]),
        ] {
            let scope = scope(name, for_users, own);
            assert_eq!(PermissionType::ALL.map(|used| scope.is_reserved(used)), reserved, "{scope:?}");
            assert_eq!(PermissionType::ALL.map(|used| scope.takes_admin(used)), takes_admin, "{scope:?}");
        }
    }

    #[test]
    fn the_two_identifiers_differ_in_the_version_alone_and_lead_to_each_other() {
        let id: ClientScopeId = "0199f0c0-0000-7000-8000-0000000000ff".parse().expect("an id");
        assert_eq!(id.of_other_type().to_string(), "0199f0c0-0000-8000-8000-0000000000ff");
        assert_eq!(id.of_other_type().of_other_type(), id);
    }
}
