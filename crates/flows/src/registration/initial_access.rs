//! The tokens with which admins let clients register (Keycloak's initial access tokens): shown once, stored as hashes.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    admin::{Caller, Permission},
};
use perennial_crypto::token_hash;
use perennial_domain::{InitialAccessId, registration::InitialAccess};
use perennial_storage::{Tx, registrations};

/// Listed at once; an admin who has more takes some away.
const MOST: i64 = 1_000;

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
        let access = InitialAccess {
            id: InitialAccessId(entropy.uuid_v7(now.as_ms())),
            created_at: now,
            expires_at: wanted.lifespan_s.map(|seconds| now.plus_s(seconds)),
            count: wanted.count,
            remaining: wanted.count,
        };
        registrations::insert_access(tx, realm.model.realm.id, (&access, &hash))?;
        Ok(access)
    };
    let (access, _) = site.write(realm_name, unit).await?;
    Ok((token, access))
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
