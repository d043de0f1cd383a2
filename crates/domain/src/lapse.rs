//! What an admin's approval leaves behind when it ends or is taken away: marks before which sessions that lived by it have ended.
//! They only rise, and they do not ask how the client or its scopes are set today, so no later change of these revives anything.

use crate::{
    admin_consent::{AdminConsent, Carried},
    client::Client,
    client_scope::PermissionType,
    grant::Grant,
    realm_model::{Owner, RealmModel},
    time::Timestamp,
};
use perennial_protocol::ScopeSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Scopes by name, each with the instant before which sessions with it must have begun to have ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lapses {
    /// Nobody but an admin could allow them to anybody.
    reserved: BTreeMap<String, Timestamp>,
    /// The same for what the client did for users, but not in its own name.
    delegated: BTreeMap<String, Timestamp>,
    /// The same for what it did in its own name, but not for users.
    application: BTreeMap<String, Timestamp>,
    /// Somebody had to allow them: sessions whose user did live on.
    unasked: BTreeMap<String, Timestamp>,
}

impl Lapses {
    pub fn is_empty(&self) -> bool {
        self.all().into_iter().all(BTreeMap::is_empty)
    }

    fn all(&self) -> [&BTreeMap<String, Timestamp>; 4] {
        [&self.reserved, &self.delegated, &self.application, &self.unasked]
    }

    /// Those of the client as things stand at `now`, with what its approval allows no longer where `kept` takes its place.
    #[must_use]
    pub fn of(model: &RealmModel, client: &Client, kept: Option<&AdminConsent>, now: Timestamp) -> Self {
        let mut lapses = client.settings.lapses.clone();
        let Some(standing) = &client.settings.admin_consent else { return lapses };
        let ended_at = standing.ends_at.filter(|end| *end <= now);
        for (scope, since) in &standing.scopes {
            let goes_on = kept.and_then(|kept| kept.scopes.get(scope)).is_some_and(|again| again <= since);
            let before = match ended_at {
                Some(end) => end,
                None if goes_on => continue,
                // What began in this very millisecond began before.
                None => Timestamp::from_ms(now.as_ms() + 1),
            };
            let [for_users, own] = PermissionType::ALL.map(|used| model.is_reserved(used, scope));
            let marks = [
                (for_users && own, &mut lapses.reserved),
                (for_users && !own, &mut lapses.delegated),
                (own && !for_users, &mut lapses.application),
                (!for_users && client.needs_consent(), &mut lapses.unasked),
            ];
            for (_, marks) in marks.into_iter().filter(|(applies, _)| *applies) {
                let mark = marks.entry(scope.clone()).or_insert(before);
                *mark = before.max(*mark);
            }
        }
        lapses
    }

    /// Whether the client's grant lived by what is gone.
    pub fn ended(&self, client: &Client, grant: &Grant, owner: Owner<'_>) -> bool {
        let used = PermissionType::of(owner.user.service_account_of, client);
        let carried = Carried { used, scope: &grant.scope, started_at: grant.started_at };
        self.reach(carried, |scope| owner.gave(client, scope))
    }

    /// The same for a grant that carries these scopes; `gave` says what its user allowed.
    pub fn reach(&self, carried: Carried<'_>, gave: impl Fn(&str) -> bool) -> bool {
        if self.is_empty() {
            return false;
        }
        let before = |marks: &BTreeMap<String, Timestamp>, scope: &str| {
            marks.get(scope).is_some_and(|before| carried.started_at < *before)
        };
        let gone = |scope: &str| match carried.used {
            PermissionType::Application => before(&self.application, scope),
            PermissionType::Delegated => {
                before(&self.delegated, scope) || (before(&self.unasked, scope) && !gave(scope))
            }
        };
        carried.scope.iter().any(|scope| before(&self.reserved, scope) || gone(scope))
    }

    /// All marks.
    pub fn marks(&self) -> impl Iterator<Item = Timestamp> {
        self.all().into_iter().flat_map(BTreeMap::values).copied()
    }

    /// When a grant with these scopes that begins at `now` counts as started: after every mark that its unit knows of.
    #[must_use]
    pub fn start_of(&self, scope: &ScopeSet, now: Timestamp) -> Timestamp {
        let marks = self.all().into_iter().flatten();
        marks.filter(|(name, _)| scope.contains(name)).map(|(_, before)| *before).fold(now, Timestamp::max)
    }
}
