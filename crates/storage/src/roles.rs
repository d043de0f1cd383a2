//! Realm and client roles with their composites. Who has a role is in `users`. Every change renews the realm's stamp.

use std::collections::BTreeSet;

use diesel::prelude::*;
use perennial_domain::role::Role;
use perennial_domain::{RealmId, RoleId};

use crate::realms::renew_stamp;
use crate::schema::{role_composites, roles};
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = roles)]
pub(crate) struct RoleRow {
    id: Id,
    client_id: Option<Id>,
    name: String,
    description: Option<String>,
}

impl RoleRow {
    pub(crate) fn id(&self) -> Id {
        self.id
    }

    pub(crate) fn into_role(self, composites: BTreeSet<RoleId>) -> Role {
        Role {
            id: self.id.into(),
            name: self.name,
            client_id: self.client_id.map(Into::into),
            description: self.description,
            composites,
        }
    }
}

/// Roles that it includes must be there already.
pub fn insert(tx: &mut Tx<'_>, realm: RealmId, role: &Role) -> StorageResult<()> {
    diesel::insert_into(roles::table)
        .values((
            roles::id.eq(Id::from(role.id)),
            roles::realm_id.eq(Id::from(realm)),
            roles::client_id.eq(role.client_id.map(Id::from)),
            roles::name.eq(&role.name),
            roles::description.eq(&role.description),
        ))
        .execute(tx.connection())?;
    for included in &role.composites {
        include(tx, realm, role.id, *included)?;
    }
    renew_stamp(tx, realm)
}

/// Makes `role` a composite of `included` as well; no change where it is already.
pub fn include(tx: &mut Tx<'_>, realm: RealmId, role: RoleId, included: RoleId) -> StorageResult<()> {
    let pair = (role_composites::role_id.eq(Id::from(role)), role_composites::included_id.eq(Id::from(included)));
    on_each!(tx, |connection| diesel::insert_into(role_composites::table)
        .values(pair)
        .on_conflict_do_nothing()
        .execute(connection))?;
    renew_stamp(tx, realm)
}

/// Takes `included` out of the composite `role`; no change where it is not in it.
pub fn exclude(tx: &mut Tx<'_>, realm: RealmId, role: RoleId, included: RoleId) -> StorageResult<()> {
    let pair = role_composites::table.find((Id::from(role), Id::from(included)));
    diesel::delete(pair).execute(tx.connection())?;
    renew_stamp(tx, realm)
}

/// Writes name and description. `false` where the role is gone.
pub fn update(tx: &mut Tx<'_>, realm: RealmId, role: &Role) -> StorageResult<bool> {
    let own = roles::table.filter(roles::id.eq(Id::from(role.id))).filter(roles::realm_id.eq(Id::from(realm)));
    let written = diesel::update(own)
        .set((roles::name.eq(&role.name), roles::description.eq(&role.description)))
        .execute(tx.connection())?;
    renew_stamp(tx, realm)?;
    Ok(written == 1)
}

pub fn delete(tx: &mut Tx<'_>, realm: RealmId, id: RoleId) -> StorageResult<bool> {
    let own = roles::table.filter(roles::id.eq(Id::from(id))).filter(roles::realm_id.eq(Id::from(realm)));
    let deleted = diesel::delete(own).execute(tx.connection())? == 1;
    if deleted {
        renew_stamp(tx, realm)?;
    }
    Ok(deleted)
}
