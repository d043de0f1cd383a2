//! Instants as Unix milliseconds. The current time is always passed in; nothing here reads a clock.

use serde::{Deserialize, Serialize};

const MS_PER_S: i64 = 1_000;

/// Unix milliseconds (UTC, without leap seconds).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    pub const fn from_s(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MS_PER_S))
    }

    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// Whole Unix seconds, rounded down: the `NumericDate` of JWTs (RFC 7519 §2).
    pub const fn as_s(self) -> i64 {
        self.0.div_euclid(MS_PER_S)
    }

    #[must_use]
    pub const fn plus_s(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MS_PER_S)))
    }

    #[must_use]
    pub const fn minus_s(self, seconds: i64) -> Self {
        self.plus_s(seconds.saturating_neg())
    }

    /// Whole seconds from `self` until `later`, rounded down; negative when `later` lies before.
    pub const fn seconds_until(self, later: Self) -> i64 {
        later.0.saturating_sub(self.0).div_euclid(MS_PER_S)
    }

    /// Milliseconds since `earlier`, never negative: a clock that stepped backwards counts as standing still.
    pub const fn elapsed_ms_since(self, earlier: Self) -> i64 {
        let elapsed = self.0.saturating_sub(earlier.0);
        if elapsed < 0 { 0 } else { elapsed }
    }
}
