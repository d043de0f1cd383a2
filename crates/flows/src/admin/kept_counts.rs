//! How many sign-in sessions each client of a realm has, kept for a minute where counting them takes long: the console's list of
//! clients asks at each visit.

use perennial_domain::{ClientId, RealmId, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

const KEPT_S: i64 = 60;
/// So many sessions are counted anew each time.
const QUICKLY_COUNTED: u64 = 50_000;

type Counts = Arc<HashMap<ClientId, u64>>;

/// Those of each realm, with the instant of the count.
#[derive(Default)]
pub struct KeptCounts(Mutex<HashMap<RealmId, (Timestamp, Counts)>>);

impl KeptCounts {
    pub fn find(&self, realm: RealmId, now: Timestamp) -> Option<Counts> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (counted_at, counts) = all.get(&realm)?;
        (*counted_at <= now && now < counted_at.plus_s(KEPT_S)).then(|| Arc::clone(counts))
    }

    pub fn keep(&self, realm: RealmId, now: Timestamp, counts: HashMap<ClientId, u64>) -> Counts {
        let counts = Arc::new(counts);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.values().sum::<u64>() > QUICKLY_COUNTED {
            all.insert(realm, (now, Arc::clone(&counts)));
        } else {
            all.remove(&realm);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_long_count_is_good_for_a_minute_and_a_quick_one_for_once() {
        let (kept, start) = (KeptCounts::default(), Timestamp::from_s(1_000));
        let [realm, other] = [1, 2].map(|id| RealmId(Uuid::from_u128(id)));
        let counts = |count| HashMap::from([(ClientId(Uuid::from_u128(3)), count)]);
        kept.keep(realm, start, counts(QUICKLY_COUNTED + 1));
        assert_eq!(kept.find(realm, start.plus_s(59)).as_deref(), Some(&counts(QUICKLY_COUNTED + 1)));
        for (realm, at) in [(realm, start.plus_s(60)), (realm, start.minus_s(1)), (other, start)] {
            assert!(kept.find(realm, at).is_none());
        }
        kept.keep(realm, start, counts(QUICKLY_COUNTED));
        assert!(kept.find(realm, start).is_none());
    }
}
