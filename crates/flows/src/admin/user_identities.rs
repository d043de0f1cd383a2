//! Who a user is at upstream providers, as an admin says it.

use super::{
    Caller, Permission,
    users::{get, manageable},
};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{UserId, upstream::IdentityLink};
use perennial_storage::{Tx, identity_links, users};

/// By the provider's alias.
pub async fn list(site: &Site, caller: &Caller, realm_name: &str, user: UserId) -> FlowResult<Vec<IdentityLink>> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        get(tx, realm, user)?;
        Ok(identity_links::list_of_user(tx, user)?)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// One user has one identity at a provider, and one identity is one user's.
pub async fn link(site: &Site, caller: &Caller, realm_name: &str, user: UserId, link: IdentityLink) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        users::hold(tx, user)?;
        manageable(tx, realm, &by, user)?;
        if !realm.model.realm.settings.identity_providers.contains_key(&link.alias) {
            return Err(FlowError::NotFound("Identity Provider not found"));
        }
        if !identity_links::insert(tx, realm.model.realm.id, user, &link)? {
            let text = "The user is already linked with this provider, or somebody else with this identity";
            return Err(FlowError::Conflict(text.into()));
        }
        Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

pub async fn unlink(site: &Site, caller: &Caller, realm_name: &str, user: UserId, alias: String) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        manageable(tx, realm, &by, user)?;
        let gone = identity_links::delete(tx, user, &alias)?;
        if gone { Ok(()) } else { Err(FlowError::NotFound("Link not found")) }
    };
    site.write(realm_name, unit).await?;
    Ok(())
}
