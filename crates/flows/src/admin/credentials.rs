//! A user's credentials as an admin sees them: one password at most, which goes by the user's own id.

use super::{
    Caller, Permission,
    users::{get, manageable},
};
use crate::{FlowError, FlowResult, LoadedRealm, Site, endings::of_user};
use perennial_domain::{UserId, audit::Actor};
use perennial_storage::{Tx, users};

pub async fn has_password(site: &Site, caller: &Caller, realm_name: &str, id: UserId) -> FlowResult<bool> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        get(tx, realm, id)?;
        Ok(users::find_password_hash(tx, id)?.is_some())
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Whoever knew the password is signed out everywhere, as after a reset.
pub async fn delete_password(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: UserId,
    credential: Option<UserId>,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        manageable(tx, realm, &by, id)?;
        if credential != Some(id) || users::find_password_hash(tx, id)?.is_none() {
            return Err(FlowError::NotFound("Credential not found"));
        }
        users::set_password_hash(tx, id, None)?;
        Ok((of_user::password_reset(tx, realm, id)?, tx.now()?))
    };
    let ((ended, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, Actor::Admin { user: caller.user }, ended);
    Ok(())
}
