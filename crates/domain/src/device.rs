//! A device that waits for its user (RFC 8628): what it asked for, how far its request is, and what a poll is answered.

use crate::{
    client::Client,
    ids::{ClientId, DeviceId, RealmId, UserId, UserSessionId},
    time::Timestamp,
};
use perennial_protocol::{ScopeSet, device::SLOW_DOWN_STEP_S};
use serde::{Deserialize, Serialize};

/// Client attributes, by Keycloak's names.
pub const DEVICE_GRANT_ENABLED: &str = "oauth2.device.authorization.grant.enabled";
const LIFESPAN: &str = "oauth2.device.code.lifespan";
const INTERVAL: &str = "oauth2.device.polling.interval";

/// Seconds, where neither client nor realm say otherwise: Keycloak's.
const DEFAULT_LIFESPAN_S: i64 = 600;
const DEFAULT_INTERVAL_S: i64 = 5;
/// A day, and an hour: longer values would only keep guessable codes alive.
const LONGEST_LIFESPAN_S: i64 = 86_400;
const LONGEST_INTERVAL_S: i64 = 3_600;
/// Characters of a device's name.
pub const LONGEST_LABEL: usize = 64;

/// What the device asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRequest {
    pub scope: ScopeSet,
    pub resources: Vec<String>,
    /// The name that the device gave itself.
    pub label: Option<String>,
    /// Address of the device, for the person who decides.
    pub ip: String,
}

/// What the user allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub user_id: UserId,
    pub user_session: UserSessionId,
    pub scope: ScopeSet,
    pub resources: Vec<String>,
    pub auth_at: Timestamp,
    /// Seconds from the grant; `None`: until revoked.
    pub chosen_end_s: Option<i64>,
    /// What was granted before the end of all sessions gives none.
    #[serde(default)]
    pub granted_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceState {
    Pending,
    Approved(Approval),
    Denied,
    /// Its tokens have been issued.
    Redeemed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    pub realm_id: RealmId,
    pub client_id: ClientId,
    pub request: DeviceRequest,
    pub state: DeviceState,
    pub interval_s: i64,
    pub polled_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// What a poll is answered (RFC 8628 §3.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    Pending,
    /// Too early: the interval is this long from now on, in seconds.
    SlowDown(i64),
    Denied,
    Expired,
    Redeemed,
    Grant(Approval),
}

impl Device {
    /// A person can still answer it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == DeviceState::Pending && now < self.expires_at
    }

    pub fn poll(&self, now: Timestamp) -> Poll {
        if self.state == DeviceState::Redeemed {
            return Poll::Redeemed;
        }
        if now >= self.expires_at {
            return Poll::Expired;
        }
        let early = |polled_at: Timestamp| now.elapsed_ms_since(polled_at) < self.interval_s.saturating_mul(1_000);
        if self.polled_at.is_some_and(early) {
            return Poll::SlowDown(self.interval_s.saturating_add(SLOW_DOWN_STEP_S).min(LONGEST_INTERVAL_S));
        }
        match &self.state {
            DeviceState::Pending => Poll::Pending,
            DeviceState::Denied => Poll::Denied,
            DeviceState::Approved(approval) => Poll::Grant(approval.clone()),
            DeviceState::Redeemed => Poll::Redeemed,
        }
    }
}

/// How a client's devices are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DevicePolicy {
    pub lifespan_s: i64,
    pub interval_s: i64,
}

impl DevicePolicy {
    /// `None` where the client may not use the grant, which is the default.
    pub fn of(client: &Client) -> Option<Self> {
        let seconds = |name: &str, default: i64, longest: i64| {
            let set = client.attribute(name).and_then(|text| text.parse::<i64>().ok());
            set.filter(|seconds| (1..=longest).contains(seconds)).unwrap_or(default)
        };
        client.has_attribute_set(DEVICE_GRANT_ENABLED).then(|| Self {
            lifespan_s: seconds(LIFESPAN, DEFAULT_LIFESPAN_S, LONGEST_LIFESPAN_S),
            interval_s: seconds(INTERVAL, DEFAULT_INTERVAL_S, LONGEST_INTERVAL_S),
        })
    }
}

/// A device's own name, made fit for a list: one line of at most 64 characters, or nothing.
pub fn clean_label(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_control() && !is_bidi_control(*c)).take(LONGEST_LABEL).collect();
    let trimmed = plain.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// Characters that turn the writing direction around could make a name look like another one.
pub(crate) const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn device(state: DeviceState) -> Device {
        Device {
            id: DeviceId(Uuid::nil()),
            realm_id: RealmId(Uuid::nil()),
            client_id: ClientId(Uuid::nil()),
            request: DeviceRequest {
                scope: ScopeSet::lenient("openid"),
                resources: Vec::new(),
                label: None,
                ip: String::new(),
            },
            state,
            interval_s: 5,
            polled_at: None,
            expires_at: Timestamp::from_s(600),
        }
    }

    #[test]
    fn a_poll_before_the_interval_has_passed_lengthens_it() {
        let mut waiting = device(DeviceState::Pending);
        assert_eq!(waiting.poll(Timestamp::from_s(1)), Poll::Pending);
        waiting.polled_at = Some(Timestamp::from_s(1));
        assert_eq!(waiting.poll(Timestamp::from_s(5)), Poll::SlowDown(10));
        assert_eq!(waiting.poll(Timestamp::from_s(6)), Poll::Pending);
    }

    #[test]
    fn an_expired_code_gives_nothing_whatever_was_decided() {
        for state in [DeviceState::Pending, DeviceState::Denied] {
            assert_eq!(device(state).poll(Timestamp::from_s(600)), Poll::Expired);
        }
        assert_eq!(device(DeviceState::Redeemed).poll(Timestamp::from_s(601)), Poll::Redeemed);
    }

    #[test]
    fn a_label_is_one_clean_line() {
        assert_eq!(clean_label(" Living\r\nroom \u{202e}TV ").as_deref(), Some("Livingroom TV"));
        assert_eq!(clean_label("\u{0}\n").as_deref(), None);
        assert_eq!(clean_label(&"é".repeat(500)).map(|label| label.chars().count()), Some(LONGEST_LABEL));
    }
}
