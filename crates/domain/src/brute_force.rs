//! How many wrong passwords a realm bears, by Keycloak's rules: after so many, each further one costs a wait, which grows and has a
//! longest.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BruteForce {
    pub protected: bool,
    /// Wrong passwords for one name before the first wait.
    pub failure_factor: i64,
    /// The first wait; twice as many failures double it.
    pub wait_increment_s: i64,
    pub max_wait_s: i64,
    /// So long after the last failure, all are forgotten.
    pub max_delta_s: i64,
}

impl Default for BruteForce {
    fn default() -> Self {
        Self { protected: true, failure_factor: 30, wait_increment_s: 60, max_wait_s: 900, max_delta_s: 43_200 }
    }
}

impl BruteForce {
    /// How long nobody can sign in under a name with so many failures, in seconds.
    pub fn wait_s(&self, failures: i64) -> i64 {
        let steps = failures / self.failure_factor.max(1);
        steps.saturating_mul(self.wait_increment_s).min(self.max_wait_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_at_the_factor_and_grow_up_to_a_longest() {
        let rules = BruteForce::default();
        let waits = [0, 29, 30, 59, 60, 449, 450, i64::MAX].map(|failures| rules.wait_s(failures));
        assert_eq!(waits, [0, 0, 60, 60, 120, 840, 900, 900]);
    }
}
