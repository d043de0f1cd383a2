//! What Keycloak's files say of events, and what only ours have: webhooks, and admins' consents for clients.

use super::entry;
use crate::endpoints::admin::event_representation;
use perennial_api::RealmEventsConfigRepresentation;
use perennial_domain::{Timestamp, event::EventType, event_settings::EventSettings, webhook::WebhookSettings};
use perennial_flows::admin::import::{ApprovalEntry, Report};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Fields of the realm that are its settings of events.
const OF_EVENTS: [&str; 7] = [
    "eventsEnabled",
    "eventsExpiration",
    "eventsListeners",
    "enabledEventTypes",
    "adminEventsEnabled",
    "adminEventsDetailsEnabled",
    "adminEventsExpiration",
];
const TYPES: &str = "enabledEventTypes";
const LONGEST_URL: usize = 2_000;

/// What the file says, over the defaults; `None` where it says nothing.
pub fn events(file: &mut Map<String, Value>, report: &mut Report) -> Option<EventSettings> {
    let mut own: Map<String, Value> =
        OF_EVENTS.iter().filter_map(|name| Some(((*name).to_owned(), file.remove(*name)?))).collect();
    if own.is_empty() {
        return None;
    }
    if let Some(types) = own.get_mut(TYPES).and_then(Value::as_array_mut) {
        let (known, unknown): (Vec<Value>, Vec<Value>) =
            types.drain(..).partition(|name| name.as_str().is_some_and(|name| EventType::parse(name).is_some()));
        *types = known;
        if !unknown.is_empty() {
            let names: Vec<&str> = unknown.iter().map(|name| name.as_str().unwrap_or("?")).collect();
            report.leave_out("realm.enabledEventTypes", format!("no such events happen here: {}", names.join(", ")));
        }
    }
    let shape = entry::Shape { what: "realm".into(), key: "", elsewhere: &[], check: event_representation::check };
    let sent: RealmEventsConfigRepresentation = entry::read(Value::Object(own), &shape, report)?;
    Some(event_representation::apply(&EventSettings::default(), &sent))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    url: String,
    event_types: Vec<String>,
    #[serde(default)]
    enabled: bool,
}

/// Without their secrets, which are in no file.
pub fn webhooks(all: Vec<Value>, report: &mut Report) -> Vec<WebhookSettings> {
    let mut taken = Vec::new();
    for object in all {
        let target: Target = match serde_json::from_value(object) {
            Ok(target) => target,
            Err(reason) => {
                report.leave_out("webhooks", format!("one does not fit: {reason}"));
                continue;
            }
        };
        let is_address = url::Url::parse(&target.url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        let is_type = |name: &String| name == perennial_domain::webhook::EVERY_TYPE || EventType::parse(name).is_some();
        if !is_address || target.url.len() > LONGEST_URL || !target.event_types.iter().all(is_type) {
            report.leave_out("webhooks", "one has no address, or asks for events that do not happen here");
            continue;
        }
        let Target { url, event_types, enabled } = target;
        taken.push(WebhookSettings { url, event_types: event_types.into_iter().collect(), enabled });
    }
    taken
}

#[derive(Deserialize)]
struct Approval {
    scopes: Vec<String>,
    #[serde(default)]
    expires: Option<i64>,
}

/// What an admin has allowed the client in everybody's name.
pub fn approval(client: &mut Value, what: &str, report: &mut Report) -> Option<ApprovalEntry> {
    let sent = client.as_object_mut()?.remove("adminConsent").filter(|sent| !sent.is_null())?;
    match serde_json::from_value::<Approval>(sent) {
        Ok(read) => Some(ApprovalEntry { scopes: read.scopes, ends_at: read.expires.map(Timestamp::from_ms) }),
        Err(reason) => {
            report.leave_out(format!("{what}.adminConsent"), format!("it does not fit: {reason}"));
            None
        }
    }
}
