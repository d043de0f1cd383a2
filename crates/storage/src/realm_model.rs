//! Reads a realm's whole model: settings, clients, scopes, roles, keys and resources of one stamp. To be called in one `read` unit,
//! whose snapshot keeps them together.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use perennial_domain::client::Client;
use perennial_domain::client_scope::ClientScope;
use perennial_domain::group::Group;
use perennial_domain::realm_model::{RealmModel, RealmParts};
use perennial_domain::role::Role;

use crate::clients::ClientRow;
use crate::columns::is_storable;
use crate::groups::GroupRow;
use crate::realms::RealmRow;
use crate::roles::RoleRow;
use crate::schema::{
    client_scope_links, client_scope_mappings, client_scopes, clients, group_roles, realm_groups, realms,
    role_composites, roles, scope_role_mappings,
};
use crate::scopes::{LinkKind, ScopeRow};
use crate::sql_types::Id;
use crate::{StorageResult, Tx, keys, policy_classes, resources, webhooks};

pub fn load_model(tx: &mut Tx<'_>, name: &str) -> StorageResult<Option<RealmModel>> {
    if !is_storable(name) {
        return Ok(None);
    }
    let row = realms::table.filter(realms::name.eq(name)).select(RealmRow::as_select());
    let Some(row) = row.first(tx.connection()).optional()? else { return Ok(None) };
    let stamp = row.stamp;
    let realm = row.into_realm()?;
    let id = Id::from(realm.id);
    let parts = RealmParts {
        stamp,
        clients: load_clients(tx, id)?,
        scopes: load_scopes(tx, id)?,
        roles: load_roles(tx, id)?,
        groups: load_groups(tx, id)?,
        keys: keys::list(tx, realm.id)?,
        webhooks: webhooks::list(tx, realm.id)?,
        resources: resources::load(tx, id)?,
        class_floors: policy_classes::load_floors(tx, id)?,
        realm,
    };
    Ok(Some(RealmModel::new(parts)))
}

fn load_clients(tx: &mut Tx<'_>, realm: Id) -> StorageResult<Vec<Client>> {
    let rows: Vec<ClientRow> =
        clients::table.filter(clients::realm_id.eq(realm)).select(ClientRow::as_select()).load(tx.connection())?;
    let links: Vec<(Id, Id, String)> = client_scope_links::table
        .inner_join(clients::table.on(clients::id.eq(client_scope_links::client_id)))
        .filter(clients::realm_id.eq(realm))
        .select((client_scope_links::client_id, client_scope_links::scope_id, client_scope_links::kind))
        .load(tx.connection())?;
    let mappings: Vec<(Id, Id)> = client_scope_mappings::table
        .inner_join(clients::table.on(clients::id.eq(client_scope_mappings::client_id)))
        .filter(clients::realm_id.eq(realm))
        .select((client_scope_mappings::client_id, client_scope_mappings::role_id))
        .load(tx.connection())?;
    let mut of_client = group(mappings);
    let (defaults, optionals): (Vec<_>, Vec<_>) =
        links.into_iter().partition(|(_, _, kind)| kind == LinkKind::Default.as_str());
    let mut defaults = group(defaults.into_iter().map(|(client, scope, _)| (client, scope)));
    let mut optionals = group(optionals.into_iter().map(|(client, scope, _)| (client, scope)));
    rows.into_iter()
        .map(|row| {
            let id = row.id();
            let mut client = row.into_client()?;
            client.default_scopes = defaults.remove(&id).unwrap_or_default();
            client.optional_scopes = optionals.remove(&id).unwrap_or_default();
            client.scope_mappings = of_client.remove(&id).unwrap_or_default();
            Ok(client)
        })
        .collect()
}

fn load_scopes(tx: &mut Tx<'_>, realm: Id) -> StorageResult<Vec<ClientScope>> {
    let rows: Vec<ScopeRow> = client_scopes::table
        .filter(client_scopes::realm_id.eq(realm))
        .select(ScopeRow::as_select())
        .load(tx.connection())?;
    let mappings: Vec<(Id, Id)> = scope_role_mappings::table
        .inner_join(client_scopes::table.on(client_scopes::id.eq(scope_role_mappings::scope_id)))
        .filter(client_scopes::realm_id.eq(realm))
        .select((scope_role_mappings::scope_id, scope_role_mappings::role_id))
        .load(tx.connection())?;
    let mut of_scope = group(mappings);
    rows.into_iter()
        .map(|row| {
            let roles = of_scope.remove(&row.id()).unwrap_or_default();
            row.into_scope(roles)
        })
        .collect()
}

fn load_roles(tx: &mut Tx<'_>, realm: Id) -> StorageResult<Vec<Role>> {
    let rows: Vec<RoleRow> =
        roles::table.filter(roles::realm_id.eq(realm)).select(RoleRow::as_select()).load(tx.connection())?;
    let composites: Vec<(Id, Id)> = role_composites::table
        .inner_join(roles::table.on(roles::id.eq(role_composites::role_id)))
        .filter(roles::realm_id.eq(realm))
        .select((role_composites::role_id, role_composites::included_id))
        .load(tx.connection())?;
    let mut of_role = group(composites);
    Ok(rows
        .into_iter()
        .map(|row| {
            let included = of_role.remove(&row.id()).unwrap_or_default();
            row.into_role(included)
        })
        .collect())
}

fn load_groups(tx: &mut Tx<'_>, realm: Id) -> StorageResult<Vec<Group>> {
    let rows: Vec<GroupRow> = realm_groups::table
        .filter(realm_groups::realm_id.eq(realm))
        .select(GroupRow::as_select())
        .load(tx.connection())?;
    let roles: Vec<(Id, Id)> = group_roles::table
        .inner_join(realm_groups::table.on(realm_groups::id.eq(group_roles::group_id)))
        .filter(realm_groups::realm_id.eq(realm))
        .select((group_roles::group_id, group_roles::role_id))
        .load(tx.connection())?;
    let mut of_group = group(roles);
    rows.into_iter()
        .map(|row| {
            let roles = of_group.remove(&row.id()).unwrap_or_default();
            row.into_group(roles)
        })
        .collect()
}

fn group<T: From<Id> + Ord>(pairs: impl IntoIterator<Item = (Id, Id)>) -> HashMap<Id, BTreeSet<T>> {
    let mut groups: HashMap<Id, BTreeSet<T>> = HashMap::new();
    for (owner, member) in pairs {
        groups.entry(owner).or_default().insert(member.into());
    }
    groups
}
