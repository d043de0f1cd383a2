//! Protected resources (RFC 8707). Reading them all is part of the realm's model; every change here renews the realm's stamp.

use diesel::prelude::*;
use perennial_domain::resource::{Resource, ResourceSettings};
use perennial_domain::{RealmId, ResourceId};

use crate::columns::{from_json, to_json};
use crate::realms::renew_stamp;
use crate::schema::resources;
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

/// A second resource of the same URI is a conflict.
pub fn insert(tx: &mut Tx<'_>, realm: RealmId, resource: &Resource) -> StorageResult<()> {
    diesel::insert_into(resources::table)
        .values((
            resources::id.eq(Id::from(resource.id)),
            resources::realm_id.eq(Id::from(realm)),
            resources::uri.eq(&resource.uri),
            resources::settings.eq(to_json(&resource.settings)?),
        ))
        .execute(tx.connection())?;
    renew_stamp(tx, realm)
}

/// `false` where the resource is gone.
pub fn update(tx: &mut Tx<'_>, realm: RealmId, id: ResourceId, settings: &ResourceSettings) -> StorageResult<bool> {
    let own = resources::table.filter(resources::id.eq(Id::from(id))).filter(resources::realm_id.eq(Id::from(realm)));
    let written = diesel::update(own).set(resources::settings.eq(to_json(settings)?)).execute(tx.connection())? == 1;
    if written {
        renew_stamp(tx, realm)?;
    }
    Ok(written)
}

/// Grants go on naming it: what they were given for does not change by its going.
pub fn delete(tx: &mut Tx<'_>, realm: RealmId, id: ResourceId) -> StorageResult<bool> {
    let own = resources::table.filter(resources::id.eq(Id::from(id))).filter(resources::realm_id.eq(Id::from(realm)));
    let deleted = diesel::delete(own).execute(tx.connection())? == 1;
    if deleted {
        renew_stamp(tx, realm)?;
    }
    Ok(deleted)
}

pub(crate) fn load(tx: &mut Tx<'_>, realm: Id) -> StorageResult<Vec<Resource>> {
    let rows: Vec<(Id, String, String)> = resources::table
        .filter(resources::realm_id.eq(realm))
        .select((resources::id, resources::uri, resources::settings))
        .load(tx.connection())?;
    rows.into_iter()
        .map(|(id, uri, settings)| Ok(Resource { id: id.into(), uri, settings: from_json(&settings)? }))
        .collect()
}
