//! Which roles a user has: given directly, and all that they and the user's groups include.

use super::{
    Caller, Permission,
    roles::{Mapping, RoleChange},
    users::{get, manageable},
};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{RoleId, UserId};
use perennial_storage::{Tx, groups, users};
use std::{collections::BTreeSet, sync::Arc};

/// Those given directly, with the realm that names them.
pub async fn direct(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: UserId,
) -> FlowResult<(BTreeSet<RoleId>, Arc<LoadedRealm>)> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        get(tx, realm, id)?;
        Ok(users::role_ids(tx, id)?.into_iter().collect())
    };
    site.read(realm_name, unit).await
}

/// All that the user has in effect.
pub async fn effective(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: UserId,
) -> FlowResult<(BTreeSet<RoleId>, Arc<LoadedRealm>)> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        get(tx, realm, id)?;
        Ok(realm.model.effective_roles(users::role_ids(tx, id)?, &groups::of_user(tx, id)?))
    };
    site.read(realm_name, unit).await
}

/// Acts from the user's next request on, refreshes included.
pub async fn change(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    user: UserId,
    change: RoleChange,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        manageable(tx, realm, &by, user)?;
        for id in change.meant(realm, &by)? {
            match change.mapping {
                Mapping::Add => users::add_role(tx, user, id)?,
                Mapping::Remove => drop(users::remove_role(tx, user, id)?),
            }
        }
        FlowResult::<()>::Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

/// The id in a path; anything else is a user that does not exist.
pub fn user_id(text: &str) -> FlowResult<UserId> {
    text.parse().map_err(|_| FlowError::NotFound("User not found"))
}
