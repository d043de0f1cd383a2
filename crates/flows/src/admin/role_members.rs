//! Who was given a role directly.

use super::{
    Caller, Permission,
    roles::{self, RoleKey},
};
use crate::{FlowResult, LoadedRealm, Site};
use perennial_domain::user::User;
use perennial_storage::{
    Tx,
    users::{self, UserPage},
};

/// One page of users by user name; those who have the role by a group or another role are not among them.
pub async fn users(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    key: RoleKey,
    page: UserPage,
) -> FlowResult<Vec<User>> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let role = roles::find(&realm.model, &key)?.id;
        Ok(users::with_role(tx, role, &page)?)
    };
    Ok(site.read(realm_name, unit).await?.0)
}
