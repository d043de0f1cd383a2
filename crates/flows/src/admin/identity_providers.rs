//! Upstream providers as an admin sets them up: part of the realm's settings, each under its alias.

use super::{Caller, Permission};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    realm::{Realm, RealmSettings},
    upstream::IdentityProvider,
};
use perennial_storage::{Tx, identity_links, realms};
use std::collections::BTreeMap;

pub type Providers = BTreeMap<String, IdentityProvider>;

/// Each logout token is held against all of them.
const MOST: usize = 50;

/// In Keycloak's words.
const NOT_FOUND: FlowError = FlowError::NotFound("Identity Provider not found");

/// A change: from the provider as it stands to the one wanted, or what is wrong with it.
pub type Change = Box<dyn Fn(&IdentityProvider) -> Result<IdentityProvider, String> + Send + Sync>;

/// By alias.
pub async fn list(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<Providers> {
    caller.require(Permission::ViewRealm, realm_name)?;
    Ok(site.realm(realm_name).await?.model.realm.settings.identity_providers.clone())
}

pub async fn find(site: &Site, caller: &Caller, realm_name: &str, alias: &str) -> FlowResult<IdentityProvider> {
    list(site, caller, realm_name).await?.remove(alias).ok_or(NOT_FOUND)
}

/// How many users are linked with it; who may see the provider may know that.
pub async fn count_linked(site: &Site, caller: &Caller, realm_name: &str, alias: String) -> FlowResult<u64> {
    caller.require(Permission::ViewRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if !realm.model.realm.settings.identity_providers.contains_key(&alias) {
            return Err(NOT_FOUND);
        }
        Ok(identity_links::count_of_provider(tx, realm.model.realm.id, &alias)?)
    };
    let (count, _) = site.read(realm_name, unit).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub async fn create(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    alias: String,
    provider: IdentityProvider,
) -> FlowResult<()> {
    caller.require(Permission::ManageRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut all = realm.model.realm.settings.identity_providers.clone();
        if all.contains_key(&alias) {
            return Err(FlowError::Conflict(format!("Identity Provider {alias} already exists")));
        }
        check(&all, &alias, &provider).map_err(FlowError::Conflict)?;
        // One that had the alias before may have had other users.
        identity_links::delete_of_provider(tx, realm.model.realm.id, &alias)?;
        all.insert(alias.clone(), provider.clone());
        write(tx, realm, all)
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

pub async fn update(site: &Site, caller: &Caller, realm_name: &str, alias: String, change: Change) -> FlowResult<()> {
    caller.require(Permission::ManageRealm, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut all = realm.model.realm.settings.identity_providers.clone();
        let before = all.get(&alias).ok_or(NOT_FOUND)?;
        by.require_unchanged(before)?;
        let after = change(before).map_err(FlowError::Invalid)?;
        check(&all, &alias, &after).map_err(FlowError::Conflict)?;
        forget_users_of_another(tx, realm, &alias, before, &after)?;
        all.insert(alias.clone(), after);
        write(tx, realm, all)
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

/// A subject of one issuer is nobody's at another.
pub(super) fn forget_users_of_another(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    alias: &str,
    before: &IdentityProvider,
    after: &IdentityProvider,
) -> FlowResult<()> {
    if before.issuer != after.issuer {
        identity_links::delete_of_provider(tx, realm.model.realm.id, alias)?;
    }
    Ok(())
}

/// With who users are there.
pub async fn delete(site: &Site, caller: &Caller, realm_name: &str, alias: String) -> FlowResult<()> {
    caller.require(Permission::ManageRealm, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut all = realm.model.realm.settings.identity_providers.clone();
        all.remove(&alias).ok_or(NOT_FOUND)?;
        identity_links::delete_of_provider(tx, realm.model.realm.id, &alias)?;
        write(tx, realm, all)
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

/// What keeps it from standing beside the others: a logout token must lead to one of them.
pub(super) fn check(all: &Providers, alias: &str, wanted: &IdentityProvider) -> Result<(), String> {
    let mut others = all.iter().filter(|(own, _)| own.as_str() != alias);
    if others.clone().count() >= MOST {
        return Err(format!("A realm has at most {MOST} identity providers"));
    }
    let same = others.find(|(_, own)| own.issuer == wanted.issuer && own.client_id == wanted.client_id);
    match same {
        Some((own, _)) => Err(format!("Identity Provider {own} has the same issuer and clientId")),
        None => Ok(()),
    }
}

/// Guarded by the realm as it was seen.
pub(super) fn write(tx: &mut Tx<'_>, realm: &LoadedRealm, identity_providers: Providers) -> FlowResult<()> {
    let before = &realm.model.realm;
    let settings = RealmSettings { identity_providers, ..before.settings.clone() };
    let after = Realm { settings, ..before.clone() };
    if realms::update(tx, &after, realm.model.stamp)? { Ok(()) } else { Err(FlowError::StaleRealm) }
}
