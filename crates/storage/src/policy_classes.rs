//! Policy classes: a client's offline sessions for the same resources live by one policy. Which classes have sessions is
//! written down when a grant begins, so that counts by policy need not look for them among millions; what a lengthened limit
//! left behind stands here, too.

use diesel::prelude::*;
use perennial_domain::lifetime::Floors;
use perennial_domain::realm_model::class_key;
use perennial_domain::{ClientId, RealmId};

use crate::columns::to_floors;
use crate::realms::renew_stamp;
use crate::schema::policy_classes as classes;
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// Sessions of one client that share one policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyClass {
    pub client: ClientId,
    /// Sorted; empty for sessions without a resource.
    pub resources: Vec<String>,
}

impl PolicyClass {
    /// Of the client's sessions without a resource. It needs no row to exist.
    pub fn plain(client: ClientId) -> Self {
        Self { client, resources: Vec::new() }
    }
}

/// Writes down that there are sessions of this class. No change of policy, so the realm's stamp stays.
pub fn register(tx: &mut Tx<'_>, realm: RealmId, class: &PolicyClass) -> StorageResult<()> {
    let row = (
        classes::client_id.eq(Id::from(class.client)),
        classes::resources.eq(class_key(&class.resources)),
        classes::realm_id.eq(Id::from(realm)),
        classes::ended_if_used_before_at.eq(0),
        classes::ended_if_started_before_at.eq(0),
    );
    on_each!(tx, |connection| diesel::insert_into(classes::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(())
}

/// The classes with resources that have, or had, sessions.
pub fn list_with_resources(tx: &mut Tx<'_>, realm: RealmId) -> StorageResult<Vec<PolicyClass>> {
    let rows: Vec<(Id, String)> = classes::table
        .filter(classes::realm_id.eq(Id::from(realm)))
        .filter(classes::resources.ne(""))
        .select((classes::client_id, classes::resources))
        .load(tx.connection())?;
    Ok(rows.into_iter().map(to_class).collect())
}

/// The same of one client.
pub fn list_of_client(tx: &mut Tx<'_>, client: ClientId) -> StorageResult<Vec<PolicyClass>> {
    let rows: Vec<(Id, String)> = classes::table
        .filter(classes::client_id.eq(Id::from(client)))
        .filter(classes::resources.ne(""))
        .select((classes::client_id, classes::resources))
        .load(tx.connection())?;
    Ok(rows.into_iter().map(to_class).collect())
}

fn to_class((client, key): (Id, String)) -> PolicyClass {
    PolicyClass { client: client.into(), resources: key.split(' ').map(str::to_owned).collect() }
}

/// Raises the floors of several classes, each mark only upwards.
pub fn raise_floors(tx: &mut Tx<'_>, realm: RealmId, raised: &[(PolicyClass, Floors)]) -> StorageResult<()> {
    for (class, floors) in raised {
        register(tx, realm, class)?;
        let key = class_key(&class.resources);
        let own = || {
            let of_client = classes::table.filter(classes::client_id.eq(Id::from(class.client)));
            of_client.filter(classes::resources.eq(key.clone()))
        };
        let used_ms = floors.ended_if_used_before_at.as_ms();
        diesel::update(own().filter(classes::ended_if_used_before_at.lt(used_ms)))
            .set(classes::ended_if_used_before_at.eq(used_ms))
            .execute(tx.connection())?;
        let started_ms = floors.ended_if_started_before_at.as_ms();
        diesel::update(own().filter(classes::ended_if_started_before_at.lt(started_ms)))
            .set(classes::ended_if_started_before_at.eq(started_ms))
            .execute(tx.connection())?;
    }
    if raised.is_empty() { Ok(()) } else { renew_stamp(tx, realm) }
}

/// Only those that are not zero: most classes never get one.
pub(crate) fn load_floors(tx: &mut Tx<'_>, realm: Id) -> StorageResult<Vec<(ClientId, String, Floors)>> {
    let rows: Vec<(Id, String, i64, i64)> = classes::table
        .filter(classes::realm_id.eq(realm))
        .filter(classes::ended_if_used_before_at.gt(0).or(classes::ended_if_started_before_at.gt(0)))
        .select((
            classes::client_id,
            classes::resources,
            classes::ended_if_used_before_at,
            classes::ended_if_started_before_at,
        ))
        .load(tx.connection())?;
    let floors = |(client, key, used_ms, started_ms): (Id, String, i64, i64)| {
        (client.into(), key, to_floors(used_ms, started_ms, 0))
    };
    Ok(rows.into_iter().map(floors).collect())
}
