//! Upstream providers: OpenID Providers at which users of a realm sign in elsewhere, and what a realm believes of their logout
//! tokens (OIDC Back-Channel Logout 1.0). That a signature is theirs, and each token taken once, is others' to see.

use crate::{claims::Audience, time::Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use serde_json::{Map, Value};

/// The member of `events` that makes a token a logout token (§2.4).
pub const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Its member, as Keycloak has it, with which offline sessions end, too.
pub const REVOKE_OFFLINE_ACCESS: &str = "revoke_offline_access";

/// Seconds after which a logout token is too old, whatever end it names: each is remembered until then.
const OLDEST_S: i64 = 300;
/// Seconds by which a provider's clock may be ahead of ours.
const LEEWAY_S: i64 = 60;
const LONGEST_ID: usize = 255;
/// Nobody signs in here through a provider, so none of its sessions is known.
const SID_ALONE: &str = "it names a session only, and sub is needed";

/// Where a provider's public keys are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// An address that answers with a JWKS.
    Url(String),
    /// A JWKS (RFC 7517 §5) as JSON.
    Jwks(String),
}

/// An OpenID Provider at which we are a client. A realm has it under its alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    pub display_name: Option<String>,
    pub enabled: bool,
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    pub keys: KeySource,
    /// Its logout tokens are taken.
    pub backchannel_supported: bool,
}

impl IdentityProvider {
    /// Whether a token that says so can only be this provider's, for us.
    pub fn sends(&self, claims: &LogoutClaims) -> bool {
        let is_heard = self.enabled && self.backchannel_supported;
        is_heard && self.issuer == claims.iss && claims.aud.contains(&self.client_id)
    }
}

/// Who a user is at an upstream provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityLink {
    /// The provider's.
    pub alias: String,
    /// `sub` there.
    pub subject: String,
    /// For people.
    pub username: String,
}

/// What a logout token says (§2.4). Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LogoutClaims {
    pub iss: String,
    pub aud: Audience,
    #[serde(default)]
    pub sub: Option<String>,
    #[serde(default)]
    pub sid: Option<String>,
    #[serde(default)]
    pub iat: Option<i64>,
    #[serde(default)]
    pub exp: Option<i64>,
    #[serde(default)]
    pub jti: Option<String>,
    #[serde(default)]
    pub events: Map<String, Value>,
    /// Whether there is one, of whatever value.
    #[serde(default, rename = "nonce", deserialize_with = "is_there")]
    pub has_nonce: bool,
}

/// A logout that a provider asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamLogout {
    /// Whose, by the provider's `sub`.
    pub subject: String,
    pub jti: String,
    pub revokes_offline_access: bool,
    /// Until when the token could be shown again.
    pub remembered_until: Timestamp,
}

impl LogoutClaims {
    /// The logout that they ask for now, or why they are refused (§2.6). Issuer and audience have chosen the provider already.
    pub fn judge(&self, now: Timestamp) -> Result<UpstreamLogout, &'static str> {
        let event = self.events.get(LOGOUT_EVENT).and_then(Value::as_object).ok_or("no logout event")?;
        if self.has_nonce {
            return Err("a nonce");
        }
        let (iat, now_s) = (self.iat.ok_or("no iat")?, now.as_s());
        if iat > now_s.saturating_add(LEEWAY_S) {
            return Err("issued in the future");
        }
        if now_s.saturating_sub(iat) > OLDEST_S || self.exp.is_some_and(|exp| exp <= now_s) {
            return Err("expired, or too old");
        }
        let is_id = |text: &&String| !text.is_empty() && text.len() <= LONGEST_ID;
        let jti = self.jti.as_ref().filter(is_id).ok_or("no jti, or too long a one")?;
        let names_session_only = self.sub.is_none() && self.sid.is_some();
        let missing = if names_session_only { SID_ALONE } else { "no sub, or too long a one" };
        let subject = self.sub.as_ref().filter(is_id).ok_or(missing)?;
        Ok(UpstreamLogout {
            subject: subject.clone(),
            jti: jti.clone(),
            revokes_offline_access: event.get(REVOKE_OFFLINE_ACCESS) == Some(&Value::Bool(true)),
            // It is good to the end of its last second.
            remembered_until: Timestamp::from_s(iat.saturating_add(OLDEST_S + 1)),
        })
    }
}

fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_s(1_000_000);

    fn judged(changes: &[(&str, Value)]) -> Result<UpstreamLogout, &'static str> {
        let mut claims = json!({
            "iss": "https://up.example", "aud": "perennial", "sub": "u1", "iat": 999_990, "jti": "a",
            "events": {LOGOUT_EVENT: {}},
        });
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        serde_json::from_value::<LogoutClaims>(claims).expect("claims").judge(NOW)
    }

    #[test]
    fn a_token_is_good_for_five_minutes_and_a_clock_may_be_a_minute_ahead() {
        for (iat, good) in [(999_699, false), (999_700, true), (1_000_060, true), (1_000_061, false)] {
            assert_eq!(judged(&[("iat", json!(iat))]).is_ok(), good, "{iat}");
        }
        assert!(judged(&[("iat", json!(i64::MIN))]).is_err() && judged(&[("iat", json!(i64::MAX))]).is_err());
        assert!(judged(&[("exp", json!(1_000_000))]).is_err() && judged(&[("exp", json!(1_000_001))]).is_ok());
        let logout = judged(&[]).expect("a logout");
        assert_eq!(logout.remembered_until, Timestamp::from_s(1_000_291));
    }

    #[test]
    fn only_a_logout_event_without_a_nonce_that_names_a_user_counts() {
        for (name, value) in [
            ("events", json!({})),
            ("events", json!({LOGOUT_EVENT: true})),
            ("nonce", json!("n")),
            ("nonce", Value::Null),
            ("iat", Value::Null),
            ("jti", Value::Null),
            ("jti", json!("")),
            ("jti", json!("x".repeat(256))),
            ("sub", Value::Null),
            ("sub", json!("")),
        ] {
            assert!(judged(&[(name, value.clone())]).is_err(), "{name} {value}");
        }
        let told = judged(&[("sub", Value::Null), ("sid", json!("s"))]);
        assert_eq!(told, Err(SID_ALONE));
    }

    #[test]
    fn offline_access_ends_where_the_event_says_true_and_nowhere_else() {
        for (event, ends) in [
            (json!({}), false),
            (json!({"revoke_offline_access": true}), true),
            (json!({"revoke_offline_access": false}), false),
            (json!({"revoke_offline_access": "true"}), false),
        ] {
            let logout = judged(&[("events", json!({LOGOUT_EVENT: event}))]).expect("a logout");
            assert_eq!(logout.revokes_offline_access, ends);
        }
        // Beside the event it says nothing.
        let beside = judged(&[("revoke_offline_access", json!(true))]).expect("a logout");
        assert!(!beside.revokes_offline_access);
    }

    #[test]
    fn a_provider_is_known_by_issuer_and_audience_together() {
        let provider = IdentityProvider {
            display_name: None,
            enabled: true,
            issuer: "https://up.example".into(),
            client_id: "perennial".into(),
            keys: KeySource::Url("https://up.example/certs".into()),
            backchannel_supported: true,
        };
        let claims = |iss: &str, aud: Value| {
            serde_json::from_value::<LogoutClaims>(json!({"iss": iss, "aud": aud})).expect("claims")
        };
        assert!(provider.sends(&claims("https://up.example", json!(["other", "perennial"]))));
        assert!(!provider.sends(&claims("https://up.example", json!("other"))));
        assert!(!provider.sends(&claims("https://up.example/", json!("perennial"))));
        let (off, deaf) = (
            IdentityProvider { enabled: false, ..provider.clone() },
            IdentityProvider { backchannel_supported: false, ..provider },
        );
        let good = claims("https://up.example", json!("perennial"));
        assert!(!off.sends(&good) && !deaf.sends(&good));
    }
}
