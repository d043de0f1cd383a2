//! The users of a realm file, with their passwords' hashes where they can be checked here.

use super::{entry, reading::DefaultRole, reading_identities, reading_roles::of_clients};
use crate::endpoints::admin::user_representation as representation;
use perennial_api::{FederatedIdentityRepresentation, UserRepresentation};
use perennial_crypto::phc_from_keycloak;
use perennial_domain::{Timestamp, user::RequiredAction};
use perennial_flows::admin::{
    import::{ConsentEntry, Report, RoleName, UserEntry},
    users::UserDraft,
};
use perennial_protocol::ScopeSet;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const ELSEWHERE: &[&str] =
    &["realmRoles", "clientRoles", "clientConsents", "credentials", "federatedIdentities", "groups"];

/// What an export has of a user besides the representation.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Extras {
    realm_roles: Option<Vec<String>>,
    client_roles: Option<BTreeMap<String, Vec<String>>>,
    client_consents: Option<Vec<GivenConsent>>,
    credentials: Option<Vec<Credential>>,
    federated_identities: Option<Vec<FederatedIdentityRepresentation>>,
    service_account_client_id: Option<String>,
    groups: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GivenConsent {
    client_id: String,
    granted_client_scopes: Vec<String>,
    created_date: Option<i64>,
    last_updated_date: Option<i64>,
    /// Ours: the end that the user chose, in seconds from the start of a session.
    chosen_end: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Credential {
    #[serde(rename = "type")]
    kind: Option<String>,
    secret_data: Option<String>,
    credential_data: Option<String>,
    value: Option<String>,
}

pub fn users(all: Vec<Value>, default: &DefaultRole, report: &mut Report) -> Vec<UserEntry> {
    all.into_iter().filter_map(|object| user(object, default, report)).collect()
}

fn user(mut object: Value, default: &DefaultRole, report: &mut Report) -> Option<UserEntry> {
    let what = format!("users[{}]", object["username"].as_str().unwrap_or("?"));
    let extras: Extras = match serde_json::from_value(object.clone()) {
        Ok(extras) => extras,
        Err(reason) => {
            report.leave_out(what, format!("it does not fit: {reason}"));
            return None;
        }
    };
    if let Some(fields) = object.as_object_mut() {
        fields.remove("credentials");
        keep_known_actions(fields, &what, report);
    }
    let shape =
        entry::Shape { what: what.clone(), key: "username", elsewhere: ELSEWHERE, check: representation::check };
    let sent: UserRepresentation = entry::read(object, &shape, report)?;
    let Some(username) = sent.username.clone() else {
        report.leave_out(what, "it has no username");
        return None;
    };
    let blank = UserDraft { username, enabled: true, ..UserDraft::default() };
    Some(UserEntry {
        id: sent.id.as_deref().and_then(|id| id.parse().ok()),
        draft: representation::apply(blank, &sent),
        password_hash: password(extras.credentials.unwrap_or_default(), &what, report),
        created_at: sent.created_timestamp.map(Timestamp::from_ms),
        not_before_at: Timestamp::from_s(sent.not_before.unwrap_or(0).max(0)),
        service_account_of: extras.service_account_client_id,
        groups: extras.groups,
        roles: roles(extras.realm_roles, extras.client_roles, default),
        consents: extras.client_consents.unwrap_or_default().into_iter().map(consent).collect(),
        identities: reading_identities::links(extras.federated_identities.unwrap_or_default(), &what, report),
    })
}

/// One that is not known must not take those beside it along: a temporary password would be one for good.
fn keep_known_actions(fields: &mut Map<String, Value>, what: &str, report: &mut Report) {
    let Some(names) = fields.get_mut("requiredActions").and_then(Value::as_array_mut) else { return };
    names.retain(|name| {
        let is_known = name.as_str().is_none_or(|name| RequiredAction::parse(name).is_some());
        if !is_known {
            report.leave_out(format!("{what}.requiredActions"), format!("there is nothing here for {name}"));
        }
        is_known
    });
}

fn roles(
    of_realm: Option<Vec<String>>,
    by_client: Option<BTreeMap<String, Vec<String>>>,
    default: &DefaultRole,
) -> Option<Vec<RoleName>> {
    if of_realm.is_none() && by_client.is_none() {
        return None;
    }
    let named = |name: String| RoleName { client: None, name: default.renamed(&name) };
    let of_realm = of_realm.unwrap_or_default().into_iter().map(named);
    Some(of_realm.chain(of_clients(by_client.unwrap_or_default())).collect())
}

fn consent(sent: GivenConsent) -> ConsentEntry {
    ConsentEntry {
        client_id: sent.client_id,
        scope: ScopeSet::lenient(&sent.granted_client_scopes.join(" ")),
        created_at: sent.created_date.map(Timestamp::from_ms),
        updated_at: sent.last_updated_date.map(Timestamp::from_ms),
        chosen_end_s: sent.chosen_end.filter(|seconds| *seconds > 0),
    }
}

fn password(all: Vec<Credential>, what: &str, report: &mut Report) -> Option<String> {
    let mut hash = None;
    for credential in all {
        let kind = credential.kind.as_deref().unwrap_or("password");
        if kind != "password" {
            report.leave_out(format!("{what}.credentials"), format!("a credential of type {kind} is not taken over"));
            continue;
        }
        if credential.value.is_some() {
            report.leave_out(format!("{what}.credentials"), "passwords are taken over as hashes only");
            continue;
        }
        let (data, secret) = (credential.credential_data.as_deref(), credential.secret_data.as_deref());
        match phc_from_keycloak(data.unwrap_or_default(), secret.unwrap_or_default()) {
            Ok(phc) => hash = Some(phc),
            Err(why) => report.leave_out(format!("{what}.credentials"), why),
        }
    }
    hash
}
