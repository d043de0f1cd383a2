//! Whether a grant may be used now: the session checks that refresh, introspection, userinfo and the consoles share.
//!
//! One function, one order (offline-access rules, "Refresh", steps 5 and 6), one list of reasons.

use crate::{
    client::Client,
    consent::Consent,
    grant::{Grant, Standing},
    ids::RoleId,
    lifetime::{self, SessionEnd},
    realm_model::RealmModel,
    role::OFFLINE_ACCESS_ROLE,
    time::Timestamp,
    user::User,
    user_session::UserSession,
};
use perennial_protocol::scope::OFFLINE_ACCESS;
use std::collections::BTreeSet;

/// Why a grant cannot be used, though it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// A limit has ended it.
    Ended(SessionEnd),
    /// The user session that an online grant belongs to is gone.
    UserSessionGone,
    Paused,
    ClientDisabled,
    UserDisabled,
    /// Issued before a revocation policy.
    NotBefore,
    /// The user lost the realm role `offline_access`.
    OfflineRoleGone,
    /// The client lost the scope `offline_access`, or the role in its scope.
    OfflineScopeGone,
    ConsentGone,
}

impl Blocked {
    /// As the API says it in `blockedBy`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended(_) => "ended",
            Self::UserSessionGone => "user-session-ended",
            Self::Paused => "paused",
            Self::ClientDisabled => "client-disabled",
            Self::UserDisabled => "user-disabled",
            Self::NotBefore => "not-before",
            Self::OfflineRoleGone => "role",
            Self::OfflineScopeGone => "scope",
            Self::ConsentGone => "consent",
        }
    }
}

/// The user's side of a check, as of now.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    pub user: &'a User,
    /// The user's roles with all that they include.
    pub roles: &'a BTreeSet<RoleId>,
    pub consent: Option<&'a Consent>,
    /// The user session of an online grant, if it still exists.
    pub session: Option<&'a UserSession>,
}

/// Whether `grant` may be used at `now` with a token issued at `issued_at`.
pub fn check(
    model: &RealmModel,
    client: &Client,
    (grant, issued_at): (&Grant, Timestamp),
    holder: Holder<'_>,
    now: Timestamp,
) -> Result<(), Blocked> {
    if !model.admits(client) {
        return Err(Blocked::ClientDisabled);
    }
    check_lifetime(model, client, grant, holder, now)?;
    if grant.paused_at().is_some() {
        return Err(Blocked::Paused);
    }
    if !holder.user.enabled {
        return Err(Blocked::UserDisabled);
    }
    // `iat` has whole seconds, so the mark is compared in whole seconds, too.
    if issued_at.as_s() < model.not_before_of(client, holder.user).as_s() {
        return Err(Blocked::NotBefore);
    }
    if grant.is_offline() {
        check_offline_access(model, client, holder.roles)?;
    }
    // A service account acts for its client itself: nobody else is there to consent.
    let covered = holder.consent.is_some_and(|consent| grant.scope.is_subset_of(&consent.scope));
    if client.needs_consent() && !covered && holder.user.service_account_of != Some(client.id) {
        return Err(Blocked::ConsentGone);
    }
    Ok(())
}

/// Gates one and two of "Asking for offline access": the scope is assigned to the client, the user has the realm role, and
/// the client carries it. `roles` are the user's with all that they include.
pub fn check_offline_access(model: &RealmModel, client: &Client, roles: &BTreeSet<RoleId>) -> Result<(), Blocked> {
    let role = model.find_realm_role(OFFLINE_ACCESS_ROLE).map(|role| role.id);
    if !role.is_some_and(|id| roles.contains(&id)) {
        return Err(Blocked::OfflineRoleGone);
    }
    let carried = role.is_some_and(|id| model.roles_in_scope(client, roles).contains(&id));
    if carried && model.may_request(client, OFFLINE_ACCESS) { Ok(()) } else { Err(Blocked::OfflineScopeGone) }
}

fn check_lifetime(
    model: &RealmModel,
    client: &Client,
    grant: &Grant,
    holder: Holder<'_>,
    now: Timestamp,
) -> Result<(), Blocked> {
    let end = lifetime::end_of(grant, &model.policy_of(client), model.floors_of(client, holder.user.floors));
    if lifetime::has_ended(end, now) {
        return Err(Blocked::Ended(end));
    }
    match grant.standing {
        Standing::Online { session: Some(_) } => {
            let alive = |session: &UserSession| session.is_alive(&model.realm.settings.token_policy, now);
            if holder.session.is_some_and(alive) { Ok(()) } else { Err(Blocked::UserSessionGone) }
        }
        Standing::Online { session: None } | Standing::Offline(_) => Ok(()),
    }
}
