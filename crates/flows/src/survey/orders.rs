//! Every living offline session of a realm in the orders that no index holds: an index on the last use would have to change at every
//! refresh, this costs refreshes nothing, and memory nothing but while a survey goes on.

use super::{
    along::{Along, ID, WIDTH, partition_point},
    kept::Kept,
};
use crate::{FlowError, FlowResult};
use perennial_domain::{ClientId, GrantId, RealmId, Timestamp};
use std::{
    collections::HashMap,
    io::{self, Write},
    sync::Arc,
};
use uuid::Uuid;

/// Bytes of a session: its id in the order of start, and an entry of each run.
const EACH: usize = ID + 2 * WIDTH;

/// What a walk has seen so far, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Draft {
    ids: Vec<GrantId>,
    owners: Vec<u32>,
    clients: HashMap<ClientId, u32>,
    used_s: Vec<u32>,
    ends_s: Vec<u32>,
}

impl Draft {
    /// Sessions come in the order of start. Beyond four thousand million, none is taken up.
    pub fn add(&mut self, id: GrantId, client: ClientId, last_used_at: Timestamp, ends_at: Timestamp) {
        if u32::try_from(self.ids.len()).is_err() {
            return;
        }
        let next = u32::try_from(self.clients.len()).unwrap_or(u32::MAX);
        self.owners.push(*self.clients.entry(client).or_insert(next));
        self.ids.push(id);
        self.used_s.push(whole_seconds(last_used_at));
        self.ends_s.push(whole_seconds(ends_at));
    }

    /// The ids in the order of start, then each run.
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.ids.iter().try_for_each(|id| out.write_all(id.0.as_bytes()))?;
        [&self.used_s, &self.ends_s].into_iter().try_for_each(|keys| self.write_run(keys, out))
    }

    fn write_run(&self, keys: &[u32], out: &mut dyn Write) -> io::Result<()> {
        let mut places: Vec<usize> = (0..keys.len()).collect();
        places.sort_unstable_by_key(|place| (keys[*place], *place));
        places.iter().try_for_each(|place| {
            out.write_all(&keys[*place].to_be_bytes())?;
            out.write_all(self.ids[*place].0.as_bytes())?;
            out.write_all(&self.owners[*place].to_be_bytes())
        })
    }
}

/// Which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorted {
    LastUse,
    End,
}

#[derive(Debug)]
pub struct Orders {
    kept: Arc<Kept>,
    /// Where the realm's own bytes begin.
    at: usize,
    total: usize,
    youngest: Option<GrantId>,
    clients: HashMap<ClientId, u32>,
}

impl Orders {
    /// All realms' in one place.
    pub(super) fn of(drafts: HashMap<RealmId, Draft>) -> io::Result<HashMap<RealmId, Self>> {
        let size = drafts.values().map(|draft| draft.ids.len() * EACH).sum();
        let kept = Arc::new(Kept::of(size, |out| drafts.values().try_for_each(|draft| draft.write(out)))?);
        let mut at = 0;
        let of_realm = |(realm, draft): (&RealmId, &Draft)| {
            let (total, youngest) = (draft.ids.len(), draft.ids.last().copied());
            let own = Self { kept: Arc::clone(&kept), at, total, youngest, clients: draft.clients.clone() };
            at += total * EACH;
            (*realm, own)
        };
        Ok(drafts.iter().map(of_realm).collect())
    }

    /// The session that is the last to come before the one that `first` others come before; `None` where there is none.
    pub fn before(&self, first: usize, newest_first: bool) -> FlowResult<Option<GrantId>> {
        let place = if newest_first { self.total.checked_sub(first) } else { first.checked_sub(1) };
        match place.filter(|place| first > 0 && *place < self.total) {
            Some(place) => Ok(Some(self.id(place).map_err(FlowError::internal)?)),
            None => Ok(None),
        }
    }

    pub fn has(&self, id: GrantId) -> FlowResult<bool> {
        if self.youngest.is_none_or(|youngest| id > youngest) {
            return Ok(false);
        }
        let found = partition_point(self.total, |place| Ok(self.id(place)? < id));
        let is_there = found.and_then(|place| Ok(place < self.total && self.id(place)? == id));
        is_there.map_err(FlowError::internal)
    }

    /// All behind a key and id, or all; of one client, or of every.
    pub fn walk(
        &self,
        sorted: Sorted,
        descending: bool,
        after: Option<(Timestamp, GrantId)>,
        client: Option<ClientId>,
    ) -> FlowResult<Along<'_>> {
        let at = self.at + self.total * if sorted == Sorted::LastUse { ID } else { ID + WIDTH };
        let owner = client.map(|client| self.clients.get(&client).copied());
        let mut along = Along::whole(&self.kept, at, self.total, descending, owner);
        if let Some((key, id)) = after {
            along.skip_to(whole_seconds(key), id).map_err(FlowError::internal)?;
        }
        Ok(along)
    }

    fn id(&self, place: usize) -> io::Result<GrantId> {
        let mut id = [0; ID];
        self.kept.read(self.at + place * ID, &mut id)?;
        Ok(GrantId(Uuid::from_bytes(id)))
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

    fn small() -> Draft {
        let mut draft = Draft::default();
        draft.add(id(5_000), client(0), Timestamp::from_s(1), Timestamp::from_s(2));
        draft
    }

    fn before(orders: &Orders, first: usize, newest_first: bool) -> Option<GrantId> {
        orders.before(first, newest_first).unwrap()
    }

    fn walked(
        orders: &Orders,
        sorted: Sorted,
        descending: bool,
        after: Option<(Timestamp, GrantId)>,
        client: Option<ClientId>,
    ) -> Vec<(Timestamp, GrantId)> {
        let mut along = orders.walk(sorted, descending, after, client).unwrap();
        let all = along.by_ref().collect();
        along.check().unwrap();
        all
    }

    /// Session `n` was last used in second `1000 - n / 2`, and ends in second `2000 + n`.
    fn orders(count: u32) -> Orders {
        let at = |s: u32| Timestamp::from_s(i64::from(s));
        let mut draft = Draft::default();
        (0..count).for_each(|n| draft.add(id(n), client(n), at(1_000 - n / 2), at(2_000 + n)));
        let realms = [1, 2, 3].map(|realm| RealmId(Uuid::from_u128(realm)));
        let neighbours = || [(realms[0], small()), (realms[2], small())];
        let mut all = Orders::of(neighbours().into_iter().chain([(realms[1], draft)]).collect()).unwrap();
        all.remove(&realms[1]).unwrap()
    }

    #[test]
    fn a_place_is_reached_from_either_end() {
        let orders = orders(10);
        assert_eq!(before(&orders, 0, false), None);
        assert_eq!(before(&orders, 3, false), Some(id(2)), "the fourth oldest follows");
        assert_eq!(before(&orders, 3, true), Some(id(7)), "the fourth youngest, 6, follows");
        assert_eq!(before(&orders, 11, true), None);
    }

    #[test]
    fn an_order_goes_on_behind_any_cursor_and_is_complete() {
        // More than are read at once.
        let orders = orders(1_101);
        for (sorted, descending) in [Sorted::LastUse, Sorted::End].into_iter().flat_map(|by| [(by, false), (by, true)])
        {
            let whole: Vec<_> = walked(&orders, sorted, descending, None, None);
            assert_eq!(whole.len(), 1_101);
            let mut expected = whole.clone();
            expected.sort_unstable();
            if descending {
                expected.reverse();
            }
            assert_eq!(whole, expected, "{sorted:?} {descending}");
            for (place, cursor) in whole.iter().enumerate().step_by(7) {
                let rest: Vec<_> = walked(&orders, sorted, descending, Some(*cursor), None);
                assert_eq!(rest, whole[place + 1..], "{sorted:?} {descending} {place}");
            }
        }
    }

    #[test]
    fn only_one_clients_sessions_are_walked_over_where_one_is_named() {
        let orders = orders(30);
        let of =
            |n: u32| walked(&orders, Sorted::End, false, None, Some(ClientId(Uuid::from_u128(u128::from(n))))).len();
        assert_eq!([of(0), of(1), of(2), of(7)], [10, 10, 10, 0]);
    }

    #[test]
    fn what_was_seen_is_known() {
        let orders = orders(10);
        let has = |n: u32| orders.has(id(n)).unwrap();
        assert!(has(0) && has(9) && !has(10));
    }

    #[test]
    fn what_never_ends_comes_last() {
        assert_eq!(whole_seconds(Timestamp::from_ms(i64::MAX)), u32::MAX);
        assert_eq!(whole_seconds(Timestamp::from_ms(-5)), 0);
    }
}
