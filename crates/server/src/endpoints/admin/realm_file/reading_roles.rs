//! The client scopes, roles and scope mappings of a realm file.

use super::{entry, reading::DefaultRole, reading::list, reading_mappers};
use crate::endpoints::admin::{role_representation, scope_representation};
use perennial_api::{ApiError, ClientScopeRepresentation, RoleRepresentation};
use perennial_flows::admin::import::{CarrierName, Report, RoleEntry, RoleName, ScopeEntry, ScopeMapping};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub fn scopes(all: Vec<Value>, report: &mut Report) -> Vec<ScopeEntry> {
    let mut taken = Vec::new();
    for mut object in all {
        let name = object["name"].as_str().unwrap_or_default().to_owned();
        let what = format!("clientScopes[{name}]");
        if object["protocol"].as_str().is_some_and(|protocol| protocol != "openid-connect") {
            report.leave_out(what, "only OpenID Connect is spoken here");
            continue;
        }
        if name.is_empty() {
            report.leave_out(what, "it has no name");
            continue;
        }
        let mappers = reading_mappers::take(&mut object, &what, report);
        let shape = entry::Shape { what, key: "name", elsewhere: &[], check: scope_representation::check };
        let Some(sent) = entry::read::<ClientScopeRepresentation>(object, &shape, report) else { continue };
        let id = sent.id.as_deref().and_then(|id| id.parse().ok());
        let change = Box::new(move |settings: &_| scope_representation::apply(settings, &sent));
        taken.push(ScopeEntry { id, name, change, mappers });
    }
    taken
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Roles {
    realm: Vec<Value>,
    client: BTreeMap<String, Vec<Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Composites {
    realm: Vec<String>,
    client: BTreeMap<String, Vec<String>>,
}

pub fn roles(sent: Value, default: &DefaultRole, report: &mut Report) -> Vec<RoleEntry> {
    let roles: Roles = match serde_json::from_value::<Option<Roles>>(sent) {
        Ok(roles) => roles.unwrap_or_default(),
        Err(reason) => {
            report.leave_out("roles", format!("they do not fit: {reason}"));
            return Vec::new();
        }
    };
    let of_realm = roles.realm.into_iter().map(|role| (None, role));
    let of_clients = roles
        .client
        .into_iter()
        .flat_map(|(client, all)| all.into_iter().map(move |role| (Some(client.clone()), role)));
    of_realm.chain(of_clients).filter_map(|(client, object)| role(client, object, default, report)).collect()
}

fn role(client: Option<String>, object: Value, default: &DefaultRole, report: &mut Report) -> Option<RoleEntry> {
    let name = object["name"].as_str().unwrap_or_default().to_owned();
    let role = RoleName { name: if client.is_none() { default.renamed(&name) } else { name }, client };
    let what = format!("roles[{role}]");
    if role.name.is_empty() {
        report.leave_out(what, "it has no name");
        return None;
    }
    let composites: Composites = match serde_json::from_value::<Option<Composites>>(object["composites"].clone()) {
        Ok(composites) => composites.unwrap_or_default(),
        Err(reason) => {
            report.leave_out(format!("{what}.composites"), format!("they do not fit: {reason}"));
            Composites::default()
        }
    };
    let check = |sent: &RoleRepresentation| role_representation::draft(sent.clone()).map(drop);
    let shape = entry::Shape { what, key: "name", elsewhere: &["composites"], check };
    let sent = entry::read::<RoleRepresentation>(object, &shape, report)?;
    let mut includes: Vec<RoleName> =
        composites.realm.into_iter().map(|name| RoleName { client: None, name: default.renamed(&name) }).collect();
    includes.extend(of_clients(composites.client));
    // Keycloak describes its own roles by the names of texts that only it has.
    let description = sent.description.filter(|text| !text.starts_with("${"));
    Some(RoleEntry { id: sent.id.as_deref().and_then(|id| id.parse().ok()), role, description, includes })
}

pub fn of_clients(all: BTreeMap<String, Vec<String>>) -> impl Iterator<Item = RoleName> {
    all.into_iter()
        .flat_map(|(client, names)| names.into_iter().map(move |name| RoleName { client: Some(client.clone()), name }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mapping {
    client: Option<String>,
    client_scope: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

pub fn scope_mappings(file: &mut Map<String, Value>, report: &mut Report) -> Result<Vec<ScopeMapping>, ApiError> {
    let mut all: Vec<(Option<String>, Value)> =
        list(file, "scopeMappings")?.into_iter().map(|mapping| (None, mapping)).collect();
    let of_clients: BTreeMap<String, Vec<Value>> =
        serde_json::from_value::<Option<_>>(file.remove("clientScopeMappings").unwrap_or_default())
            .map_err(|_| ApiError::at_field("clientScopeMappings", "must hold a list for each client"))?
            .unwrap_or_default();
    for (owner, mappings) in of_clients {
        all.extend(mappings.into_iter().map(|mapping| (Some(owner.clone()), mapping)));
    }
    let mut taken = Vec::new();
    for (owner, mapping) in all {
        let Ok(mapping) = serde_json::from_value::<Mapping>(mapping) else {
            report.leave_out("scopeMappings", "one does not fit");
            continue;
        };
        let carrier = match (mapping.client, mapping.client_scope) {
            (Some(client), _) => CarrierName::Client(client),
            (None, Some(scope)) => CarrierName::Scope(scope),
            (None, None) => continue,
        };
        taken.extend(
            mapping
                .roles
                .into_iter()
                .map(|name| ScopeMapping { carrier: carrier.clone(), role: RoleName { client: owner.clone(), name } }),
        );
    }
    Ok(taken)
}
