//! Events: what users, clients and Perennial itself did, with Keycloak's type names where it has one. Details are for people
//! and never hold a token, a secret or a password.

use crate::{
    grant::{Grant, Place},
    ids::{EventId, GrantId, UserId, UserSessionId},
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeMap, fmt};

/// Longest value of a detail, in characters: some of it comes from outside.
const DETAIL_LENGTH: usize = 255;

macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EventType {
            $($(#[$doc])* $name,)+
        }

        impl EventType {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

event_types! {
    Login = "LOGIN",
    LoginError = "LOGIN_ERROR",
    Logout = "LOGOUT",
    LogoutError = "LOGOUT_ERROR",
    /// A user session ended otherwise than by its user's logout.
    UserSessionDeleted = "USER_SESSION_DELETED",
    CodeToToken = "CODE_TO_TOKEN",
    CodeToTokenError = "CODE_TO_TOKEN_ERROR",
    ClientLogin = "CLIENT_LOGIN",
    ClientLoginError = "CLIENT_LOGIN_ERROR",
    RefreshToken = "REFRESH_TOKEN",
    RefreshTokenError = "REFRESH_TOKEN_ERROR",
    /// A lost answer was repeated: the same successor went out again.
    RefreshTokenReplayed = "REFRESH_TOKEN_REPLAYED",
    /// A token was presented whose successor had been used; its session has ended.
    RefreshTokenReused = "REFRESH_TOKEN_REUSED",
    /// The database had lost a rotation (fail-over, restored backup), and the token that a client held restored it.
    RefreshTokenRecovered = "REFRESH_TOKEN_RECOVERED",
    /// A token newer than the database by more than a lost commit explains: the key may be in wrong hands.
    RefreshKeySuspected = "REFRESH_KEY_SUSPECTED",
    IntrospectToken = "INTROSPECT_TOKEN",
    IntrospectTokenError = "INTROSPECT_TOKEN_ERROR",
    /// An app's access was taken away: by its user, an admin, or the app itself.
    RevokeGrant = "REVOKE_GRANT",
    RevokeGrantError = "REVOKE_GRANT_ERROR",
    /// Somebody handed in a token that had leaked.
    TokenLeaked = "TOKEN_LEAKED",
    GrantConsent = "GRANT_CONSENT",
    UpdateConsent = "UPDATE_CONSENT",
    UpdatePassword = "UPDATE_PASSWORD",
    UpdatePasswordError = "UPDATE_PASSWORD_ERROR",
    ResetPassword = "RESET_PASSWORD",
    UpdateProfile = "UPDATE_PROFILE",
    UpdateEmail = "UPDATE_EMAIL",
    SendVerifyEmail = "SEND_VERIFY_EMAIL",
    VerifyEmail = "VERIFY_EMAIL",
    PushedAuthorizationRequestError = "PUSHED_AUTHORIZATION_REQUEST_ERROR",
    DeviceAuth = "OAUTH2_DEVICE_AUTH",
    DeviceAuthError = "OAUTH2_DEVICE_AUTH_ERROR",
    DeviceVerifyUserCode = "OAUTH2_DEVICE_VERIFY_USER_CODE",
    DeviceVerifyUserCodeError = "OAUTH2_DEVICE_VERIFY_USER_CODE_ERROR",
    DeviceCodeToToken = "OAUTH2_DEVICE_CODE_TO_TOKEN",
    DeviceCodeToTokenError = "OAUTH2_DEVICE_CODE_TO_TOKEN_ERROR",
    TokenExchange = "TOKEN_EXCHANGE",
    TokenExchangeError = "TOKEN_EXCHANGE_ERROR",
    ClientRegister = "CLIENT_REGISTER",
    ClientRegisterError = "CLIENT_REGISTER_ERROR",
    ClientUpdate = "CLIENT_UPDATE",
    ClientUpdateError = "CLIENT_UPDATE_ERROR",
    ClientDelete = "CLIENT_DELETE",
    ClientDeleteError = "CLIENT_DELETE_ERROR",
    /// The least recently used session made room for a new one.
    OfflineSessionEvicted = "OFFLINE_SESSION_EVICTED",
    OfflineSessionPaused = "OFFLINE_SESSION_PAUSED",
    OfflineSessionResumed = "OFFLINE_SESSION_RESUMED",
    OfflineSessionNarrowed = "OFFLINE_SESSION_NARROWED",
    /// Its end, or its label, was changed by its user or an admin.
    OfflineSessionUpdated = "OFFLINE_SESSION_UPDATED",
    OfflineSessionExpiring = "OFFLINE_SESSION_EXPIRING",
    OfflineSessionDormant = "OFFLINE_SESSION_DORMANT",
}

impl EventType {
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|own| own.as_str() == text)
    }

    /// What happens at every use is counted and not stored, unless an admin asks for it.
    pub const fn is_stored_by_default(self) -> bool {
        !matches!(self, Self::RefreshToken | Self::IntrospectToken)
    }

    /// Something was refused.
    pub fn is_refusal(self) -> bool {
        self.as_str().ends_with("_ERROR")
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for EventType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("unknown event type {text}")))
    }
}

/// Something that happened, before it has an id and an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub event_type: EventType,
    /// The OAuth `client_id`.
    pub client: Option<String>,
    pub user: Option<UserId>,
    pub session: Option<UserSessionId>,
    pub grant: Option<GrantId>,
    pub ip: Option<String>,
    /// Of a refusal: the OAuth error code, or a word of our own.
    pub error: Option<String>,
    pub details: BTreeMap<String, String>,
}

impl Event {
    pub fn new(event_type: EventType) -> Self {
        Self {
            event_type,
            client: None,
            user: None,
            session: None,
            grant: None,
            ip: None,
            error: None,
            details: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn client(self, client_id: &str) -> Self {
        Self { client: Some(client_id.to_owned()), ..self }
    }

    #[must_use]
    pub fn user(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    #[must_use]
    pub fn session(self, session: UserSessionId) -> Self {
        Self { session: Some(session), ..self }
    }

    /// The grant, its user, and the user session it names.
    #[must_use]
    pub fn grant(self, grant: &Grant) -> Self {
        Self { grant: Some(grant.id), user: Some(grant.user_id), session: grant.user_session(), ..self }
    }

    #[must_use]
    pub fn grant_id(self, grant: GrantId) -> Self {
        Self { grant: Some(grant), ..self }
    }

    /// From where, with the user agent as a detail.
    #[must_use]
    pub fn at_place(self, place: &Place) -> Self {
        let ip = (!place.ip.is_empty()).then(|| place.ip.clone());
        Self { ip, ..self }.detail("user_agent", &place.user_agent)
    }

    #[must_use]
    pub fn error(self, error: &str) -> Self {
        Self { error: Some(cut(error)), ..self }
    }

    /// Cut where it is too long; an empty one is left out. Never a token, a secret or a password.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl fmt::Display) -> Self {
        let value = cut(&value.to_string());
        if !value.is_empty() {
            self.details.insert(name.to_owned(), value);
        }
        self
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(DETAIL_LENGTH).collect()
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    pub id: EventId,
    pub at: Timestamp,
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found_by_its_name() {
        for event_type in EventType::ALL {
            assert_eq!(EventType::parse(event_type.as_str()), Some(*event_type));
        }
        assert_eq!(EventType::parse("login"), None);
    }

    #[test]
    fn what_happens_at_every_use_is_not_stored_by_default() {
        let noisy: Vec<_> = EventType::ALL.iter().filter(|own| !own.is_stored_by_default()).collect();
        assert_eq!(noisy, [&EventType::RefreshToken, &EventType::IntrospectToken]);
    }

    #[test]
    fn a_detail_from_outside_is_cut_and_holds_no_control_characters() {
        let event = Event::new(EventType::Login).detail("x", format!("a\r\nb{}", "é".repeat(5_000))).detail("y", "");
        assert_eq!(event.details["x"].chars().count(), DETAIL_LENGTH);
        assert!(event.details["x"].starts_with("abé"));
        assert!(!event.details.contains_key("y"));
    }
}
