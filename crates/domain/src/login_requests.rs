//! How many authorization requests may wait for somebody to sign in: anybody can make them, so their number has bounds.

use crate::realm::RealmSettings;

/// Realm attributes.
const OF_PLACE: &str = "login.requests.per.address";
const OF_REALM: &str = "login.requests.limit";
/// In [`WINDOW_S`]: more than an office behind one address needs.
const DEFAULT_OF_PLACE: i64 = 6_000;
const DEFAULT_OF_REALM: i64 = 100_000;
/// Ten minutes, in seconds.
pub const WINDOW_S: i64 = 600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginRequestLimits {
    /// From one address in ten minutes; more are refused.
    pub of_place: i64,
    /// Of a realm, that nobody has signed in for, of each kind: at the login page, pushed ahead, by devices. The oldest beyond it are
    /// removed.
    pub of_realm: i64,
}

impl LoginRequestLimits {
    pub fn of(settings: &RealmSettings) -> Self {
        let limit = |name: &str, default: i64| {
            let set = settings.attributes.get(name).and_then(|text| text.parse::<i64>().ok());
            set.filter(|limit| *limit > 0).unwrap_or(default)
        };
        Self { of_place: limit(OF_PLACE, DEFAULT_OF_PLACE), of_realm: limit(OF_REALM, DEFAULT_OF_REALM) }
    }
}
