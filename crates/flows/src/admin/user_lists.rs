//! Pages and counts of users. Where many have to be looked at, units of their own follow each other: none holds a snapshot or a
//! connection for long.

use super::{Caller, Permission};
use crate::{FlowResult, LoadedRealm, Site};
use perennial_domain::user::User;
use perennial_storage::{
    Tx,
    users::{self, UserFilter, UserPage},
};
use std::sync::Arc;

/// Who may only query finds nobody; Keycloak's finer permissions, which would widen that, are not there.
pub async fn list(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    filter: UserFilter,
    page: UserPage,
) -> FlowResult<Vec<User>> {
    caller.require(Permission::QueryUsers, realm_name)?;
    if !caller.may(Permission::ViewUsers, realm_name) {
        return Ok(Vec::new());
    }
    let filter = Arc::new(filter);
    let own = Arc::clone(&filter);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(users::list(tx, realm.model.realm.id, &own, &page)?);
    let mut part = site.read(realm_name, unit).await?.0;
    let mut found = std::mem::take(&mut part.found);
    while let Some(rest) = part.rest.take() {
        let own = Arc::clone(&filter);
        let unit =
            move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(users::list_further(tx, realm.model.realm.id, &own, &rest)?);
        part = site.read(realm_name, unit).await?.0;
        found.append(&mut part.found);
    }
    Ok(found)
}

pub async fn count(site: &Site, caller: &Caller, realm_name: &str, filter: UserFilter) -> FlowResult<i64> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let filter = Arc::new(filter);
    let own = Arc::clone(&filter);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(users::count_found(tx, realm.model.realm.id, &own)?);
    let (mut sum, mut rest) = site.read(realm_name, unit).await?.0;
    while let Some(left) = rest {
        let own = Arc::clone(&filter);
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            Ok(users::count_further(tx, realm.model.realm.id, &own, &left)?)
        };
        let (more, next) = site.read(realm_name, unit).await?.0;
        sum += more;
        rest = next;
    }
    Ok(sum)
}
