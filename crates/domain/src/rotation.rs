//! The generation decision: what a presented refresh token means for its family.
//!
//! Four comparisons of two integers decide retry, replay, reuse and recovery. Ordering is by generation, never by clock.

use crate::{
    time::Timestamp,
    token_policy::{EffectivePolicy, ReplayWindow, RotationMode},
};

/// Of the idle timeout, after which an ageing token is replaced.
const AGING_PERCENT: i64 = 70;
/// A token from a lost commit may be this many generations ahead of the database.
const RECOVERY_GENERATIONS: u64 = 65_536;
/// … and stamped at most this long before the row.
const RECOVERY_SKEW_S: i64 = 5 * 60;
/// Consecutive generations replayed from a second address and user agent that make a thief.
const FOREIGN_REPLAY_RUN: u8 = 3;

/// The stored state of a token family: the current generation and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFamily {
    pub generation: u64,
    /// When the current generation came to be; the `iat` of its token.
    pub stamped_at: Timestamp,
    /// Whether a token of the current generation was presented: then its predecessor is dead.
    pub proven: bool,
    /// Replays of the current generation's predecessor.
    pub replays: u32,
    /// Consecutive generations, up to `foreign_generation`, that were replayed from a second address and user agent.
    pub foreign_run: u8,
    pub foreign_generation: u64,
    /// The refresh key that the family's tokens are derived with.
    pub key_id: String,
    /// An older key that the family was last shown a token of: the answer with the new one may be lost, so the old key must stay
    /// until a token of `key_id` was shown.
    pub held_key_id: Option<String>,
}

impl TokenFamily {
    /// Goes on under the active key, after a token of the key `shown` was presented.
    pub fn go_on_under(&mut self, active: &str, shown: &str) {
        active.clone_into(&mut self.key_id);
        self.held_key_id = (shown != active).then(|| shown.to_owned());
    }
}

/// What the MAC of a presented token proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented {
    pub generation: u64,
    /// The token's `iat`, in Unix seconds.
    pub issued_at_s: i64,
    /// It came from another address *and* another user agent than the last use.
    pub foreign: bool,
}

/// What to do. Every change is written with a guard on the generation that was decided upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The current token, kept; `prove` says that the row must learn that its holder has it.
    Keep { prove: bool },
    /// The current token: advance to `to`, unproven.
    Rotate { to: u64 },
    /// The predecessor of a token that nobody has shown yet: answer with the same successor.
    Replay { foreign_run: u8 },
    /// A token that was replaced and whose successor is in use: the session ends.
    Reused,
    /// Newer than the database, which lost a commit: set the generation to the presented one and decide again.
    Recover { to: u64 },
    /// Newer than the database beyond what a lost commit explains, or under a key that the family has left: refuse, and say that the
    /// key may be in wrong hands.
    TooNew,
}

/// Decides upon a presented token; `now` is the database's clock.
pub fn decide(family: &TokenFamily, presented: Presented, policy: &EffectivePolicy, now: Timestamp) -> Decision {
    match presented.generation {
        newer if newer > family.generation => ahead(family, presented),
        current if current == family.generation => current_token(family, policy, now),
        previous if previous + 1 == family.generation => predecessor(family, presented, policy, now),
        _ => Decision::Reused,
    }
}

fn ahead(family: &TokenFamily, presented: Presented) -> Decision {
    let gap = presented.generation - family.generation;
    let earliest_s = family.stamped_at.minus_s(RECOVERY_SKEW_S).as_s();
    if gap <= RECOVERY_GENERATIONS && presented.issued_at_s >= earliest_s {
        Decision::Recover { to: presented.generation }
    } else {
        Decision::TooNew
    }
}

fn current_token(family: &TokenFamily, policy: &EffectivePolicy, now: Timestamp) -> Decision {
    let aged_ms = policy.idle_s().saturating_mul(1_000 * AGING_PERCENT / 100);
    let rotates = match policy.rotation {
        RotationMode::Always => true,
        RotationMode::Aging => now.elapsed_ms_since(family.stamped_at) >= aged_ms,
        // `Auto` is resolved to one of the others with the client's kind.
        RotationMode::Never | RotationMode::Auto => false,
    };
    if rotates { Decision::Rotate { to: family.generation + 1 } } else { Decision::Keep { prove: !family.proven } }
}

fn predecessor(family: &TokenFamily, presented: Presented, policy: &EffectivePolicy, now: Timestamp) -> Decision {
    let open = match policy.replay_window {
        ReplayWindow::UntilProven => true,
        ReplayWindow::Seconds(window_s) => now.elapsed_ms_since(family.stamped_at) < i64::from(window_s) * 1_000,
        ReplayWindow::Replays(allowed) => family.replays < allowed,
    };
    let foreign_run = foreign_run(family, presented.foreign);
    if family.proven || !open || foreign_run >= FOREIGN_REPLAY_RUN {
        return Decision::Reused;
    }
    Decision::Replay { foreign_run }
}

/// A run grows by one a generation, however often that generation is replayed, and starts anew after a gap.
fn foreign_run(family: &TokenFamily, foreign: bool) -> u8 {
    match (foreign, family.generation.checked_sub(family.foreign_generation)) {
        (false, Some(0)) | (true, Some(0)) => family.foreign_run,
        (true, Some(1)) => family.foreign_run.saturating_add(1),
        (true, _) => 1,
        (false, _) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::ClientKind, token_policy::*};

    const STAMP_S: i64 = 1_000_000;

    fn family(generation: u64, proven: bool) -> TokenFamily {
        TokenFamily {
            generation,
            stamped_at: Timestamp::from_s(STAMP_S),
            proven,
            replays: 0,
            foreign_run: 0,
            foreign_generation: 0,
            key_id: "k".into(),
            held_key_id: None,
        }
    }

    fn policy(rotation: RotationMode, window: ReplayWindow) -> EffectivePolicy {
        let realm =
            RealmTokenPolicy { rotation, replay_window: Some(window), offline_idle_s: 1_000, ..Default::default() };
        EffectivePolicy::resolve(&realm, &ClientTokenPolicy::default(), ClientKind::Confidential)
    }

    fn presented(generation: u64) -> Presented {
        Presented { generation, issued_at_s: STAMP_S, foreign: false }
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_s(STAMP_S + seconds)
    }

    use Decision::{Keep, Recover, Replay, Reused, Rotate, TooNew};
    use ReplayWindow::{Replays, Seconds, UntilProven};
    use RotationMode::{Aging, Always, Never};

    const REPLAY: Decision = Replay { foreign_run: 0 };

    /// mode, window, proven, presented (stored is 5), seconds since the stamp → decision
    const TABLE: [(RotationMode, ReplayWindow, bool, u64, i64, Decision); 19] = [
        (Never, UntilProven, true, 5, 0, Keep { prove: false }),
        (Never, UntilProven, false, 5, 0, Keep { prove: true }),
        (Always, UntilProven, false, 5, 0, Rotate { to: 6 }),
        (Always, UntilProven, true, 5, 0, Rotate { to: 6 }),
        (Aging, UntilProven, true, 5, 699, Keep { prove: false }),
        (Aging, UntilProven, true, 5, 700, Rotate { to: 6 }),
        (Aging, UntilProven, true, 5, -50, Keep { prove: false }),
        (Always, UntilProven, false, 4, 0, REPLAY),
        (Always, UntilProven, false, 4, 900_000, REPLAY),
        (Always, UntilProven, true, 4, 0, Reused),
        (Always, Seconds(60), false, 4, 59, REPLAY),
        (Always, Seconds(60), false, 4, 60, Reused),
        (Always, Seconds(60), false, 4, -5, REPLAY),
        (Always, Seconds(0), false, 4, 0, Reused),
        (Always, Replays(0), false, 4, 0, Reused),
        (Always, UntilProven, false, 3, 0, Reused),
        (Never, UntilProven, false, 0, 0, Reused),
        (Always, UntilProven, true, 6, 0, Recover { to: 6 }),
        (Always, UntilProven, true, 5 + 65_537, 0, TooNew),
    ];

    #[test]
    fn every_generation_has_one_meaning() {
        for (mode, window, proven, generation, elapsed_s, expected) in TABLE {
            let decision = decide(&family(5, proven), presented(generation), &policy(mode, window), after(elapsed_s));
            assert_eq!(decision, expected, "{mode:?} {window:?} proven={proven} presented={generation} +{elapsed_s}s");
        }
    }

    #[test]
    fn the_token_of_an_online_grant_ages_by_the_online_idle_timeout() {
        let online = EffectivePolicy { of_online: true, online_idle_s: 100, ..policy(Aging, UntilProven) };
        let decision = |elapsed_s| decide(&family(5, true), presented(5), &online, after(elapsed_s));
        assert_eq!(decision(69), Keep { prove: false });
        assert_eq!(decision(70), Rotate { to: 6 });
    }

    #[test]
    fn a_token_from_a_lost_commit_is_accepted_within_bounds() {
        let policy = policy(Always, UntilProven);
        let at = |generation, issued_at_s| {
            decide(&family(5, true), Presented { generation, issued_at_s, foreign: false }, &policy, after(0))
        };
        assert_eq!(at(5 + 65_536, STAMP_S), Recover { to: 5 + 65_536 });
        assert_eq!(at(6, STAMP_S - 300), Recover { to: 6 });
        assert_eq!(at(6, STAMP_S - 301), TooNew);
        assert_eq!(at(u64::MAX, STAMP_S), TooNew);
    }

    #[test]
    fn max_reuse_counts_the_replays_of_one_generation() {
        let policy = policy(Always, Replays(2));
        let mut stored = family(5, false);
        for replays in 0..2 {
            stored.replays = replays;
            assert_eq!(decide(&stored, presented(4), &policy, after(0)), REPLAY);
        }
        stored.replays = 2;
        assert_eq!(decide(&stored, presented(4), &policy, after(0)), Reused);
    }

    #[test]
    fn replays_from_a_second_place_in_three_generations_running_are_reuse() {
        let policy = policy(Always, UntilProven);
        let foreign = |stored: &TokenFamily| {
            let shown = Presented { generation: stored.generation - 1, issued_at_s: STAMP_S, foreign: true };
            decide(stored, shown, &policy, after(0))
        };
        let mut stored = family(5, false);
        assert_eq!(foreign(&stored), Replay { foreign_run: 1 });
        (stored.foreign_run, stored.foreign_generation) = (1, 5);
        assert_eq!(foreign(&stored), Replay { foreign_run: 1 }, "again in the same generation");
        stored.generation = 6;
        assert_eq!(foreign(&stored), Replay { foreign_run: 2 });
        (stored.foreign_run, stored.foreign_generation) = (2, 6);
        stored.generation = 8;
        assert_eq!(foreign(&stored), Replay { foreign_run: 1 }, "a generation without one breaks the run");
        stored.generation = 7;
        assert_eq!(foreign(&stored), Reused);
    }

    #[test]
    fn an_old_key_is_held_until_a_token_of_the_new_one_was_shown() {
        let mut stored = family(5, true);
        stored.go_on_under("new", "k");
        assert_eq!((stored.key_id.as_str(), stored.held_key_id.as_deref()), ("new", Some("k")));
        stored.go_on_under("new", "new");
        assert_eq!((stored.key_id.as_str(), stored.held_key_id.as_deref()), ("new", None));
    }
}
