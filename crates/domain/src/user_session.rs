//! User sessions: the single sign-on session of one browser. Offline sessions do not depend on them.

use crate::{
    grant::Place,
    ids::{RealmId, UserId, UserSessionId},
    time::Timestamp,
    token_policy::RealmTokenPolicy,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSession {
    pub id: UserSessionId,
    pub realm_id: RealmId,
    pub user_id: UserId,
    pub auth_at: Timestamp,
    pub started_at: Timestamp,
    pub last_used_at: Timestamp,
    pub place: Place,
}

impl UserSession {
    /// Idle since the last use, or past the maximum.
    pub fn ends_at(&self, policy: &RealmTokenPolicy) -> Timestamp {
        let idle = self.last_used_at.plus_s(policy.sso_session_idle_s);
        idle.min(self.max_end(policy))
    }

    /// The end that use cannot move.
    pub fn max_end(&self, policy: &RealmTokenPolicy) -> Timestamp {
        self.started_at.plus_s(policy.sso_session_max_s)
    }

    pub fn is_alive(&self, policy: &RealmTokenPolicy, now: Timestamp) -> bool {
        now < self.ends_at(policy) && !policy.ended_sessions.ended(self.last_used_at, self.started_at)
    }
}

/// [`UserSession::is_alive`] as bounds, for whoever counts without reading: alive is what was used and started no earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AliveSince {
    pub used_from: Timestamp,
    pub started_from: Timestamp,
}

impl AliveSince {
    pub fn of(policy: &RealmTokenPolicy, now: Timestamp) -> Self {
        let within = |limit_s: i64| Timestamp::from_ms(now.minus_s(limit_s).as_ms().saturating_add(1));
        let marks = policy.ended_sessions;
        Self {
            used_from: within(policy.sso_session_idle_s).max(marks.used_before_at),
            started_from: within(policy.sso_session_max_s).max(marks.started_before_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_session_ends_at_the_earlier_of_idle_and_maximum() {
        let policy = RealmTokenPolicy { sso_session_idle_s: 100, sso_session_max_s: 250, ..Default::default() };
        let mut session = UserSession {
            id: UserSessionId(Uuid::nil()),
            realm_id: RealmId(Uuid::nil()),
            user_id: UserId(Uuid::nil()),
            auth_at: Timestamp::default(),
            started_at: Timestamp::default(),
            last_used_at: Timestamp::default(),
            place: Place::default(),
        };
        assert!(session.is_alive(&policy, Timestamp::from_s(99)));
        assert!(!session.is_alive(&policy, Timestamp::from_s(100)));
        session.last_used_at = Timestamp::from_s(200);
        assert!(session.is_alive(&policy, Timestamp::from_s(249)));
        assert!(!session.is_alive(&policy, Timestamp::from_s(250)));
    }

    #[test]
    fn what_a_shorter_limit_had_ended_stays_ended() {
        let policy = |idle_s, max_s| RealmTokenPolicy {
            sso_session_idle_s: idle_s,
            sso_session_max_s: max_s,
            ..Default::default()
        };
        let session = |started_s, used_s| UserSession {
            id: UserSessionId(Uuid::nil()),
            realm_id: RealmId(Uuid::nil()),
            user_id: UserId(Uuid::nil()),
            auth_at: Timestamp::default(),
            started_at: Timestamp::from_s(started_s),
            last_used_at: Timestamp::from_s(used_s),
            place: Place::default(),
        };
        let now = Timestamp::from_s(1_000);
        let long = policy(500, 900).keeping_ended_by(&policy(100, 300), now);
        for ended in [session(800, 900), session(700, 990)] {
            assert!(!ended.is_alive(&long, now), "{ended:?}");
        }
        assert!(session(701, 901).is_alive(&long, now));
        let longer = policy(600, 999).keeping_ended_by(&long, now.plus_s(1));
        assert!(!session(800, 900).is_alive(&longer, now), "the marks stay");
        assert_eq!(policy(5, 5).keeping_ended_by(&policy(6, 6), now).ended_sessions, Default::default());
    }

    #[test]
    fn the_bounds_say_what_the_rule_says() {
        let policy = |idle_s, max_s| RealmTokenPolicy {
            sso_session_idle_s: idle_s,
            sso_session_max_s: max_s,
            ..Default::default()
        };
        let now = Timestamp::from_s(1_000);
        let marked = policy(500, 900).keeping_ended_by(&policy(100, 300), now);
        for policy in [policy(100, 300), policy(300, 100), policy(i64::MAX, i64::MAX), marked] {
            let bounds = AliveSince::of(&policy, now);
            let edges = |limit_s: i64, mark: Timestamp| {
                let by_limit = now.minus_s(limit_s.min(900)).as_ms();
                [by_limit - 1, by_limit, by_limit + 1, mark.as_ms() - 1, mark.as_ms(), now.as_ms()]
            };
            for used in edges(policy.sso_session_idle_s, policy.ended_sessions.used_before_at) {
                for started in edges(policy.sso_session_max_s, policy.ended_sessions.started_before_at) {
                    let session = UserSession {
                        id: UserSessionId(Uuid::nil()),
                        realm_id: RealmId(Uuid::nil()),
                        user_id: UserId(Uuid::nil()),
                        auth_at: Timestamp::default(),
                        started_at: Timestamp::from_ms(started),
                        last_used_at: Timestamp::from_ms(used),
                        place: Place::default(),
                    };
                    let bounded = session.last_used_at >= bounds.used_from && session.started_at >= bounds.started_from;
                    assert_eq!(bounded, session.is_alive(&policy, now), "{session:?} {policy:?}");
                }
            }
        }
    }
}
