//! Groups between what is stored and Keycloak's representation; an update changes only the fields that were sent.

use super::attributes;
use perennial_api::{ApiError, GroupRepresentation};
use perennial_domain::{
    GroupId,
    group::{Group, GroupSettings},
    realm_model::RealmModel,
};
use perennial_flows::admin::groups::GroupDraft;
use std::collections::{BTreeMap, HashMap};

const LONGEST: usize = 255;

/// The groups by what they are right below.
pub type GroupTree<'m> = HashMap<Option<GroupId>, Vec<&'m Group>>;

pub fn brief(model: &RealmModel, group: &Group) -> GroupRepresentation {
    let below = model.groups.values().filter(|other| other.parent == Some(group.id));
    counted(model, group, below.count())
}

fn counted(model: &RealmModel, group: &Group, below: usize) -> GroupRepresentation {
    GroupRepresentation {
        id: Some(group.id.to_string()),
        name: Some(group.name.clone()),
        description: group.settings.description.clone(),
        path: model.group_path(group.id),
        parent_id: group.parent.map(|id| id.to_string()),
        sub_group_count: Some(below),
        sub_groups: Some(Vec::new()),
        ..GroupRepresentation::default()
    }
}

/// With attributes and roles.
pub fn full(model: &RealmModel, group: &Group) -> GroupRepresentation {
    let mut realm_roles = Vec::new();
    let mut client_roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for role in group.roles.iter().filter_map(|id| model.roles.get(id)) {
        match role.client_id.map(|id| model.clients.get(&id)) {
            None => realm_roles.push(role.name.clone()),
            Some(Some(client)) => client_roles.entry(client.client_id.clone()).or_default().push(role.name.clone()),
            Some(None) => {}
        }
    }
    realm_roles.sort_unstable();
    client_roles.values_mut().for_each(|names| names.sort_unstable());
    GroupRepresentation {
        attributes: Some(group.settings.attributes.clone()),
        realm_roles: Some(realm_roles),
        client_roles: Some(client_roles),
        ..brief(model, group)
    }
}

/// The group with those below it that have the text in their name, or something below them that has; `None` where nothing fits.
pub fn searched(
    model: &RealmModel,
    tree: &GroupTree<'_>,
    group: &Group,
    fits: &dyn Fn(&Group) -> bool,
) -> Option<GroupRepresentation> {
    let below = tree.get(&Some(group.id)).map(Vec::as_slice).unwrap_or_default();
    let found: Vec<GroupRepresentation> = below.iter().filter_map(|sub| searched(model, tree, sub, fits)).collect();
    let wanted = fits(group) || !found.is_empty();
    wanted.then(|| GroupRepresentation { sub_groups: Some(found), ..counted(model, group, below.len()) })
}

/// What is wrong with the values themselves.
pub fn check(sent: &GroupRepresentation) -> Result<(), ApiError> {
    let legal = |name: &String| {
        !name.trim().is_empty() && name.chars().count() <= LONGEST && !name.chars().any(char::is_control)
    };
    if !sent.name.as_ref().is_none_or(legal) {
        return Err(ApiError::at_field("name", "must have 1 to 255 printable characters"));
    }
    if sent.description.as_ref().is_some_and(|text| text.chars().count() > LONGEST || text.contains('\0')) {
        return Err(ApiError::at_field("description", "must not be longer than 255 characters"));
    }
    sent.attributes.as_ref().map_or(Ok(()), attributes::check)
}

/// The group with the sent fields put in. The values have been checked.
pub fn apply(name: String, settings: &GroupSettings, sent: &GroupRepresentation) -> GroupDraft {
    let mut settings = settings.clone();
    if let Some(text) = &sent.description {
        settings.description = Some(text.clone()).filter(|text| !text.is_empty());
    }
    if let Some(all) = &sent.attributes {
        settings.attributes = attributes::kept(all, &[]);
    }
    GroupDraft { name: sent.name.clone().unwrap_or(name), settings }
}
