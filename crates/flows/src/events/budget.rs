//! How many refusals are stored: enough to see what happens, never so many that somebody who sends garbage fills the disk.
//! Kept by each node for itself.

use perennial_domain::{RealmId, Timestamp, UserId, event::Event};
use std::collections::HashMap;

const MINUTE_S: i64 = 60;
const DAY_S: i64 = 86_400;
/// Of one client and user in a minute.
const OF_ONE_A_MINUTE: u32 = 30;
/// Of one client and user in a day.
const OF_ONE_A_DAY: u32 = 1_000;
/// Of a realm in a day.
const OF_REALM_A_DAY: u32 = 20_000;

/// Whose refusals are counted together.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Concerned {
    realm: RealmId,
    client: Option<String>,
    user: Option<UserId>,
}

#[derive(Clone, Copy, Default)]
struct Spent {
    minute: i64,
    in_minute: u32,
    in_day: u32,
}

#[derive(Default)]
pub(super) struct Budget {
    day: i64,
    of_realms: HashMap<RealmId, u32>,
    of_ones: HashMap<Concerned, Spent>,
}

impl Budget {
    /// Whether one more may be stored; if so, it is spent.
    pub(super) fn admits(&mut self, realm: RealmId, event: &Event, now: Timestamp) -> bool {
        let (day, minute) = (now.as_s() / DAY_S, now.as_s() / MINUTE_S);
        if day != self.day {
            *self = Self { day, ..Self::default() };
        }
        let of_realm = self.of_realms.entry(realm).or_default();
        if *of_realm >= OF_REALM_A_DAY {
            return false;
        }
        let one = Concerned { realm, client: event.client.clone(), user: event.user };
        let spent = self.of_ones.entry(one).or_default();
        if spent.minute != minute {
            *spent = Spent { minute, in_minute: 0, ..*spent };
        }
        if spent.in_minute >= OF_ONE_A_MINUTE || spent.in_day >= OF_ONE_A_DAY {
            return false;
        }
        spent.in_minute += 1;
        spent.in_day += 1;
        *of_realm += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::event::EventType;
    use uuid::Uuid;

    const REALM: RealmId = RealmId(Uuid::nil());
    const NOON: Timestamp = Timestamp::from_s(1_790_000_000);

    fn refusal(client: &str) -> Event {
        Event::new(EventType::RefreshTokenError).client(client)
    }

    #[test]
    fn one_clients_garbage_is_bounded_by_the_minute_and_leaves_room_for_others() {
        let mut budget = Budget::default();
        let admitted = (0..100).filter(|_| budget.admits(REALM, &refusal("a"), NOON)).count();
        assert_eq!(admitted, OF_ONE_A_MINUTE as usize);
        assert!(budget.admits(REALM, &refusal("b"), NOON));
        assert!(budget.admits(REALM, &refusal("a"), NOON.plus_s(MINUTE_S)));
    }

    #[test]
    fn a_day_has_an_end_for_one_client_and_for_a_realm() {
        let mut budget = Budget::default();
        let midnight = Timestamp::from_s(1_790_000_000 / DAY_S * DAY_S);
        let minutes = |minutes: i64| midnight.plus_s(minutes * MINUTE_S);
        let of_one =
            (0..1_440).flat_map(|m| [m; 2]).filter(|m| budget.admits(REALM, &refusal("a"), minutes(*m))).count();
        assert_eq!(of_one, OF_ONE_A_DAY as usize);
        let of_all = (0..30_000).filter(|n| budget.admits(REALM, &refusal(&n.to_string()), midnight)).count();
        assert_eq!(of_all, (OF_REALM_A_DAY - OF_ONE_A_DAY) as usize);
        assert!(budget.admits(REALM, &refusal("a"), midnight.plus_s(DAY_S)));
    }
}
