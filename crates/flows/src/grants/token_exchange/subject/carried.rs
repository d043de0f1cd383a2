//! The roles that an access token can hand on: those that it carries itself, for the services that it is meant for.

use crate::{
    FlowResult, LoadedRealm,
    bearer::{self, Active},
};
use perennial_domain::{
    RoleId,
    client::Client,
    role::{ADMIN_ROLE, REALM_MANAGEMENT_CLIENT},
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    realm_access: Names,
    #[serde(default)]
    resource_access: BTreeMap<String, Names>,
}

#[derive(Default, Deserialize)]
struct Names {
    roles: BTreeSet<String>,
}

/// As far as the holder still has them. Roles of a service count where the token names it as its audience, so that the new token is for
/// nobody else; where that is for resources, they set its audience. `resources` are those of the grant that the token is for.
pub fn roles(
    realm: &LoadedRealm,
    client: &Client,
    active: &Active,
    token: &str,
    resources: &[String],
) -> FlowResult<BTreeSet<RoleId>> {
    let claims: Claims = bearer::verify_as(realm, token)?;
    let meant_for = |name: &str| active.facts.aud.as_ref().is_some_and(|audience| audience.contains(name));
    let reaches = |name: &str| !resources.is_empty() || name == client.client_id || meant_for(name);
    let is_carried = |id: &RoleId| {
        let Some(role) = realm.model.roles.get(id) else { return false };
        let Some(owner) = role.client_id else {
            // This one alone opens the admin API.
            let is_for = role.name != ADMIN_ROLE || reaches(REALM_MANAGEMENT_CLIENT);
            return is_for && claims.realm_access.roles.contains(&role.name);
        };
        let owner = realm.model.clients.get(&owner).map(|owner| owner.client_id.as_str()).filter(|name| reaches(name));
        owner.and_then(|name| claims.resource_access.get(name)).is_some_and(|own| own.roles.contains(&role.name))
    };
    Ok(active.holder.roles.iter().copied().filter(is_carried).collect())
}
