//! Notices about offline sessions: which one is due, and for which instant, so that each is given once.
//!
//! No end is stored, so a database finds candidates by [`DueBounds`], and [`due`] decides on each of them.

mod due_bounds;

pub use due_bounds::DueBounds;

use crate::{
    grant::Grant,
    lifetime::{self, EndCause, SessionEnd},
    time::Timestamp,
    token_policy::{EffectivePolicy, Limit},
};
use serde::{Deserialize, Serialize};

const DAY_S: i64 = 86_400;
/// A limit shorter than this ends sessions in the ordinary course of things: nobody is told beforehand.
const SHORTEST_LIMIT_S: i64 = DAY_S;
/// Nobody is told before the last quarter of a limit, so that a session in regular use raises no notice.
const LAST_PART: i64 = 4;

/// What an admin sets on a realm. 0 days: that notice is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeSettings {
    pub enabled: bool,
    /// Before the end.
    pub expiring_days: u32,
    /// Without use.
    pub dormant_days: u32,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { enabled: true, expiring_days: 7, dormant_days: 60 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    Expiring,
    Dormant,
}

impl NoticeKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expiring => "expiring",
            Self::Dormant => "dormant",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Expiring, Self::Dormant].into_iter().find(|own| own.as_str() == text)
    }
}

/// A notice to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    Expiring(SessionEnd),
    Dormant { last_used_at: Timestamp },
}

impl Notice {
    pub const fn kind(self) -> NoticeKind {
        match self {
            Self::Expiring(_) => NoticeKind::Expiring,
            Self::Dormant { .. } => NoticeKind::Dormant,
        }
    }

    /// What it is about. A notice of the same kind about the same instant is the same notice.
    pub const fn for_at(self) -> Timestamp {
        match self {
            Self::Expiring(end) => end.at,
            Self::Dormant { last_used_at } => last_used_at,
        }
    }
}

/// An offline session, and what ends it.
#[derive(Clone, Copy, Debug)]
pub struct Bounded<'a> {
    pub grant: &'a Grant,
    pub policy: &'a EffectivePolicy,
    /// As things stand, by whichever limit.
    pub end: SessionEnd,
    /// Of an admin's approval that the session lives by.
    pub approval_ends_at: Option<Timestamp>,
}

/// The notices that are due for an offline session; whether they were given before is not known here.
pub fn due(session: Bounded<'_>, settings: NoticeSettings, now: Timestamp) -> Vec<Notice> {
    let Bounded { grant, policy, end, approval_ends_at: approval } = session;
    let has_ended = lifetime::has_ended(end, now);
    if !settings.enabled || !grant.is_offline() || has_ended {
        return Vec::new();
    }
    let expiring = expiring(grant, policy, approval, settings, now).map(Notice::Expiring);
    let dormant = is_dormant(grant, settings, now).then_some(Notice::Dormant { last_used_at: grant.last_used_at });
    expiring.into_iter().chain(dormant).collect()
}

/// The earliest end that is near. A short idle timeout, which use moves on, does not hide a fixed end behind it.
fn expiring(
    grant: &Grant,
    policy: &EffectivePolicy,
    approval: Option<Timestamp>,
    settings: NoticeSettings,
    now: Timestamp,
) -> Option<SessionEnd> {
    let limited = |from: Timestamp, limit: Limit, cause| {
        let end = SessionEnd { at: from.plus_s(limit.seconds), cause, source: Some(limit.source) };
        (end, limit.seconds)
    };
    let chosen = grant.offline().and_then(|offline| offline.chosen_end_at);
    let chosen = chosen.map(|at| SessionEnd { at, cause: EndCause::Consent, source: None });
    // Of two at the same instant the first counts.
    let allowed = approval.map(SessionEnd::of_approval).into_iter().chain(chosen).min_by_key(|end| end.at);
    let allowed = allowed.map(|end| (end, grant.started_at.seconds_until(end.at)));
    let candidates = [
        Some(limited(grant.last_used_at, policy.offline_idle, EndCause::Idle)),
        policy.offline_max.map(|max| limited(grant.started_at, max, EndCause::Max)),
        allowed,
    ];
    let is_near = |(end, limit_s): &(SessionEnd, i64)| {
        lead_s(settings, *limit_s).is_some_and(|lead_s| end.at.minus_s(lead_s) <= now)
    };
    candidates.into_iter().flatten().filter(is_near).map(|(end, _)| end).min_by_key(|end| end.at)
}

fn is_dormant(grant: &Grant, settings: NoticeSettings, now: Timestamp) -> bool {
    settings.dormant_days > 0 && grant.last_used_at <= now.minus_s(i64::from(settings.dormant_days) * DAY_S)
}

/// How long before the end of a limit of this length people are told; `None`: not at all.
fn lead_s(settings: NoticeSettings, limit_s: i64) -> Option<i64> {
    let wanted_s = i64::from(settings.expiring_days) * DAY_S;
    (wanted_s > 0 && limit_s >= SHORTEST_LIMIT_S).then(|| wanted_s.min(limit_s / LAST_PART))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::ClientKind, grant::samples, lifetime::Floors, token_policy::*};

    const SETTINGS: NoticeSettings = NoticeSettings { enabled: true, expiring_days: 7, dormant_days: 60 };

    fn policy(idle_s: i64, max_days: Option<i64>) -> EffectivePolicy {
        let realm = RealmTokenPolicy {
            offline_idle_s: idle_s,
            offline_max_enabled: max_days.is_some(),
            offline_max_s: max_days.unwrap_or(1) * DAY_S,
            ..Default::default()
        };
        EffectivePolicy::resolve(&realm, &ClientTokenPolicy::default(), ClientKind::Confidential)
    }

    fn start() -> Timestamp {
        Timestamp::from_s(100_000_000)
    }

    fn day(days: i64) -> Timestamp {
        start().plus_s(days * DAY_S)
    }

    fn due_at(grant: &Grant, policy: &EffectivePolicy, now: Timestamp) -> Vec<Notice> {
        let end = lifetime::end_of(grant, policy, Floors::default());
        due(Bounded { grant, policy, end, approval_ends_at: None }, SETTINGS, now)
    }

    fn end(days: i64, cause: EndCause) -> Vec<Notice> {
        let source = matches!(cause, EndCause::Idle | EndCause::Max).then_some(LimitSource::Realm);
        vec![Notice::Expiring(SessionEnd { at: day(days), cause, source })]
    }

    #[test]
    fn an_end_is_near_in_the_days_set_and_not_before() {
        let (grant, policy) = (samples::offline_grant(start()), policy(30 * DAY_S, None));
        assert_eq!(due_at(&grant, &policy, day(22)), []);
        assert_eq!(due_at(&grant, &policy, day(23)), end(30, EndCause::Idle));
        assert_eq!(due_at(&grant, &policy, day(30)), [], "it has ended");
    }

    #[test]
    fn a_session_used_again_is_due_again_for_its_new_end() {
        let (mut grant, policy) = (samples::offline_grant(start()), policy(30 * DAY_S, None));
        grant.last_used_at = day(25);
        assert_eq!(due_at(&grant, &policy, day(30)), []);
        assert_eq!(due_at(&grant, &policy, day(49)), end(55, EndCause::Idle));
    }

    #[test]
    fn a_short_limit_is_noticed_in_its_last_quarter_and_a_very_short_one_not_at_all() {
        let grant = samples::offline_grant(start());
        assert_eq!(due_at(&grant, &policy(8 * DAY_S, None), day(5)), []);
        assert_eq!(due_at(&grant, &policy(8 * DAY_S, None), day(6)), end(8, EndCause::Idle));
        assert_eq!(due_at(&grant, &policy(3_600, None), start().plus_s(3_500)), []);
    }

    #[test]
    fn a_short_idle_timeout_does_not_hide_the_fixed_end_behind_it() {
        let (mut grant, policy) = (samples::offline_grant(start()), policy(3_600, Some(60)));
        grant.last_used_at = day(54);
        assert_eq!(due_at(&grant, &policy, day(54).plus_s(60)), end(60, EndCause::Max));
    }

    #[test]
    fn the_end_that_the_user_chose_is_named() {
        let (mut grant, policy) = (samples::offline_grant(start()), policy(30 * DAY_S, None));
        grant.offline_mut().chosen_end_at = Some(day(90));
        grant.last_used_at = day(82);
        assert_eq!(due_at(&grant, &policy, day(84)), end(90, EndCause::Consent));
    }

    #[test]
    fn the_end_of_an_approval_that_it_lives_by_is_named_and_looked_for() {
        let (mut grant, policy) = (samples::offline_grant(start()), policy(30 * DAY_S, None));
        grant.last_used_at = day(10);
        let (now, ends_at) = (day(12), day(15));
        let own = lifetime::end_of(&grant, &policy, Floors::default()).capped_by(Some(ends_at));
        let session = Bounded { grant: &grant, policy: &policy, end: own, approval_ends_at: Some(ends_at) };
        assert_eq!(due(session, SETTINGS, now), end(15, EndCause::Approval));
        assert!(!DueBounds::at(&policy, SETTINGS, now).admit(&grant));
        assert!(DueBounds::at(&policy, SETTINGS, now).with_approval(Some(ends_at), SETTINGS, now).admit(&grant));
        let later = DueBounds::at(&policy, SETTINGS, now).with_approval(Some(day(90)), SETTINGS, now);
        assert!(!later.admit(&grant));
    }

    #[test]
    fn a_session_sleeps_after_the_days_set() {
        let (grant, policy) = (samples::offline_grant(start()), policy(365 * DAY_S, None));
        assert_eq!(due_at(&grant, &policy, day(59)), []);
        assert_eq!(due_at(&grant, &policy, day(61)), [Notice::Dormant { last_used_at: start() }]);
        let off = NoticeSettings { enabled: false, ..SETTINGS };
        let end = lifetime::end_of(&grant, &policy, Floors::default());
        assert_eq!(due(Bounded { grant: &grant, policy: &policy, end, approval_ends_at: None }, off, day(61)), []);
    }

    #[test]
    fn the_bounds_that_a_database_looks_by_miss_nothing_that_is_due() {
        for (idle_days, max, chosen, used) in
            [(30, None, None, 0), (30, Some(60), None, 45), (90, Some(60), Some(8), 1), (365, None, Some(90), 70)]
        {
            let mut grant = samples::offline_grant(start());
            grant.last_used_at = day(used);
            grant.offline_mut().chosen_end_at = chosen.map(day);
            let policy = policy(idle_days * DAY_S, max);
            for now in (used..400).map(day) {
                let is_due = !due_at(&grant, &policy, now).is_empty();
                assert!(!is_due || DueBounds::at(&policy, SETTINGS, now).admit(&grant), "{idle_days} {now:?}");
            }
        }
    }
}
