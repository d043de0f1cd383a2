//! Users as an admin finds, creates, changes and deletes them.

use super::{Caller, Permission, endings, group_members};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    bootstrap::{add_default_roles, blank_user, join_default_groups, roles_of_new_users},
    endings::{not_before::NotBefore, of_user},
    passwords::LONGEST_PASSWORD,
};
use perennial_domain::{
    UserId,
    audit::{Action, Actor},
    ending::Subject,
    user::{Attributes, RequiredAction, User},
};
use perennial_storage::{
    Tx, action_links, groups,
    sign_in_names::{self, Taken},
    users,
};
use std::collections::BTreeSet;

/// A user as it is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserDraft {
    pub username: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub enabled: bool,
    pub locale: Option<String>,
    pub attributes: Attributes,
    pub required_actions: BTreeSet<RequiredAction>,
}

/// From the user as it stands to the one wanted.
pub type UserChange = Box<dyn Fn(&User) -> UserDraft + Send + Sync>;

/// A change of a user and what came with it: all or nothing.
pub struct UserEdit {
    pub change: UserChange,
    pub not_before: Option<NotBefore>,
    pub password: Option<GivenPassword>,
}

/// A user to be, with what comes with them.
pub struct NewUser {
    pub draft: UserDraft,
    pub password: Option<GivenPassword>,
    /// Paths of groups to join.
    pub groups: Vec<String>,
}

/// A password that an admin gives a user.
pub struct GivenPassword {
    pub password: String,
    /// Good for choosing another one only.
    pub temporary: bool,
    /// Whether offline sessions outlive it; `None`: as the realm says.
    pub keeps_offline: Option<bool>,
}

/// The same, as it is stored.
struct Hashed {
    hash: String,
    temporary: bool,
    keeps_offline: Option<bool>,
}

impl UserDraft {
    pub fn of(user: &User) -> Self {
        Self {
            username: user.username.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            enabled: user.enabled,
            locale: user.locale.clone(),
            attributes: user.attributes.clone(),
            required_actions: user.required_actions.clone(),
        }
    }

    pub(super) fn put_into(self, user: User) -> User {
        User {
            username: self.username.trim().to_lowercase(),
            email: self.email.map(|email| email.to_lowercase()),
            email_verified: self.email_verified,
            first_name: self.first_name,
            last_name: self.last_name,
            enabled: self.enabled,
            locale: self.locale,
            attributes: self.attributes,
            required_actions: self.required_actions,
            ..user
        }
    }
}

/// With the `clientId` of the client whose service account it is.
pub async fn find(site: &Site, caller: &Caller, realm_name: &str, id: UserId) -> FlowResult<(User, Option<String>)> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let user = get(tx, realm, id)?;
        let client = user.service_account_of.and_then(|id| realm.model.clients.get(&id));
        Ok((user, client.map(|client| client.client_id.clone())))
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// With the realm's default roles and groups.
pub async fn create(site: &Site, caller: &Caller, realm_name: &str, new: NewUser) -> FlowResult<UserId> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let NewUser { mut draft, password, groups } = new;
    let hashed = hashed_if_any(site, password).await?;
    if hashed.as_ref().is_some_and(|given| given.temporary) {
        draft.required_actions.insert(RequiredAction::UpdatePassword);
    }
    let (by, entropy) = (caller.clone(), site.entropy.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        // Whoever makes a user knows the password: nobody gets more in that way than they have.
        by.require_roles(realm, roles_of_new_users(realm))?;
        let user = draft.clone().put_into(blank_user(&entropy, "", tx.now()?));
        check_free(tx, realm, &user)?;
        users::insert(tx, realm.model.realm.id, &user, hashed.as_ref().map(|given| given.hash.as_str()))?;
        add_default_roles(tx, realm, user.id)?;
        join_default_groups(tx, realm, user.id)?;
        for path in &groups {
            group_members::join_by_path(tx, realm, &by, user.id, path)?;
        }
        Ok(user.id)
    };
    Ok(site.write(realm_name, unit).await?.0)
}

/// A user who is disabled loses every session; nothing comes back with being enabled again.
pub async fn update(site: &Site, caller: &Caller, realm_name: &str, id: UserId, edit: UserEdit) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let UserEdit { change, not_before, password } = edit;
    let hashed = hashed_if_any(site, password).await?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        // What is not sent is written as it was read, so nobody may change it in between.
        users::hold(tx, id)?;
        let before = manageable(tx, realm, &by, id)?;
        by.require_unchanged(&before)?;
        let after = change(&before).put_into(before.clone());
        if before.service_account_of.is_some() && before.username != after.username {
            return Err(FlowError::Invalid("A service account keeps its name".into()));
        }
        if (&before.username, &before.email) != (&after.username, &after.email) {
            check_free(tx, realm, &after)?;
        }
        users::update(tx, realm.model.realm.id, &after)?;
        if before.email != after.email {
            // They were sent to the address before this one, and prove no other.
            action_links::delete_of_user(tx, id)?;
        }
        let mut done = Vec::new();
        if before.enabled && !after.enabled {
            done.push(of_user::disabled(tx, realm, id)?);
        }
        if let Some(given) = &hashed {
            let due = RequiredAction::UpdatePassword;
            let is_demanded = after.must(due) && !before.must(due);
            done.push(put_password(tx, realm, after, given, is_demanded || given.temporary)?);
        }
        done.extend(endings::mark_in(tx, realm, &by, Subject::User(id), not_before)?);
        Ok((done, tx.now()?))
    };
    let ((done, at), _) = site.write(realm_name, unit).await?;
    for action in done {
        site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    }
    Ok(())
}

pub async fn delete(site: &Site, caller: &Caller, realm_name: &str, id: UserId) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        // Nothing begins for the user from here on.
        users::hold(tx, id)?;
        manageable(tx, realm, &by, id)?;
        let ended = of_user::deleted(tx, realm, id)?;
        users::delete(tx, realm.model.realm.id, id)?;
        Ok((ended, tx.now()?))
    };
    let ((ended, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, Actor::Admin { user: caller.user }, ended);
    site.record(at, realm_name, Actor::Admin { user: caller.user }, Action::UserDeleted { user: id });
    Ok(())
}

/// Whoever knew the old password is signed out everywhere.
pub async fn reset_password(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    id: UserId,
    password: GivenPassword,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let given = hashed(site, password).await?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        users::hold(tx, id)?;
        let user = manageable(tx, realm, &by, id)?;
        Ok((put_password(tx, realm, user, &given, given.temporary)?, tx.now()?))
    };
    let ((ended, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, Actor::Admin { user: caller.user }, ended);
    Ok(())
}

/// Of a user whom the unit holds: all of them is written with their duty, where the password is to be replaced.
fn put_password(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    mut user: User,
    given: &Hashed,
    to_replace: bool,
) -> FlowResult<Action> {
    if user.service_account_of.is_some() {
        return Err(FlowError::Invalid("A service account has no password".into()));
    }
    users::set_password_hash(tx, user.id, Some(&given.hash))?;
    let is_news = if to_replace {
        user.required_actions.insert(RequiredAction::UpdatePassword)
    } else {
        user.required_actions.remove(&RequiredAction::UpdatePassword)
    };
    if is_news {
        users::update(tx, realm.model.realm.id, &user)?;
    }
    of_user::password_reset_by_choice(tx, realm, user.id, given.keeps_offline)
}

async fn hashed_if_any(site: &Site, given: Option<GivenPassword>) -> FlowResult<Option<Hashed>> {
    match given {
        Some(given) => Ok(Some(hashed(site, given).await?)),
        None => Ok(None),
    }
}

async fn hashed(site: &Site, given: GivenPassword) -> FlowResult<Hashed> {
    let GivenPassword { password, temporary, keeps_offline } = given;
    if password.is_empty() || password.len() > LONGEST_PASSWORD {
        return Err(FlowError::Invalid(format!("A password has 1 to {LONGEST_PASSWORD} characters")));
    }
    let hash = site.passwords.hash(password, site.entropy.clone()).await?;
    Ok(Hashed { hash, temporary, keeps_offline })
}

pub(super) fn get(tx: &mut Tx<'_>, realm: &LoadedRealm, id: UserId) -> FlowResult<User> {
    users::find(tx, realm.model.realm.id, id)?.ok_or(FlowError::NotFound("User not found"))
}

/// The user, if nothing that they may do is beyond the caller: who could take over an admin's account would be that admin.
pub(super) fn manageable(tx: &mut Tx<'_>, realm: &LoadedRealm, caller: &Caller, id: UserId) -> FlowResult<User> {
    let user = get(tx, realm, id)?;
    caller.require_roles(realm, realm.model.effective_roles(users::role_ids(tx, id)?, &groups::of_user(tx, id)?))?;
    Ok(user)
}

/// Whoever had another user's address as a name would be signed in by it in their place.
pub(crate) fn check_free(tx: &mut Tx<'_>, realm: &LoadedRealm, user: &User) -> FlowResult<()> {
    sign_in_names::keep(tx, realm.model.realm.id, user)?;
    match sign_in_names::find_taken(tx, realm.model.realm.id, user)? {
        None => Ok(()),
        Some(Taken::Username) => Err(FlowError::Conflict("User exists with same username".into())),
        Some(Taken::Email) => Err(FlowError::Conflict("User exists with same email".into())),
    }
}
