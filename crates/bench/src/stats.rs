//! The few statistics that are printed: percentiles of latencies and ratios of rates.

use std::time::Duration;

/// Latencies in microseconds, in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    pub fn of(mut micros: Vec<u32>) -> Self {
        micros.sort_unstable();
        Self(micros)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest latency that at least `percent` of all do not exceed (nearest rank), in milliseconds; 0 where there are none.
    pub fn percentile_ms(&self, percent: f64) -> f64 {
        let rank = (percent / 100.0 * self.0.len() as f64).ceil() as usize;
        let micros = self.0.get(rank.clamp(1, self.0.len().max(1)) - 1).copied().unwrap_or(0);
        f64::from(micros) / 1000.0
    }
}

/// Whole microseconds; what does not fit is more than an hour and no latency.
pub fn to_micros(elapsed: Duration) -> u32 {
    u32::try_from(elapsed.as_micros()).unwrap_or(u32::MAX)
}

/// Events a second; 0 where no time has passed.
pub fn per_second(events: usize, elapsed: Duration) -> f64 {
    ratio(events as f64, elapsed.as_secs_f64())
}

/// `part` of `whole`; 0 where there is no whole.
pub fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_latency_of_the_nearest_rank() {
        let latencies = Latencies::of((1..=200).rev().map(|ms| ms * 1000).collect());
        assert_eq!(latencies.percentile_ms(50.0), 100.0);
        assert_eq!(latencies.percentile_ms(99.0), 198.0);
        assert_eq!(latencies.percentile_ms(100.0), 200.0);
        assert_eq!(latencies.percentile_ms(0.0), 1.0);
    }

    #[test]
    fn a_single_latency_is_every_percentile_and_none_is_zero() {
        assert_eq!(Latencies::of(vec![7_000]).percentile_ms(99.0), 7.0);
        assert_eq!(Latencies::default().percentile_ms(99.0), 0.0);
        assert_eq!(Latencies::default().count(), 0);
    }

    #[test]
    fn rates_and_ratios_of_nothing_are_zero() {
        assert_eq!(per_second(10, Duration::from_secs(4)), 2.5);
        assert_eq!(per_second(10, Duration::ZERO), 0.0);
        assert_eq!(ratio(3.0, 4.0), 0.75);
        assert_eq!(ratio(3.0, 0.0), 0.0);
    }

    #[test]
    fn a_latency_is_kept_in_whole_microseconds() {
        assert_eq!(to_micros(Duration::from_nanos(1_999)), 1);
        assert_eq!(to_micros(Duration::from_secs(1_000_000)), u32::MAX);
    }
}
