//! The rows that have been loaded, by their place in the whole list: stretches with gaps between them, bounded in number.
//! Says what to ask for next, so that rows in view are there, and nothing is asked for that nobody looks at.

use perennial_api::UserSessionRepresentation as Session;

use crate::api::SessionPage;

/// Rows of one request.
pub const PAGE: u64 = 100;
/// Rows kept: those farthest from the ones that came last are let go.
const MOST: usize = 4_000;
/// Where rows can only be reached one after the other, so many are loaded and no more.
pub const FARTHEST: u64 = 10_000;

/// Rows that follow each other without a gap.
#[derive(Clone, Debug, Default, PartialEq)]
struct Stretch {
    first: u64,
    rows: Vec<Session>,
    /// Cursor of what follows; `None` at the end of the list.
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
    /// What follows the loaded row before `first`.
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
    /// Any place can be asked for; otherwise only what follows.
    pub reachable: bool,
}

impl Rows {
    pub fn clear(&mut self) {
        self.stretches.clear();
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
        self.stretches.last().filter(|last| last.next.is_none()).map(Stretch::end)
    }

    /// Where what has been loaded from the top on ends.
    pub fn loaded(&self) -> u64 {
        self.stretches.last().map_or(0, Stretch::end)
    }

    /// How long the list is, as far as can be told; `total` is what the summary counted.
    pub fn count(&self, total: Option<u64>) -> u64 {
        match (self.end(), total) {
            (Some(end), _) => end,
            (None, Some(total)) if self.reachable => total.max(self.loaded()),
            // One more, for what is still to come.
            _ if self.loaded() >= FARTHEST => self.loaded(),
            _ => self.loaded() + 1,
        }
    }

    /// What to load so that the rows from `from` up to `to` are there.
    pub fn need(&self, from: u64, to: u64) -> Option<Need> {
        if self.stretches.is_empty() {
            return Some(Need::At(if self.reachable { from - from % PAGE } else { 0 }));
        }
        let mut at = if self.reachable { from } else { self.loaded() };
        while at < to || (!self.reachable && at <= to) {
            if let Some(stretch) = self.stretches.iter().find(|it| (it.first..it.end()).contains(&at)) {
                at = stretch.end();
                continue;
            }
            return match self.stretches.iter().rfind(|it| it.end() <= at) {
                Some(before) if before.end() == at => {
                    let cursor = before.next.clone().filter(|_| self.reachable || at < FARTHEST)?;
                    Some(Need::After { cursor, first: at })
                }
                Some(before) if before.next.is_none() => None,
                before => Some(Need::At((at - at % PAGE).max(before.map_or(0, Stretch::end)))),
            };
        }
        None
    }

    /// An answer to `need`.
    pub fn insert(&mut self, need: &Need, page: SessionPage) {
        let first = need.first();
        let mut rows = page.sessions;
        let next = page.next;
        if let Some(after) = self.stretches.iter().find(|it| it.first > first) {
            rows.truncate((after.first - first) as usize);
        }
        match self.stretches.iter_mut().find(|it| it.end() == first) {
            Some(before) if matches!(need, Need::After { .. }) => {
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

    /// Only where any place can be asked for again.
    fn let_go(&mut self, near: u64) {
        let kept = |stretches: &[Stretch]| stretches.iter().map(|it| it.rows.len()).sum::<usize>();
        while self.reachable && self.stretches.len() > 1 && kept(&self.stretches) > MOST {
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
        let mut before = 0;
        for stretch in &mut self.stretches {
            stretch.first -= before;
            let had = stretch.rows.len();
            stretch.rows.retain(|row| !gone(&row.id));
            before += (had - stretch.rows.len()) as u64;
        }
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
