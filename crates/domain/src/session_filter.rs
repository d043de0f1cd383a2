//! Which offline sessions a list, a summary or a bulk ending is about: one rule for all of them. What a glance at the row tells
//! is asked first, what the policy and the holder say second.

use crate::{
    ids::{ClientId, GrantId, RealmId, UserId},
    lifetime::{AliveBounds, Floors},
    realm_model::RealmModel,
    time::Timestamp,
    token_policy::EffectivePolicy,
};
use serde::{Deserialize, Serialize};

/// What a filter, an order and a count look at: a part of a grant's row, and its user's floors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    pub id: GrantId,
    pub realm_id: RealmId,
    pub client_id: ClientId,
    pub user_id: UserId,
    pub offline: bool,
    pub paused: bool,
    pub started_at: Timestamp,
    pub last_used_at: Timestamp,
    pub chosen_end_at: Option<Timestamp>,
    /// Names separated by spaces.
    pub scope: String,
    pub resources: Option<String>,
    pub began_ip: String,
    /// `None`: where it began.
    pub last_ip: Option<String>,
    pub user_floors: Floors,
}

impl Glance {
    pub fn resource_list(&self) -> Vec<String> {
        self.resources.iter().flat_map(|text| text.split(' ')).map(str::to_owned).collect()
    }

    /// When it ends by its limits; `None` where it has ended already, or its client is gone.
    pub fn alive_until(&self, model: &RealmModel, now: Timestamp) -> Option<Timestamp> {
        let client = model.clients.get(&self.client_id)?;
        let resources = self.resource_list();
        let policy = model.policy_for(client, &resources);
        self.is_alive(&policy, model.floors_for(client, &resources), now).then(|| self.ends_at(&policy))
    }

    /// Whether no limit has ended it; `floors` are all but the user's.
    fn is_alive(&self, policy: &EffectivePolicy, floors: Floors, now: Timestamp) -> bool {
        let bounds = AliveBounds::at(policy, floors.max(self.user_floors), now);
        self.last_used_at > bounds.used_after
            && self.started_at > bounds.started_after
            && self.chosen_end_at.is_none_or(|end| end > bounds.chosen_end_after)
    }

    /// When it ends by its limits, floors aside: the same rule as [`crate::lifetime::end_of`].
    fn ends_at(&self, policy: &EffectivePolicy) -> Timestamp {
        let idle = self.last_used_at.plus_s(policy.offline_idle.seconds);
        let max = policy.offline_max.map_or(idle, |limit| self.started_at.plus_s(limit.seconds));
        idle.min(max).min(self.chosen_end_at.unwrap_or(idle))
    }
}

/// Every field that is set must hold. Bounds exclude their instant. One that is stored by a newer version with a field that is not
/// known here is not read: it would admit more than was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionFilter {
    pub client: Option<ClientId>,
    pub user: Option<UserId>,
    pub scope: Option<String>,
    pub resource: Option<String>,
    /// Where it began or was last used from.
    pub ip: Option<String>,
    pub used_before: Option<Timestamp>,
    pub used_after: Option<Timestamp>,
    pub started_before: Option<Timestamp>,
    pub started_after: Option<Timestamp>,
    pub ends_before: Option<Timestamp>,
    pub paused: Option<bool>,
    /// Something other than a pause or a limit refuses it for now.
    pub blocked: Option<bool>,
}

impl SessionFilter {
    /// Admits every session of the realm.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the row alone decides.
    pub fn is_decided_by_row(&self) -> bool {
        self.ends_before.is_none() && self.blocked.is_none()
    }

    /// Whether it says nothing but whose, by client, and bounds of times, which a database compares by itself.
    pub fn is_of_bounds(&self) -> bool {
        let bounds = Self {
            client: self.client,
            used_before: self.used_before,
            used_after: self.used_after,
            started_before: self.started_before,
            started_after: self.started_after,
            paused: self.paused,
            ..Self::default()
        };
        *self == bounds
    }

    /// Whether it admits all of a client or of the realm, up to an instant of start if it names one: a floor can end that.
    pub fn is_whole(&self) -> bool {
        *self == Self { client: self.client, started_before: self.started_before, ..Self::default() }
    }

    /// As far as the row alone tells.
    pub fn admits(&self, realm: RealmId, seen: &Glance) -> bool {
        let names = |list: Option<&str>, wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|wanted| list.is_some_and(|list| list.split(' ').any(|name| name == wanted)))
        };
        let before = |at: Timestamp, bound: Option<Timestamp>| bound.is_none_or(|bound| at < bound);
        let after = |at: Timestamp, bound: Option<Timestamp>| bound.is_none_or(|bound| at > bound);
        let from = |ip: &str| seen.began_ip == ip || seen.last_ip.as_deref() == Some(ip);
        seen.offline
            && seen.realm_id == realm
            && self.client.is_none_or(|client| client == seen.client_id)
            && self.user.is_none_or(|user| user == seen.user_id)
            && before(seen.last_used_at, self.used_before)
            && after(seen.last_used_at, self.used_after)
            && before(seen.started_at, self.started_before)
            && after(seen.started_at, self.started_after)
            && self.paused.is_none_or(|paused| paused == seen.paused)
            && names(Some(&seen.scope), &self.scope)
            && names(seen.resources.as_deref(), &self.resource)
            && self.ip.as_deref().is_none_or(from)
    }

    /// What only policy and holder tell: the end, and whether something blocks it.
    pub fn admits_state(&self, ends_at: Timestamp, blocked: bool) -> bool {
        self.ends_before.is_none_or(|bound| ends_at < bound) && self.blocked.is_none_or(|wanted| wanted == blocked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::ClientKind, grant::samples, lifetime, token_policy::*};

    fn glance() -> Glance {
        let grant = samples::offline_grant(Timestamp::from_s(1_000));
        Glance {
            id: grant.id,
            realm_id: grant.realm_id,
            client_id: grant.client_id,
            user_id: grant.user_id,
            offline: true,
            paused: false,
            started_at: grant.started_at,
            last_used_at: grant.last_used_at,
            chosen_end_at: None,
            scope: "openid mail offline_access".into(),
            resources: Some("https://a.example https://b.example".into()),
            began_ip: "192.0.2.1".into(),
            last_ip: Some("192.0.2.9".into()),
            user_floors: Floors::default(),
        }
    }

    #[test]
    fn every_field_of_a_filter_must_hold() {
        let seen = glance();
        let at = Timestamp::from_s(1_000);
        let other = |n: u128| uuid::Uuid::from_u128(n + 100);
        type Change = fn(&mut SessionFilter);
        let agreeing: [Change; 8] = [
            |f| f.scope = Some("mail".into()),
            |f| f.resource = Some("https://b.example".into()),
            |f| f.ip = Some("192.0.2.1".into()),
            |f| f.ip = Some("192.0.2.9".into()),
            |f| f.used_before = Some(Timestamp::from_s(1_001)),
            |f| f.started_after = Some(Timestamp::from_s(999)),
            |f| f.paused = Some(false),
            |_| (),
        ];
        for agree in agreeing {
            let mut filter = SessionFilter { client: Some(seen.client_id), ..Default::default() };
            agree(&mut filter);
            assert!(filter.admits(seen.realm_id, &seen), "{filter:?}");
            assert!(!filter.admits(RealmId(other(1)), &seen), "another realm's");
            assert!(!filter.admits(seen.realm_id, &Glance { offline: false, ..seen.clone() }), "an online grant");
        }
        for wrong in [
            SessionFilter { client: Some(ClientId(other(2))), ..Default::default() },
            SessionFilter { user: Some(UserId(other(3))), ..Default::default() },
            SessionFilter { scope: Some("mai".into()), ..Default::default() },
            SessionFilter { resource: Some("https://a".into()), ..Default::default() },
            SessionFilter { ip: Some("192.0.2".into()), ..Default::default() },
            SessionFilter { used_before: Some(at), ..Default::default() },
            SessionFilter { used_after: Some(at), ..Default::default() },
            SessionFilter { started_before: Some(at), ..Default::default() },
            SessionFilter { started_after: Some(at), ..Default::default() },
            SessionFilter { paused: Some(true), ..Default::default() },
        ] {
            assert!(!wrong.admits(seen.realm_id, &seen), "{wrong:?}");
        }
    }

    #[test]
    fn the_end_of_a_glance_is_the_end_of_the_session() {
        let start = Timestamp::from_s(1_000_000);
        for (idle_s, max_s, chosen_s, used_s) in [
            (100, None, None, 0),
            (100, Some(90), None, 50),
            (100, Some(900), Some(80), 50),
            (100, None, Some(900), 50),
        ] {
            let client = ClientTokenPolicy { offline_idle_s: Some(idle_s), offline_max_s: max_s, ..Default::default() };
            let policy = EffectivePolicy::resolve(&RealmTokenPolicy::default(), &client, ClientKind::Confidential);
            let mut grant = samples::offline_grant(start);
            grant.last_used_at = start.plus_s(used_s);
            grant.offline_mut().chosen_end_at = chosen_s.map(|seconds| start.plus_s(seconds));
            let seen = Glance {
                started_at: start,
                last_used_at: grant.last_used_at,
                chosen_end_at: chosen_s.map(|seconds| start.plus_s(seconds)),
                ..glance()
            };
            let end = lifetime::end_of(&grant, &policy, Floors::default());
            assert_eq!(seen.ends_at(&policy), end.at);
            for now in [end.at.minus_s(1), end.at, end.at.plus_s(1)] {
                assert_eq!(seen.is_alive(&policy, Floors::default(), now), !lifetime::has_ended(end, now));
            }
            let floors = Floors { ended_if_used_before_at: grant.last_used_at.plus_s(1), ..Floors::default() };
            let below = Glance { user_floors: floors, ..seen };
            assert!(!below.is_alive(&policy, Floors::default(), start));
        }
    }

    #[test]
    fn a_floor_can_end_what_is_bounded_by_its_start_alone() {
        let client = Some(ClientId(uuid::Uuid::nil()));
        let at = Some(Timestamp::from_s(5));
        for filter in [
            SessionFilter::default(),
            SessionFilter { client, ..Default::default() },
            SessionFilter { client, started_before: at, ..Default::default() },
        ] {
            assert!(filter.is_whole() && filter.is_of_bounds(), "{filter:?}");
        }
        for filter in [
            SessionFilter { started_after: at, ..Default::default() },
            SessionFilter { client, used_before: at, ..Default::default() },
            SessionFilter { paused: Some(true), ..Default::default() },
        ] {
            assert!(!filter.is_whole() && filter.is_of_bounds(), "{filter:?}");
        }
        for filter in [
            SessionFilter { ends_before: at, ..Default::default() },
            SessionFilter { client, scope: Some("mail".into()), ..Default::default() },
            SessionFilter { user: Some(UserId(uuid::Uuid::nil())), ..Default::default() },
            SessionFilter { blocked: Some(false), ..Default::default() },
        ] {
            assert!(!filter.is_whole() && !filter.is_of_bounds(), "{filter:?}");
        }
    }

    #[test]
    fn a_filter_that_says_nothing_is_empty() {
        assert!(SessionFilter::default().is_empty());
        assert!(!SessionFilter { blocked: Some(false), ..Default::default() }.is_empty());
    }
}
