//! What an export of a realm holds besides its model: users with their passwords' hashes, roles and consents.

use super::{Caller, Permission};
use crate::{FlowResult, LoadedRealm, Site};
use perennial_domain::{GroupId, RoleId, consent::Consent, upstream::IdentityLink, user::User};
use perennial_storage::{
    Tx, consents, groups, identity_links,
    users::{self, UserFilter, UserPage},
};
use std::sync::Arc;

/// Users of one unit, so that a large realm holds no snapshot open for long.
const BATCH: i64 = 500;

pub struct ExportedUser {
    pub user: User,
    pub password_hash: Option<String>,
    /// Those given directly.
    pub roles: Vec<RoleId>,
    pub groups: Vec<GroupId>,
    pub consents: Vec<Consent>,
    pub identities: Vec<IdentityLink>,
}

/// The realm as it stands, for whoever may change it.
pub async fn realm(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<Arc<LoadedRealm>> {
    caller.require(Permission::ManageRealm, realm_name)?;
    site.realm(realm_name).await
}

/// All users by name, service accounts at the end.
pub async fn users(site: &Site, realm_name: &str) -> FlowResult<Vec<ExportedUser>> {
    let mut all: Vec<ExportedUser> = Vec::new();
    loop {
        let after = all.last().map(|last| last.user.username.clone());
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            let page = UserPage { after: after.clone(), first: 0, max: BATCH };
            let part = users::list(tx, realm.model.realm.id, &UserFilter::default(), &page)?;
            part.found.into_iter().map(|user| whole(tx, user)).collect::<FlowResult<Vec<_>>>()
        };
        let (batch, _) = site.read(realm_name, unit).await?;
        if batch.is_empty() {
            break;
        }
        all.extend(batch);
    }
    let unit = |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut accounts = Vec::new();
        for client in realm.model.clients.keys() {
            if let Some(user) = users::find_service_account(tx, *client)? {
                accounts.push(whole(tx, user)?);
            }
        }
        accounts.sort_unstable_by(|a, b| a.user.username.cmp(&b.user.username));
        Ok(accounts)
    };
    all.extend(site.read(realm_name, unit).await?.0);
    Ok(all)
}

fn whole(tx: &mut Tx<'_>, user: User) -> FlowResult<ExportedUser> {
    Ok(ExportedUser {
        password_hash: users::find_password_hash(tx, user.id)?,
        roles: users::role_ids(tx, user.id)?,
        groups: groups::of_user(tx, user.id)?,
        consents: consents::list_of_user(tx, user.id)?,
        identities: identity_links::list_of_user(tx, user.id)?,
        user,
    })
}
