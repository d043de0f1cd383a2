//! Roles of a realm and of its clients.

use super::{
    operation::{Access, Operation, Part},
    users::role_list,
};
use crate::endpoints::admin::{groups::GroupQuery, user_query::MemberQuery};
use perennial_api::{GroupRepresentation, RoleRepresentation, UserRepresentation, paths};

const ROLES: Part = Part { access: Access::Admin, tag: "Roles" };

pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for path in [paths::ADMIN_ROLES, paths::ADMIN_CLIENT_ROLES] {
        all.push(ROLES.get(path, "Roles, by name").search().pages().goes_on().lists::<RoleRepresentation>());
        all.push(ROLES.post(path, "Creates a role").takes::<RoleRepresentation>().creates());
    }
    for path in [paths::ADMIN_ROLE, paths::ADMIN_CLIENT_ROLE, paths::ADMIN_ROLE_BY_ID] {
        all.push(ROLES.get(path, "A role").shows::<RoleRepresentation>());
        all.push(ROLES.put(path, "Changes a role").takes::<RoleRepresentation>().overwrites());
        all.push(ROLES.delete(path, "Deletes a role").changes());
    }
    let composites =
        [paths::ADMIN_ROLE_COMPOSITES, paths::ADMIN_CLIENT_ROLE_COMPOSITES, paths::ADMIN_ROLE_BY_ID_COMPOSITES];
    all.extend(composites.into_iter().flat_map(|path| role_list(ROLES, path, "role")));
    all.extend(further_lists());
    all
}

fn further_lists() -> Vec<Operation> {
    let included = [
        paths::ADMIN_ROLE_COMPOSITES_OF_REALM,
        paths::ADMIN_ROLE_COMPOSITES_OF_CLIENT,
        paths::ADMIN_CLIENT_ROLE_COMPOSITES_OF_REALM,
        paths::ADMIN_CLIENT_ROLE_COMPOSITES_OF_CLIENT,
        paths::ADMIN_ROLE_BY_ID_COMPOSITES_OF_REALM,
        paths::ADMIN_ROLE_BY_ID_COMPOSITES_OF_CLIENT,
    ];
    let available = [
        paths::ADMIN_USER_REALM_ROLES_AVAILABLE,
        paths::ADMIN_USER_CLIENT_ROLES_AVAILABLE,
        paths::ADMIN_CLIENT_REALM_SCOPE_MAPPINGS_AVAILABLE,
        paths::ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS_AVAILABLE,
        paths::ADMIN_SCOPE_REALM_MAPPINGS_AVAILABLE,
        paths::ADMIN_SCOPE_CLIENT_MAPPINGS_AVAILABLE,
    ];
    let carried = [
        paths::ADMIN_CLIENT_REALM_SCOPE_MAPPINGS_COMPOSITE,
        paths::ADMIN_CLIENT_CLIENT_SCOPE_MAPPINGS_COMPOSITE,
        paths::ADMIN_SCOPE_REALM_MAPPINGS_COMPOSITE,
        paths::ADMIN_SCOPE_CLIENT_MAPPINGS_COMPOSITE,
    ];
    let list = |path: &'static str, summary| ROLES.get(path, summary).gives::<Vec<RoleRepresentation>>();
    let mut all = Vec::new();
    all.extend(included.map(|path| list(path, "Roles of the realm or of one client that a role includes")));
    all.extend(available.map(|path| list(path, "Roles that could still be added")));
    all.extend(carried.map(|path| list(path, "Roles that are carried, with all that they include")));
    for path in [paths::ADMIN_ROLE_USERS, paths::ADMIN_CLIENT_ROLE_USERS] {
        let users = ROLES.get(path, "Users who were given a role directly").query::<MemberQuery>();
        all.push(users.lists::<UserRepresentation>());
    }
    for path in [paths::ADMIN_ROLE_GROUPS, paths::ADMIN_CLIENT_ROLE_GROUPS] {
        let groups = ROLES.get(path, "Groups that were given a role directly").query::<GroupQuery>();
        all.push(groups.lists::<GroupRepresentation>());
    }
    all
}
