//! When a grant of the realm ends: by a limit, a floor, or with the admin's approval that it lives by.

use super::{Owner, RealmModel};
use crate::{
    admin_consent::Carried,
    client::Client,
    client_scope::PermissionType,
    grant::Grant,
    lifetime::{self, Floors, SessionEnd},
    time::Timestamp,
};

impl RealmModel {
    /// When the grant ends as things stand, by which limit.
    pub fn end_of(&self, client: &Client, grant: &Grant, owner: Owner<'_>) -> SessionEnd {
        // What lived by an approval that is gone has ended, whatever the limits say.
        if client.settings.lapses.ended(client, grant, owner) {
            return SessionEnd::of_floor(grant);
        }
        let approval = self.approval_end_of(client, grant, owner);
        self.end_without_approval(client, grant, owner.user.floors).capped_by(approval)
    }

    /// The same for who does not know the user's consent: never earlier.
    pub fn end_without_approval(&self, client: &Client, grant: &Grant, user: Floors) -> SessionEnd {
        let floors = self.floors_for(client, &grant.resources).max(user);
        lifetime::end_of(grant, &self.policy_of_grant(client, grant), floors)
    }

    /// The earliest end that use cannot move.
    pub fn fixed_end_of(&self, client: &Client, grant: &Grant, owner: Owner<'_>) -> Option<SessionEnd> {
        let approval = self.approval_end_of(client, grant, owner);
        let own = lifetime::fixed_end_of(grant, &self.policy_of_grant(client, grant));
        own.map(|end| end.capped_by(approval)).or_else(|| approval.map(SessionEnd::of_approval))
    }

    /// The present end of an admin's approval that the grant lives by: some scope of it is reserved to admins, or must be
    /// allowed and was not by the user.
    pub fn approval_end_of(&self, client: &Client, grant: &Grant, owner: Owner<'_>) -> Option<Timestamp> {
        let end = client.settings.admin_consent.as_ref()?.ends_at?;
        let used = PermissionType::of(owner.user.service_account_of, client);
        let gave = |name: &str| owner.gave(client, name);
        let carried = Carried { used, scope: &grant.scope, started_at: grant.started_at };
        self.lives_by_approval(client, carried, gave).then_some(end)
    }

    /// Whether a grant that carries these scopes needs the admin's approval of its client; `gave` says what the user allowed.
    pub fn lives_by_approval(&self, client: &Client, carried: Carried<'_>, gave: impl Fn(&str) -> bool) -> bool {
        let Some(approval) = &client.settings.admin_consent else { return false };
        let asks = client.needs_consent() && carried.used == PermissionType::Delegated;
        let needs = |name: &str| self.is_reserved(carried.used, name) || (asks && !gave(name));
        carried.scope.iter().any(|name| needs(name) && approval.carries(name, carried.started_at))
    }
}
