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
    /// The end chosen last, in seconds from the grant: the default for the next time. `None`: until revoked.
    pub chosen_end_s: Option<i64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The choices of the consent page, in seconds: 7, 30 and 90 days.
pub const CHOICES_S: [i64; 3] = [604_800, 2_592_000, 7_776_000];

/// The choices that the policy's maximum leaves; a choice beyond it would promise what is not kept.
pub fn choices_within(max_s: Option<i64>) -> impl Iterator<Item = i64> {
    CHOICES_S.into_iter().filter(move |choice| max_s.is_none_or(|max| *choice <= max))
}
