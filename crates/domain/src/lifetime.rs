//! When a grant ends, and by which limit: the shortest wins.
//!
//! Limits are evaluated at use, so a change of policy acts on existing sessions at once. What has ended is kept ended by
//! monotone [`Floors`]; nothing here is stored except those and the end a user chose.

use crate::{
    ending::Extent,
    grant::{Grant, Standing},
    time::Timestamp,
    token_policy::{EffectivePolicy, LimitSource},
};
use serde::{Deserialize, Serialize};

/// What ends, or has ended, a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndCause {
    /// Not used for the idle timeout.
    Idle,
    /// The maximum lifespan since the start.
    Max,
    /// The end that the user chose.
    Consent,
    /// The end of an admin's approval.
    Approval,
    /// A bulk ending or a lengthened limit left a floor behind; what lies below it stays ended.
    Floor,
}

impl EndCause {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Max => "max",
            Self::Consent => "consent",
            Self::Approval => "approval",
            Self::Floor => "floor",
        }
    }
}

/// An instant and the limit that sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionEnd {
    pub at: Timestamp,
    pub cause: EndCause,
    /// Who set the limit; only an idle timeout or maximum of an offline session has such a one.
    pub source: Option<LimitSource>,
}

impl SessionEnd {
    /// This end, or an earlier one that an admin's approval sets.
    #[must_use]
    pub fn capped_by(self, approval_ends_at: Option<Timestamp>) -> Self {
        match approval_ends_at {
            Some(at) if self.cause != EndCause::Floor && at <= self.at => Self::of_approval(at),
            _ => self,
        }
    }

    pub const fn of_approval(at: Timestamp) -> Self {
        Self { at, cause: EndCause::Approval, source: None }
    }

    /// Of what lies below a mark.
    pub const fn of_floor(grant: &Grant) -> Self {
        Self { at: grant.last_used_at, cause: EndCause::Floor, source: None }
    }
}

/// Monotone marks on a realm, client or user: what was last used or started before them has ended for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Floors {
    pub ended_if_used_before_at: Timestamp,
    pub ended_if_started_before_at: Timestamp,
    /// The other two are about offline sessions; this one is about online grants and user sessions.
    pub online_ended_before_at: Timestamp,
}

impl Floors {
    /// Ends everything that started before `at`: offline sessions, the rest, or both.
    #[must_use]
    pub fn of_bulk(at: Timestamp, extent: Extent) -> Self {
        let mark = |wanted: bool| if wanted { at } else { Timestamp::default() };
        Self {
            ended_if_started_before_at: mark(extent.offline),
            online_ended_before_at: mark(extent.online),
            ..Self::default()
        }
    }

    /// When something that begins at `now` counts as started: a unit that has seen a floor begins after it, whatever clocks say.
    #[must_use]
    pub fn start_of(self, now: Timestamp) -> Timestamp {
        now.max(self.ended_if_used_before_at).max(self.ended_if_started_before_at).max(self.online_ended_before_at)
    }

    /// The higher of both marks each: combining floors never revives anything.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            ended_if_used_before_at: self.ended_if_used_before_at.max(other.ended_if_used_before_at),
            ended_if_started_before_at: self.ended_if_started_before_at.max(other.ended_if_started_before_at),
            online_ended_before_at: self.online_ended_before_at.max(other.online_ended_before_at),
        }
    }

    /// The floors that keep ended what `old` had ended by `now`, for a policy that is about to become `new`.
    #[must_use]
    pub fn before_lengthening(self, old: &EffectivePolicy, new: &EffectivePolicy, now: Timestamp) -> Self {
        let mut floors = self;
        // A session has ended at its end, not only after it: one whose time was up just now lies below the floor, too.
        let below = |limit_s: i64| Timestamp::from_ms(now.minus_s(limit_s).as_ms() + 1);
        if new.offline_idle.seconds > old.offline_idle.seconds {
            floors.ended_if_used_before_at = floors.ended_if_used_before_at.max(below(old.offline_idle.seconds));
        }
        if let Some(max) = old.offline_max
            && new.offline_max.is_none_or(|longer| longer.seconds > max.seconds)
        {
            floors.ended_if_started_before_at = floors.ended_if_started_before_at.max(below(max.seconds));
        }
        floors
    }

    fn end_of(self, grant: &Grant, online: OnlineFloors) -> Option<SessionEnd> {
        let ended = if grant.is_offline() {
            grant.last_used_at < self.ended_if_used_before_at || grant.started_at < self.ended_if_started_before_at
        } else {
            grant.started_at < self.online_ended_before_at || online.ended(grant.last_used_at, grant.started_at)
        };
        ended.then_some(SessionEnd::of_floor(grant))
    }
}

/// The same marks for what is online and lives by the realm's limits alone: user sessions, or the online grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OnlineFloors {
    pub used_before_at: Timestamp,
    pub started_before_at: Timestamp,
}

impl OnlineFloors {
    /// Idle timeout and maximum in seconds, as they were and as they are about to be.
    #[must_use]
    pub fn before_lengthening(self, old: (i64, i64), new: (i64, i64), now: Timestamp) -> Self {
        let raised = |mark: Timestamp, (old_s, new_s): (i64, i64)| match new_s > old_s {
            true => mark.max(Timestamp::from_ms(now.minus_s(old_s).as_ms() + 1)),
            false => mark,
        };
        Self {
            used_before_at: raised(self.used_before_at, (old.0, new.0)),
            started_before_at: raised(self.started_before_at, (old.1, new.1)),
        }
    }

    pub fn ended(self, last_used_at: Timestamp, started_at: Timestamp) -> bool {
        last_used_at < self.used_before_at || started_at < self.started_before_at
    }
}

/// The earliest end of a grant as things stand: idle counted from its last use.
pub fn end_of(grant: &Grant, policy: &EffectivePolicy, floors: Floors) -> SessionEnd {
    let (idle_s, source) = match &grant.standing {
        Standing::Offline(_) => (policy.offline_idle.seconds, Some(policy.offline_idle.source)),
        Standing::Online { .. } => (policy.online_idle_s, None),
    };
    let idle = SessionEnd { at: grant.last_used_at.plus_s(idle_s), cause: EndCause::Idle, source };
    // What lies below a floor has ended, whatever the limits say.
    if let Some(ended) = floors.end_of(grant, policy.ended_online) {
        return ended;
    }
    fixed_end_of(grant, policy).filter(|fixed| fixed.at <= idle.at).unwrap_or(idle)
}

/// The earliest end that use cannot move: the maximum or the chosen end. It is a refresh token's `exp`.
pub fn fixed_end_of(grant: &Grant, policy: &EffectivePolicy) -> Option<SessionEnd> {
    let (max, chosen) = match &grant.standing {
        Standing::Offline(offline) => {
            (policy.offline_max.map(|limit| (limit.seconds, Some(limit.source))), offline.chosen_end_at)
        }
        Standing::Online { .. } => (Some((policy.online_max_s, None)), None),
    };
    let max =
        max.map(|(seconds, source)| SessionEnd { at: grant.started_at.plus_s(seconds), cause: EndCause::Max, source });
    let chosen = chosen.map(|at| SessionEnd { at, cause: EndCause::Consent, source: None });
    [max, chosen].into_iter().flatten().min_by_key(|end| end.at)
}

/// Whether the end has come. A session is alive up to and excluding its end.
pub fn has_ended(end: SessionEnd, now: Timestamp) -> bool {
    end.cause == EndCause::Floor || end.at <= now
}

/// Which offline sessions of one policy class (a client's for the same resources) are alive, as bounds that a database can
/// count by. The same rule as [`end_of`], and a test holds the two together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AliveBounds {
    /// Last used later than this.
    pub used_after: Timestamp,
    /// Started later than this.
    pub started_after: Timestamp,
    /// The chosen end, if there is one, lies later than this.
    pub chosen_end_after: Timestamp,
}

impl AliveBounds {
    pub fn at(policy: &EffectivePolicy, floors: Floors, now: Timestamp) -> Self {
        let just_before = |floor: Timestamp| Timestamp::from_ms(floor.as_ms() - 1);
        let idle = now.minus_s(policy.offline_idle.seconds);
        let max = policy.offline_max.map(|limit| now.minus_s(limit.seconds));
        let started_floor = just_before(floors.ended_if_started_before_at);
        Self {
            used_after: idle.max(just_before(floors.ended_if_used_before_at)),
            started_after: max.map_or(started_floor, |max| max.max(started_floor)),
            chosen_end_after: now,
        }
    }

    /// Within both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            used_after: self.used_after.max(other.used_after),
            started_after: self.started_after.max(other.started_after),
            chosen_end_after: self.chosen_end_after.max(other.chosen_end_after),
        }
    }

    pub fn admit(&self, grant: &Grant) -> bool {
        let chosen = grant.offline().and_then(|offline| offline.chosen_end_at);
        grant.last_used_at > self.used_after
            && grant.started_at > self.started_after
            && chosen.is_none_or(|end| end > self.chosen_end_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::ClientKind, grant::samples, token_policy::*};

    const DAY_S: i64 = 86_400;

    fn policy(idle_days: i64, max_days: Option<i64>) -> EffectivePolicy {
        let realm = RealmTokenPolicy {
            offline_idle_s: idle_days * DAY_S,
            offline_max_enabled: max_days.is_some(),
            offline_max_s: max_days.unwrap_or(1) * DAY_S,
            ..Default::default()
        };
        EffectivePolicy::resolve(&realm, &ClientTokenPolicy::default(), ClientKind::Confidential)
    }

    /// (idle days, max days, chosen end day, last used day) → (end day, cause)
    type Row = ((i64, Option<i64>, Option<i64>, i64), (i64, EndCause));
    const SHORTEST_WINS: [Row; 7] = [
        ((30, None, None, 0), (30, EndCause::Idle)),
        ((30, None, None, 10), (40, EndCause::Idle)),
        ((30, Some(60), None, 10), (40, EndCause::Idle)),
        ((30, Some(60), None, 45), (60, EndCause::Max)),
        ((30, Some(60), Some(7), 1), (7, EndCause::Consent)),
        ((30, None, Some(90), 1), (31, EndCause::Idle)),
        ((30, None, Some(90), 70), (90, EndCause::Consent)),
    ];

    #[test]
    fn the_shortest_limit_wins_and_is_named() {
        for ((idle, max, chosen, used), (end, cause)) in SHORTEST_WINS {
            let start = Timestamp::from_s(1_000_000);
            let day = |days: i64| start.plus_s(days * DAY_S);
            let mut grant = samples::offline_grant(start);
            grant.last_used_at = day(used);
            grant.offline_mut().chosen_end_at = chosen.map(day);
            let named = end_of(&grant, &policy(idle, max), Floors::default());
            assert_eq!((named.at, named.cause), (day(end), cause));
            assert_eq!(named.source, (cause != EndCause::Consent).then_some(LimitSource::Realm));
        }
    }

    #[test]
    fn a_session_is_alive_up_to_and_excluding_its_end() {
        let end = SessionEnd { at: Timestamp::from_ms(1_000), cause: EndCause::Idle, source: None };
        assert!(!has_ended(end, Timestamp::from_ms(999)));
        assert!(has_ended(end, Timestamp::from_ms(1_000)));
    }

    #[test]
    fn lengthening_a_limit_revives_nothing() {
        let start = Timestamp::from_s(1_000_000);
        let now = start.plus_s(40 * DAY_S);
        let grant = samples::offline_grant(start);
        let (short, long) = (policy(30, None), policy(90, None));
        assert!(has_ended(end_of(&grant, &short, Floors::default()), now));
        assert!(!has_ended(end_of(&grant, &long, Floors::default()), now));
        let floors = Floors::default().before_lengthening(&short, &long, now);
        assert!(has_ended(end_of(&grant, &long, floors), now));
    }

    #[test]
    fn shortening_a_limit_leaves_no_floor() {
        let floors =
            Floors::default().before_lengthening(&policy(90, None), &policy(30, Some(60)), Timestamp::from_s(9));
        assert_eq!(floors, Floors::default());
    }

    #[test]
    fn removing_the_maximum_keeps_ended_what_it_had_ended() {
        let start = Timestamp::from_s(1_000_000);
        let now = start.plus_s(61 * DAY_S);
        let mut grant = samples::offline_grant(start);
        grant.last_used_at = start.plus_s(59 * DAY_S);
        let floors = Floors::default().before_lengthening(&policy(30, Some(60)), &policy(30, None), now);
        assert!(has_ended(end_of(&grant, &policy(30, None), floors), now));
    }

    #[test]
    fn a_floor_of_offline_sessions_ends_no_online_grant() {
        let start = Timestamp::from_s(1_000_000);
        let mut grant = samples::offline_grant(start);
        let floors = Floors { ended_if_used_before_at: start.plus_s(60), ..Floors::default() };
        assert!(has_ended(end_of(&grant, &policy(30, None), floors), start.plus_s(61)));
        grant.standing = Standing::Online { session: None };
        assert!(!has_ended(end_of(&grant, &policy(30, None), floors), start.plus_s(61)));
    }

    #[test]
    fn the_bounds_that_a_database_counts_by_are_the_same_rule() {
        let start = Timestamp::from_s(10_000_000);
        let day = |days: i64| start.plus_s(days * DAY_S);
        for (idle, max, chosen, used, floor) in [
            (30, None, None, 0, 0),
            (30, Some(60), None, 45, 0),
            (30, Some(60), Some(7), 1, 0),
            (30, None, Some(90), 70, 0),
            (30, None, None, 20, 25),
            (30, None, None, 25, 25),
        ] {
            let mut grant = samples::offline_grant(start);
            grant.last_used_at = day(used);
            grant.offline_mut().chosen_end_at = chosen.map(day);
            let policy = policy(idle, max);
            let floors = Floors { ended_if_used_before_at: day(floor), ..Floors::default() };
            for now in (used..120).map(day).flat_map(|now| [now, Timestamp::from_ms(now.as_ms() - 1)]) {
                let alive = !has_ended(end_of(&grant, &policy, floors), now);
                assert_eq!(AliveBounds::at(&policy, floors, now).admit(&grant), alive, "{idle} {max:?} {now:?}");
            }
        }
    }
}
