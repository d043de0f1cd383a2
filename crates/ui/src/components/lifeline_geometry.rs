//! The lifeline as plain data and where its parts lie, in hundredths of a percent of the bar. No view, no clock, no words.

/// Which limit ends a session first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// Not used for too long.
    Idle,
    /// The longest lifetime since its start.
    Max,
    /// The end that the user chose with the consent.
    Chosen,
    /// The end of the consent or of an admin's approval.
    Approval,
    /// One that this version has no words for.
    Other,
}

impl EndCause {
    /// The API's `endsBy`.
    pub fn from_wire(name: &str) -> EndCause {
        match name {
            "idle" => EndCause::Idle,
            "max" => EndCause::Max,
            "consent" | "chosen" => EndCause::Chosen,
            "approval" | "admin_consent" | "admin-consent" => EndCause::Approval,
            _ => EndCause::Other,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifelineEnd {
    /// Ms since epoch.
    pub at: i64,
    pub cause: EndCause,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LifelineState {
    #[default]
    Live,
    Paused,
    Blocked,
}

/// One session's life. All instants in ms since epoch; `uses` in any order; no `end` when nothing limits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifelineData {
    pub started_at: i64,
    pub uses: Vec<i64>,
    pub now: i64,
    pub end: Option<LifelineEnd>,
    pub state: LifelineState,
}

/// Positions in hundredths of a percent of the bar's width: whole numbers, since printing fractions costs a console
/// several kilobytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Geometry {
    pub now: i64,
    pub ticks: Vec<i64>,
    pub ended: bool,
    /// Nothing limits it: the remaining stretch has no right edge.
    pub endless: bool,
}

/// Where "now" lies on a life without an end.
const NOW_WHEN_ENDLESS: i64 = 7_000;
/// Ticks closer than this would be one smear.
const TICK_GAP: i64 = 60;
/// The right end of the bar.
pub(super) const WHOLE: i64 = 10_000;

impl LifelineData {
    pub(super) fn geometry(&self) -> Geometry {
        let lived = (self.now - self.started_at).max(0);
        // So much of the bar stands for so many ms.
        let (length, span, ended) = match self.end {
            Some(end) => (WHOLE, (end.at - self.started_at).max(0), end.at <= self.now),
            None => (NOW_WHEN_ENDLESS, lived, false),
        };
        let place = |at: i64| {
            let since = (at - self.started_at).clamp(0, span);
            since.saturating_mul(length).checked_div(span).unwrap_or_default()
        };
        let mut uses = self.uses.clone();
        uses.sort_unstable();
        let mut ticks: Vec<i64> = Vec::new();
        for use_at in uses {
            let tick = place(use_at);
            if ticks.last().is_none_or(|last| tick - last >= TICK_GAP) {
                ticks.push(tick);
            }
        }
        let now = if ended { WHOLE } else { place(self.now) };
        Geometry { now, ticks, ended, endless: self.end.is_none() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(uses: &[i64], now: i64, end: Option<i64>) -> Geometry {
        let end = end.map(|at| LifelineEnd { at, cause: EndCause::Idle });
        let uses = uses.to_vec();
        LifelineData { started_at: 1_000, uses, now, end, state: LifelineState::Live }.geometry()
    }

    #[test]
    fn now_divides_what_was_lived_from_what_remains() {
        let g = life(&[1_000, 1_250], 1_500, Some(2_000));
        assert_eq!((g.now, g.ticks, g.ended, g.endless), (5_000, vec![0, 2_500], false, false));
    }

    #[test]
    fn a_life_that_ended_is_full_and_one_without_an_end_stays_open() {
        let g = life(&[], 9_000, Some(2_000));
        assert_eq!((g.now, g.ended), (WHOLE, true));
        let g = life(&[1_500], 2_000, None);
        assert_eq!((g.now, g.ticks, g.endless), (7_000, vec![3_500], true));
    }

    #[test]
    fn odd_data_stays_inside_the_bar() {
        let g = life(&[0, 5_000, 900], 500, Some(2_000));
        assert!(g.ticks.iter().chain([&g.now]).all(|at| (0..=WHOLE).contains(at)), "{g:?}");
        let g = life(&[1_000], 1_000, None);
        assert_eq!((g.now, g.ticks), (0, vec![0]));
        let g = life(&[1_000], 1_000, Some(1_000));
        assert!(g.ended);
    }

    #[test]
    fn uses_that_would_smear_are_drawn_once() {
        let uses: Vec<i64> = (1_000..2_000).collect();
        assert!(life(&uses, 2_000, Some(2_000)).ticks.len() < 170);
    }
}
