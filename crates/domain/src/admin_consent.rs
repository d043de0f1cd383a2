//! An admin's approval of a client for the whole realm: it stands for every user, until it ends or is taken away.

use crate::{client_scope::PermissionType, ids::UserId, time::Timestamp};
use perennial_protocol::ScopeSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdminConsent {
    /// Each scope with the instant since which it has been approved without a break: a grant that began before stays as ended
    /// as it was while nobody approved it.
    pub scopes: BTreeMap<String, Timestamp>,
    /// `None`: until taken away.
    pub ends_at: Option<Timestamp>,
    pub given_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The scopes that a grant carries, as far as it matters whether an admin allowed them.
#[derive(Clone, Copy, Debug)]
pub struct Carried<'a> {
    pub used: PermissionType,
    pub scope: &'a ScopeSet,
    /// When the grant began.
    pub started_at: Timestamp,
}

impl AdminConsent {
    /// What `earlier` becomes by an approval of these scopes at `now`. A scope that was approved until now goes on as it was.
    #[must_use]
    pub fn renewed(
        earlier: Option<&Self>,
        scopes: &[String],
        ends_at: Option<Timestamp>,
        given_by: UserId,
        now: Timestamp,
    ) -> Self {
        let standing = earlier.filter(|earlier| earlier.stands(now));
        let since = |scope: &String| standing.and_then(|earlier| earlier.scopes.get(scope).copied()).unwrap_or(now);
        Self {
            scopes: scopes.iter().map(|scope| (scope.clone(), since(scope))).collect(),
            ends_at,
            given_by: Some(given_by),
            created_at: earlier.map_or(now, |earlier| earlier.created_at),
            updated_at: now,
        }
    }

    pub fn stands(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|end| end > now)
    }

    /// Whether a grant that began at `started_at` may have the scope by this approval.
    pub fn covers(&self, scope: &str, started_at: Timestamp, now: Timestamp) -> bool {
        self.stands(now) && self.carries(scope, started_at)
    }

    /// Whether a grant that began at `started_at` has, or until the approval's end had, the scope by it.
    pub fn carries(&self, scope: &str, started_at: Timestamp) -> bool {
        self.scopes.get(scope).is_some_and(|since| *since <= started_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const BY: UserId = UserId(Uuid::nil());

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_s(seconds)
    }

    fn approved(earlier: Option<&AdminConsent>, end: Option<i64>, now: i64) -> AdminConsent {
        AdminConsent::renewed(earlier, &["files".to_owned()], end.map(at), BY, at(now))
    }

    #[test]
    fn it_covers_its_scopes_until_it_ends() {
        let consent = approved(None, Some(200), 100);
        assert!(consent.covers("files", at(100), at(199)));
        assert!(!consent.covers("files", at(100), at(200)));
        assert!(!consent.covers("mail", at(100), at(150)));
    }

    /// (end of the first approval, when the second is given) → whether a grant of the first goes on
    #[test]
    fn only_an_approval_without_a_break_carries_a_grant_on() {
        for (end, again, goes_on) in [(None, 150, true), (Some(200), 150, true), (Some(140), 150, false)] {
            let second = approved(Some(&approved(None, end, 100)), None, again);
            assert_eq!(second.covers("files", at(100), at(160)), goes_on, "{end:?}");
            assert!(second.covers("files", at(150), at(160)));
        }
    }

    #[test]
    fn a_scope_left_out_once_begins_anew() {
        let first = approved(None, None, 100);
        let without = AdminConsent::renewed(Some(&first), &[], None, BY, at(110));
        let again = approved(Some(&without), None, 120);
        assert!(!again.covers("files", at(100), at(130)));
    }
}
