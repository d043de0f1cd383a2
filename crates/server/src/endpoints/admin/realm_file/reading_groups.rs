//! The groups of a realm file, each with those below it.

use super::{entry, reading_roles::of_clients};
use crate::endpoints::admin::group_representation as representation;
use perennial_api::GroupRepresentation;
use perennial_domain::group::GroupSettings;
use perennial_flows::admin::import::{GroupEntry, Report, RoleName};
use serde_json::Value;

pub fn groups(all: Vec<Value>, report: &mut Report) -> Vec<GroupEntry> {
    all.into_iter().filter_map(|object| group(object, report)).collect()
}

fn group(mut object: Value, report: &mut Report) -> Option<GroupEntry> {
    let below = match object.as_object_mut().and_then(|fields| fields.remove("subGroups")) {
        Some(Value::Array(below)) => below,
        _ => Vec::new(),
    };
    let what = format!("groups[{}]", object["path"].as_str().or(object["name"].as_str()).unwrap_or("?"));
    let shape = entry::Shape { what: what.clone(), key: "name", elsewhere: &[], check: representation::check };
    let sent: GroupRepresentation = entry::read(object, &shape, report)?;
    let Some(name) = sent.name.clone() else {
        report.leave_out(what, "it has no name");
        return None;
    };
    let of_realm = sent.realm_roles.clone().unwrap_or_default();
    let mut roles: Vec<RoleName> = of_realm.into_iter().map(|name| RoleName { client: None, name }).collect();
    roles.extend(of_clients(sent.client_roles.clone().unwrap_or_default()));
    Some(GroupEntry {
        id: sent.id.as_deref().and_then(|id| id.parse().ok()),
        draft: representation::apply(name, &GroupSettings::default(), &sent),
        roles,
        below: groups(below, report),
    })
}
