//! Counts of offline sessions by when they were last used and when they end: what a summary shows.

use crate::{session_filter::Glance, time::Timestamp};

/// Upper edges of the classes, in days; the last class is open.
pub const EDGES_DAYS: [i64; 4] = [1, 7, 30, 90];
const DAY_S: i64 = 86_400;

/// One class more than there are edges.
pub type Classes = [u64; EDGES_DAYS.len() + 1];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub total: u64,
    pub paused: u64,
    /// By the time since the last use.
    pub by_last_use: Classes,
    /// By the time until the end.
    pub by_end: Classes,
}

impl Tally {
    pub fn add(&mut self, seen: &Glance, ends_at: Timestamp, now: Timestamp) {
        self.total += 1;
        self.paused += u64::from(seen.paused);
        self.by_last_use[class_of(seen.last_used_at.seconds_until(now))] += 1;
        self.by_end[class_of(now.seconds_until(ends_at))] += 1;
    }

    pub fn merge(&mut self, other: &Self) {
        self.total += other.total;
        self.paused += other.paused;
        for (own, more) in self.by_last_use.iter_mut().zip(other.by_last_use) {
            *own += more;
        }
        for (own, more) in self.by_end.iter_mut().zip(other.by_end) {
            *own += more;
        }
    }
}

/// A class holds what is less than its edge.
fn class_of(seconds: i64) -> usize {
    EDGES_DAYS.iter().position(|days| seconds < days * DAY_S).unwrap_or(EDGES_DAYS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_what_is_less_than_its_edge() {
        let day = DAY_S;
        for (seconds, class) in
            [(-5, 0), (0, 0), (day - 1, 0), (day, 1), (7 * day, 2), (30 * day, 3), (90 * day - 1, 3), (90 * day, 4)]
        {
            assert_eq!(class_of(seconds), class, "{seconds}");
        }
    }
}
