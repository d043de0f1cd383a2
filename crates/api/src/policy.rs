//! The named choices of a token policy, as they stand in JSON. How they act is the domain's.

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// When presenting the current refresh token advances it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rotation {
    Never,
    /// Once 70 % of the idle timeout has passed since the token was issued.
    Aging,
    Always,
    /// `always` for public clients without a sender constraint, `never` for the rest.
    #[default]
    Auto,
}

impl Rotation {
    pub const ALL: [Rotation; 4] = [Rotation::Auto, Rotation::Never, Rotation::Aging, Rotation::Always];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Rotation::Never => "never",
            Rotation::Aging => "aging",
            Rotation::Always => "always",
            Rotation::Auto => "auto",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

/// How long the predecessor of an unproven refresh token still yields the same successor:
/// `"auto"`, `"until-proven"`, or a number of seconds (0: the first wins).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReplayWindow {
    /// Until proven where the client authenticates or proves a key, 60 seconds for public clients.
    #[default]
    Auto,
    UntilProven,
    Seconds(u32),
}

impl ReplayWindow {
    /// The same notation as text, for client attributes, which are strings.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(ReplayWindow::Auto),
            "until-proven" => Some(ReplayWindow::UntilProven),
            seconds => seconds.parse().ok().map(ReplayWindow::Seconds),
        }
    }
}

impl fmt::Display for ReplayWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplayWindow::Auto => f.write_str("auto"),
            ReplayWindow::UntilProven => f.write_str("until-proven"),
            ReplayWindow::Seconds(seconds) => seconds.fmt(f),
        }
    }
}

impl Serialize for ReplayWindow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ReplayWindow::Seconds(seconds) => serializer.serialize_u32(*seconds),
            named => serializer.collect_str(named),
        }
    }
}

impl<'de> Deserialize<'de> for ReplayWindow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = ReplayWindow;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"auto\", \"until-proven\" or a number of seconds")
            }

            fn visit_u64<E: Error>(self, seconds: u64) -> Result<ReplayWindow, E> {
                u32::try_from(seconds)
                    .map(ReplayWindow::Seconds)
                    .map_err(|_| E::invalid_value(Unexpected::Unsigned(seconds), &self))
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<ReplayWindow, E> {
                u32::try_from(seconds)
                    .map(ReplayWindow::Seconds)
                    .map_err(|_| E::invalid_value(Unexpected::Signed(seconds), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ReplayWindow, E> {
                ReplayWindow::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// What happens where a user may not have offline access.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfflineAccessDenied {
    /// The request is refused.
    #[default]
    Reject,
    /// The scope is dropped and an ordinary refresh token is issued.
    Online,
}

/// Which limit ends a session first. A cause that this build does not know is kept as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndsBy {
    Idle,
    Max,
    /// The end that the user chose with the consent.
    Consent,
    /// The end of an admin's approval.
    Approval,
    NotBefore,
    /// A limit that had already ended it was lengthened since, or a bulk ending passed over it.
    Floor,
    Other(String),
}

impl EndsBy {
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            EndsBy::Idle => "idle",
            EndsBy::Max => "max",
            EndsBy::Consent => "consent",
            EndsBy::Approval => "approval",
            EndsBy::NotBefore => "not-before",
            EndsBy::Floor => "floor",
            EndsBy::Other(text) => text,
        }
    }
}

impl From<&str> for EndsBy {
    fn from(text: &str) -> Self {
        match text {
            "idle" => EndsBy::Idle,
            "max" => EndsBy::Max,
            "consent" => EndsBy::Consent,
            "approval" => EndsBy::Approval,
            "not-before" => EndsBy::NotBefore,
            "floor" => EndsBy::Floor,
            other => EndsBy::Other(other.to_owned()),
        }
    }
}

impl Serialize for EndsBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EndsBy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| EndsBy::from(text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn a_replay_window_is_a_name_or_seconds() {
        for (value, window) in [
            (json!("auto"), ReplayWindow::Auto),
            (json!("until-proven"), ReplayWindow::UntilProven),
            (json!(60), ReplayWindow::Seconds(60)),
            (json!(0), ReplayWindow::Seconds(0)),
        ] {
            assert_eq!(from_value::<ReplayWindow>(value.clone()).unwrap(), window);
            assert_eq!(to_value(window).unwrap(), value);
        }
        assert_eq!(from_value::<ReplayWindow>(json!("60")).unwrap(), ReplayWindow::Seconds(60));
        assert!(from_value::<ReplayWindow>(json!("soon")).is_err());
    }

    #[test]
    fn an_unknown_cause_survives_a_round_trip() {
        let cause: EndsBy = from_value(json!("eclipse")).unwrap();
        assert_eq!(cause, EndsBy::Other("eclipse".into()));
        assert_eq!(to_value(&cause).unwrap(), json!("eclipse"));
        assert_eq!(from_value::<EndsBy>(json!("not-before")).unwrap(), EndsBy::NotBefore);
    }

    #[test]
    fn rotation_names_parse_back() {
        for mode in Rotation::ALL {
            assert_eq!(Rotation::parse(mode.as_str()), Some(mode));
            assert_eq!(to_value(mode).unwrap(), json!(mode.as_str()));
        }
    }
}
