//! Whether an id that came from elsewhere is free: ids are unique over all realms.

use diesel::dsl::{exists, select};
use diesel::prelude::*;
use perennial_domain::{ClientId, ClientScopeId, GroupId, RoleId, UserId};

use crate::schema::{client_scopes, clients, realm_groups, roles, users};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

pub fn client(tx: &mut Tx<'_>, id: ClientId) -> StorageResult<bool> {
    Ok(select(exists(clients::table.find(Id::from(id)))).get_result(tx.connection())?)
}

pub fn scope(tx: &mut Tx<'_>, id: ClientScopeId) -> StorageResult<bool> {
    Ok(select(exists(client_scopes::table.find(Id::from(id)))).get_result(tx.connection())?)
}

pub fn role(tx: &mut Tx<'_>, id: RoleId) -> StorageResult<bool> {
    Ok(select(exists(roles::table.find(Id::from(id)))).get_result(tx.connection())?)
}

pub fn group(tx: &mut Tx<'_>, id: GroupId) -> StorageResult<bool> {
    Ok(select(exists(realm_groups::table.find(Id::from(id)))).get_result(tx.connection())?)
}

pub fn user(tx: &mut Tx<'_>, id: UserId) -> StorageResult<bool> {
    Ok(select(exists(users::table.find(Id::from(id)))).get_result(tx.connection())?)
}
