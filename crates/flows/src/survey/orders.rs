//! Every living offline session of a realm in the orders that no index holds, 36 bytes each: an index on the last use would have to
//! change at every refresh, this costs refreshes nothing.

use perennial_domain::{ClientId, GrantId, Timestamp};
use std::collections::HashMap;

/// A place in an order. The key is in whole seconds, to hold a million of them in a few megabytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    at_s: u32,
    /// In the order of start, which is that of the ids.
    place: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// The oldest first.
    ids: Vec<GrantId>,
    /// Of each session its client, by the number in `clients`.
    owners: Vec<u32>,
    clients: HashMap<ClientId, u32>,
    by_last_use: Vec<Entry>,
    by_end: Vec<Entry>,
}

/// Which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorted {
    LastUse,
    End,
}

impl Orders {
    /// Sessions come in the order of start. Beyond four thousand million, none is taken up.
    pub(super) fn add(&mut self, (id, client): (GrantId, ClientId), last_used_at: Timestamp, ends_at: Timestamp) {
        let Ok(place) = u32::try_from(self.ids.len()) else { return };
        let next = u32::try_from(self.clients.len()).unwrap_or(u32::MAX);
        self.owners.push(*self.clients.entry(client).or_insert(next));
        self.ids.push(id);
        self.by_last_use.push(Entry { at_s: whole_seconds(last_used_at), place });
        self.by_end.push(Entry { at_s: whole_seconds(ends_at), place });
    }

    pub(super) fn finish(mut self) -> Self {
        self.by_last_use.sort_unstable();
        self.by_end.sort_unstable();
        self.ids.shrink_to_fit();
        self.owners.shrink_to_fit();
        self.by_last_use.shrink_to_fit();
        self.by_end.shrink_to_fit();
        self
    }

    /// The session that is the last to come before the one that `first` others come before; `None` where there is none.
    pub fn before(&self, first: usize, newest_first: bool) -> Option<GrantId> {
        let passed = first.checked_sub(1)?;
        let place = if newest_first { self.ids.len().checked_sub(first)? } else { passed };
        self.ids.get(place).copied()
    }

    /// The youngest of all.
    pub fn last(&self) -> Option<GrantId> {
        self.ids.last().copied()
    }

    /// All behind a key and id, or all; of one client, or of every.
    pub fn walk(
        &self,
        (sorted, descending): (Sorted, bool),
        after: Option<(Timestamp, GrantId)>,
        client: Option<ClientId>,
    ) -> impl Iterator<Item = (Timestamp, GrantId)> {
        let all = match sorted {
            Sorted::LastUse => &self.by_last_use,
            Sorted::End => &self.by_end,
        };
        let key = |entry: &Entry| (entry.at_s, self.ids[entry.place as usize]);
        let passed = match after {
            None => 0,
            Some((at, id)) if descending => {
                all.len() - all.partition_point(|entry| key(entry) < (whole_seconds(at), id))
            }
            Some((at, id)) => all.partition_point(|entry| key(entry) <= (whole_seconds(at), id)),
        };
        let owner = client.map(|client| self.clients.get(&client).copied());
        let entry = move |step: usize| if descending { all[all.len() - 1 - step] } else { all[step] };
        (passed..all.len())
            .map(entry)
            .filter(move |entry| owner.is_none_or(|owner| owner == Some(self.owners[entry.place as usize])))
            .map(|entry| (Timestamp::from_s(i64::from(entry.at_s)), self.ids[entry.place as usize]))
    }
}

fn whole_seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_s().max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u32) -> GrantId {
        GrantId(Uuid::from_u128(u128::from(n)))
    }

    fn client(n: u32) -> ClientId {
        ClientId(Uuid::from_u128(u128::from(n % 3)))
    }

    /// Session `n` was last used in second `1000 - n / 2`, and ends in second `2000 + n`.
    fn orders(count: u32) -> Orders {
        let at = |s: u32| Timestamp::from_s(i64::from(s));
        let mut orders = Orders::default();
        (0..count).for_each(|n| orders.add((id(n), client(n)), at(1_000 - n / 2), at(2_000 + n)));
        orders.finish()
    }

    #[test]
    fn a_place_is_reached_from_either_end() {
        let orders = orders(10);
        assert_eq!(orders.before(0, false), None);
        assert_eq!(orders.before(3, false), Some(id(2)), "the fourth oldest follows");
        assert_eq!(orders.before(3, true), Some(id(7)), "the fourth youngest, 6, follows");
        assert_eq!(orders.before(11, true), None);
    }

    #[test]
    fn an_order_goes_on_behind_any_cursor_and_is_complete() {
        let orders = orders(101);
        for (sorted, descending) in [Sorted::LastUse, Sorted::End].into_iter().flat_map(|by| [(by, false), (by, true)])
        {
            let whole: Vec<_> = orders.walk((sorted, descending), None, None).collect();
            assert_eq!(whole.len(), 101);
            let mut expected = whole.clone();
            expected.sort_unstable();
            if descending {
                expected.reverse();
            }
            assert_eq!(whole, expected, "{sorted:?} {descending}");
            for (place, cursor) in whole.iter().enumerate() {
                let rest: Vec<_> = orders.walk((sorted, descending), Some(*cursor), None).collect();
                assert_eq!(rest, whole[place + 1..], "{sorted:?} {descending} {place}");
            }
        }
    }

    #[test]
    fn only_one_clients_sessions_are_walked_over_where_one_is_named() {
        let orders = orders(30);
        let of =
            |n: u32| orders.walk((Sorted::End, false), None, Some(ClientId(Uuid::from_u128(u128::from(n))))).count();
        assert_eq!([of(0), of(1), of(2), of(7)], [10, 10, 10, 0]);
    }

    #[test]
    fn what_never_ends_comes_last() {
        assert_eq!(whole_seconds(Timestamp::from_ms(i64::MAX)), u32::MAX);
        assert_eq!(whole_seconds(Timestamp::from_ms(-5)), 0);
    }
}
