//! The user's side of a grant, loaded inside a unit for the domain's checks.

use crate::{FlowError, FlowResult, LoadedRealm};
use perennial_domain::{
    ClientId, GrantId, GroupId, RoleId, UserId,
    access::{self, Blocked, GrantUse},
    check::Check,
    consent::Consent,
    grant::Grant,
    realm_model::Owner,
    user::User,
    user_session::UserSession,
};
use perennial_storage::{Tx, consents, grants, grants::HeldGrant, groups, users};
use std::collections::BTreeSet;

/// The user, where they are there and enabled, as they stay until the unit ends. Whatever begins for a user asks for them like this
/// first: who disables them or resets their password then ends what has begun here, or this unit sees what they did.
pub fn keep_enabled(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId) -> FlowResult<Option<User>> {
    Ok(users::find_kept(tx, realm.model.realm.id, user)?.filter(|user| user.enabled))
}

/// A user with everything that decides whether one of their grants may be used.
#[derive(Clone, Debug)]
pub struct Holder {
    pub user: User,
    /// With all that they include, and those of the user's groups.
    pub roles: BTreeSet<RoleId>,
    pub groups: Vec<GroupId>,
    pub consent: Option<Consent>,
    pub session: Option<UserSession>,
}

impl Holder {
    /// `None` where the user is gone.
    pub fn of_user(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId, client: ClientId) -> FlowResult<Option<Self>> {
        let Some(user) = users::find(tx, realm.model.realm.id, user)? else { return Ok(None) };
        let groups = groups::of_user(tx, user.id)?;
        let roles = realm.model.effective_roles(users::role_ids(tx, user.id)?, &groups);
        let consent = consents::find(tx, user.id, client)?;
        Ok(Some(Self { user, roles, groups, consent, session: None }))
    }

    /// A grant and its holder, as storage read them in one statement.
    pub fn of_held(realm: &LoadedRealm, held: HeldGrant) -> (Grant, Self) {
        let roles = realm.model.effective_roles(held.roles, &held.groups);
        let (user, groups) = (held.user, held.groups);
        (held.grant, Self { user, roles, groups, consent: held.consent, session: held.session })
    }

    /// Whether the grant may be used.
    pub fn check(&self, realm: &LoadedRealm, used: GrantUse<'_>) -> Result<(), Blocked> {
        self.check_each(realm, used, |_, _| ())
    }

    /// The same, told check by check.
    pub fn check_each(
        &self,
        realm: &LoadedRealm,
        used: GrantUse<'_>,
        seen: impl FnMut(Check, Option<Blocked>),
    ) -> Result<(), Blocked> {
        access::check_each(&realm.model, used, self.as_domain(), seen)
    }

    pub fn owner(&self) -> Owner<'_> {
        self.as_domain().owner()
    }

    fn as_domain(&self) -> access::Holder<'_> {
        access::Holder {
            user: &self.user,
            roles: &self.roles,
            consent: self.consent.as_ref(),
            session: self.session.as_ref(),
        }
    }
}

/// The realm's grant with its holder, where both still exist. Looks at the realm's stamp in the same statement.
pub fn find_held(tx: &mut Tx<'_>, realm: &LoadedRealm, id: GrantId) -> FlowResult<Option<(Grant, Holder)>> {
    match grants::find_held(tx, realm.model.realm.id, id)? {
        Some((_, stamp)) if stamp != realm.model.stamp => Err(FlowError::StaleRealm),
        // A family of a key that is gone ended with it, whether or not its row was removed yet.
        Some((held, _)) if !realm.has_key_of(&held.grant) => Ok(None),
        Some((held, _)) => Ok(Some(Holder::of_held(realm, held))),
        None => Ok(None),
    }
}
