//! A realm's rules about wrong passwords, by Keycloak's names.

use perennial_api::{ApiError, RealmRepresentation};
use perennial_domain::brute_force::BruteForce;

/// Puts the rules into a representation.
pub fn show(rules: &BruteForce, shown: RealmRepresentation) -> RealmRepresentation {
    RealmRepresentation {
        brute_force_protected: Some(rules.protected),
        failure_factor: Some(rules.failure_factor),
        wait_increment_seconds: Some(rules.wait_increment_s),
        max_failure_wait_seconds: Some(rules.max_wait_s),
        max_delta_time_seconds: Some(rules.max_delta_s),
        ..shown
    }
}

pub fn check(sent: &RealmRepresentation) -> Vec<ApiError> {
    const DAY_S: i64 = 86_400;
    let fields = [
        ("failureFactor", sent.failure_factor, 1, 100_000),
        ("waitIncrementSeconds", sent.wait_increment_seconds, 0, DAY_S),
        ("maxFailureWaitSeconds", sent.max_failure_wait_seconds, 0, DAY_S),
        ("maxDeltaTimeSeconds", sent.max_delta_time_seconds, 1, 365 * DAY_S),
    ];
    let wrong = |(name, value, lowest, highest): (&str, Option<i64>, i64, i64)| {
        let text = format!("must be between {lowest} and {highest}");
        value.filter(|value| !(lowest..=highest).contains(value)).map(|_| ApiError::at_field(name, text))
    };
    fields.into_iter().filter_map(wrong).collect()
}

/// The rules with the sent fields put in. The values have been checked.
pub fn apply(rules: &BruteForce, sent: &RealmRepresentation) -> BruteForce {
    BruteForce {
        protected: sent.brute_force_protected.unwrap_or(rules.protected),
        failure_factor: sent.failure_factor.unwrap_or(rules.failure_factor),
        wait_increment_s: sent.wait_increment_seconds.unwrap_or(rules.wait_increment_s),
        max_wait_s: sent.max_failure_wait_seconds.unwrap_or(rules.max_wait_s),
        max_delta_s: sent.max_delta_time_seconds.unwrap_or(rules.max_delta_s),
    }
}
