//! Offline sessions in Keycloak's `UserSessionRepresentation`, with our further fields. Instants are Unix milliseconds.

use perennial_api::{BlockedBy, EndsBy, UserSessionRepresentation};
use perennial_flows::session_view::SessionView;
use std::collections::BTreeMap;

pub fn of_view(view: &SessionView) -> UserSessionRepresentation {
    let grant = &view.grant;
    UserSessionRepresentation {
        id: grant.id.to_string(),
        username: Some(view.username.clone()),
        user_id: Some(grant.user_id.to_string()),
        ip_address: Some(grant.began_from.ip.clone()),
        start: grant.started_at.as_ms(),
        last_access: grant.last_used_at.as_ms(),
        remember_me: Some(false),
        clients: BTreeMap::from([(grant.client_id.to_string(), view.client_id.clone())]),
        offline: grant.is_offline(),
        grant_type: Some(grant.grant_type.as_str().to_owned()),
        scopes: grant.scope.iter().map(str::to_owned).collect(),
        resources: grant.resources.clone(),
        last_ip_address: Some(grant.last_used_from.ip.clone()),
        user_agent: Some(grant.last_used_from.user_agent.clone()),
        device_label: grant.offline().and_then(|offline| offline.device_label.clone()),
        client_id: Some(view.client_id.clone()),
        client_name: Some(view.client_name.clone()),
        generation: grant.family.generation,
        replays: u64::from(grant.family.replays),
        paused: grant.paused_at().is_some(),
        paused_by: grant.paused_by().map(|by| by.as_str().to_owned()),
        expires: Some(view.end.at.as_ms()),
        expires_in: Some(view.seen_at.seconds_until(view.end.at).max(0)),
        ends_by: Some(EndsBy::from(view.end.cause.as_str())),
        ends_by_source: view.end.source.map(|source| source.as_str().to_owned()),
        blocked_by: view.blocked.map(|blocked| BlockedBy::from(blocked.as_str())),
        events: Vec::new(),
    }
}
