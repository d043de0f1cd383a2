//! Client scopes, the roles they carry, and which client has which of them by default or on request. Every change renews
//! the realm's stamp.

use std::collections::BTreeSet;

use diesel::prelude::*;
use perennial_domain::client_scope::ClientScope;
use perennial_domain::{ClientId, ClientScopeId, RealmId, RoleId};

use crate::columns::{from_json, to_json};
use crate::realms::renew_stamp;
use crate::schema::{client_scope_links, client_scopes, scope_role_mappings};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

/// How a client has a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Every token of the client gets it.
    Default,
    /// The client may ask for it.
    Optional,
}

impl LinkKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Optional => "optional",
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = client_scopes)]
pub(crate) struct ScopeRow {
    id: Id,
    name: String,
    settings: String,
}

impl ScopeRow {
    pub(crate) fn id(&self) -> Id {
        self.id
    }

    pub(crate) fn into_scope(self, scope_mappings: BTreeSet<RoleId>) -> StorageResult<ClientScope> {
        let settings = from_json(&self.settings)?;
        Ok(ClientScope { id: self.id.into(), name: self.name, settings, scope_mappings })
    }
}

pub fn insert(tx: &mut Tx<'_>, realm: RealmId, scope: &ClientScope) -> StorageResult<()> {
    diesel::insert_into(client_scopes::table)
        .values((
            client_scopes::id.eq(Id::from(scope.id)),
            client_scopes::realm_id.eq(Id::from(realm)),
            client_scopes::name.eq(&scope.name),
            client_scopes::settings.eq(to_json(&scope.settings)?),
        ))
        .execute(tx.connection())?;
    map_roles(tx, scope)?;
    renew_stamp(tx, realm)
}

/// `false` where the scope is gone.
pub fn update(tx: &mut Tx<'_>, realm: RealmId, scope: &ClientScope) -> StorageResult<bool> {
    let id = Id::from(scope.id);
    let own = client_scopes::table.filter(client_scopes::id.eq(id)).filter(client_scopes::realm_id.eq(Id::from(realm)));
    let written = diesel::update(own)
        .set((client_scopes::name.eq(&scope.name), client_scopes::settings.eq(to_json(&scope.settings)?)))
        .execute(tx.connection())?;
    if written == 0 {
        return Ok(false);
    }
    diesel::delete(scope_role_mappings::table.filter(scope_role_mappings::scope_id.eq(id))).execute(tx.connection())?;
    map_roles(tx, scope)?;
    renew_stamp(tx, realm)?;
    Ok(true)
}

pub fn delete(tx: &mut Tx<'_>, realm: RealmId, id: ClientScopeId) -> StorageResult<bool> {
    let own = client_scopes::table
        .filter(client_scopes::id.eq(Id::from(id)))
        .filter(client_scopes::realm_id.eq(Id::from(realm)));
    let deleted = diesel::delete(own).execute(tx.connection())? == 1;
    if deleted {
        renew_stamp(tx, realm)?;
    }
    Ok(deleted)
}

pub(crate) fn link(tx: &mut Tx<'_>, client: ClientId, scope: ClientScopeId, kind: LinkKind) -> StorageResult<()> {
    diesel::insert_into(client_scope_links::table)
        .values((
            client_scope_links::client_id.eq(Id::from(client)),
            client_scope_links::scope_id.eq(Id::from(scope)),
            client_scope_links::kind.eq(kind.as_str()),
        ))
        .execute(tx.connection())?;
    Ok(())
}

pub(crate) fn unlink_all(tx: &mut Tx<'_>, client: ClientId) -> StorageResult<()> {
    diesel::delete(client_scope_links::table.filter(client_scope_links::client_id.eq(Id::from(client))))
        .execute(tx.connection())?;
    Ok(())
}

fn map_roles(tx: &mut Tx<'_>, scope: &ClientScope) -> StorageResult<()> {
    for role in &scope.scope_mappings {
        diesel::insert_into(scope_role_mappings::table)
            .values((
                scope_role_mappings::scope_id.eq(Id::from(scope.id)),
                scope_role_mappings::role_id.eq(Id::from(*role)),
            ))
            .execute(tx.connection())?;
    }
    Ok(())
}
