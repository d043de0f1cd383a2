//! Realms come and go: only an admin of all realms may make or delete one.

use super::{Caller, permission::MASTER};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    bootstrap::{self, NewRealm},
};
use perennial_domain::{
    ClientId,
    audit::{Action, Actor},
};
use perennial_storage::{Tx, clients, grants, realms};

/// Rows deleted in one unit, so that refreshes in between are not held up.
const BATCH: i64 = 500;
const LONGEST_NAME: usize = 64;
/// What a name breaks that is not legal.
pub const NAME_RULE: &str =
    "A realm's name has 1 to 64 letters, digits, dots, hyphens or underscores and begins with one of the first two";
/// The algorithms that a fresh realm has a key for.
const ALGORITHMS: [&str; 2] = ["RS256", "ES256"];

pub async fn create(site: &Site, caller: &Caller, new: NewRealm) -> FlowResult<()> {
    caller.require_master_admin()?;
    check_new(site, &new).await?;
    bootstrap::create_realm(site, new).await
}

/// Whether a realm may have this name, which is in all its addresses.
pub fn is_legal(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    name.len() <= LONGEST_NAME && starts_well && name.chars().all(legal)
}

/// Whether a realm of this name may be made now.
pub(super) async fn check_new(site: &Site, new: &NewRealm) -> FlowResult<()> {
    if !is_legal(&new.name) {
        return Err(FlowError::Invalid(NAME_RULE.into()));
    }
    if !ALGORITHMS.contains(&new.settings.default_algorithm.as_str()) {
        return Err(FlowError::Invalid("A new realm signs with RS256 or ES256".into()));
    }
    if bootstrap::realm_exists(site, &new.name).await? {
        return Err(FlowError::Conflict(format!("Conflict detected. See logs for details: realm {} exists", new.name)));
    }
    Ok(())
}

/// With everything in it. Nothing of it can be used once its row is gone; its grants' rows follow in batches before this
/// returns. What is left where the server stops meanwhile, the sweep of grants removes.
pub async fn delete(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<()> {
    caller.require_master_admin()?;
    if realm_name == MASTER {
        return Err(FlowError::Invalid("The realm of the admins cannot be deleted".into()));
    }
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        realms::delete(tx, realm.model.realm.id)?;
        let clients: Vec<ClientId> = realm.model.clients.keys().copied().collect();
        Ok((clients, tx.now()?))
    };
    let ((clients, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, Actor::Admin { user: caller.user }, Action::RealmDeleted {});
    for client in clients {
        let batch = move |tx: &mut Tx<'_>| delete_left(tx, client, BATCH);
        while site.store.write(batch).await? > 0 {}
    }
    Ok(())
}

/// Grants that a client which is gone has left, at most `max`. None of one that a realm file has brought back under its id.
pub fn delete_left(tx: &mut Tx<'_>, client: ClientId, max: i64) -> FlowResult<usize> {
    if clients::exists(tx, client)? {
        return Ok(0);
    }
    Ok(grants::delete_of_client(tx, client, max)?)
}
