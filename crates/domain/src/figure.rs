//! What an overview counts.

use crate::{
    event::{Event, EventType},
    lifetime::EndCause,
};

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Figure {
            $($(#[$doc])* $name,)+
        }

        impl Figure {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

figures! {
    /// An offline session began.
    Begun = "begun",
    /// A refresh was answered.
    Refreshed = "refreshed",
    /// A refresh was refused.
    Refused = "refused",
    /// With everything of a user, a client or the realm.
    Together = "together",
    EndedByUser = "user",
    EndedByAdmin = "admin",
    EndedByClient = "client",
    /// By a consent or an approval that was over, or a code that was replayed.
    EndedByServer = "server",
    Reused = "reused",
    Leaked = "leaked",
    /// Made room for a newer one.
    Evicted = "evicted",
    Idle = "idle",
    Max = "max",
    Chosen = "chosen",
}

impl Figure {
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|own| own.as_str() == text)
    }

    /// Of a session that ran out; an earlier decision was counted when it was taken.
    pub const fn of_end(cause: EndCause) -> Option<Self> {
        match cause {
            EndCause::Idle => Some(Self::Idle),
            EndCause::Max => Some(Self::Max),
            EndCause::Consent => Some(Self::Chosen),
            EndCause::Approval => Some(Self::EndedByServer),
            EndCause::Floor => None,
        }
    }

    /// What counts at every use, whether its event is built or not.
    pub const fn of_type(event_type: EventType) -> Option<Self> {
        match event_type {
            EventType::RefreshToken | EventType::RefreshTokenReplayed | EventType::RefreshTokenRecovered => {
                Some(Self::Refreshed)
            }
            EventType::RefreshTokenError => Some(Self::Refused),
            EventType::RefreshTokenReused => Some(Self::Reused),
            EventType::OfflineSessionEvicted => Some(Self::Evicted),
            _ => None,
        }
    }

    /// What an event tells of, and how often.
    pub fn of_event(event: &Event) -> Option<(Self, u64)> {
        let detail = |name: &str| event.details.get(name).map(String::as_str);
        let figure = match event.event_type {
            // Without a grant it was an access token, and nothing ended.
            EventType::TokenLeaked if event.grant.is_some() => Self::Leaked,
            EventType::RevokeGrant if detail("token_type") == Some("access_token") => return None,
            EventType::RevokeGrant => match detail("by") {
                Some("user") => Self::EndedByUser,
                Some("admin" | "operator") => Self::EndedByAdmin,
                Some("client") => Self::EndedByClient,
                _ => Self::EndedByServer,
            },
            other => Self::of_type(other)?,
        };
        let count = detail("grants").and_then(|count| count.parse().ok()).unwrap_or(1);
        Some((figure, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_is_counted_by_who_ended_it_and_how_many() {
        let event = Event::new(EventType::RevokeGrant).detail("by", "user").detail("grants", 3);
        assert_eq!(Figure::of_event(&event), Some((Figure::EndedByUser, 3)));
        let event = Event::new(EventType::RevokeGrant).detail("by", "client").detail("token_type", "access_token");
        assert_eq!(Figure::of_event(&event), None);
        assert_eq!(Figure::of_event(&Event::new(EventType::RefreshTokenReused)), Some((Figure::Reused, 1)));
        assert_eq!(Figure::of_event(&Event::new(EventType::Login)), None);
    }

    #[test]
    fn a_figure_is_known_by_its_name() {
        assert!(Figure::ALL.iter().all(|figure| Figure::parse(figure.as_str()) == Some(*figure)));
        assert_eq!(Figure::parse("other"), None);
    }
}
