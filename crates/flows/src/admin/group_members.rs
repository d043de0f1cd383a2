//! Who is in which group.

use super::{
    Caller, Permission, groups,
    roles::Mapping,
    users::{get, manageable},
};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{GroupId, UserId, user::User};
use perennial_storage::{Tx, groups as rows, users::UserPage};
use std::sync::Arc;

/// One page of a group's own members by user name; members of groups below it are not among them.
pub async fn members(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    group: Option<GroupId>,
    page: UserPage,
) -> FlowResult<Vec<User>> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let group = groups::find(&realm.model, group)?.id;
        Ok(rows::members(tx, group, &page)?)
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// The groups that a user was put into, with the realm that names them.
pub async fn of_user(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    user: UserId,
) -> FlowResult<(Vec<GroupId>, Arc<LoadedRealm>)> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        get(tx, realm, user)?;
        Ok(rows::of_user(tx, user)?)
    };
    site.read(realm_name, unit).await
}

/// In the unit that makes the user: a group that is not there, or gives more than the caller has, makes nobody.
pub(super) fn join_by_path(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    caller: &Caller,
    user: UserId,
    path: &str,
) -> FlowResult<()> {
    let missing = || FlowError::Invalid(format!("Unable to find group specified by path: {path}"));
    let group = realm.model.find_group_by_path(path).ok_or_else(missing)?.id;
    caller.require_roles(realm, realm.model.effective_roles([], &[group]))?;
    Ok(rows::join(tx, user, group)?)
}

/// Who is to be in a group, or no longer.
#[derive(Clone, Copy, Debug)]
pub struct Membership {
    pub user: UserId,
    /// `None`: one that does not exist.
    pub group: Option<GroupId>,
}

/// Acts from the user's next request on, refreshes included.
pub async fn change(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    membership: Membership,
    mapping: Mapping,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let Membership { user, group } = membership;
        manageable(tx, realm, &by, user)?;
        let known = group.and_then(|id| realm.model.groups.get(&id));
        let group = known.ok_or(FlowError::NotFound("Group not found"))?.id;
        by.require_roles(realm, realm.model.effective_roles([], &[group]))?;
        match mapping {
            Mapping::Add => rows::join(tx, user, group)?,
            Mapping::Remove => drop(rows::leave(tx, user, group)?),
        }
        Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(())
}
