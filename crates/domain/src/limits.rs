//! The limits of a grant side by side: what each of them would end, when, by how many seconds, and who set it. The same rule as
//! [`crate::lifetime::end_of`], taken apart for people; a test holds the two together.

use crate::{
    grant::{Grant, Standing},
    lifetime::{self, EndCause, Floors, SessionEnd},
    time::Timestamp,
    token_policy::{EffectivePolicy, Limit, LimitSource},
};

/// One limit of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub cause: EndCause,
    /// Who set it; `None` for what a person or an ending left on the session.
    pub source: Option<LimitSource>,
    /// Its length, where it is counted from something.
    pub seconds: Option<i64>,
    /// What it is counted from.
    pub from: Option<Timestamp>,
    /// `None`: it does not limit this grant.
    pub ends_at: Option<Timestamp>,
    /// It is the one that ends the grant first.
    pub wins: bool,
}

/// Idle, maximum, the end that was chosen or, where that comes first, of an admin's approval, and floor, in this order.
pub fn lines(grant: &Grant, policy: &EffectivePolicy, floors: Floors, approval: Option<Timestamp>) -> [Line; 4] {
    let of_realm = |seconds| Limit { seconds, source: LimitSource::Realm };
    let (idle, max, chosen) = match &grant.standing {
        Standing::Offline(offline) => (policy.offline_idle, policy.offline_max, offline.chosen_end_at),
        Standing::Online { .. } => (of_realm(policy.online_idle_s), Some(of_realm(policy.online_max_s)), None),
    };
    let (allowed_by, allowed_until) = match approval {
        Some(approval) if chosen.is_none_or(|chosen| approval <= chosen) => (EndCause::Approval, Some(approval)),
        _ => (EndCause::Consent, chosen),
    };
    let end = lifetime::end_of(grant, policy, floors).capped_by(approval);
    let floor = (end.cause == EndCause::Floor).then_some(end.at);
    [
        counted(EndCause::Idle, Some(idle), grant.last_used_at, end),
        counted(EndCause::Max, max, grant.started_at, end),
        fixed(allowed_by, allowed_until, end),
        fixed(EndCause::Floor, floor, end),
    ]
}

fn counted(cause: EndCause, limit: Option<Limit>, from: Timestamp, end: SessionEnd) -> Line {
    Line {
        cause,
        source: limit.map(|limit| limit.source),
        seconds: limit.map(|limit| limit.seconds),
        from: limit.map(|_| from),
        ends_at: limit.map(|limit| from.plus_s(limit.seconds)),
        wins: end.cause == cause,
    }
}

fn fixed(cause: EndCause, ends_at: Option<Timestamp>, end: SessionEnd) -> Line {
    Line { cause, source: None, seconds: None, from: None, ends_at, wins: end.cause == cause }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::ClientKind, grant::samples, token_policy::*};

    #[test]
    fn the_winning_line_is_the_end_of_the_session_and_no_other_comes_before_it() {
        let start = Timestamp::from_s(1_000_000);
        for (idle_s, max_s, chosen_s, floor_s) in [
            (100, None, None, 0),
            (100, Some(90), None, 0),
            (100, Some(90), Some(80), 0),
            (100, None, Some(500), 0),
            (100, Some(90), Some(80), 7),
        ] {
            let client = ClientTokenPolicy { offline_idle_s: Some(idle_s), offline_max_s: max_s, ..Default::default() };
            let policy = EffectivePolicy::resolve(&RealmTokenPolicy::default(), &client, ClientKind::Confidential);
            let mut grant = samples::offline_grant(start);
            grant.offline_mut().chosen_end_at = chosen_s.map(|seconds| start.plus_s(seconds));
            let floors = Floors { ended_if_started_before_at: start.plus_s(floor_s), ..Floors::default() };
            let all = lines(&grant, &policy, floors, None);
            let end = lifetime::end_of(&grant, &policy, floors);
            let winners: Vec<_> = all.iter().filter(|line| line.wins).collect();
            assert_eq!(winners.len(), 1);
            assert_eq!((winners[0].cause, winners[0].ends_at), (end.cause, Some(end.at)));
            assert!(all.iter().filter_map(|line| line.ends_at).all(|at| at >= end.at));
            assert_eq!(all[0].source, Some(LimitSource::Client));
        }
    }

    #[test]
    fn an_approval_that_ends_before_the_chosen_day_is_named() {
        let (start, policy) = (Timestamp::from_s(1_000_000), RealmTokenPolicy::default());
        let policy = EffectivePolicy::resolve(&policy, &ClientTokenPolicy::default(), ClientKind::Confidential);
        let mut grant = samples::offline_grant(start);
        grant.offline_mut().chosen_end_at = Some(start.plus_s(80));
        for (approval_s, cause, end_s) in
            [(79, EndCause::Approval, 79), (80, EndCause::Approval, 80), (81, EndCause::Consent, 80)]
        {
            let all = lines(&grant, &policy, Floors::default(), Some(start.plus_s(approval_s)));
            let winners: Vec<_> = all.iter().filter(|line| line.wins).map(|line| (line.cause, line.ends_at)).collect();
            assert_eq!(winners, [(cause, Some(start.plus_s(end_s)))]);
        }
    }
}
