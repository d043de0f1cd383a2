//! Whether a caller may still do what they began: for work that outlasts the request that they were judged for.

use super::{Caller, Permission};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_storage::{Tx, groups, users};

/// As a request that comes now would be judged, but for the token or session that it would come with: its short life is no reason to
/// break off.
pub async fn require_still(site: &Site, caller: &Caller, permission: Permission, realm_name: &str) -> FlowResult<()> {
    // What the caller's client may carry was judged then.
    caller.require(permission, realm_name)?;
    let user = caller.user;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let is_there = users::find(tx, realm.model.realm.id, user)?.is_some_and(|user| user.enabled);
        if !is_there || !realm.model.realm.settings.enabled {
            return Ok(None);
        }
        let roles = realm.model.effective_roles(users::role_ids(tx, user)?, &groups::of_user(tx, user)?);
        Ok(Some(Caller::new(realm, user, &roles)))
    };
    let (now, _) = site.read(&caller.realm, unit).await?;
    now.ok_or(FlowError::Forbidden)?.require(permission, realm_name)
}
