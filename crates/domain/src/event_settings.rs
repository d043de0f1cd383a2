//! Which events a realm stores, and for how long.

use crate::event::EventType;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;

/// A listener that writes each stored event to the server's log; the name is Keycloak's.
pub const LOG_LISTENER: &str = "jboss-logging";

const MONTH_S: i64 = 30 * 86_400;
const YEAR_S: i64 = 365 * 86_400;

/// What an admin sets about a realm's events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventSettings {
    pub enabled: bool,
    /// How long they are kept, in seconds; 0: without end.
    pub expiration_s: i64,
    /// `None`: those that are stored by default, also ones that a later version adds.
    #[serde(deserialize_with = "known_types")]
    pub types: Option<BTreeSet<EventType>>,
    pub listeners: BTreeSet<String>,
    pub admin_enabled: bool,
    /// Whether an admin event keeps what was sent, without secrets.
    pub admin_details: bool,
    /// As `expiration_s`.
    pub admin_expiration_s: i64,
}

impl Default for EventSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            expiration_s: MONTH_S,
            types: None,
            listeners: BTreeSet::from([LOG_LISTENER.to_owned()]),
            admin_enabled: true,
            admin_details: false,
            admin_expiration_s: YEAR_S,
        }
    }
}

impl EventSettings {
    pub fn stores(&self, event_type: EventType) -> bool {
        self.enabled && self.types.as_ref().map_or(event_type.is_stored_by_default(), |all| all.contains(&event_type))
    }

    /// The types that are stored while events are enabled.
    pub fn stored_types(&self) -> BTreeSet<EventType> {
        self.types.clone().unwrap_or_else(default_types)
    }

    /// What stands for a choice of types: none, or exactly the default ones, is the default.
    pub fn choice(types: BTreeSet<EventType>) -> Option<BTreeSet<EventType>> {
        (!types.is_empty() && types != default_types()).then_some(types)
    }
}

fn default_types() -> BTreeSet<EventType> {
    EventType::ALL.iter().copied().filter(|own| own.is_stored_by_default()).collect()
}

/// A later version's types are not this one's to store, and no reason to refuse the realm.
fn known_types<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BTreeSet<EventType>>, D::Error> {
    let names = Option::<Vec<String>>::deserialize(deserializer)?;
    Ok(names.map(|names| names.iter().filter_map(|name| EventType::parse(name)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_replaces_the_default_types() {
        let settings = EventSettings { types: Some(BTreeSet::from([EventType::RefreshToken])), ..Default::default() };
        assert!(settings.stores(EventType::RefreshToken));
        assert!(!settings.stores(EventType::Login));
        assert!(!EventSettings { enabled: false, ..settings }.stores(EventType::RefreshToken));
    }

    #[test]
    fn the_default_types_written_back_stay_the_default() {
        assert_eq!(EventSettings::choice(EventSettings::default().stored_types()), None);
        assert_eq!(EventSettings::choice(BTreeSet::new()), None);
    }
}
