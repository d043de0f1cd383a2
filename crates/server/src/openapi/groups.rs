//! Groups, and protocol mappers: who belongs together, and what tokens say of them.

use super::{
    operation::{Access, Operation, Part},
    users::role_list,
};
use crate::endpoints::admin::{groups::GroupQuery, user_query::MemberQuery};
use perennial_api::{
    GroupCount, GroupRepresentation, MappingsRepresentation, PageQuery, ProtocolMapperRepresentation,
    RoleRepresentation, UserRepresentation, paths,
};

const GROUPS: Part = Part { access: Access::Admin, tag: "Groups" };

pub fn operations() -> Vec<Operation> {
    let by_path = paths::ADMIN_GROUP_BY_PATH.replace("{path:.*}", "{path}");
    let mut all = vec![
        GROUPS
            .get(paths::ADMIN_GROUPS, "Groups at the top, or those that a search finds")
            .query::<GroupQuery>()
            .lists::<GroupRepresentation>(),
        GROUPS.post(paths::ADMIN_GROUPS, "Creates a group at the top").takes::<GroupRepresentation>().creates().done(),
        GROUPS.get(paths::ADMIN_GROUPS_COUNT, "How many there are").query::<GroupQuery>().gives::<GroupCount>(),
        GROUPS.get(paths::ADMIN_GROUP, "A group").shows::<GroupRepresentation>(),
        GROUPS.put(paths::ADMIN_GROUP, "Changes a group").takes::<GroupRepresentation>().overwrites(),
        GROUPS.delete(paths::ADMIN_GROUP, "Deletes a group and those in it").done(),
        GROUPS
            .get(paths::ADMIN_GROUP_CHILDREN, "Groups in a group")
            .query::<GroupQuery>()
            .lists::<GroupRepresentation>(),
        GROUPS
            .post(paths::ADMIN_GROUP_CHILDREN, "Creates a group in a group, or moves one there")
            .takes::<GroupRepresentation>()
            .creates()
            .done(),
        GROUPS
            .get(paths::ADMIN_GROUP_MEMBERS, "Users in a group, by name")
            .query::<MemberQuery>()
            .lists::<UserRepresentation>(),
        GROUPS.get(by_path, "A group by its path").gives::<GroupRepresentation>(),
        GROUPS.get(paths::ADMIN_DEFAULT_GROUPS, "Groups of new users").gives::<Vec<GroupRepresentation>>(),
        GROUPS.put(paths::ADMIN_DEFAULT_GROUP, "Has new users join a group").changes(),
        GROUPS.delete(paths::ADMIN_DEFAULT_GROUP, "Keeps new users from a group").changes(),
    ];
    all.extend(roles());
    all.extend(of_user());
    all.extend(mappers());
    all
}

fn roles() -> Vec<Operation> {
    let summary = "Roles of a group, by where they belong";
    let mut all = vec![GROUPS.get(paths::ADMIN_GROUP_ROLES, summary).gives::<MappingsRepresentation>()];
    for path in [paths::ADMIN_GROUP_REALM_ROLES, paths::ADMIN_GROUP_CLIENT_ROLES] {
        all.extend(role_list(GROUPS, path, "group"));
    }
    for path in [paths::ADMIN_GROUP_REALM_ROLES_COMPOSITE, paths::ADMIN_GROUP_CLIENT_ROLES_COMPOSITE] {
        all.push(GROUPS.get(path, "A group's roles with all that they include").gives::<Vec<RoleRepresentation>>());
    }
    for path in [paths::ADMIN_GROUP_REALM_ROLES_AVAILABLE, paths::ADMIN_GROUP_CLIENT_ROLES_AVAILABLE] {
        all.push(GROUPS.get(path, "Roles that a group could still be given").gives::<Vec<RoleRepresentation>>());
    }
    all
}

fn of_user() -> [Operation; 4] {
    [
        GROUPS
            .get(paths::ADMIN_USER_GROUPS, "Groups that a user is in")
            .query::<PageQuery>()
            .lists::<GroupRepresentation>(),
        GROUPS.get(paths::ADMIN_USER_GROUPS_COUNT, "How many those are").query::<PageQuery>().gives::<GroupCount>(),
        GROUPS.put(paths::ADMIN_USER_GROUP, "Puts a user into a group").changes(),
        GROUPS.delete(paths::ADMIN_USER_GROUP, "Takes a user out of a group").changes(),
    ]
}

fn mappers() -> Vec<Operation> {
    let mappers = Part { access: Access::Admin, tag: "Protocol mappers" };
    let lists = [paths::ADMIN_CLIENT_MAPPERS, paths::ADMIN_SCOPE_MAPPERS];
    let of_protocol = [paths::ADMIN_CLIENT_MAPPERS_OF_PROTOCOL, paths::ADMIN_SCOPE_MAPPERS_OF_PROTOCOL];
    let mut all = Vec::new();
    for path in lists.into_iter().chain(of_protocol) {
        all.push(mappers.get(path, "Protocol mappers").gives::<Vec<ProtocolMapperRepresentation>>());
    }
    for path in lists {
        all.push(mappers.post(path, "Creates a protocol mapper").takes::<ProtocolMapperRepresentation>().creates());
    }
    for path in [paths::ADMIN_CLIENT_MAPPERS_ADD, paths::ADMIN_SCOPE_MAPPERS_ADD] {
        all.push(mappers.post(path, "Creates several").takes::<Vec<ProtocolMapperRepresentation>>().changes());
    }
    for path in [paths::ADMIN_CLIENT_MAPPER, paths::ADMIN_SCOPE_MAPPER] {
        all.push(mappers.get(path, "A protocol mapper").shows::<ProtocolMapperRepresentation>());
        all.push(mappers.put(path, "Changes a protocol mapper").takes::<ProtocolMapperRepresentation>().overwrites());
        all.push(mappers.delete(path, "Deletes a protocol mapper").changes());
    }
    all
}
