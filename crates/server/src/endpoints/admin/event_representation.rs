//! Events, and which of them a realm stores, in Keycloak's representations.

use perennial_api::{
    AdminEventRepresentation, ApiError, AuthDetailsRepresentation, EventRepresentation,
    RealmEventsConfigRepresentation, realm::LONGEST_S,
};
use perennial_domain::{
    RealmId,
    admin_event::StoredAdminEvent,
    event::{EventType, StoredEvent},
    event_settings::EventSettings,
};

const MOST_LISTENERS: usize = 20;
const LONGEST_NAME: usize = 255;

pub fn of_event(realm: RealmId, stored: &StoredEvent) -> EventRepresentation {
    let event = &stored.event;
    let session = event.session.map(|id| id.to_string()).or_else(|| event.grant.map(|id| id.to_string()));
    EventRepresentation {
        id: stored.id.to_string(),
        time: stored.at.as_ms(),
        event_type: event.event_type.as_str().to_owned(),
        realm_id: realm.to_string(),
        client_id: event.client.clone(),
        user_id: event.user.map(|id| id.to_string()),
        session_id: session,
        ip_address: event.ip.clone(),
        error: event.error.clone(),
        details: event.details.clone(),
        grant_id: event.grant.map(|id| id.to_string()),
    }
}

pub fn of_admin_event(realm: RealmId, stored: &StoredAdminEvent) -> AdminEventRepresentation {
    let event = &stored.event;
    AdminEventRepresentation {
        id: stored.id.to_string(),
        time: stored.at.as_ms(),
        realm_id: realm.to_string(),
        auth_details: AuthDetailsRepresentation {
            realm_id: event.by.realm.clone(),
            client_id: event.by.client.clone(),
            user_id: event.by.user.to_string(),
            ip_address: event.by.ip.clone(),
        },
        operation_type: event.operation.as_str().to_owned(),
        resource_type: event.resource_type.clone(),
        resource_path: event.resource_path.clone(),
        representation: event.representation.clone(),
    }
}

pub fn of_settings(settings: &EventSettings) -> RealmEventsConfigRepresentation {
    RealmEventsConfigRepresentation {
        events_enabled: Some(settings.enabled),
        events_expiration: Some(settings.expiration_s),
        events_listeners: Some(settings.listeners.iter().cloned().collect()),
        enabled_event_types: Some(settings.stored_types().iter().map(|own| own.as_str().to_owned()).collect()),
        admin_events_enabled: Some(settings.admin_enabled),
        admin_events_details_enabled: Some(settings.admin_details),
        admin_events_expiration: Some(settings.admin_expiration_s),
    }
}

/// What is wrong with the values themselves, field by field.
pub fn check(sent: &RealmEventsConfigRepresentation) -> Result<(), ApiError> {
    let wrong = [
        out_of_range("eventsExpiration", sent.events_expiration),
        out_of_range("adminEventsExpiration", sent.admin_events_expiration),
        wrong_listeners(sent.events_listeners.as_deref()),
        unknown_types(sent.enabled_event_types.as_deref()),
    ];
    let wrong: Vec<ApiError> = wrong.into_iter().flatten().collect();
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::at_fields(wrong)) }
}

/// The settings with the fields that were sent; others stay.
pub fn apply(settings: &EventSettings, sent: &RealmEventsConfigRepresentation) -> EventSettings {
    let types = sent.enabled_event_types.as_ref();
    let types =
        types.map(|names| EventSettings::choice(names.iter().filter_map(|name| EventType::parse(name)).collect()));
    EventSettings {
        enabled: sent.events_enabled.unwrap_or(settings.enabled),
        expiration_s: sent.events_expiration.unwrap_or(settings.expiration_s),
        types: types.unwrap_or_else(|| settings.types.clone()),
        listeners: match &sent.events_listeners {
            Some(names) => names.iter().cloned().collect(),
            None => settings.listeners.clone(),
        },
        admin_enabled: sent.admin_events_enabled.unwrap_or(settings.admin_enabled),
        admin_details: sent.admin_events_details_enabled.unwrap_or(settings.admin_details),
        admin_expiration_s: sent.admin_events_expiration.unwrap_or(settings.admin_expiration_s),
    }
}

fn out_of_range(name: &str, value: Option<i64>) -> Option<ApiError> {
    let value = value?;
    let text = || format!("must be between 0 and {LONGEST_S}");
    (!(0..=LONGEST_S).contains(&value)).then(|| ApiError::at_field(name, text()))
}

fn wrong_listeners(names: Option<&[String]>) -> Option<ApiError> {
    let names = names?;
    let is_name = |name: &String| !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.contains('\0');
    let wrong = names.len() > MOST_LISTENERS || !names.iter().all(is_name);
    let text = || format!("must be at most {MOST_LISTENERS} names of 1 to {LONGEST_NAME} characters");
    wrong.then(|| ApiError::at_field("eventsListeners", text()))
}

fn unknown_types(names: Option<&[String]>) -> Option<ApiError> {
    let unknown = names?.iter().find(|name| EventType::parse(name).is_none())?;
    let shown: String = unknown.chars().filter(|c| !c.is_control()).take(80).collect();
    Some(ApiError::at_field("enabledEventTypes", format!("{shown} is not a type of event")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_consoles_know_every_type_of_event() {
        let own: Vec<&str> = EventType::ALL.iter().map(|own| own.as_str()).collect();
        assert_eq!(own, perennial_api::event::EVENT_TYPES);
    }

    #[test]
    fn what_was_read_and_written_back_changes_nothing() {
        let settings = EventSettings { admin_details: true, expiration_s: 0, ..EventSettings::default() };
        assert_eq!(apply(&settings, &of_settings(&settings)), settings);
    }

    #[test]
    fn each_wrong_field_is_named() {
        let sent = RealmEventsConfigRepresentation {
            events_expiration: Some(-1),
            events_listeners: Some(vec![String::new()]),
            enabled_event_types: Some(vec!["LOGIN".into(), "login".into()]),
            admin_events_expiration: Some(0),
            ..Default::default()
        };
        let error = check(&sent).expect_err("three fields are wrong");
        assert!(error.for_field("eventsExpiration").is_some());
        assert!(error.for_field("eventsListeners").is_some());
        assert!(error.for_field("enabledEventTypes").is_some_and(|text| text.contains("login")));
        assert!(error.for_field("adminEventsExpiration").is_none());
    }
}
