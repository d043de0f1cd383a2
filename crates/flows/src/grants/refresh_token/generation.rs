//! What a presented generation does to its token family (offline-access rules, "Rotation"): decided by the domain, with what only
//! the realm's keys tell, and written by the refresh grant.

use crate::{LoadedRealm, witness::Witness};
use perennial_domain::{
    Timestamp,
    rotation::{self, Decision, Presented, TokenFamily},
    token_policy::{EffectivePolicy, RotationMode},
};

/// A generation as it was presented, and what it is judged by.
pub(super) struct Shown<'a> {
    pub realm: &'a LoadedRealm,
    pub policy: EffectivePolicy,
    /// The key that the token was made with.
    pub kid: &'a str,
    pub presented: Presented,
    pub now: Timestamp,
}

pub(super) enum Advance {
    To(Advanced),
    /// The token had been replaced and its successor used.
    Reused,
    /// Newer than the database by more than a lost commit explains, or under a key that the family has left.
    TooNew,
}

/// The family as it is to be written.
pub(crate) struct Advanced {
    pub family: TokenFamily,
    pub used: Used,
    /// The database had lost a commit: the generation went forward to this one first.
    pub recovered_to: Option<u64>,
}

/// What happens to the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Used {
    Kept,
    Rotated,
    Replayed,
}

impl Used {
    /// For metrics and the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Rotated => "rotated",
            Self::Replayed => "replayed",
        }
    }
}

impl Shown<'_> {
    /// A recovery moves the family forward and asks again.
    pub fn advance<W: Witness>(&self, stored: &TokenFamily, witness: &mut W) -> Advance {
        let mut family = stored.clone();
        let mut decision = self.meaning(&family);
        witness.decided(decision);
        let mut recovered_to = None;
        if let Decision::Recover { to } = decision {
            recovered_to = Some(to);
            family.generation = to;
            family.stamped_at = Timestamp::from_s(self.presented.issued_at_s);
            family.proven = true;
            family.replays = 0;
            decision = rotation::decide(&family, self.presented, &self.policy, self.now);
            witness.decided(decision);
        }
        // A family under an old key goes on under the active one. A successor that was handed out stays what it was, byte for byte.
        if !matches!(decision, Decision::Replay { .. }) {
            family.go_on_under(self.realm.refresh.active().kid(), self.kid);
        }
        let used = match decision {
            Decision::Keep { prove } => {
                family.proven |= prove;
                Used::Kept
            }
            Decision::Rotate { to } => {
                family.generation = to;
                family.stamped_at = self.now;
                family.proven = false;
                family.replays = 0;
                Used::Rotated
            }
            Decision::Replay { foreign_run } => {
                family.replays += 1;
                family.foreign_run = foreign_run;
                family.foreign_generation = family.generation;
                Used::Replayed
            }
            Decision::Reused => return Advance::Reused,
            Decision::TooNew | Decision::Recover { .. } => return Advance::TooNew,
        };
        Advance::To(Advanced { family, used, recovered_to })
    }

    /// A family that rotates leaves an older key for good as soon as a token under the newer one was shown: from then on only old
    /// generations are under the older key, or a thief's.
    fn meaning(&self, family: &TokenFamily) -> Decision {
        match rotation::decide(family, self.presented, &self.policy, self.now) {
            Decision::Reused => Decision::Reused,
            // Where tokens stay the same, copies of one may go on under either key.
            _ if self.policy.rotation == RotationMode::Always && self.key_was_left_by(family) => Decision::TooNew,
            decision => decision,
        }
    }

    fn key_was_left_by(&self, family: &TokenFamily) -> bool {
        if self.kid == family.key_id || family.held_key_id.as_deref() == Some(self.kid) {
            return false;
        }
        let made_at = |kid: &str| self.realm.model.keys.iter().find(|key| key.kid == kid).map(|key| key.created_at);
        // In a restored backup the family may stand under an older key than its newest token.
        made_at(self.kid) < made_at(&family.key_id)
    }
}
