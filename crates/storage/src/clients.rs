//! Clients with their settings and sealed secrets. Reading them all is part of the realm's model; every change here renews
//! the realm's stamp.

use std::collections::BTreeSet;

use diesel::prelude::*;
use perennial_domain::client::Client;
use perennial_domain::lifetime::Floors;
use perennial_domain::{ClientId, RealmId, RoleId, Timestamp};

use crate::columns::{from_json, raise_floors, to_floors, to_json};
use crate::realms::renew_stamp;
use crate::schema::{client_scope_mappings, clients};
use crate::scopes::{self, LinkKind};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
pub(crate) struct ClientRow {
    id: Id,
    client_id: String,
    settings: String,
    sealed_secret: Option<Vec<u8>>,
    not_before_at: i64,
    ended_if_used_before_at: i64,
    ended_if_started_before_at: i64,
    online_ended_before_at: i64,
}

impl ClientRow {
    pub(crate) fn id(&self) -> Id {
        self.id
    }

    /// Without its scopes and mappings, which are other tables'.
    pub(crate) fn into_client(self) -> StorageResult<Client> {
        Ok(Client {
            id: self.id.into(),
            client_id: self.client_id,
            settings: from_json(&self.settings)?,
            sealed_secret: self.sealed_secret,
            default_scopes: BTreeSet::new(),
            optional_scopes: BTreeSet::new(),
            scope_mappings: BTreeSet::new(),
            not_before_at: Timestamp::from_ms(self.not_before_at),
            floors: to_floors(
                self.ended_if_used_before_at,
                self.ended_if_started_before_at,
                self.online_ended_before_at,
            ),
        })
    }
}

/// With its scopes and role mappings. A second client of the same `client_id` is a conflict.
pub fn insert(tx: &mut Tx<'_>, realm: RealmId, client: &Client) -> StorageResult<()> {
    diesel::insert_into(clients::table)
        .values((
            clients::id.eq(Id::from(client.id)),
            clients::realm_id.eq(Id::from(realm)),
            clients::client_id.eq(&client.client_id),
            clients::settings.eq(to_json(&client.settings)?),
            clients::sealed_secret.eq(&client.sealed_secret),
            clients::not_before_at.eq(client.not_before_at.as_ms()),
            clients::ended_if_used_before_at.eq(client.floors.ended_if_used_before_at.as_ms()),
            clients::ended_if_started_before_at.eq(client.floors.ended_if_started_before_at.as_ms()),
            clients::online_ended_before_at.eq(client.floors.online_ended_before_at.as_ms()),
        ))
        .execute(tx.connection())?;
    write_links(tx, client)?;
    renew_stamp(tx, realm)
}

/// Writes everything but the floors, which it only raises. `false` where the client is gone.
pub fn update(tx: &mut Tx<'_>, realm: RealmId, client: &Client) -> StorageResult<bool> {
    let id = Id::from(client.id);
    let own = clients::table.filter(clients::id.eq(id)).filter(clients::realm_id.eq(Id::from(realm)));
    let written = diesel::update(own)
        .set((
            clients::client_id.eq(&client.client_id),
            clients::settings.eq(to_json(&client.settings)?),
            clients::sealed_secret.eq(&client.sealed_secret),
            clients::not_before_at.eq(client.not_before_at.as_ms()),
        ))
        .execute(tx.connection())?;
    if written == 0 {
        return Ok(false);
    }
    raise_floors!(tx, clients, client.id, client.floors);
    scopes::unlink_all(tx, client.id)?;
    diesel::delete(client_scope_mappings::table.filter(client_scope_mappings::client_id.eq(id)))
        .execute(tx.connection())?;
    write_links(tx, client)?;
    renew_stamp(tx, realm)?;
    Ok(true)
}

/// Sets or, with the epoch, clears the mark before which tokens were issued in vain.
pub fn set_not_before(tx: &mut Tx<'_>, realm: RealmId, id: ClientId, at: Timestamp) -> StorageResult<()> {
    let own = clients::table.find(Id::from(id));
    diesel::update(own).set(clients::not_before_at.eq(at.as_ms())).execute(tx.connection())?;
    renew_stamp(tx, realm)
}

pub fn raise_floors(tx: &mut Tx<'_>, realm: RealmId, id: ClientId, floors: Floors) -> StorageResult<()> {
    raise_floors!(tx, clients, id, floors);
    renew_stamp(tx, realm)
}

/// Whether any realm has the client.
pub fn exists(tx: &mut Tx<'_>, id: ClientId) -> StorageResult<bool> {
    let own = clients::table.find(Id::from(id)).select(clients::id);
    Ok(own.first::<Id>(tx.connection()).optional()?.is_some())
}

/// The client with its roles, consents and service account. Its grants are deleted in batches, see `grants`.
pub fn delete(tx: &mut Tx<'_>, realm: RealmId, id: ClientId) -> StorageResult<bool> {
    let own = clients::table.filter(clients::id.eq(Id::from(id))).filter(clients::realm_id.eq(Id::from(realm)));
    let deleted = diesel::delete(own).execute(tx.connection())? == 1;
    if deleted {
        renew_stamp(tx, realm)?;
    }
    Ok(deleted)
}

fn write_links(tx: &mut Tx<'_>, client: &Client) -> StorageResult<()> {
    for scope in &client.default_scopes {
        scopes::link(tx, client.id, *scope, LinkKind::Default)?;
    }
    for scope in client.optional_scopes.difference(&client.default_scopes) {
        scopes::link(tx, client.id, *scope, LinkKind::Optional)?;
    }
    for role in &client.scope_mappings {
        map_role(tx, client.id, *role)?;
    }
    Ok(())
}

fn map_role(tx: &mut Tx<'_>, client: ClientId, role: RoleId) -> StorageResult<()> {
    diesel::insert_into(client_scope_mappings::table)
        .values((
            client_scope_mappings::client_id.eq(Id::from(client)),
            client_scope_mappings::role_id.eq(Id::from(role)),
        ))
        .execute(tx.connection())?;
    Ok(())
}
