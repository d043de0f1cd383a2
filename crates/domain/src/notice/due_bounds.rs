//! Which of a client's sessions may be due for a notice, as bounds that a database can look by. They miss none, and admit more.

use super::{DAY_S, NoticeSettings, lead_s};
use crate::{grant::Grant, time::Timestamp, token_policy::EffectivePolicy};

/// One client's sessions that may be due: those that satisfy any of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DueBounds {
    /// Last used then or before.
    pub used_until: Option<Timestamp>,
    /// Started then or before.
    pub started_until: Option<Timestamp>,
    /// The chosen end lies then or before.
    pub chosen_end_until: Option<Timestamp>,
}

impl DueBounds {
    pub fn at(policy: &EffectivePolicy, settings: NoticeSettings, now: Timestamp) -> Self {
        if !settings.enabled {
            return Self::default();
        }
        let near = |limit_s: i64| lead_s(settings, limit_s).map(|lead_s| now.plus_s(lead_s).minus_s(limit_s));
        let dormant_s = i64::from(settings.dormant_days) * DAY_S;
        let dormant = (dormant_s > 0).then(|| now.minus_s(dormant_s));
        let lead_s = i64::from(settings.expiring_days) * DAY_S;
        Self {
            used_until: near(policy.offline_idle.seconds).max(dormant),
            started_until: policy.offline_max.and_then(|max| near(max.seconds)),
            chosen_end_until: (lead_s > 0).then(|| now.plus_s(lead_s)),
        }
    }

    /// Of a client with an admin's approval that ends then: all of its sessions may live by that.
    #[must_use]
    pub fn with_approval(self, ends_at: Option<Timestamp>, settings: NoticeSettings, now: Timestamp) -> Self {
        let lead_s = i64::from(settings.expiring_days) * DAY_S;
        let is_near = |end: &Timestamp| settings.enabled && lead_s > 0 && *end > now && end.minus_s(lead_s) <= now;
        Self { used_until: self.used_until.max(ends_at.filter(is_near).map(|_| now)), ..self }
    }

    /// Satisfied by what satisfies either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            used_until: self.used_until.max(other.used_until),
            started_until: self.started_until.max(other.started_until),
            chosen_end_until: self.chosen_end_until.max(other.chosen_end_until),
        }
    }

    /// Nothing can be due.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn admit(&self, grant: &Grant) -> bool {
        let chosen = grant.offline().and_then(|offline| offline.chosen_end_at);
        self.used_until.is_some_and(|until| grant.last_used_at <= until)
            || self.started_until.is_some_and(|until| grant.started_at <= until)
            || self.chosen_end_until.zip(chosen).is_some_and(|(until, end)| end <= until)
    }
}
