//! Realms, their keys and their events.

use super::operation::{Access, Operation, Part};
use perennial_api::{
    AdminEventRepresentation, EventRepresentation, ImportResults, RealmEventsConfigRepresentation, RealmRepresentation,
    TokenPolicyPreview,
    explain::{ExplainRequest, Explanation},
    keys::{KeyRotation, KeysMetadata, KeysRotated},
    paths,
    preview::PreviewRequest,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub fn operations() -> Vec<Operation> {
    let realms = Part { access: Access::Admin, tag: "Realms" };
    let mut all = vec![
        realms
            .get(paths::ADMIN_REALMS, "The realms that the caller may see, by name; without max all of them")
            .search()
            .pages()
            .goes_on()
            .lists::<RealmRepresentation>(),
        realms
            .post(paths::ADMIN_REALMS, "Creates a realm, alone or with all that a realm file holds")
            .takes::<RealmRepresentation>()
            .param("report", json!({"type": "boolean"}), "Whether the answer tells what became of the file")
            .creates(),
        realms
            .post(paths::ADMIN_PARTIAL_IMPORT, "Takes parts of a realm file into a realm")
            .takes_json(json!({"type": "object"}))
            .gives::<ImportResults>()
            .refuses(409),
        realms
            .post(paths::ADMIN_PARTIAL_EXPORT, "The realm as a file, without secrets")
            .param("exportClients", json!({"type": "boolean"}), "With its clients")
            .param("exportGroupsAndRoles", json!({"type": "boolean"}), "With its groups and roles")
            .gives_json(200, "OK", json!({"type": "object"})),
        realms.get(paths::ADMIN_REALM, "A realm").shows::<RealmRepresentation>(),
        realms.put(paths::ADMIN_REALM, "Changes a realm").takes::<RealmRepresentation>().overwrites(),
        realms.delete(paths::ADMIN_REALM, "Deletes a realm and all that is in it").changes(),
        realms
            .post(paths::ADMIN_TEST_SMTP, "Sends a test mail by the mail server of these settings")
            .takes::<BTreeMap<String, String>>()
            .done(),
        realms.get(paths::ADMIN_KEYS, "The realm's keys, without their secrets").gives::<KeysMetadata>(),
        realms
            .post(paths::ADMIN_KEYS_ROTATE, "Replaces keys")
            .takes::<KeyRotation>()
            .gives::<KeysRotated>()
            .refuses(409),
        realms
            .post(paths::ADMIN_TOKEN_POLICY_PREVIEW, "How many sessions a proposed policy would end")
            .takes::<PreviewRequest>()
            .gives::<TokenPolicyPreview>(),
        realms
            .post(paths::ADMIN_EXPLAIN, "Why a token or session works or fails, and what ends it when")
            .takes::<ExplainRequest>()
            .gives::<Explanation>(),
    ];
    all.extend(events());
    all
}

fn events() -> Vec<Operation> {
    let events = Part { access: Access::Admin, tag: "Events" };
    let found = events.get(paths::ADMIN_EVENTS, "Events of users, the newest first");
    let found = each(found, "type", "Types of events")
        .param("client", text(), "clientId")
        .param("user", text(), "The user's id")
        .param("ipAddress", text(), "Where it came from");
    let found_admin = events.get(paths::ADMIN_ADMIN_EVENTS, "What admins changed, the newest first");
    let found_admin = each(
        each(found_admin, "operationTypes", "CREATE, UPDATE, DELETE or ACTION"),
        "resourceTypes",
        "As Keycloak names them",
    )
    .param("resourcePath", text(), "Below the realm")
    .param("authRealm", text(), "The admin's realm")
    .param("authClient", text(), "The admin's client")
    .param("authUser", text(), "The admin's id")
    .param("authIpAddress", text(), "The admin's address");
    vec![
        events.get(paths::ADMIN_EVENTS_CONFIG, "Which events are stored").shows::<RealmEventsConfigRepresentation>(),
        events
            .put(paths::ADMIN_EVENTS_CONFIG, "Changes which events are stored")
            .takes::<RealmEventsConfigRepresentation>()
            .overwrites(),
        dated(found).lists::<EventRepresentation>(),
        events.delete(paths::ADMIN_EVENTS, "Deletes the stored events of users").done(),
        dated(found_admin).lists::<AdminEventRepresentation>(),
        events.delete(paths::ADMIN_ADMIN_EVENTS, "Deletes the stored events of admins").done(),
    ]
}

/// The parameters that searches for events share.
pub fn dated(operation: Operation) -> Operation {
    operation
        .param("dateFrom", text(), "A day as yyyy-MM-dd (UTC), or Unix milliseconds")
        .param("dateTo", text(), "A day as yyyy-MM-dd (UTC), or Unix milliseconds")
        .param("direction", json!({"enum": ["asc", "desc"]}), "asc: the oldest first")
        .param("first", json!({"type": "integer", "minimum": 0, "maximum": 10_000}), "How many to leave out")
        .param("max", json!({"type": "integer", "minimum": 0}), "How many at most")
        .goes_on()
}

fn each(operation: Operation, name: &str, description: &str) -> Operation {
    operation.param(name, json!({"type": "array", "items": {"type": "string"}}), description)
}

fn text() -> Value {
    json!({"type": "string", "maxLength": 255})
}
