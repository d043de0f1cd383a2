//! Whether a grant may be used now: the session checks that refresh, introspection, userinfo and the consoles share.
//!
//! One function, one order (offline-access rules, "Refresh", steps 5 and 6), one list of reasons.

use crate::{
    check::Check,
    client::Client,
    client_scope::PermissionType,
    consent::Consent,
    grant::{Grant, Standing},
    ids::RoleId,
    lifetime::{self, SessionEnd},
    realm_model::{Owner, RealmModel},
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
    /// None of the resources that it was granted for exists any more.
    ResourcesGone,
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
            Self::ResourcesGone => "resource",
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

impl<'a> Holder<'a> {
    pub const fn owner(self) -> Owner<'a> {
        Owner { user: self.user, consent: self.consent }
    }
}

/// A grant that somebody is about to use.
#[derive(Clone, Copy, Debug)]
pub struct GrantUse<'a> {
    /// The grant's own.
    pub client: &'a Client,
    pub grant: &'a Grant,
    /// Of the token that is shown for it.
    pub issued_at: Timestamp,
    pub now: Timestamp,
}

impl<'a> GrantUse<'a> {
    /// With its current token, as a refresh would show it.
    pub const fn current(client: &'a Client, grant: &'a Grant, now: Timestamp) -> Self {
        Self { client, grant, issued_at: grant.family.stamped_at, now }
    }
}

/// Whether the grant may be used. `seen` hears of each check that was made, with what it found wrong; who does not listen pays
/// nothing.
pub fn check_each(
    model: &RealmModel,
    used: GrantUse<'_>,
    holder: Holder<'_>,
    mut seen: impl FnMut(Check, Option<Blocked>),
) -> Result<(), Blocked> {
    let GrantUse { client, grant, issued_at, now } = used;
    let mut made = |check, holds: Result<(), Blocked>| {
        seen(check, holds.err());
        holds
    };
    made(Check::ClientEnabled, must(model.admits(client), Blocked::ClientDisabled))?;
    let end = model.end_of(client, grant, holder.owner());
    made(Check::NotEnded, must(!lifetime::has_ended(end, now), Blocked::Ended(end)))?;
    if let Standing::Online { session: Some(_) } = grant.standing {
        let alive = |session: &UserSession| session.is_alive(&model.realm.settings.token_policy, now);
        made(Check::UserSession, must(holder.session.is_some_and(alive), Blocked::UserSessionGone))?;
    }
    made(Check::NotPaused, must(grant.paused_at().is_none(), Blocked::Paused))?;
    made(Check::UserEnabled, must(holder.user.enabled, Blocked::UserDisabled))?;
    // `iat` has whole seconds, so the mark is compared in whole seconds, too.
    let fresh = issued_at.as_s() >= model.not_before_of(client, holder.user).as_s();
    made(Check::NotBefore, must(fresh, Blocked::NotBefore))?;
    if grant.is_offline() {
        made(Check::OfflineRole, check_offline_role(model, holder.roles))?;
        made(Check::OfflineScope, check_offline_scope(model, client, holder.roles))?;
    }
    made(Check::Consent, must(consent_stands(model, client, grant, holder.owner(), now), Blocked::ConsentGone))?;
    // A token for nothing in particular would be good for more than was granted.
    let left = grant.resources.is_empty() || model.living_resources(&grant.resources).next().is_some();
    made(Check::ResourcesLeft, must(left, Blocked::ResourcesGone))
}

/// Gates one and two of "Asking for offline access": the scope is assigned to the client, the user has the realm role, and
/// the client carries it. `roles` are the user's with all that they include.
pub fn check_offline_access(model: &RealmModel, client: &Client, roles: &BTreeSet<RoleId>) -> Result<(), Blocked> {
    check_offline_role(model, roles)?;
    check_offline_scope(model, client, roles)
}

fn must(holds: bool, otherwise: Blocked) -> Result<(), Blocked> {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn check_offline_role(model: &RealmModel, roles: &BTreeSet<RoleId>) -> Result<(), Blocked> {
    let role = model.find_realm_role(OFFLINE_ACCESS_ROLE);
    must(role.is_some_and(|role| roles.contains(&role.id)), Blocked::OfflineRoleGone)
}

fn check_offline_scope(model: &RealmModel, client: &Client, roles: &BTreeSet<RoleId>) -> Result<(), Blocked> {
    let role = model.find_realm_role(OFFLINE_ACCESS_ROLE);
    let carried = role.is_some_and(|role| model.roles_in_scope(client, roles).contains(&role.id));
    must(carried && model.may_request(client, OFFLINE_ACCESS), Blocked::OfflineScopeGone)
}

/// A service account acts for its client itself: nobody else is there to consent. Nor can anybody but an admin allow what is
/// reserved to admins.
pub fn consent_stands(model: &RealmModel, client: &Client, grant: &Grant, owner: Owner<'_>, now: Timestamp) -> bool {
    if client.settings.lapses.ended(client, grant, owner) {
        return false;
    }
    let used = PermissionType::of(owner.user.service_account_of, client);
    let approved = |scope: &str| client.approves(scope, grant.started_at, now);
    if !grant.scope.iter().all(|scope| !model.is_reserved(used, scope) || approved(scope)) {
        return false;
    }
    let given = |scope: &str| owner.gave(client, scope);
    let nobody_asked = !client.needs_consent() || used == PermissionType::Application;
    nobody_asked || grant.scope.iter().all(|scope| given(scope) || approved(scope))
}
