//! Where the parts of the policy drawing lie, in percent of its width, from two durations. Two example sessions share
//! one axis: one used every night, one used for a while and then forgotten. No view, no words.

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;
/// More nights than this are drawn as every second, third, … one.
const MOST_TICKS: i64 = 48;
/// Steps that an axis may have.
const STEPS_S: [i64; 19] = [
    MINUTE_S,
    5 * MINUTE_S,
    15 * MINUTE_S,
    HOUR_S,
    3 * HOUR_S,
    6 * HOUR_S,
    12 * HOUR_S,
    DAY_S,
    2 * DAY_S,
    5 * DAY_S,
    10 * DAY_S,
    30 * DAY_S,
    60 * DAY_S,
    90 * DAY_S,
    180 * DAY_S,
    365 * DAY_S,
    2 * 365 * DAY_S,
    5 * 365 * DAY_S,
    20 * 365 * DAY_S,
];

/// What ends an example session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Idle,
    Max,
}

/// One example session.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub uses: Vec<f64>,
    /// Since when nobody used it, where that matters.
    pub idle_from: Option<f64>,
    /// `None`: it goes on beyond the picture.
    pub end: Option<(f64, End)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub nightly: Example,
    pub forgotten: Example,
    pub max: Option<f64>,
    /// Positions with the seconds since the start that they stand for.
    pub axis: Vec<(f64, i64)>,
}

impl Picture {
    /// `max_s`: `None` where nothing limits the whole life. Both must be above 0.
    pub fn of(idle_s: i64, max_s: Option<i64>) -> Picture {
        let horizon_s = horizon(idle_s, max_s);
        let place = |seconds: i64| seconds as f64 / horizon_s as f64 * 100.0;
        Picture {
            nightly: nightly(idle_s, max_s, horizon_s, place),
            forgotten: forgotten(idle_s, max_s, horizon_s, place),
            max: max_s.map(place),
            axis: axis(horizon_s).into_iter().map(|seconds| (place(seconds), seconds)).collect(),
        }
    }
}

/// How much time the picture shows: beyond the maximum, or enough for the forgotten session to end.
fn horizon(idle_s: i64, max_s: Option<i64>) -> i64 {
    match max_s {
        Some(max_s) => max_s.saturating_add(max_s / 8),
        None => idle_s.saturating_mul(2),
    }
    .max(MINUTE_S)
}

fn nightly(idle_s: i64, max_s: Option<i64>, horizon_s: i64, place: impl Fn(i64) -> f64) -> Example {
    if idle_s < DAY_S {
        let end = match max_s.filter(|max_s| *max_s <= idle_s) {
            Some(max_s) => (place(max_s), End::Max),
            None => (place(idle_s), End::Idle),
        };
        return Example { uses: vec![0.0], idle_from: Some(0.0), end: Some(end) };
    }
    let until = max_s.unwrap_or(horizon_s);
    let nights = until / DAY_S;
    let step = (nights / MOST_TICKS + 1) * DAY_S;
    let uses = (0..).map(|n| n * step).take_while(|at| *at < until).map(&place).collect();
    Example { uses, idle_from: None, end: max_s.map(|max_s| (place(max_s), End::Max)) }
}

fn forgotten(idle_s: i64, max_s: Option<i64>, horizon_s: i64, place: impl Fn(i64) -> f64) -> Example {
    // Used for the first sixth, or for half an idle time where that is shorter.
    let last_s = (horizon_s / 6).min(idle_s / 2).max(0);
    let end = match max_s.filter(|max_s| *max_s <= last_s + idle_s) {
        Some(max_s) => (place(max_s), End::Max),
        None => (place(last_s + idle_s), End::Idle),
    };
    let uses = (0..=4).map(|n| place(last_s * n / 4)).collect();
    Example { uses, idle_from: Some(place(last_s)), end: Some(end) }
}

/// Three to five marks at round times.
fn axis(horizon_s: i64) -> Vec<i64> {
    let longest = STEPS_S[STEPS_S.len() - 1];
    let step = STEPS_S.into_iter().find(|step| horizon_s / step <= 4).unwrap_or(longest);
    (0..=4).map(|n| n * step).take_while(|at| *at <= horizon_s).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(picture: &Picture) -> bool {
        let examples = [&picture.nightly, &picture.forgotten];
        let ends = examples.iter().filter_map(|example| example.end.map(|(at, _)| at));
        let uses = examples.iter().flat_map(|example| example.uses.iter().copied());
        ends.chain(uses).chain(picture.axis.iter().map(|mark| mark.0)).all(|at| (0.0..=100.0).contains(&at))
    }

    #[test]
    fn without_a_maximum_the_nightly_session_goes_on() {
        let picture = Picture::of(30 * DAY_S, None);
        assert_eq!(picture.nightly.end, None);
        assert_eq!(picture.forgotten.end.map(|end| end.1), Some(End::Idle));
        assert_eq!(picture.max, None);
        assert!(inside(&picture));
    }

    #[test]
    fn a_maximum_ends_the_nightly_session() {
        let picture = Picture::of(30 * DAY_S, Some(60 * DAY_S));
        assert_eq!(picture.nightly.end.map(|end| end.1), Some(End::Max));
        assert_eq!(picture.forgotten.end.map(|end| end.1), Some(End::Idle));
        assert_eq!(picture.nightly.end.map(|end| end.0), picture.max);
        assert!(inside(&picture));
    }

    #[test]
    fn a_maximum_shorter_than_the_idle_time_ends_both() {
        let picture = Picture::of(30 * DAY_S, Some(7 * DAY_S));
        assert_eq!(picture.forgotten.end.map(|end| end.1), Some(End::Max));
        assert!(inside(&picture));
    }

    #[test]
    fn an_idle_time_below_a_day_does_not_reach_the_next_night() {
        let picture = Picture::of(2 * HOUR_S, Some(60 * DAY_S));
        assert_eq!(picture.nightly.uses, vec![0.0]);
        assert_eq!(picture.nightly.end.map(|end| end.1), Some(End::Idle));
    }

    #[test]
    fn any_two_durations_give_a_picture() {
        for idle_s in [1, 59, HOUR_S, DAY_S, 365 * DAY_S, i64::from(i32::MAX)] {
            for max_s in [None, Some(1), Some(DAY_S), Some(i64::from(i32::MAX))] {
                let picture = Picture::of(idle_s, max_s);
                assert!(inside(&picture), "{idle_s} {max_s:?} {picture:?}");
                assert!(picture.nightly.uses.len() <= MOST_TICKS as usize + 1);
                assert!((1..=5).contains(&picture.axis.len()), "{idle_s} {max_s:?}");
            }
        }
    }
}
