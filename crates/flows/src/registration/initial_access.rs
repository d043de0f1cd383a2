//! The tokens with which admins let clients register (Keycloak's initial access tokens): shown once, stored as hashes.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    admin::{Caller, Permission},
};
use perennial_crypto::token_hash;
use perennial_domain::{InitialAccessId, RealmId, Timestamp, registration::InitialAccess};
use perennial_storage::{Tx, registrations};

/// That can be listed at once, and so taken back.
const MOST: i64 = 100;

/// How long a token is good, and for how many clients.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// Seconds; `None`: without end.
    pub lifespan_s: Option<i64>,
    pub count: i64,
}

/// The token itself, and what is kept of it.
pub async fn create(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    wanted: Wanted,
) -> FlowResult<(String, InitialAccess)> {
    caller.require(Permission::ManageClients, realm_name)?;
    let token = site.entropy.secret();
    let (hash, entropy) = (token_hash(&token), site.entropy.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        make_room(tx, realm.model.realm.id, now)?;
        let access = InitialAccess {
            id: InitialAccessId(entropy.uuid_v7(now.as_ms())),
            created_at: now,
            expires_at: wanted.lifespan_s.map(|seconds| now.plus_s(seconds)),
            count: wanted.count,
            remaining: wanted.count,
        };
        registrations::insert_access(tx, realm.model.realm.id, &access, &hash)?;
        Ok(access)
    };
    let (access, _) = site.write(realm_name, unit).await?;
    Ok((token, access))
}

/// What is spent or over goes first; of what could still be used no more are made than can be seen and taken back.
fn make_room(tx: &mut Tx<'_>, realm: RealmId, now: Timestamp) -> FlowResult<()> {
    let all = registrations::list_access(tx, realm, MOST)?;
    if i64::try_from(all.len()).is_ok_and(|count| count < MOST) {
        return Ok(());
    }
    let is_dead = |access: &&InitialAccess| access.remaining < 1 || access.expires_at.is_some_and(|end| end <= now);
    let dead: Vec<_> = all.iter().filter(is_dead).map(|access| access.id).collect();
    if dead.is_empty() {
        return Err(FlowError::Invalid(format!("A realm has at most {MOST} such tokens: take some back first")));
    }
    for id in dead {
        registrations::delete_access(tx, realm, id)?;
    }
    Ok(())
}

pub async fn list(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<Vec<InitialAccess>> {
    caller.require(Permission::ViewClients, realm_name)?;
    let unit = |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(registrations::list_access(tx, realm.model.realm.id, MOST)?);
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn delete(site: &Site, caller: &Caller, realm_name: &str, id: InitialAccessId) -> FlowResult<()> {
    caller.require(Permission::ManageClients, realm_name)?;
    let unit =
        move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(registrations::delete_access(tx, realm.model.realm.id, id)?);
    match site.write(realm_name, unit).await? {
        (true, _) => Ok(()),
        (false, _) => Err(FlowError::NotFound("Initial access token not found")),
    }
}
