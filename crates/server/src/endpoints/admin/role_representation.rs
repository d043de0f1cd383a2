//! Roles in Keycloak's representation.

use super::texts::fits_in_a_path;
use perennial_api::{ApiError, ClientMappingsRepresentation, MappingsRepresentation, RoleRepresentation};
use perennial_domain::{RoleId, realm_model::RealmModel, role::Role};
use perennial_flows::admin::roles::{Container, RoleDraft, RoleRef};
use std::collections::{BTreeMap, BTreeSet};

const LONGEST: usize = 255;

pub fn of_role(model: &RealmModel, role: &Role) -> RoleRepresentation {
    let container = role.client_id.map_or_else(|| model.realm.id.to_string(), |client| client.to_string());
    RoleRepresentation {
        id: Some(role.id.to_string()),
        name: Some(role.name.clone()),
        description: role.description.clone(),
        composite: Some(!role.composites.is_empty()),
        client_role: Some(role.client_id.is_some()),
        container_id: Some(container),
    }
}

/// Those of the ids that belong to the container, by name.
pub fn of_container(model: &RealmModel, ids: &BTreeSet<RoleId>, container: Container) -> Vec<RoleRepresentation> {
    sorted(model, ids.iter().filter_map(|id| model.roles.get(id)).filter(|role| container.holds(role)))
}

/// Those of the container that are not among the ids.
pub fn available(model: &RealmModel, ids: &BTreeSet<RoleId>, container: Container) -> Vec<RoleRepresentation> {
    sorted(model, model.roles.values().filter(|role| container.holds(role) && !ids.contains(&role.id)))
}

pub fn sorted<'m>(model: &RealmModel, roles: impl Iterator<Item = &'m Role>) -> Vec<RoleRepresentation> {
    let mut roles: Vec<&Role> = roles.collect();
    roles.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    roles.into_iter().map(|role| of_role(model, role)).collect()
}

/// Roles by where they belong.
pub fn mappings(model: &RealmModel, ids: &BTreeSet<RoleId>) -> MappingsRepresentation {
    let clients: BTreeSet<_> = ids.iter().filter_map(|id| model.roles.get(id)?.client_id).collect();
    let of_client = |id| {
        let client = model.clients.get(&id)?;
        let mappings = of_container(model, ids, Container::Client(id));
        let entry = ClientMappingsRepresentation { id: id.to_string(), client: client.client_id.clone(), mappings };
        Some((client.client_id.clone(), entry))
    };
    MappingsRepresentation {
        realm_mappings: of_container(model, ids, Container::Realm),
        client_mappings: clients.into_iter().filter_map(of_client).collect::<BTreeMap<_, _>>(),
    }
}

pub fn draft(sent: RoleRepresentation) -> Result<RoleDraft, ApiError> {
    let legal = |name: &str| !name.trim().is_empty() && name.len() <= LONGEST && !name.chars().any(char::is_control);
    if !sent.name.as_deref().is_none_or(legal) {
        return Err(ApiError::at_field("name", "must have 1 to 255 printable characters"));
    }
    if !sent.name.as_deref().is_none_or(fits_in_a_path) {
        return Err(ApiError::at_field("name", "must be more than dots"));
    }
    if sent.description.as_deref().is_some_and(|text| text.chars().count() > LONGEST || text.contains('\0')) {
        return Err(ApiError::at_field("description", "must have at most 255 characters, none of them null"));
    }
    Ok(RoleDraft { name: sent.name, description: sent.description })
}

/// An id that is none names no role.
pub fn references(sent: Vec<RoleRepresentation>) -> Vec<RoleRef> {
    let one = |role: RoleRepresentation| match role.id {
        Some(id) => RoleRef { id: id.parse().ok(), name: None },
        None => RoleRef { id: None, name: role.name },
    };
    sent.into_iter().map(one).collect()
}
