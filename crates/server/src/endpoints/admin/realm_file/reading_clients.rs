//! The clients of a realm file.

use super::{BUILT_IN, entry, reading_extras, reading_mappers};
use crate::endpoints::admin::client_representation as representation;
use perennial_api::ClientRepresentation;
use perennial_domain::{Timestamp, client::Client};
use perennial_flows::admin::{
    clients::ClientDraft,
    import::{ClientEntry, Report},
};
use serde_json::Value;

pub fn clients(all: Vec<Value>, report: &mut Report) -> Vec<ClientEntry> {
    all.into_iter().filter_map(|object| client(object, report)).collect()
}

fn client(mut object: Value, report: &mut Report) -> Option<ClientEntry> {
    let client_id = object["clientId"].as_str().unwrap_or_default().to_owned();
    let what = format!("clients[{client_id}]");
    if client_id.is_empty() {
        report.leave_out("clients", "one has no clientId");
        return None;
    }
    if BUILT_IN.contains(&client_id.as_str()) {
        return None;
    }
    if object["protocol"].as_str().is_some_and(|protocol| protocol != "openid-connect") {
        report.leave_out(what, "only OpenID Connect is spoken here");
        return None;
    }
    if object["bearerOnly"] == true {
        // It never asks for tokens itself, which is now said by having no flow.
        for flow in ["standardFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled"] {
            object[flow] = Value::Bool(false);
        }
    }
    keep_exact(&mut object, &what, "redirectUris", representation::redirect_fits, report);
    keep_exact(&mut object, &what, "webOrigins", representation::origin_fits, report);
    let mappers = reading_mappers::take(&mut object, &what, report);
    let approval = reading_extras::approval(&mut object, &what, report);
    let shape = entry::Shape {
        what: what.clone(),
        key: "clientId",
        elsewhere: &["secret", "defaultRoles"],
        check: representation::check,
    };
    let sent: ClientRepresentation = entry::read(object, &shape, report)?;
    if sent.secret.as_deref() == Some(MASKED) {
        report.leave_out(format!("{what}.secret"), "the file hides it: the client got a new one");
    }
    let id = sent.id.as_deref().and_then(|id| id.parse().ok());
    let not_before_at = Timestamp::from_s(sent.not_before.unwrap_or(0).max(0));
    let change = Box::new(move |client: &Client| ClientDraft { mappers: mappers.clone(), ..draft(client, &sent) });
    Some(ClientEntry { id, client_id, not_before_at, change, approval })
}

/// What Keycloak writes instead of secrets.
pub(super) const MASKED: &str = "**********";

fn draft(client: &Client, sent: &ClientRepresentation) -> ClientDraft {
    ClientDraft {
        client_id: sent.client_id.clone().unwrap_or_else(|| client.client_id.clone()),
        settings: representation::apply(&client.settings, sent),
        secret: sent.secret.clone().filter(|secret| secret != MASKED),
        default_scopes: sent.default_client_scopes.clone(),
        optional_scopes: sent.optional_client_scopes.clone(),
        mappers: None,
    }
}

/// Patterns would let answers go where nobody meant them to.
fn keep_exact(object: &mut Value, what: &str, field: &str, fits: fn(&str) -> bool, report: &mut Report) {
    let Some(all) = object.get_mut(field).and_then(Value::as_array_mut) else { return };
    all.retain(|uri| {
        let text = uri.as_str().unwrap_or("what is no text");
        let exact = uri.is_string() && fits(text);
        if !exact {
            let why = format!("{text} is no exact address; patterns are not supported");
            report.leave_out(format!("{what}.{field}"), why);
        }
        exact
    });
}
