//! Endings of many sessions, and revocation policies, as an admin sets them.

use super::{Caller, Permission, client_guard, user_consents::state_of, users::manageable};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    endings::{
        bulk::{self, Bulk},
        consent::{self, Change},
        not_before::{self, NotBefore},
        removal,
    },
};
use perennial_domain::{
    UserId,
    audit::{Action, Actor},
    ending::Subject,
};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, consents};

/// Ends everything of the subject that started until now.
pub async fn end_sessions(site: &Site, caller: &Caller, realm_name: &str, of: Subject) -> FlowResult<()> {
    caller.require(permission_for(of), realm_name)?;
    caller.require_untagged()?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        check_subject(tx, realm, &by, of)?;
        Ok((bulk::end_until_now(tx, realm, Bulk::all_of(of), "logout")?, tx.now()?))
    };
    let ((action, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    Ok(())
}

/// Sets or clears the mark.
pub async fn set_not_before(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    of: Subject,
    mark: NotBefore,
) -> FlowResult<()> {
    caller.require(permission_for(of), realm_name)?;
    caller.require_untagged()?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        check_subject(tx, realm, &by, of)?;
        Ok((not_before::apply(tx, realm, of, mark)?, tx.now()?))
    };
    let ((action, at), _) = site.write(realm_name, unit).await?;
    if let Some(action) = action {
        site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    }
    Ok(())
}

/// Whether the caller may, there is such a subject, and the mark is one that it may have; before anything is written.
pub async fn check_not_before(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    of: Subject,
    mark: Option<NotBefore>,
) -> FlowResult<()> {
    caller.require(permission_for(of), realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        check_subject(tx, realm, &by, of)?;
        not_before::check(tx, realm, of, mark)
    };
    site.read(realm_name, unit).await?;
    Ok(())
}

/// Takes an app's access away from a user.
pub async fn revoke_consent(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    user: UserId,
    client_id: String,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let by = caller.clone();
    let actor = Actor::Admin { user: caller.user };
    let done_by = actor.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        manageable(tx, realm, &by, user)?;
        let client = realm.model.find_client(&client_id).ok_or(FlowError::NotFound("Client not found"))?;
        removal::remove(tx, realm, user, client, &done_by)
    };
    let ((action, at), _) = site.write(realm_name, unit).await?;
    site.record(at, realm_name, actor, action);
    Ok(())
}

/// What is to be left of a user's consent.
#[derive(Clone, Debug)]
pub struct NarrowedConsent {
    pub user: UserId,
    /// The OAuth `client_id`.
    pub client_id: String,
    /// The scopes that stay.
    pub scope: ScopeSet,
}

/// Withdraws scopes from what a user allowed an app. An admin gives nothing in a user's name.
pub async fn narrow_consent(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    narrowed: NarrowedConsent,
) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    let (by, actor) = (caller.clone(), Actor::Admin { user: caller.user });
    let NarrowedConsent { user, client_id, scope } = narrowed;
    let change = Change { user, client_id, scope, actor: actor.clone(), in_person: false };
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        manageable(tx, realm, &by, user)?;
        let client = realm.model.find_client(&change.client_id).ok_or(FlowError::NotFound("Client not found"))?;
        by.require_unchanged(&state_of(consents::find(tx, user, client.id)?.as_ref()))?;
        Ok((consent::replace_in(tx, realm, &change)?.1, tx.now()?))
    };
    let ((done, at), _) = site.write(realm_name, unit).await?;
    for action in done {
        site.record(at, realm_name, actor.clone(), action);
    }
    Ok(())
}

/// The mark that came with a change, in that change's unit. One that is written back as it stands asks for nothing.
pub(super) fn mark_in(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    caller: &Caller,
    of: Subject,
    mark: Option<NotBefore>,
) -> FlowResult<Option<Action>> {
    let Some(mark) = mark else { return Ok(None) };
    let action = not_before::apply(tx, realm, of, mark)?;
    if action.is_some() {
        check_subject(tx, realm, caller, of)?;
    }
    Ok(action)
}

/// There is such a subject, no admin who may do more than the caller, and no client that carries more, or all admins of the realm.
fn check_subject(tx: &mut Tx<'_>, realm: &LoadedRealm, caller: &Caller, of: Subject) -> FlowResult<()> {
    match of {
        Subject::Realm => Ok(()),
        Subject::Client(client) => client_guard::steerable(tx, realm, caller, client).map(drop),
        Subject::User(user) => manageable(tx, realm, caller, user).map(drop),
    }
}

const fn permission_for(of: Subject) -> Permission {
    match of {
        Subject::Realm => Permission::ManageRealm,
        Subject::Client(_) => Permission::ManageClients,
        Subject::User(_) => Permission::ManageUsers,
    }
}
