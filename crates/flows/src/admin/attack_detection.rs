//! What wrong passwords have come to for a user, and an admin's forgetting them.

use super::{
    Caller, Permission, bulk_guard,
    users::{get, manageable},
};
use crate::{
    FlowResult, LoadedRealm, Site,
    guessing::{PLACE_PREFIX, change_key, name_key, user_key},
};
use perennial_domain::{Timestamp, UserId, user::User};
use perennial_storage::{Tx, allowances, login_failures, login_failures::LoginFailures, users};

pub struct Status {
    /// Under all of the user's names together; the rest is of the latest.
    pub failures: LoginFailures,
    pub is_blocked: bool,
}

pub async fn status(site: &Site, caller: &Caller, realm_name: &str, user: UserId) -> FlowResult<Status> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let user = get(tx, realm, user)?;
        let now: Timestamp = tx.now()?;
        let mut sum = LoginFailures::default();
        for name in names_of(&user) {
            let Some(found) = login_failures::find(tx, (realm.model.realm.id, &name), now)? else { continue };
            let count = sum.count + found.count;
            let blocked_until = sum.blocked_until.max(found.blocked_until);
            let latest = if found.failed_at >= sum.failed_at { found } else { sum };
            sum = LoginFailures { count, blocked_until, ..latest };
        }
        // The same ones once more, for all names that they signed in with.
        if let Some(all) = login_failures::find(tx, (realm.model.realm.id, &user_key(user.id)), now)? {
            (sum.count, sum.blocked_until) = (sum.count.max(all.count), sum.blocked_until.max(all.blocked_until));
        }
        Ok(Status { is_blocked: sum.blocked_until > now, failures: sum })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// The user can sign in again at once.
pub async fn forgive(site: &Site, caller: &Caller, realm_name: &str, user: UserId) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let user = manageable(tx, realm, &by, user)?;
        for name in counts_of(&user) {
            login_failures::forget(tx, (realm.model.realm.id, &name))?;
        }
        Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

/// So can everybody, from everywhere. Whoever manages users and no more leaves what stands between a guesser and those who may do
/// more: their counts, and those of all addresses.
pub async fn forgive_all(site: &Site, caller: &Caller, realm_name: &str) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let realm_id = realm.model.realm.id;
        let mut kept = Vec::new();
        if by.is_whole_admin_of(realm.name()) {
            allowances::forget_all(tx, realm_id, PLACE_PREFIX)?;
        } else {
            for id in bulk_guard::beyond(tx, realm, &by)? {
                kept.extend(users::find(tx, realm_id, id)?.iter().flat_map(counts_of));
            }
        }
        login_failures::forget_all_but(tx, realm_id, &kept)?;
        Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

fn counts_of(user: &User) -> Vec<[u8; 32]> {
    names_of(user).into_iter().chain([user_key(user.id)]).collect()
}

fn names_of(user: &User) -> Vec<[u8; 32]> {
    let names = std::iter::once(&user.username).chain(&user.email);
    names.map(|name| name_key(name)).chain([change_key(user.id)]).collect()
}
