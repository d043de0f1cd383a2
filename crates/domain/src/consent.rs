//! Consents: what a user lets a client do, and the end they chose for the time they are away.

use crate::{
    ids::{ClientId, UserId},
    time::Timestamp,
};
use perennial_protocol::ScopeSet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub user_id: UserId,
    pub client_id: ClientId,
    pub scope: ScopeSet,
    /// The end chosen last, in seconds from `updated_at`: what begins without a page ends with it, and the next page proposes it.
    /// `None`: until revoked.
    pub chosen_end_s: Option<i64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Consent {
    /// Seconds from `now` until the end that the user chose; 0 where it has passed, `None`: until revoked.
    pub fn away_left_s(&self, now: Timestamp) -> Option<i64> {
        let chosen_s = self.chosen_end_s?;
        // No more than was chosen, whatever the clock did since.
        Some(self.until_chosen_end_s(chosen_s, now).min(chosen_s).max(0))
    }

    /// The same end for a consent that is changed at `at` without the user being asked until when: it neither moves nor is forgotten.
    pub fn chosen_end_from(&self, at: Timestamp) -> Option<i64> {
        self.chosen_end_s.map(|chosen_s| self.until_chosen_end_s(chosen_s, at).max(1))
    }

    const fn until_chosen_end_s(&self, chosen_s: i64, from: Timestamp) -> i64 {
        from.seconds_until(self.updated_at.plus_s(chosen_s))
    }
}

/// The choices of the consent page, in seconds: 7, 30 and 90 days.
pub const CHOICES_S: [i64; 3] = [604_800, 2_592_000, 7_776_000];

/// The choices that the policy's maximum leaves; a choice beyond it would promise what is not kept.
pub fn choices_within(max_s: Option<i64>) -> impl Iterator<Item = i64> {
    CHOICES_S.into_iter().filter(move |choice| max_s.is_none_or(|max| *choice <= max))
}
