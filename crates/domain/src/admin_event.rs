//! Admin events: who changed what in a realm. The representation is kept only where a realm asks for details, and without
//! secrets.

use crate::{
    ids::{EventId, UserId},
    time::Timestamp,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Create,
    Update,
    Delete,
    /// Something done that is not a change of one resource: a logout, a password reset, a push.
    Action,
}

impl Operation {
    pub const ALL: [Self; 4] = [Self::Create, Self::Update, Self::Delete, Self::Action];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Action => "ACTION",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == text)
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminIdentity {
    /// The realm that the admin signed in to.
    pub realm: String,
    pub user: UserId,
    /// The OAuth `client_id`.
    pub client: String,
    pub ip: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminEvent {
    pub by: AdminIdentity,
    pub operation: Operation,
    /// Keycloak's names, such as `CLIENT` or `REALM_ROLE_MAPPING`.
    pub resource_type: String,
    /// Below the realm, such as `users/{id}/role-mappings/realm`.
    pub resource_path: String,
    /// JSON.
    pub representation: Option<String>,
}

/// An admin event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAdminEvent {
    pub id: EventId,
    pub at: Timestamp,
    pub event: AdminEvent,
}
