//! Clients that register themselves (RFC 7591): what lets them, and how many there may be.

use crate::{ids::InitialAccessId, realm::RealmSettings, time::Timestamp};

/// Realm attributes.
const OPEN: &str = "client.registration.open";
const LIMIT: &str = "client.registration.limit";
/// As many as Keycloak's policy allows.
const DEFAULT_LIMIT: i64 = 200;

/// A token with which an admin lets clients register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialAccess {
    pub id: InitialAccessId,
    pub created_at: Timestamp,
    /// `None`: never.
    pub expires_at: Option<Timestamp>,
    pub count: i64,
    pub remaining: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationPolicy {
    /// Anybody may register; otherwise it takes a token of an admin's.
    pub open: bool,
    /// Clients of a realm that registered themselves.
    pub limit: i64,
}

impl RegistrationPolicy {
    pub fn of(settings: &RealmSettings) -> Self {
        let limit = settings.attributes.get(LIMIT).and_then(|text| text.parse::<i64>().ok());
        Self {
            open: settings.attributes.get(OPEN).is_some_and(|value| value == "true"),
            limit: limit.filter(|limit| *limit >= 0).unwrap_or(DEFAULT_LIMIT),
        }
    }
}
