//! The rows that have been loaded, by their place in the whole list: stretches with gaps between them, bounded in number.
//! Says what to ask for next, so that rows in view are there, and nothing is asked for that nobody looks at.

use std::collections::BTreeMap;

use perennial_api::UserSessionRepresentation as Session;

use crate::api::SessionPage;

/// Rows of one request.
pub const PAGE: u64 = 100;
/// Rows of one request on the way to a place that only cursors lead to.
pub const LONG_PAGE: u64 = 500;
/// Rows kept: those farthest from the ones that came last are let go.
const MOST: usize = 4_000;
/// Rows that are let go together.
const LONGEST: usize = 1_000;

/// Rows that follow each other without a gap.
#[derive(Clone, Debug, Default, PartialEq)]
struct Stretch {
    first: u64,
    rows: Vec<Session>,
    /// Cursor of what follows, where it is known.
    next: Option<String>,
}

impl Stretch {
    fn end(&self) -> u64 {
        self.first + self.rows.len() as u64
    }
}

/// What to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// What follows the row before `first`.
    After { cursor: String, first: u64 },
    /// A place that nothing loaded leads to.
    At(u64),
}

impl Need {
    pub fn first(&self) -> u64 {
        match self {
            Need::After { first, .. } | Need::At(first) => *first,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// In order, without overlaps.
    stretches: Vec<Stretch>,
    /// Cursors by the place that they lead to, also where the rows around it were let go.
    trail: BTreeMap<u64, String>,
    /// How many there are, once the end has been seen.
    end: Option<u64>,
    /// Any place can be asked for; otherwise only those that a cursor leads to.
    pub reachable: bool,
}

impl Rows {
    pub fn clear(&mut self) {
        *self = Rows { reachable: self.reachable, ..Rows::default() };
    }

    pub fn get(&self, index: u64) -> Option<&Session> {
        let stretch = self.stretches.iter().find(|stretch| (stretch.first..stretch.end()).contains(&index))?;
        stretch.rows.get((index - stretch.first) as usize)
    }

    pub fn is_empty(&self) -> bool {
        self.stretches.iter().all(|stretch| stretch.rows.is_empty())
    }

    /// How many there are, once the end has been seen.
    pub fn end(&self) -> Option<u64> {
        self.end
    }

    /// How far the list has been seen.
    pub fn loaded(&self) -> u64 {
        let told = self.trail.last_key_value().map_or(0, |(place, _)| *place);
        self.stretches.last().map_or(0, Stretch::end).max(told)
    }

    /// How long the list is, as far as can be told; `total` is what the summary counted.
    pub fn count(&self, total: Option<u64>) -> u64 {
        match (self.end, total) {
            (Some(end), _) => end,
            (None, Some(total)) if self.reachable => total.max(self.loaded()),
            // One more, for what is still to come.
            _ => self.loaded() + 1,
        }
    }

    /// What to load so that the rows from `from` up to `to` are there.
    pub fn need(&self, from: u64, to: u64) -> Option<Need> {
        let mut at = from;
        while at < to && self.end.is_none_or(|end| at < end) {
            match self.stretches.iter().find(|it| (it.first..it.end()).contains(&at)) {
                Some(stretch) => at = stretch.end(),
                None => return Some(self.way_to(at)),
            }
        }
        None
    }

    /// What follows all that has been seen.
    pub fn further(&self) -> Option<Need> {
        self.end.is_none().then(|| self.way_to(self.loaded()))
    }

    fn way_to(&self, at: u64) -> Need {
        let before = self.stretches.iter().rfind(|it| it.end() <= at);
        let ended_at = before.map_or(0, Stretch::end);
        match before.and_then(|it| it.next.clone()).filter(|_| ended_at == at) {
            Some(cursor) => Need::After { cursor, first: at },
            None if self.reachable => Need::At((at - at % PAGE).max(ended_at)),
            None => match self.trail.range(..=at).next_back() {
                Some((place, cursor)) => Need::After { cursor: cursor.clone(), first: *place },
                None => Need::At(0),
            },
        }
    }

    /// An answer to `need`.
    pub fn insert(&mut self, need: &Need, page: SessionPage) {
        let first = need.first();
        let (mut rows, mut next) = (page.sessions, page.next);
        let end = first + rows.len() as u64;
        match self.stretches.iter().find(|it| it.first > first && it.first < end) {
            Some(after) => {
                rows.truncate((after.first - first) as usize);
                next = self.trail.get(&after.first).cloned();
            }
            None if next.is_none() => self.end = Some(end),
            None => self.end = self.end.filter(|known| end < *known),
        }
        if let Some(cursor) = &next {
            self.trail.insert(first + rows.len() as u64, cursor.clone());
        }
        match self.stretches.iter_mut().rfind(|it| it.end() == first) {
            Some(before) if matches!(need, Need::After { .. }) && before.rows.len() < LONGEST => {
                before.rows.extend(rows);
                before.next = next;
            }
            _ => {
                self.stretches.retain(|it| it.first != first);
                self.stretches.push(Stretch { first, rows, next });
                self.stretches.sort_by_key(|it| it.first);
            }
        }
        self.let_go(first);
    }

    fn let_go(&mut self, near: u64) {
        let kept = |stretches: &[Stretch]| stretches.iter().map(|it| it.rows.len()).sum::<usize>();
        while self.stretches.len() > 1 && kept(&self.stretches) > MOST {
            let distance = |it: &Stretch| it.first.abs_diff(near);
            let farthest = (0..self.stretches.len()).max_by_key(|i| distance(&self.stretches[*i]));
            match farthest {
                Some(i) if !(self.stretches[i].first..=self.stretches[i].end()).contains(&near) => {
                    self.stretches.remove(i);
                }
                _ => return,
            }
        }
    }

    /// Those have ended; what stood below them moves up.
    pub fn remove(&mut self, gone: impl Fn(&str) -> bool) {
        let mut places = Vec::new();
        for stretch in &self.stretches {
            places
                .extend((stretch.first..).zip(&stretch.rows).filter(|(_, row)| gone(&row.id)).map(|(place, _)| place));
        }
        let moved = |place: u64| place - places.partition_point(|gone| *gone < place) as u64;
        for stretch in &mut self.stretches {
            stretch.first = moved(stretch.first);
            stretch.rows.retain(|row| !gone(&row.id));
        }
        self.trail = std::mem::take(&mut self.trail).into_iter().map(|(place, next)| (moved(place), next)).collect();
        self.end = self.end.map(moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(from: u64, rows: u64, next: Option<&str>) -> SessionPage {
        let session = |n: u64| Session { id: n.to_string(), ..Session::default() };
        let sessions = (from..from + rows).map(session).collect();
        SessionPage { sessions, next: next.map(str::to_owned), surveyed_at: None }
    }

    fn kept(rows: &Rows) -> usize {
        rows.stretches.iter().map(|stretch| stretch.rows.len()).sum()
    }

    fn after(cursor: &str, first: u64) -> Option<Need> {
        Some(Need::After { cursor: cursor.into(), first })
    }

    #[test]
    fn only_what_is_in_view_is_asked_for_wherever_it_is() {
        let mut rows = Rows { reachable: true, ..Rows::default() };
        assert_eq!(rows.need(0, 20), Some(Need::At(0)));
        rows.insert(&Need::At(0), page(0, 100, Some("a")));
        assert_eq!((rows.need(0, 20), rows.need(90, 110)), (None, after("a", 100)));
        assert_eq!(rows.need(500_030, 500_050), Some(Need::At(500_000)));
        rows.insert(&Need::At(500_000), page(500_000, 100, Some("b")));
        assert_eq!((rows.need(500_030, 500_050), rows.need(500_090, 500_110)), (None, after("b", 500_100)));
        assert_eq!(
            (rows.count(Some(1_000_000)), rows.get(500_001).map(|it| it.id.as_str())),
            (1_000_000, Some("500001"))
        );
    }

    #[test]
    fn going_up_fills_the_gap_without_doubles() {
        let mut rows = Rows { reachable: true, ..Rows::default() };
        rows.insert(&Need::At(0), page(0, 130, Some("a")));
        rows.insert(&Need::At(200), page(200, 100, Some("b")));
        assert_eq!(rows.need(190, 210), Some(Need::At(130)));
        rows.insert(&Need::At(130), page(130, 100, Some("c")));
        assert_eq!(rows.get(200).map(|it| it.id.as_str()), Some("200"));
        assert_eq!((rows.need(100, 300), kept(&rows)), (None, 300));
    }

    #[test]
    fn where_only_the_next_can_be_asked_for_the_list_grows() {
        let mut rows = Rows::default();
        assert_eq!((rows.count(Some(1_000_000)), rows.need(0, 20)), (1, Some(Need::At(0))));
        rows.insert(&Need::At(0), page(0, 0, Some("a")));
        assert_eq!((rows.count(None), rows.need(0, 20)), (1, after("a", 0)));
        rows.insert(&Need::After { cursor: "a".into(), first: 0 }, page(0, 30, Some("b")));
        assert_eq!((rows.count(None), rows.need(0, 20), rows.need(20, 31)), (31, None, after("b", 30)));
        rows.insert(&Need::After { cursor: "b".into(), first: 30 }, page(30, 5, None));
        assert_eq!((rows.count(None), rows.end(), rows.need(20, 40)), (35, Some(35), None));
    }

    #[test]
    fn a_list_that_grows_lets_go_of_rows_and_finds_the_way_back_to_them() {
        let mut rows = Rows::default();
        rows.insert(&Need::At(0), page(0, 100, Some("c100")));
        while rows.loaded() < 30_000 {
            let (need, first) = (rows.further().unwrap(), rows.loaded());
            assert_eq!(Some(&need), after(&format!("c{first}"), first).as_ref());
            rows.insert(&need, page(first, 100, Some(&format!("c{}", first + 100))));
        }
        assert!(kept(&rows) <= MOST && rows.get(29_999).is_some() && rows.get(150).is_none());
        assert_eq!((rows.count(None), rows.need(29_990, 30_000)), (30_001, None));
        assert_eq!(rows.need(150, 170), after("c100", 100));
        rows.insert(&after("c100", 100).unwrap(), page(100, 100, Some("c200")));
        assert_eq!((rows.get(150).map(|it| it.id.as_str()), rows.need(150, 170)), (Some("150"), None));
        rows.insert(&after("c30000", 30_000).unwrap(), page(30_000, 7, None));
        assert_eq!((rows.end(), rows.further(), rows.count(None)), (Some(30_007), None, 30_007));
        rows.remove(|id| id == "150" || id == "30001");
        assert_eq!((rows.end(), rows.get(29_999).map(|it| it.id.as_str())), (Some(30_005), Some("30000")));
    }

    #[test]
    fn far_away_rows_are_let_go() {
        let mut rows = Rows { reachable: true, ..Rows::default() };
        for n in 0..60 {
            rows.insert(&Need::At(n * 1_000), page(n * 1_000, 100, Some("x")));
        }
        assert!(kept(&rows) <= MOST && rows.get(0).is_none() && rows.get(59_000).is_some());
    }

    #[test]
    fn what_ended_leaves_no_hole() {
        let mut rows = Rows { reachable: true, ..Rows::default() };
        rows.insert(&Need::At(0), page(0, 10, None));
        rows.remove(|id| id == "3" || id == "4");
        assert_eq!((rows.get(3).map(|it| it.id.as_str()), rows.end()), (Some("5"), Some(8)));
    }
}
