//! What ends when an admin resets a password, disables a user or deletes one. Called in the unit that makes the change, which
//! records the action after its commit.

use super::{
    bulk::{self, Bulk},
    user_session,
};
use crate::{FlowResult, LoadedRealm};
use perennial_domain::{
    UserId,
    audit::Action,
    ending::{Extent, Subject},
};
use perennial_storage::{Tx, action_links, user_sessions};

/// Whoever knew the old password is signed out; what apps may do in the meantime ends, too, unless the realm keeps it.
pub fn password_reset(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId) -> FlowResult<Action> {
    password_reset_by_choice(tx, realm, user, None)
}

/// `keeps`: whether offline sessions outlive it; `None`: as the realm says.
pub fn password_reset_by_choice(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    user: UserId,
    keeps: Option<bool>,
) -> FlowResult<Action> {
    let keeps = keeps.unwrap_or(realm.model.realm.settings.password_reset_keeps_offline_sessions);
    end(tx, realm, user, keeps, "password_reset")
}

/// Enabling the user again revives nothing of what ended here.
pub fn disabled(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId) -> FlowResult<Action> {
    action_links::delete_of_user(tx, user)?;
    let keeps = realm.model.realm.settings.disabling_keeps_offline_sessions;
    end(tx, realm, user, keeps, "user_disabled")
}

/// To be called before the user's row goes, and every user session with it.
pub fn deleted(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId) -> FlowResult<Action> {
    for session in user_sessions::list_of_user(tx, user)? {
        user_session::end(tx, realm, session.id, user)?;
    }
    end(tx, realm, user, false, "user_deleted")
}

fn end(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId, keeps_offline: bool, why: &str) -> FlowResult<Action> {
    let extent = if keeps_offline { Extent::ONLINE } else { Extent::ALL };
    bulk::end_until_now(tx, realm, Bulk { of: Subject::User(user), extent, sessions: true }, why)
}
