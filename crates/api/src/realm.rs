//! A realm as the admin API shows and accepts it. What the values mean, and which are allowed, is the domain's.

use crate::policy::{OfflineAccessDenied, ReplayWindow, Rotation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keycloak's `RealmRepresentation` as far as it applies, and our own fields at the end. Durations are in seconds.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RealmRepresentation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_lifespan: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sso_session_idle_timeout: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sso_session_max_lifespan: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_session_idle_timeout: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_session_max_lifespan: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_idle_timeout: Option<i64>,
    /// Gates `offline_session_max_lifespan` and `client_offline_session_max_lifespan`, never a client's own maximum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_max_lifespan_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_max_lifespan: Option<i64>,
    /// 0: not set, `offline_session_idle_timeout` applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_offline_session_idle_timeout: Option<i64>,
    /// 0: not set, `offline_session_max_lifespan` applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_offline_session_max_lifespan: Option<i64>,
    /// Reads true exactly where `rotation` is `always`; where both are sent, `rotation` decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke_refresh_token: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_max_reuse: Option<i64>,
    /// Signs tokens where the client sets no algorithm of its own: `RS256`, `ES256` or `EdDSA`, and one the realm has a key for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_signature_algorithm: Option<String>,
    /// Unix time in seconds, as Keycloak has it; 0: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    /// Wrong passwords are counted, by name and by place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brute_force_protected: Option<bool>,
    /// So many for one name before the first wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_factor: Option<i64>,
    /// The first wait; twice as many failures double it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_increment_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_failure_wait_seconds: Option<i64>,
    /// So long after the last failure, all are forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_delta_time_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<BTreeMap<String, String>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<Rotation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_window: Option<ReplayWindow>,
    /// Live offline sessions per user and client; 0: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_access_denied: Option<OfflineAccessDenied>,
    /// False: offline sessions end when an admin resets their user's password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_reset_keeps_offline_sessions: Option<bool>,
    /// False: offline sessions end when their user is disabled. True: they are refused until the user is enabled again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabling_keeps_offline_sessions: Option<bool>,
    /// Language of those who have told none: `en` or `es`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_locale: Option<String>,
    /// Keycloak's map of texts: `host port from fromDisplayName replyTo ssl starttls auth user password`. A password is shown as
    /// `**********`; without a host the process-wide mail server is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_server: Option<BTreeMap<String, String>>,
    /// Notices about offline sessions, by mail and as events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_notices_enabled: Option<bool>,
    /// Days before the end, but in the last quarter of a limit only; 0: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_expiring_notice_days: Option<i64>,
    /// Days without use; 0: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_session_dormant_notice_days: Option<i64>,
}

/// Key in `attributes`: the realm's accent by its name among [`ACCENTS`]; empty or absent: the default one.
pub const ACCENT_COLOR: &str = "accentColor";
/// Each is checked for contrast in both themes, which a free choice of colours could not be. The first is the default.
pub const ACCENTS: [&str; 7] = ["teal", "blue", "violet", "rose", "amber", "green", "slate"];

/// Ten years: longer durations are a slip of the keyboard and refused, in seconds.
pub const LONGEST_S: i64 = 315_360_000;
/// Larger counts (sessions per user, replays) are refused.
pub const LARGEST_COUNT: i64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_a_keycloak_realm_and_ignores_what_it_does_not_know() {
        let realm: RealmRepresentation = serde_json::from_value(json!({
            "id": "0b7d7f4e-8a37-4f6c-a1c5-2a87d0b9c3f1",
            "realm": "demo",
            "displayName": "Demo",
            "notBefore": 0,
            "defaultSignatureAlgorithm": "RS256",
            "revokeRefreshToken": true,
            "refreshTokenMaxReuse": 0,
            "accessTokenLifespan": 300,
            "accessTokenLifespanForImplicitFlow": 900,
            "ssoSessionIdleTimeout": 1800,
            "ssoSessionMaxLifespan": 36000,
            "offlineSessionIdleTimeout": 2592000,
            "offlineSessionMaxLifespanEnabled": false,
            "offlineSessionMaxLifespan": 5184000,
            "clientSessionIdleTimeout": 0,
            "clientSessionMaxLifespan": 0,
            "clientOfflineSessionIdleTimeout": 0,
            "clientOfflineSessionMaxLifespan": 0,
            "enabled": true,
            "attributes": {"accentColor": "violet"},
            "requiredCredentials": ["password"]
        }))
        .unwrap();
        assert_eq!(realm.realm.as_deref(), Some("demo"));
        assert_eq!(realm.revoke_refresh_token, Some(true));
        assert_eq!(realm.offline_session_idle_timeout, Some(2_592_000));
        assert_eq!(realm.offline_session_max_lifespan_enabled, Some(false));
        assert_eq!(realm.client_offline_session_max_lifespan, Some(0));
        assert_eq!(realm.attributes.unwrap()[ACCENT_COLOR], "violet");
        assert_eq!(realm.default_signature_algorithm.as_deref(), Some("RS256"));
        assert_eq!(realm.rotation, None);
    }

    #[test]
    fn a_partial_update_carries_only_the_changed_fields() {
        let change = RealmRepresentation {
            offline_session_idle_timeout: Some(604_800),
            rotation: Some(Rotation::Always),
            replay_window: Some(ReplayWindow::Seconds(0)),
            ..Default::default()
        };
        assert_eq!(
            serde_json::to_value(&change).unwrap(),
            json!({"offlineSessionIdleTimeout": 604800, "rotation": "always", "replayWindow": 0})
        );
    }

    #[test]
    fn a_wrong_type_or_an_unknown_rotation_is_refused() {
        assert!(serde_json::from_value::<RealmRepresentation>(json!({"enabled": "yes"})).is_err());
        assert!(serde_json::from_value::<RealmRepresentation>(json!({"rotation": "weekly"})).is_err());
        assert!(serde_json::from_value::<RealmRepresentation>(json!({"replayWindow": -1})).is_err());
    }
}
